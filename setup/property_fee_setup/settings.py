"""Folders of the setup and what the caller chose by options and environment."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

SETUP = Path(__file__).resolve().parent.parent
NAME = "property-fee-billing"


@dataclass(frozen=True)
class Settings:
    """Where things are kept, and the caller's own Odoo and database server."""

    #: checkout of this project, which is also the addons folder
    checkout: Path
    #: downloads, Odoo and virtual environments, shared by all checkouts of a user
    cache: Path
    #: links, configuration, logs and file store of this checkout
    local: Path
    #: database clusters of this checkout
    state: Path
    #: the caller's own Odoo source, or None
    odoo_home: str | None
    #: the caller's own database server as postgresql://..., or None
    database_url: str | None
    #: Debian archive to use instead of the machine's own, or None
    debian_mirror: str | None

    @property
    def logs(self):
        """Folder of the log files of this checkout."""
        return self.local / "log"


def read_settings(database_url=None, environment=None):
    """Settings of this checkout.

    :param database_url: value of --database-url, goes before DATABASE_URL
    :param environment: mapping of variables, the process's own by default
    """
    environment = os.environ if environment is None else environment
    checkout = SETUP.parent
    local = SETUP / ".local"
    caches = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Settings(
        checkout=checkout,
        cache=Path(caches) / NAME,
        local=local,
        state=_state_folder(checkout, local),
        odoo_home=environment.get("ODOO_HOME") or None,
        database_url=database_url or environment.get("DATABASE_URL") or None,
        debian_mirror=environment.get("DEBIAN_MIRROR") or None,
    )


def _state_folder(checkout, local):
    # PostgreSQL refuses to run as root. The user it runs as instead cannot enter
    # root's home, where a checkout may be, so root's clusters live in /var/lib.
    if os.geteuid() == 0:
        return Path("/var/lib") / NAME / fingerprint(str(checkout))
    return local


def fingerprint(*parts):
    """Short key of texts, for the names of folders that hold what they describe."""
    digest = hashlib.sha256("\0".join(parts).encode())
    return digest.hexdigest()[:12]
