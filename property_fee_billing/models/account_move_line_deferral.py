from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    fee_earned_from = fields.Date(
        readonly=True,
        help="First day over which the line is earned, where that is not its period.",
    )
    fee_earned_to = fields.Date(
        readonly=True,
        help="Last day over which the line is earned, months given included.",
    )
