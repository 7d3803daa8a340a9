"""Programs and fonts that come from Debian, installed when they are missing."""

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

from .console import SetupError, run_logged, step


@dataclass(frozen=True)
class Need:
    """A Debian package, and how to see that the machine has what it brings."""

    package: str
    present: object


def _program(*names):
    return lambda: any(shutil.which(name) for name in names)


def _debian_package(name):
    def present():
        query = ["dpkg-query", "-W", "-f=${db:Status-Status}", name]
        answer = subprocess.run(query, capture_output=True, text=True, check=False)
        return answer.stdout == "installed"

    return present


def _can_make_environments():
    return bool(
        importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")
    )


#: What serving needs: virtual environments, PDF printing with Chinese text, file types.
TO_SERVE = (
    Need(
        "python{}.{}-venv".format(*sys.version_info[:2]),
        _can_make_environments,
    ),
    Need("wkhtmltopdf", _program("wkhtmltopdf")),
    Need("fonts-noto-cjk", _debian_package("fonts-noto-cjk")),
    Need("libmagic1", lambda: ctypes.util.find_library("magic")),
)

#: What drawing pages of documents needs besides.
TO_DRAW = (*TO_SERVE, Need("poppler-utils", _program("pdftotext")))

#: What the tests need besides: a browser, a spreadsheet, the hooks' list of files.
TO_TEST = (
    *TO_DRAW,
    Need("chromium", _program("chromium", "google-chrome", "chromium-browser")),
    Need("libreoffice-calc-nogui", _program("soffice", "libreoffice")),
    Need("git", _program("git")),
)


def ensure(needs, log):
    """Install what is missing, or say which command does.

    :param needs: `TO_SERVE` or `TO_TEST`
    :param log: path of the installer's log file
    :raise SetupError: without the rights to install, with the command to run
    """
    missing = [need.package for need in needs if not need.present()]
    if not missing:
        return
    names = " ".join(missing)
    command = f"apt-get install --no-install-recommends {names}"
    rights = _rights()
    if rights is None:
        raise SetupError(f"The system packages {names} are missing.", f"sudo {command}")
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q"]
    with step(f"System packages: {names}"):
        run_logged([*apt, "update"], log, "apt-get update")
        run_logged(
            [*apt, "install", "--no-install-recommends", *missing],
            log,
            "Installing system packages",
            fix=f"run {command} by hand; log: {log}",
        )


def _rights():
    """Prefix that lets a command install packages, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None
