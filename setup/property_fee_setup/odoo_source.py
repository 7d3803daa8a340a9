"""Where Odoo 19 comes from: the caller's own, or Debian's package."""

import ast
import importlib.util
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .console import SetupError, say, step
from .debian_archive import Archive, read_lock
from .kept import build_once, is_complete, link
from .settings import SETUP, fingerprint

SERIES = 19
DIST_PACKAGES = "usr/lib/python3/dist-packages"
# A file that Odoo's pages name and Debian leaves out: the browser tests take the
# message that it is missing for a failure, so an empty one stands in. Blurring the
# background of video calls is all that is lost.
ABSENT_FILES = (
    "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js",
)


@dataclass(frozen=True)
class OdooSource:
    """Odoo's code on this machine."""

    #: folder to put on Python's path; it holds the package `odoo`
    home: Path

    @property
    def addons_folders(self):
        """Folders with Odoo's own addons: a git checkout has two of them.

        Debian's package has all of them in one, and elsewhere copies without their
        pages and pictures, which must not be taken.
        """
        inner, outer = self.home / "odoo" / "addons", self.home / "addons"
        return [inner] if (inner / "web").is_dir() else [inner, outer]


def find(settings):
    """The Odoo to use: ODOO_HOME, an importable one, else Debian's package.

    :rtype: OdooSource
    :raise SetupError: when ODOO_HOME is wrong or Debian's package cannot be had
    """
    if settings.odoo_home:
        return OdooSource(_home_in(Path(settings.odoo_home).expanduser().resolve()))
    importable = _importable_home()
    if importable:
        say(f"Odoo {SERIES} of the chosen Python: {importable}")
        return OdooSource(importable)
    home = _extracted(settings) / DIST_PACKAGES
    link(home, settings.local / "odoo")
    return OdooSource(home)


def _home_in(folder):
    """Folder with the package `odoo` in what ODOO_HOME names."""
    fix = (
        f"set ODOO_HOME to a checkout of Odoo {SERIES} or a folder its Debian package "
        "was extracted to, or unset it to have it downloaded."
    )
    for home in (folder, folder / DIST_PACKAGES):
        release = home / "odoo" / "release.py"
        if release.is_file():
            series = series_of(release.read_text())
            if series == SERIES:
                return home
            raise SetupError(f"ODOO_HOME={folder} is Odoo {series}.", fix)
    raise SetupError(f"ODOO_HOME={folder} holds no Odoo.", fix)


def series_of(release):
    """Major version in the text of Odoo's release.py (19), None where unclear."""
    found = re.search(r"^version_info = \(([^,]+),", release, re.MULTILINE)
    value = ast.literal_eval(found[1]) if found else None
    return value if isinstance(value, int) else None


def _importable_home():
    spec = importlib.util.find_spec("odoo")
    for location in spec.submodule_search_locations or () if spec else ():
        release = Path(location) / "release.py"
        if release.is_file() and series_of(release.read_text()) == SERIES:
            return Path(location).resolve().parent
    return None


def _extracted(settings):
    lock = (SETUP / "debian.lock").read_text()
    folder = settings.cache / "odoo" / fingerprint(lock + "".join(ABSENT_FILES))
    if is_complete(folder):
        return folder
    packages = read_lock(lock)
    archive = Archive(settings.cache, settings.logs, settings.debian_mirror)
    with step("Odoo 19 from the Debian archive (130 MB, kept in the cache folder)"):
        files = [archive.fetch(package) for package in packages]
        archive.clean()

    def extract(target):
        for file in files:
            subprocess.run(["dpkg-deb", "-x", file, target], check=True)
        for name in ABSENT_FILES:
            file = Path(target, DIST_PACKAGES, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()

    with step("Extracting Odoo (1.3 GB, once for all checkouts)"):
        return build_once(folder, extract)
