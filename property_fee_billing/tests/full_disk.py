"""A disk that is really full, for tests."""

import os
import resource
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.addons.base.models.ir_attachment import IrAttachment

#: What fits on it. A document of one page has about 20 kB.
SIZE = 8192


class FullDisk:
    """A folder with room for 8 kB: a file system of its own where the user may mount
    one, else files that may not grow beyond it. Both break off in the middle of what
    is written, as a full disk does.

    :ivar folder: the folder
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.is_mounted = False
        self.limits = None

    def fill(self):
        """From now on nothing larger fits."""
        if os.geteuid() == 0:
            done = self._mount(f"size={SIZE}")
            self.is_mounted = done.returncode == 0
        if not self.is_mounted:
            self.limits = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE, self.limits[1]))

    def free(self):
        """Somebody has made space."""
        if self.is_mounted:
            self._mount("remount,size=64m").check_returncode()
        elif self.limits:
            resource.setrlimit(resource.RLIMIT_FSIZE, self.limits)

    def remove(self):
        """Take the disk away."""
        self.free()
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", self.folder], check=True)

    def get_files(self):
        """The files on it, without Odoo's list of files to look at later."""
        return [
            path
            for path in self.folder.rglob("*")
            if path.is_file() and "checklist" not in path.parts
        ]

    def _mount(self, options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.folder]
        return subprocess.run(command, capture_output=True, check=False)


@contextmanager
def full_file_store():
    """Context manager: new attachments go to a full disk; what is stored already can
    be read.

    :rtype: FullDisk
    """
    with ExitStack() as stack:
        disk = FullDisk(stack.enter_context(tempfile.TemporaryDirectory()))
        full_path = IrAttachment._full_path

        def find(attachments, path):
            stored = full_path(attachments, path)
            if os.path.isfile(stored):
                return stored
            return str(disk.folder / path)

        stack.enter_context(patch.object(IrAttachment, "_full_path", find))
        disk.fill()
        stack.callback(disk.remove)
        yield disk


@contextmanager
def full_temporary_folder():
    """Context manager: the folder of temporary files is on a full disk.

    :rtype: FullDisk
    """
    with ExitStack() as stack:
        disk = FullDisk(stack.enter_context(tempfile.TemporaryDirectory()))
        disk.fill()
        stack.callback(disk.remove)
        stack.enter_context(patch.object(tempfile, "tempdir", str(disk.folder)))
        stack.enter_context(patch.dict(os.environ, TMPDIR=str(disk.folder)))
        yield disk
