from odoo import models


class PropertyFeeRate(models.Model):
    """Where owners find the published price."""

    _inherit = "property.fee.rate"

    def _get_published_url(self):
        """Hook: address of the published price sheet that shows this rate.

        :rtype: str or False where it is not published
        """
        self.ensure_one()
        return False
