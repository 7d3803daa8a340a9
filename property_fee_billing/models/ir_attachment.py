import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError

from ..file_store import disk_errors_in_words

CONTENT = {"raw", "datas", "db_datas", "store_fname", "checksum", "name", "url"}
#: After which a file that is not whole is nobody's any more.
SECONDS_TO_WRITE = 60


class IrAttachment(models.Model):
    """Files of a notice that was sent are evidence and stay as they are; what the disk
    does not take whole is not taken at all."""

    _inherit = "ir.attachment"

    def write(self, vals):
        """Override of `base`: what was sent is not replaced."""
        if vals.keys() & CONTENT:
            self._check_not_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        self._check_not_evidence()

    def _check_not_evidence(self):
        """Refuse to touch what went with a notice or shows its delivery."""
        # what a file belongs to is read of files the user may not read, too
        ids = [file.id for file in self.sudo() if file.res_model == "property.notice"]
        if not ids:
            return
        # also for whoever may not see the notice
        notice = (
            self.env["property.notice"]
            .sudo()
            .search(
                [
                    "&",
                    ("content_hash", "!=", False),
                    "|",
                    ("attachment_ids", "in", ids),
                    ("evidence_attachment_ids", "in", ids),
                ],
                limit=1,
            )
        )
        if notice:
            raise UserError(
                self.env._(
                    "This file is evidence of notice %s: it stays as it is.",
                    notice.name,
                )
            )

    # --------------------------------------------------------------- full disks
    def _read_whole(self):
        """What was stored in a file. Odoo reads a file that is gone from the disk as an
        empty one.

        :raise UserError: it is not there, or not as it was stored
        """
        self.ensure_one()
        content = self.raw or b""
        if self.checksum and self._compute_checksum(content) != self.checksum:
            raise UserError(
                self.env._(
                    "File %s is not in the file store of the server as it was stored: "
                    "the administrator can bring it back from a backup.",
                    self.name,
                )
            )
        return content

    @api.model
    def _file_write(self, bin_value, checksum):
        """Override of `base`: leave no file behind that is not whole.

        A file has the checksum of what is in it as its name. Odoo would take one that
        broke off for the whole, and refuse the same content ever after.
        """
        _name, path = self._get_path(bin_value, checksum)
        is_new = not os.path.exists(path)
        with disk_errors_in_words(self.env):
            try:
                return super()._file_write(bin_value, checksum)
            except OSError:
                if is_new:
                    with suppress(FileNotFoundError):
                        os.unlink(path)
                raise

    @api.model
    def _get_path(self, bin_data, sha):
        """Override of `base`: a file that broke off when the server was killed makes
        room for the whole one."""
        with disk_errors_in_words(self.env):
            self._remove_torso(Path(self._full_path(f"{sha[:2]}/{sha}")), len(bin_data))
            return super()._get_path(bin_data, sha)

    @api.model
    def _remove_torso(self, path, size):
        """Remove a file that is not what its name says: its checksum."""
        if not path.is_file():
            return
        found = path.stat()
        # somebody may just be writing it
        is_old = time.time() - found.st_mtime > SECONDS_TO_WRITE
        if (
            is_old
            and found.st_size != size
            and hashlib.sha1(path.read_bytes()).hexdigest() != path.name
        ):
            path.unlink()
