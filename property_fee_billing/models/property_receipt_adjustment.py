from odoo import fields, models


class PropertyReceipt(models.Model):
    """What a payout voucher was asked for by."""

    _inherit = "property.receipt"

    adjustment_ids = fields.One2many("property.adjustment", "receipt_id")
    deposit_settlement_ids = fields.One2many(
        "property.deposit.settlement", "receipt_id"
    )

    def action_open_request(self):
        """The refund or the settled deposit behind a payout voucher."""
        self.ensure_one()
        record = self.adjustment_ids[:1] or self.deposit_settlement_ids[:1]
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
