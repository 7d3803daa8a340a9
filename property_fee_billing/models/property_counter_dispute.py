from odoo import api, models


class PropertyCounter(models.AbstractModel):
    """Disputed amounts at the counter."""

    _inherit = "property.counter"

    @api.model
    def _get_bill_data(self, bill, date, late_fee):
        """Extended: ``disputed``, what of ``residual`` is in review."""
        data = super()._get_bill_data(bill, date, late_fee)
        data["disputed"] = bill.fee_amount_disputed
        return data
