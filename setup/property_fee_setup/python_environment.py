"""The virtual environment with the locked Python packages."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .console import run_logged, step
from .kept import build_once, is_complete, link
from .settings import SETUP, fingerprint

LOCKS = (SETUP / "requirements.lock", SETUP / "requirements-odoo.lock")


@dataclass(frozen=True)
class PythonEnvironment:
    """A virtual environment in which `import odoo` works."""

    folder: Path

    @property
    def python(self):
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def site_packages(self):
        """Folder of its installed packages."""
        return _site_packages(self.folder)

    def variables(self, **more):
        """Environment variables for a process in it, its programs first on PATH."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "PYTHONHOME", "ODOO_RC", "OPENERP_SERVER")
        }
        path = os.pathsep.join([str(self.folder / "bin"), kept.get("PATH", "")])
        return {**kept, "PATH": path, "VIRTUAL_ENV": str(self.folder), **more}


def _site_packages(folder):
    version = "python{}.{}".format(*sys.version_info[:2])
    return folder / "lib" / version / "site-packages"


def install(settings, python, locks, *options):
    """Install what lock files name, each file verified by its checksum.

    :param python: interpreter of the virtual environment
    :param options: more options for pip
    """
    run_logged(
        [
            *(python, "-m", "pip", "install", *options),
            *("--disable-pip-version-check", "--no-deps", "--require-hashes"),
            *(part for lock in locks for part in ("-r", lock)),
        ],
        settings.logs / "pip.log",
        "Installing Python packages",
        fix=f"check the network, read {settings.logs / 'pip.log'}, start again.",
    )


def ensure(settings, source):
    """The environment for this lock file, this Python and this Odoo.

    :param source: `odoo_source.OdooSource`
    :rtype: PythonEnvironment
    """
    locks = [lock.read_text() for lock in LOCKS]
    key = fingerprint(*locks, sys.version, sys.base_prefix, str(source.home))
    folder = settings.cache / "python" / key

    def build(target):
        subprocess.run([sys.executable, "-m", "venv", target], check=True)
        install(settings, target / "bin" / "python", LOCKS)
        pth = _site_packages(target) / "odoo.pth"
        pth.write_text(f"{source.home}\n")

    if not is_complete(folder):
        with step("Python packages (the locked versions, verified by checksum)"):
            build_once(folder, build)
    link(folder, settings.local / "venv")
    return PythonEnvironment(folder)
