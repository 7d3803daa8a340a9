"""Pinned packages from the Debian archive, by an apt of our own.

apt does the downloading because it knows the machine's mirror and proxy and verifies
Debian's signatures. It runs with sources, lists and caches of ours; those of the
machine are read, never changed.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .console import SetupError, run_logged, say

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
OWN_ODOO = "set ODOO_HOME to a folder with Odoo 19."


@dataclass(frozen=True)
class Package:
    """One line of debian.lock."""

    name: str
    suite: str
    version: str
    sha256: str

    @property
    def filename(self):
        """Name under which the file is kept."""
        return f"{self.name}_{self.version.replace(':', '%3a')}.deb"


def read_lock(text):
    """Packages named in a lock file.

    :param text: content, four columns a line, `#` starts a comment line
    :return: list of `Package`
    """
    lines = [line.split() for line in text.splitlines()]
    return [Package(*line) for line in lines if line and not line[0].startswith("#")]


def matches(path, sha256):
    """Whether a file has this checksum."""
    with open(path, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == sha256


def main_archive(index_targets):
    """Address of the Debian archive among the machine's own sources.

    :param index_targets: lines "address origin label" as apt prints them
    :return: the address, or None where no source is Debian's main archive
    """
    for line in index_targets.splitlines():
        address, _space, names = line.strip().partition(" ")
        # the security archive has the origin Debian too, and the label Debian-Security
        if names == "Debian Debian" and address:
            return address.rstrip("/")
    return None


class Archive:
    """The Debian archive as seen by an apt with folders of its own."""

    def __init__(self, cache, logs, mirror=None):
        """
        :param cache: folder of ours for lists and downloads
        :param logs: folder for log files
        :param mirror: address to use, else the one the machine uses
        """
        self.apt = cache / "apt"
        self.kept = cache / "debs"
        self.logs = logs
        self.mirror = mirror
        self.prepared = False

    def fetch(self, package):
        """Path of the package's .deb file, downloaded unless it is kept already.

        A kept file whose checksum is wrong is thrown away and downloaded again.

        :raise SetupError: when the archive cannot give the package
        """
        path = self.kept / package.filename
        if path.is_file():
            if matches(path, package.sha256):
                return path
            say(f"    {path.name} is damaged; downloading it again")
            path.unlink()
        return self._download(package)

    def clean(self):
        """Throw the package lists away (250 MB); the downloads stay."""
        shutil.rmtree(self.apt, ignore_errors=True)
        self.prepared = False

    def _download(self, package):
        self._prepare(package)
        self.kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.kept) as folder:
            pinned = f"{package.name}={package.version}"
            if not self._apt_download(pinned, folder):
                return self._download_newest(package, folder)
            return self._keep_pinned(next(Path(folder).glob("*.deb")), package)

    def _keep_pinned(self, file, package):
        if not matches(file, package.sha256):
            raise SetupError(
                f"{file.name} from the archive is not the file pinned in debian.lock.",
                "set DEBIAN_MIRROR to another Debian mirror, or " + OWN_ODOO,
            )
        return file.rename(self.kept / package.filename)

    def _download_newest(self, package, folder):
        """The suite's present version, for when the archive has dropped the pinned."""
        if not self._apt_download(f"{package.name}/{package.suite}", folder):
            raise SetupError(
                f"The Debian archive gives no {package.name}.",
                f"read {self.logs / 'apt-download.log'}, or {OWN_ODOO}",
            )
        file = next(Path(folder).glob("*.deb"))
        version = file.name.split("_")[1].replace("%3a", ":")
        if version == package.version:
            # the first attempt failed for another reason
            return self._keep_pinned(file, package)
        if package.name == "odoo-19" and not version.startswith("19."):
            raise SetupError(f"The archive's odoo-19 is {version}.", OWN_ODOO)
        say(
            f"    {package.name} {package.version} has left the archive; taking "
            f"{version}, which apt verified by Debian's signature"
        )
        return file.rename(self.kept / f"{package.name}_newest.deb")

    def _apt_download(self, what, folder):
        try:
            self._run("download", what, cwd=folder)
        except SetupError:
            return False
        return True

    def _prepare(self, package):
        """Write our apt configuration and get the package lists, once a process."""
        if self.prepared:
            return
        if not shutil.which("apt-get") or not KEYRING.is_file():
            raise SetupError(f"No apt here to download {package.name} with.", OWN_ODOO)
        for folder in ("lists/partial", "archives/partial"):
            (self.apt / folder).mkdir(parents=True, exist_ok=True)
        mirror = self.mirror or self._machine_mirror()
        sources = "".join(
            f"deb [signed-by={KEYRING}] {mirror} {suite} main\n"
            for suite in ("sid", "bookworm")
        )
        (self.apt / "sources.list").write_text(sources)
        (self.apt / "apt.conf").write_text(self._configuration())
        self._run("update", "--error-on=any")
        self.prepared = True

    def _configuration(self):
        # The machine's proxies, credentials and certificates stay in force; its hooks
        # (Post-Invoke and the like) do not run.
        acquire = _ask_apt("apt-config", "dump", "Acquire")
        return acquire + "\n".join(
            [
                'Dir::Etc::parts "/dev/null";',
                'Dir::Etc::main "/dev/null";',
                'Dir::Etc::sourceparts "/dev/null";',
                f'Dir::Etc::sourcelist "{self.apt}/sources.list";',
                'Dir::Etc::preferences "/dev/null";',
                'Dir::Etc::preferencesparts "/dev/null";',
                'Dir::State::status "/dev/null";',
                f'Dir::State::lists "{self.apt}/lists";',
                f'Dir::Cache "{self.apt}";',
                f'Dir::Cache::archives "{self.apt}/archives";',
                # nobody but this user can write to the user's own cache folder
                'APT::Sandbox::User "";',
                'Acquire::Languages "none";',
                "",
            ]
        )

    def _machine_mirror(self):
        mirror = main_archive(_index_targets())
        if not mirror:
            # A machine that never updated its lists does not know its sources'
            # origins. Its own lists are not ours to change: get a copy.
            lists = self.apt / "machine-lists"
            (lists / "partial").mkdir(parents=True, exist_ok=True)
            own_lists = ["-o", f"Dir::State::lists={lists}"]
            self._run("update", *own_lists, configuration="/dev/null")
            mirror = main_archive(_index_targets(*own_lists))
        if not mirror:
            raise SetupError(
                "No Debian archive among this machine's apt sources.",
                f"set DEBIAN_MIRROR to the address of one, or {OWN_ODOO}",
            )
        return mirror

    def _run(self, *arguments, cwd=None, configuration=None):
        configuration = configuration or self.apt / "apt.conf"
        run_logged(
            ["apt-get", "-q", *arguments],
            self.logs / f"apt-{arguments[0]}.log",
            f"apt-get {arguments[0]}",
            fix=f"check the network, set DEBIAN_MIRROR, or {OWN_ODOO}",
            cwd=cwd,
            env={**os.environ, "APT_CONFIG": str(configuration)},
        )


def _index_targets(*options):
    template = "$(REPO_URI) $(ORIGIN) $(LABEL)"
    return _ask_apt(
        "apt-get",
        *options,
        "indextargets",
        "--format",
        template,
        "Created-By: Packages",
    )


def _ask_apt(*command):
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout
