"""The benchmark of `tests/benchmark`, on a server and a database of its own.

The server keeps what it is told through a crash, as one in use does, and the benchmark
may kill its processes.
"""

import subprocess

from . import python_environment
from .console import say, step
from .kept import build_once
from .settings import SETUP, fingerprint

LOCK = SETUP / "requirements-bench.lock"
TEMPLATE = "property_fee_bench_template"
DATABASE = "property_fee_bench"
#: Benchmarks of their own: reports over a million lines, and long workbooks.
PARTS = ("figures", "workbooks")
#: Addons of others that the benchmark compares with.
COMPARED = ["contract"]


def run(odoo, arguments):
    """Make a fresh database and measure in it; the exit code.

    :param odoo: `odoo_command.Odoo`
    :param arguments: for `tests.benchmark`
    """
    odoo.use_addons_folder(_compared_addons(odoo))
    _make_database(odoo)
    module, name = "tests.benchmark", "bench"
    if arguments and arguments[0] in PARTS:
        part, *arguments = arguments
        module, name = f"{module}.{part}", f"{name}-{part}"
    say("==> Measuring")
    own = [] if odoo.settings.database_url else ["--own-server"]
    return subprocess.run(
        [
            *(odoo.environment.python, "-m", module),
            *("--database", DATABASE, *own),
            *("--json", odoo.settings.local / f"{name}.json", *arguments),
        ],
        cwd=odoo.settings.checkout,
        env=odoo.variables(),
        check=False,
    ).returncode


def _compared_addons(odoo):
    """Folder with the addons of others, installed once."""
    environment, settings = odoo.environment, odoo.settings
    key = fingerprint(LOCK.read_text(), str(environment.folder))

    def build(target):
        options = ("--target", target)
        python_environment.install(settings, environment.python, [LOCK], *options)

    return build_once(settings.cache / "bench" / key, build) / "odoo" / "addons"


def _make_database(odoo):
    databases = odoo.databases
    names = [*odoo.needed_modules(), *COMPARED, *(addon.name for addon in odoo.addons)]
    hashes = [addon.content_hash() for addon in odoo.addons]
    databases.template(
        TEMPLATE,
        fingerprint(str(odoo.environment.folder), LOCK.read_text(), *names, *hashes),
        f"Benchmark database with {', '.join(names)}",
        lambda: (databases.make_empty(TEMPLATE), odoo.install(TEMPLATE, names)),
    )
    with step("Fresh benchmark database"):
        databases.duplicate(TEMPLATE, DATABASE)
