"""All tests through pytest-odoo, on a database made for this run."""

import fcntl
import subprocess

from .addons import TO_TRY
from .console import SetupError, say, step
from .odoo_command import complaints
from .settings import fingerprint

BASE = "property_fee_test_base"
TEMPLATE = "property_fee_test_template"
DATABASE = "property_fee_test"


def run(odoo, arguments):
    """Make a fresh database and run pytest on it; pytest's exit code.

    :param arguments: for pytest, paths relative to the checkout; without a path all
        tests of the addons and of `tests/` run
    """
    with (odoo.settings.local / "test.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(
                "Another test run uses this checkout.", "wait for it to end."
            ) from error
        _make_database(odoo)
        return _pytest(odoo, arguments)


def _make_database(odoo):
    """A copy of a template with the addons, itself a copy of one with what they need.

    So a change in an addon costs the installation of the addons, not of accounting.
    """
    databases = odoo.databases
    needed = odoo.needed_modules()
    base_key = fingerprint(str(odoo.environment.folder), *needed)
    databases.template(
        BASE,
        base_key,
        f"Test database with {', '.join(needed)}",
        lambda: (databases.make_empty(BASE), odoo.install(BASE, needed)),
    )
    names = [*(addon.name for addon in odoo.addons), *TO_TRY]
    hashes = [addon.content_hash() for addon in odoo.addons]
    databases.template(
        TEMPLATE,
        fingerprint(base_key, *names, *hashes),
        f"Installing {', '.join(names)}",
        lambda: _install_addons(odoo, names),
    )
    with step("Fresh test database"):
        databases.duplicate(TEMPLATE, DATABASE)


def _install_addons(odoo, names):
    """Install the addons, and show what Odoo has to say about them."""
    odoo.databases.duplicate(BASE, TEMPLATE)
    for complaint in complaints(odoo.install(TEMPLATE, names)):
        say(f"    {complaint}")


def _pytest(odoo, arguments):
    say("==> Tests")
    # by the files: pytest does not ignore a folder that it was asked to look into
    left_out = [f"--ignore-glob=*/{name}/*" for name in odoo.missing]
    return subprocess.run(
        [
            *(odoo.environment.python, "-m", "pytest", "--odoo-http"),
            f"--odoo-config={odoo.configuration}",
            f"--odoo-database={DATABASE}",
            *left_out,
            *arguments,
        ],
        cwd=odoo.settings.checkout,
        env=odoo.variables(),
        check=False,
    ).returncode
