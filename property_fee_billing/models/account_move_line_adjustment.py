from odoo import api, fields, models


class AccountMoveLine(models.Model):
    """What of bill lines was credited."""

    _inherit = "account.move.line"

    fee_adjustment_line_ids = fields.One2many(
        "property.adjustment.line", "move_line_id"
    )
    fee_amount_credited = fields.Monetary(
        string="Credited",
        compute="_compute_fee_amount_credited",
        help="By credit notes and waivers, taxes included.",
    )

    @api.depends("fee_adjustment_line_ids.amount", "fee_adjustment_line_ids.state")
    def _compute_fee_amount_credited(self):
        # whoever may see a bill line may see what was credited of it
        amounts = dict(
            self.env["property.adjustment.line"]
            .sudo()
            ._read_group(
                [
                    ("move_line_id", "in", self.ids),
                    ("adjustment_id.state", "=", "done"),
                ],
                ["move_line_id"],
                ["amount:sum"],
            )
        )
        amounts = {line.id: amount for line, amount in amounts.items()}
        for line in self:
            line.fee_amount_credited = amounts.get(line.id, 0.0)
