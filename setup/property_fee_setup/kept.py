"""Folders that are built once and then kept, safe against a kill half-way."""

import contextlib
import fcntl
import shutil
from pathlib import Path

STAMP = ".complete"


def is_complete(folder):
    """Whether a kept folder was built to its end."""
    return (folder / STAMP).is_file()


@contextlib.contextmanager
def locked(lock_file):
    """Hold a lock that other processes of this user wait for."""
    lock_file = Path(lock_file)
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build_once(folder, build):
    """Make a folder by `build(folder)` unless that was done before.

    The stamp is written last: a folder without it is what a killed build left behind
    and is made anew. Two processes never build the same folder at once.

    :param folder: path of the folder
    :param build: function that fills the folder, which then exists and is empty
    :return: the folder
    """
    if is_complete(folder):
        return folder
    with locked(folder.with_name(folder.name + ".lock")):
        if is_complete(folder):
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        build(folder)
        (folder / STAMP).touch()
    return folder


def link(target, name):
    """Point the symbolic link `name` to `target`, for people and editors."""
    if name.is_symlink() and name.readlink() == target:
        return
    name.parent.mkdir(parents=True, exist_ok=True)
    name.unlink(missing_ok=True)
    name.symlink_to(target)
