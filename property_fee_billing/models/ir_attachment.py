from odoo import api, models
from odoo.exceptions import UserError

CONTENT = {"raw", "datas", "db_datas", "store_fname", "checksum", "name", "url"}


class IrAttachment(models.Model):
    """Files of a notice that was sent are evidence and stay as they are."""

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
