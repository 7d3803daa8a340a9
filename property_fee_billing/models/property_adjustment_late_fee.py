from odoo import models


class PropertyAdjustment(models.Model):
    """Waiving late fees that were billed."""

    _inherit = "property.adjustment"

    def _credit(self):
        """Override: the days of a late fee that is waived are not billed again, while
        those of one that was credited as wrong are free."""
        note = super()._credit()
        if self.kind == "waiver" and self.bill_id.late_fee_bill_id:
            fees = self.env["property.late.fee"].search(
                [("move_id", "=", self.bill_id.id), ("state", "=", "cancelled")]
            )
            fees._waive_billed(self.reason)
        return note
