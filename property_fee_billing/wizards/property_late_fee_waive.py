from odoo import api, fields, models

from ..local_time import get_today


class PropertyLateFeeWaive(models.TransientModel):
    """Asks why late fees that have run up are given up, then waives them."""

    _name = "property.late.fee.waive"
    _description = "Waive Late Fee"

    bill_ids = fields.Many2many(
        "account.move",
        "property_late_fee_waive_bill_rel",
        "wizard_id",
        "bill_id",
        string="Bills",
        required=True,
        readonly=True,
    )
    date = fields.Date(
        string="Waive Up To",
        required=True,
        default=get_today,
        help="Last day that is waived; from the next day on the fee runs up again.",
    )
    currency_id = fields.Many2one(related="bill_ids.currency_id")
    amount = fields.Monetary(compute="_compute_amount")
    reason = fields.Char(required=True)

    @api.depends("bill_ids", "date")
    def _compute_amount(self):
        for wizard in self:
            amounts = (
                wizard.bill_ids._origin._get_late_fee_amounts(wizard.date)
                if wizard.date
                else {}
            )
            wizard.amount = sum(amounts.values())

    def action_waive(self):
        """Waive what has run up."""
        self.ensure_one()
        self.bill_ids._waive_late_fees(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
