from odoo import fields, models


class PropertyReceiptVoid(models.TransientModel):
    """Asks why a receipt is void, then voids it."""

    _name = "property.receipt.void"
    _description = "Void Receipt"

    receipt_id = fields.Many2one("property.receipt", required=True, readonly=True)
    amount = fields.Monetary(related="receipt_id.amount")
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    reason = fields.Char(required=True)

    def action_void(self):
        """Void the receipt; its money is reversed today."""
        self.ensure_one()
        self.receipt_id._void(self.reason)
        return {"type": "ir.actions.act_window_close"}
