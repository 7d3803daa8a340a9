"""All tests through pytest-odoo, on a database made for this run."""

import fcntl
import os
import subprocess

from .addons import TO_TRY
from .console import SetupError, say, step
from .odoo_command import complaints
from .settings import fingerprint

BASE = "property_fee_test_base"
TEMPLATE = "property_fee_test_template"
DATABASE = "property_fee_test"
# Each process loads Odoo and has a database: beyond this many little is gained.
MOST_PROCESSES = 4


def run(odoo, arguments):
    """Make a fresh database and run pytest on it; pytest's exit code.

    :param arguments: for pytest, paths relative to the checkout; without any, all
        tests of the addons and of `tests/` run, on all cores
    """
    with (odoo.settings.local / "test.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(
                "Another test run uses this checkout.", "wait for it to end."
            ) from error
        processes = 1 if arguments else count_processes(len(os.sched_getaffinity(0)))
        _make_databases(odoo, processes)
        return _pytest(odoo, arguments, processes)


def _make_databases(odoo, processes):
    """A copy for each process of a template with the addons, which is itself a copy of
    one with what they need.

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
    with step("Fresh test databases" if processes > 1 else "Fresh test database"):
        # several by the names that conftest.py gives them
        several = [f"{DATABASE}-gw{number}" for number in range(processes)]
        for name in several if processes > 1 else [DATABASE]:
            databases.duplicate(TEMPLATE, name)


def _install_addons(odoo, names):
    """Install the addons, and show what Odoo has to say about them."""
    odoo.databases.duplicate(BASE, TEMPLATE)
    for complaint in complaints(odoo.install(TEMPLATE, names)):
        say(f"    {complaint}")


def _pytest(odoo, arguments, processes):
    say("==> Tests")
    # by the files: pytest does not ignore a folder that it was asked to look into
    left_out = [f"--ignore-glob=*/{name}/*" for name in odoo.missing]
    return subprocess.run(
        [
            *(odoo.environment.python, "-m", "pytest", "--odoo-http"),
            f"--odoo-config={odoo.configuration}",
            f"--odoo-database={DATABASE}",
            *left_out,
            *(arguments or spread(processes)),
        ],
        cwd=odoo.settings.checkout,
        env=odoo.variables(),
        check=False,
    ).returncode


def count_processes(cores):
    """Processes that a whole run is spread over."""
    return min(cores, MOST_PROCESSES)


def spread(processes):
    """Arguments of pytest that spread the test files over processes.

    A file stays together, as its classes share what is costly to make; the next file
    goes to the process that is free, in the order of `testpaths` in pytest.ini.
    """
    if processes < 2:
        return []
    return [f"--numprocesses={processes}", "--dist=loadfile", "--no-loadscope-reorder"]
