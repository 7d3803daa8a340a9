from odoo import api, models


class PropertyAdjustment(models.AbstractModel):
    """Corrections of what owners owe or have to their credit."""

    _name = "property.adjustment"
    _description = "Adjustment"

    @api.model
    def _refund_credit(
        self, unit, partner, amount, method_line, date, reason, session=None
    ):
        """Pay out an owner's credit; see property.payout ``_pay_out``.

        :return: property.receipt of kind payout
        """
        return self.env["property.payout"]._pay_out(
            unit, partner, amount, method_line, date, reason, session
        )
