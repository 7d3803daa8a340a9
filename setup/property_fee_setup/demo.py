"""The demo database: the sample community, billed January to March 2026.

Built in steps. What is done stands in the database's stamp, so that a second start, or
one after a kill, goes on where the last one ended.
"""

import subprocess

from .addons import TO_TRY
from .console import SetupError, last_line, step
from .settings import SETUP

DATABASE = "property_fee"
#: Of the screens and documents of the demo.
LANGUAGES = ("en_US", "zh_CN", "zh_TW")

#: login, password, what the user does; on a server that only this machine reaches
LOGINS = (
    ("manager", "manager", "fee manager: communities, tariff, billing"),
    ("cashier", "cashier", "cashier: takes money for bills"),
    ("accountant", "accountant", "accountant: journals, payments, reports"),
    ("owner", "owner", "owner of a unit: the portal"),
    ("admin", "admin", "administrator: settings, users"),
)

#: Steps done inside Odoo (functions of `demo_steps`), in order.
STEPS = (
    ("people", "Users of the demo"),
    ("community", "Importing the sample community"),
    ("billing_2026_01", "Billing January 2026 and posting its invoices"),
    ("billing_2026_02", "Billing February 2026 and posting its invoices"),
    ("billing_2026_03", "Billing March 2026 and posting its invoices"),
    ("owner", "Portal access of an owner"),
    ("online", "Online payment with a provider that takes no money"),
    ("service", "A team that answers complaints"),
)


def build(odoo):
    """Make the demo database, or do what it still lacks.

    :param odoo: `odoo_command.Odoo` on the durable server
    """
    databases = odoo.databases
    if databases.exists(DATABASE) and databases.stamp(DATABASE) is None:
        raise SetupError(
            f"There is a database {DATABASE} on this server that this setup did not "
            "make.",
            "rename it, or name another server with --database-url.",
        )
    if "accounting" not in _done(databases):
        _install_odoo(odoo)
    _install_addons(odoo)
    for name, title in STEPS:
        if name not in _done(databases):
            with step(title):
                run_step(odoo, name)


def _done(databases):
    """Names of the steps that this database has behind it."""
    stamp = databases.stamp(DATABASE) if databases.exists(DATABASE) else None
    return (stamp or {}).get("done", [])


def _install_odoo(odoo):
    """Odoo with accounting, from nothing.

    Country and currency come first: accounting takes its chart of accounts from the
    country, and no currency changes after the first entry.
    """
    with step("Demo database: Odoo"):
        odoo.databases.drop(DATABASE)
        odoo.databases.make_empty(DATABASE)
        odoo.install(DATABASE, ["base"])
    with step("Demo database: company in China, languages"):
        run_step(odoo, "company")
    needed = odoo.needed_modules()
    with step(f"Demo database: {', '.join(needed)}"):
        odoo.install(DATABASE, needed)
        _note(odoo.databases, done=[*_done(odoo.databases), "accounting"])


def _install_addons(odoo):
    """Install the addons that are new, update those whose files changed."""
    databases = odoo.databases
    installed = databases.stamp(DATABASE).get("addons", {})
    hashes = {addon.name: addon.content_hash() for addon in odoo.addons}
    hashes.update(dict.fromkeys(TO_TRY, ""))
    new = [name for name in hashes if name not in installed]
    changed = [name for name in installed if hashes.get(name) != installed[name]]
    changed = [name for name in changed if name in hashes]
    if changed:
        with step(f"Updating {', '.join(changed)}"):
            odoo.install(DATABASE, changed, update=True)
    if new:
        with step(f"Installing {', '.join(new)}"):
            odoo.install(DATABASE, new)
    if new or changed:
        _note(databases, addons={**installed, **hashes})


def _note(databases, **values):
    stamp = databases.stamp(DATABASE)
    databases.write_stamp(DATABASE, {**stamp, **values})


def run_step(odoo, name):
    """Run a function of `demo_steps` inside Odoo; it sets the stamp itself.

    :raise SetupError: with the last line that Odoo wrote
    """
    log = odoo.settings.logs / f"demo-{name}.log"
    with log.open("wb") as output:
        code = subprocess.run(
            [odoo.environment.python, "-m", "property_fee_setup.demo_steps", name],
            env={**odoo.variables(), "PYTHONPATH": str(SETUP)},
            cwd=odoo.settings.checkout,
            stdout=None,
            stderr=output,
            check=False,
        ).returncode
    if code:
        raise SetupError(
            f"The demo's step {name} failed: {last_line(log)}",
            f"read {log}, then start again.",
        )
