"""The upgrade from earlier releases, tested on databases that those releases made.

The code of a release comes out of the history of the repository. It works the sample
community for three months; its database is dumped and kept in the cache folder,
restored, upgraded by the code of this checkout, and compared: with what it was, and
with a fresh installation. At last it is upgraded once more, which must change nothing.
"""

import dataclasses
import io
import subprocess
import tarfile

from .console import SetupError, run_logged, say, step
from .kept import build_once
from .odoo_command import Odoo, complaints
from .settings import SETUP, fingerprint

#: Commits of what is in the field. Both say 19.0.1.0.0.
RELEASES = ("f7fa01b", "62e3c97")
WORKED = "property_fee_release"
BASE = "property_fee_upgrade_base"
FRESH = "property_fee_upgrade_fresh"
UPGRADED = "property_fee_upgraded"
TESTS = "tests/lifecycle/upgraded.py"
AGAIN = "tests/lifecycle/upgraded_again.py"


def run(odoo, commits):
    """Test the upgrade from each of these commits; the exit code.

    :param odoo: `odoo_command.Odoo` with the code of this checkout
    """
    codes = {commit: _extract(odoo.settings, commit) for commit in commits}
    make_fresh(odoo)
    return max(
        _test(odoo, commit, _get_dump(odoo, commit, code))
        for commit, code in codes.items()
    )


def _extract(settings, commit):
    """Folder with the files of a commit, from the history of this repository."""

    def build(folder):
        answer = subprocess.run(
            ["git", "archive", "--format=tar", commit],
            cwd=settings.checkout,
            capture_output=True,
            check=False,
        )
        if answer.returncode:
            raise SetupError(
                f"This checkout has no commit {commit}: the upgrade from that release "
                f"was NOT tested ({answer.stderr.decode().strip()}).",
                "clone the repository with all its history (git fetch --unshallow).",
            )
        with tarfile.open(fileobj=io.BytesIO(answer.stdout)) as archive:
            archive.extractall(folder, filter="data")

    return build_once(settings.local / "releases" / commit, build)


def _get_dump(odoo, commit, code):
    """Folder with the worked database of a release, and what is to be compared."""
    settings, databases = odoo.settings, odoo.databases
    release = Odoo(
        dataclasses.replace(settings, checkout=code),
        odoo.environment,
        odoo.source,
        databases,
        "release",
    )
    installed = f"{WORKED}_{commit}"
    script = settings.checkout / "tests" / "lifecycle" / "work.py"
    steps = SETUP / "property_fee_setup" / "demo_steps.py"
    key = fingerprint(
        str(odoo.environment.folder), commit, script.read_text(), steps.read_text()
    )

    def build(folder):
        databases.template(
            installed,
            str(odoo.environment.folder),
            f"Release {commit}: installing it",
            lambda: _install_release(release, installed),
        )
        databases.duplicate(installed, WORKED)
        with step(f"Release {commit}: three months of the sample community"):
            work(release, "months", folder)
        log = settings.logs / "pg_dump.log"
        databases.dump(WORKED, folder, log)
        with step(f"Release {commit}: the month after that, to compare with"):
            work(release, "next", folder)
        databases.drop(WORKED)

    return build_once(settings.cache / "releases" / f"{commit}-{key}", build)


def _install_release(release, database):
    _install_accounting(release, database)
    release.install(database, [addon.name for addon in release.addons])


def _install_accounting(odoo, database):
    """What the addons need, in a company that keeps its books in China."""
    odoo.databases.make_empty(database)
    odoo.install(database, ["base"])
    work(odoo, "company", odoo.settings.local, database)
    odoo.install(database, odoo.needed_modules())


def work(odoo, name, folder, database=WORKED):
    """Run a step of `tests.lifecycle.work` with the code that Odoo finds."""
    run_logged(
        [
            *(odoo.environment.python, "-m", "tests.lifecycle.work"),
            *(database, name, folder),
        ],
        odoo.settings.logs / f"release-{name}.log",
        f"Working the release ({name})",
        env={**odoo.variables(), "PYTHONPATH": str(SETUP)},
        cwd=SETUP.parent,
    )


def make_fresh(odoo):
    """A database in which the code of this checkout was installed from the start."""
    databases = odoo.databases
    needed = odoo.needed_modules()
    key = fingerprint(str(odoo.environment.folder), *needed)
    databases.template(
        BASE,
        key,
        f"Database in China with {', '.join(needed)}",
        lambda: _install_accounting(odoo, BASE),
    )
    names = [addon.name for addon in odoo.addons]
    hashes = [addon.content_hash() for addon in odoo.addons]
    databases.template(
        FRESH,
        fingerprint(key, *names, *hashes),
        f"Installing {', '.join(names)} afresh",
        lambda: (databases.duplicate(BASE, FRESH), odoo.install(FRESH, names)),
    )
    for note_name in ("structure", "records"):
        note(odoo, FRESH, note_name)


def _test(odoo, commit, folder):
    """Restore, upgrade, compare, upgrade again, compare; the exit code."""
    log = odoo.settings.logs / "pg_restore.log"
    with step(f"Release {commit}: restoring its database"):
        odoo.databases.restore(folder, UPGRADED, log)
        note(odoo, UPGRADED, "own")
    title = f"Release {commit}: upgrading to this checkout"
    files = {
        "april": folder / "april.json",
        "structure": get_noted(odoo, FRESH, "structure"),
        "records": get_noted(odoo, FRESH, "records"),
        "own": get_noted(odoo, UPGRADED, "own"),
        "rows": get_noted(odoo, UPGRADED, "rows"),
    }
    problems = _upgrade(odoo, title)
    code = run_tests(odoo, UPGRADED, TESTS, files) if not problems else 1
    if not code:
        note(odoo, UPGRADED, "rows")
        problems = _upgrade(odoo, f"Release {commit}: upgrading once more")
        code = run_tests(odoo, UPGRADED, AGAIN, files) if not problems else 1
    say(f"    release {commit}: {'FAILED' if code else 'upgrades well'}")
    return code


def _upgrade(odoo, title):
    """Upgrade as the administrator's guide says; what Odoo complained of."""
    names = odoo.databases.query(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", UPGRADED
    ).split()
    ours = [addon.name for addon in odoo.addons if addon.name in names]
    with step(title):
        log = odoo.install(UPGRADED, ours, update=True, options=["--i18n-overwrite"])
    problems = complaints(log)
    for problem in problems:
        say(f"    {problem}")
    return problems


def get_noted(odoo, database, name):
    """File of a note; see `tests.lifecycle.note`."""
    return odoo.settings.local / "lifecycle" / f"{database}-{name}.json"


def note(odoo, database, name, *more):
    """Note what a database is like; see `tests.lifecycle.note`."""
    path = get_noted(odoo, database, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    run_logged(
        [
            *(odoo.environment.python, "-m", "tests.lifecycle.note"),
            *(database, name, path, *more),
        ],
        odoo.settings.logs / "note.log",
        f"Reading the database {database}",
        env=odoo.variables(),
        cwd=odoo.settings.checkout,
    )


def run_tests(odoo, database, tests, files):
    """Run tests of `tests/lifecycle` on a database; the exit code.

    :param files: ``{name: path}`` of what was noted, by which the tests find it
    """
    variables = {f"PROPERTY_FEE_{name.upper()}": str(files[name]) for name in files}
    return subprocess.run(
        [
            *(odoo.environment.python, "-m", "pytest", "--odoo-http", "-q"),
            f"--odoo-config={odoo.configuration}",
            f"--odoo-database={database}",
            tests,
        ],
        cwd=odoo.settings.checkout,
        env={**odoo.variables(), **variables},
        check=False,
    ).returncode
