from odoo import models


class IrAttachment(models.Model):
    """Files of a complaint: its owner sees what they sent and what they were sent, not
    the evidence and notes of the firm."""

    _inherit = "ir.attachment"

    def _check_access(self, operation):
        """Override of `base`: who is not of the firm reads no internal files."""
        result = super()._check_access(operation)
        if self.env.su or not self.env.user.share:
            return result
        forbidden = result[0] if result else self.browse()
        internal = (self - forbidden)._filter_internal_of_complaints()
        if not internal:
            return result
        return (
            forbidden + internal,
            lambda: self._make_access_error_of_complaints(internal),
        )

    def _filter_internal_of_complaints(self):
        """Files of complaints that are neither photos of the complainant nor in a
        message that they may read."""
        # what the files belong to is found out for whoever asks
        files = self.sudo().filtered(
            lambda file: file.res_model == "property.complaint" and not file.public
        )
        if not files:
            return self.browse()
        complaints = (
            self.env["property.complaint"].sudo().browse(set(files.mapped("res_id")))
        )
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("attachment_ids", "in", files.ids),
                    ("model", "=", "property.complaint"),
                    ("is_internal", "=", False),
                    ("subtype_id.internal", "=", False),
                    ("subtype_id", "!=", False),
                ]
            )
        )
        shown = complaints.exists().photo_ids | messages.attachment_ids
        return (files - shown).sudo(False).with_env(self.env)

    def _make_access_error_of_complaints(self, files):
        return self.env["ir.rule"]._make_access_error("read", files)
