from odoo import api, fields, models
from odoo.exceptions import UserError

from .money_flow import in_money_flow


class PropertyReceiptLine(models.Model):
    """What a receipt settled of one bill line, as it was when the money came."""

    _name = "property.receipt.line"
    _description = "Receipt Line"
    _order = "receipt_id, date_from, id"

    receipt_id = fields.Many2one(
        "property.receipt", required=True, index=True, ondelete="restrict"
    )
    community_id = fields.Many2one(related="receipt_id.community_id")
    company_id = fields.Many2one(related="receipt_id.company_id")
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Bill Line",
        index="btree_not_null",
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        "account.move", string="Bill", index="btree_not_null", ondelete="restrict"
    )
    item_id = fields.Many2one("property.fee.item", index=True, ondelete="restrict")
    unit_id = fields.Many2one("property.unit", ondelete="restrict")
    date_from = fields.Date(string="Period From")
    date_to = fields.Date(string="Period To")
    amount = fields.Monetary(required=True, help="Settled, discount included.")
    name = fields.Char(compute="_compute_name")

    @api.depends("item_id", "date_from", "date_to")
    def _compute_name(self):
        for line in self:
            period = " – ".join(
                dict.fromkeys(
                    fields.Date.to_string(day)
                    for day in (line.date_from, line.date_to)
                    if day
                )
            )
            line.name = " ".join(filter(None, (line.item_id.name, period)))

    @api.model_create_multi
    def create(self, vals_list):
        """Made with the receipt."""
        self._check_money_flow()
        return super().create(vals_list)

    def write(self, vals):
        """Stays as it was issued."""
        self._check_money_flow()
        return super().write(vals)

    def _check_money_flow(self):
        if not in_money_flow(self.env):
            raise UserError(self.env._("What a receipt settled stays as it was."))
