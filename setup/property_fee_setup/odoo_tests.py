"""Odoo's own tests, on a database without the addons and on one with them.

What fails on both is Odoo's or the machine's affair. What fails only with the addons is
a defect of theirs. Both databases have the same modules of others, and no demo data, as
Odoo 19 installs by default; the tests make what they need. Each half is a process, so
two cores are at work.
"""

import json
import subprocess
import time
from contextlib import ExitStack

from . import odoo_tests_table
from .addons import TO_TRY
from .console import SetupError, last_line, say, step
from .embedded_server import free_port
from .odoo_command import end_with_parent
from .settings import SETUP, fingerprint

#: Modules whose tests must do the same with the addons; the last is Odoo's linter,
#: which looks at all addons that Odoo finds, so at ours only in the second half.
SUITES = (
    *("account", "account_payment", "payment", "portal", "rating", "survey"),
    odoo_tests_table.LINT,
)
WITHOUT, WITH = "without", "with"
DATABASE = "property_fee_odoo_tests"


def run(odoo, arguments):
    """Run the tests and compare; 0 where the addons change nothing.

    :param odoo: `odoo_command.Odoo`
    :param arguments: parsed options: `tags` as of Odoo's `--test-tags`, all of
        `SUITES` where there are none; `half` to run "without" or "with" alone and
        compare with what the other one gave last time
    """
    plain = odoo.plain()
    _make_databases(odoo, plain)
    tags = ",".join(arguments.tags or [f"/{module}" for module in SUITES])
    halves = {WITHOUT: plain, WITH: odoo}
    if arguments.half:
        halves = {arguments.half: halves[arguments.half]}
    results = {half: _results(odoo.settings, half) for half in (WITHOUT, WITH)}
    with step(f"Odoo's tests {tags} {' and '.join(halves)} the addons"):
        started = time.monotonic()
        _run_halves(halves, tags, results)
        minutes = (time.monotonic() - started) / 60
    table = odoo_tests_table.Comparison(*_read(results, arguments))
    text = table.render(_commit(odoo.settings), minutes)
    path = odoo.settings.local / "odoo-tests.md"
    path.write_text(text)
    say(text)
    say(f"    written to {path}")
    return 0 if table.is_same() else 1


def _read(results, arguments):
    """The results of both halves; of one that was run before, what is asked for now."""
    rows = {}
    for half, path in results.items():
        if not path.is_file():
            raise SetupError(
                f"The half {half} the addons was never run.",
                "run the command without --half once.",
            )
        rows[half] = json.loads(path.read_text())
    if arguments.half and arguments.tags:
        asked = rows[arguments.half]
        rows = {
            half: {test: row for test, row in tests.items() if test in asked}
            for half, tests in rows.items()
        }
    return rows.values()


def _results(settings, half):
    return settings.local / f"odoo-tests-{half}.json"


def _make_databases(odoo, plain):
    """A template for each half; the second is the first with the addons installed."""
    databases = odoo.databases
    modules = sorted({*odoo.needed_modules(), *SUITES, *TO_TRY})
    key = fingerprint(str(odoo.environment.folder), *modules)
    without, with_addons = _template(WITHOUT), _template(WITH)
    databases.template(
        without,
        key,
        f"Database with {', '.join(modules)}",
        lambda: (databases.make_empty(without), plain.install(without, modules)),
    )
    names = [addon.name for addon in odoo.addons]
    hashes = [addon.content_hash() for addon in odoo.addons]
    databases.template(
        with_addons,
        fingerprint(key, *names, *hashes),
        f"Installing {', '.join(names)}",
        lambda: (
            databases.duplicate(without, with_addons),
            odoo.install(with_addons, names),
        ),
    )


def _template(half):
    return f"{DATABASE}_{half}_template"


def _run_halves(halves, tags, results):
    """Run the halves side by side, each on a fresh copy of its database.

    :param halves: half -> `odoo_command.Odoo`
    :param results: half -> file for the results
    :raise SetupError: when a half does not come to its end
    """
    with ExitStack() as stack:
        running = {}
        for half, odoo in halves.items():
            database = f"{DATABASE}_{half}"
            odoo.databases.duplicate(_template(half), database)
            results[half].unlink(missing_ok=True)
            log = odoo.settings.logs / f"odoo-tests-{half}.log"
            process = _start(odoo, database, tags, results[half], log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            running[log] = process
        for log, process in running.items():
            if process.wait():
                raise SetupError(
                    f"Odoo's tests broke off: {last_line(log)}", f"read {log}"
                )


def _start(odoo, database, tags, results, log):
    with log.open("wb") as output:
        return subprocess.Popen(
            [
                # the machine's user comes first
                *("nice", "-n", "5", odoo.environment.python, "-m"),
                *("property_fee_setup.odoo_tests_inside", database, str(free_port())),
                *(tags, results),
            ],
            env={**odoo.variables(), "PYTHONPATH": str(SETUP)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )


def _commit(settings):
    answer = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=settings.checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() or "no git checkout"
