"""The commands: `run`, `test`, `test-install`, `test-upgrade`, `odoo-tests`, `bench`,
`documents`, `odoo`, `lint`."""

import argparse
import signal
from contextlib import contextmanager

from . import (
    bench,
    database,
    demo,
    documents,
    lint,
    odoo_source,
    odoo_tests,
    python_environment,
    serve,
    system_packages,
    test_install,
    test_run,
    test_upgrade,
)
from .console import SetupError, warn
from .odoo_command import Odoo
from .settings import read_settings


def main(arguments):
    """Run one command; its exit code. A refusal is one line, without a traceback."""
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    command, *rest = arguments
    try:
        return COMMANDS[command](rest)
    except SetupError as refusal:
        warn(refusal)
        return 1
    except KeyboardInterrupt:
        warn("stopped")
        return 130


def _interrupt(_signal, _frame):
    # also for a closed terminal: `with` blocks then stop what they started
    raise KeyboardInterrupt


def _run(arguments):
    parser = argparse.ArgumentParser(
        prog="setup/run",
        description="Bring up Odoo with the sample community, billed January to March "
        "2026, and serve it on this machine.",
    )
    parser.add_argument("--port", type=int, default=8069, help="web port (8069)")
    parser.add_argument("--no-serve", action="store_true", help="prepare only")
    _add_database_url(parser)
    options = parser.parse_args(arguments)
    if not options.no_serve:
        serve.check_port(options.port)
    with _odoo("work", system_packages.TO_SERVE, options.database_url) as odoo:
        odoo.warn_missing()
        demo.build(odoo)
        if not options.no_serve:
            serve.serve(odoo, options.port)
    return 0


def _test(arguments):
    url, arguments = _split_database_url(arguments)
    if not arguments:
        code = _lint([])
        if code:
            return code
    with _odoo("test", system_packages.TO_TEST, url) as odoo:
        odoo.warn_missing()
        return test_run.run(odoo, arguments)


def _test_upgrade(arguments):
    parser = argparse.ArgumentParser(
        prog="setup/test-upgrade",
        description="Work a community with an earlier release, taken from the history "
        "of this repository, upgrade its database, and check what came out.",
    )
    parser.add_argument(
        "commits",
        nargs="*",
        default=list(test_upgrade.RELEASES),
        help="releases to begin with (all of: %(default)s)",
    )
    _add_database_url(parser)
    options = parser.parse_args(arguments)
    with _odoo("test", system_packages.TO_TEST, options.database_url) as odoo:
        odoo.warn_missing()
        return test_upgrade.run(odoo, options.commits)


def _test_install(arguments):
    parser = argparse.ArgumentParser(
        prog="setup/test-install",
        description="Install, uninstall and install the addons again, and check what "
        "is left of them and of the books.",
    )
    parser.add_argument(
        "tests", nargs="*", help=f"which (all): {', '.join(test_install.TESTS)}"
    )
    _add_database_url(parser)
    options = parser.parse_args(arguments)
    unknown = set(options.tests) - set(test_install.TESTS)
    if unknown:
        parser.error(f"no test {', '.join(sorted(unknown))}")
    with _odoo("test", system_packages.TO_TEST, options.database_url) as odoo:
        odoo.warn_missing()
        return test_install.run(odoo, options.tests)


def _bench(arguments):
    url, arguments = _split_database_url(arguments)
    with _odoo("bench", system_packages.TO_SERVE, url) as odoo:
        return bench.run(odoo, arguments)


def _documents(arguments):
    parser = argparse.ArgumentParser(
        prog="setup/documents",
        description="Draw every document of the sample community, page by page.",
    )
    parser.add_argument(
        "languages",
        nargs="*",
        metavar="LANGUAGE",
        help=f"{', '.join(demo.LANGUAGES)}; all unless told",
    )
    parser.add_argument(
        "--docs",
        action="store_true",
        help="make the small pictures in docs/images/documents anew",
    )
    _add_database_url(parser)
    options = parser.parse_args(arguments)
    if unknown := set(options.languages) - set(demo.LANGUAGES):
        parser.error(f"no documents in {', '.join(sorted(unknown))}")
    with _odoo("work", system_packages.TO_DRAW, options.database_url) as odoo:
        documents.draw(odoo, options.languages or demo.LANGUAGES, options.docs)
    return 0


def _odoo_command(arguments):
    url, arguments = _split_database_url(arguments)
    with _odoo("work", system_packages.TO_SERVE, url) as odoo:
        return odoo.call(arguments)


def _odoo_tests(arguments):
    parser = argparse.ArgumentParser(
        prog="setup/odoo-tests",
        description="Run Odoo's own tests on a database without the addons and on one "
        "with them, and compare.",
    )
    parser.add_argument(
        "tags",
        nargs="*",
        help="tests as Odoo's --test-tags names them (/account:TestTax); without any, "
        f"those of {', '.join(odoo_tests.SUITES)}",
    )
    parser.add_argument(
        "--half",
        choices=(odoo_tests.WITHOUT, odoo_tests.WITH),
        help="run this half alone and compare with the other's last result",
    )
    _add_database_url(parser)
    options = parser.parse_args(arguments)
    with _odoo("odoo-tests", system_packages.TO_TEST, options.database_url) as odoo:
        odoo.warn_missing()
        return odoo_tests.run(odoo, options)


def _lint(arguments):
    parser = argparse.ArgumentParser(
        prog="setup/lint", description="Run all hooks of .pre-commit-config.yaml."
    )
    parser.add_argument(
        "--fix",
        action="store_true",
        help="repair what ruff can, make READMEs anew, first",
    )
    options = parser.parse_args(arguments)
    settings = read_settings()
    environment, _source = _environment(settings, system_packages.TO_TEST)
    return lint.run(settings, environment, options.fix)


COMMANDS = {
    "run": _run,
    "test": _test,
    "test-install": _test_install,
    "test-upgrade": _test_upgrade,
    "bench": _bench,
    "documents": _documents,
    "odoo": _odoo_command,
    "odoo-tests": _odoo_tests,
    "lint": _lint,
}


def _add_database_url(parser):
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help="use this PostgreSQL server (postgresql://user:password@host:port) "
        "instead of an embedded one; also DATABASE_URL",
    )


def _split_database_url(arguments):
    """Take our one option out of arguments that are meant for another program."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    _add_database_url(parser)
    options, others = parser.parse_known_args(arguments)
    return options.database_url, others


def _environment(settings, needs):
    system_packages.ensure(needs, settings.logs / "system-packages.log")
    source = odoo_source.find(settings)
    return python_environment.ensure(settings, source), source


@contextmanager
def _odoo(name, needs, database_url):
    """Odoo with all it needs, its database server running.

    :param name: "work", "test", "bench" or "odoo-tests"
    :param needs: system packages
    """
    settings = read_settings(database_url)
    environment, source = _environment(settings, needs)
    with database.server(settings, environment, name) as databases:
        yield Odoo(settings, environment, source, databases, name)
