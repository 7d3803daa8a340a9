import base64

from odoo import fields, models


class PropertyDownloadMixin(models.AbstractModel):
    """A wizard whose workbook the browser downloads.

    Takes ``_make_workbook``, which gives the bytes, and ``_get_filename``.
    """

    _name = "property.download.mixin"
    _description = "Workbook to Download"

    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    def action_download(self):
        """Make the workbook and download it."""
        self.ensure_one()
        self.write(
            {
                "file": base64.b64encode(self._make_workbook()),
                "filename": f"{self._get_filename()}.xlsx",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file"
            "?filename_field=filename&download=true",
            "target": "download",
        }
