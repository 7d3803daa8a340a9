from odoo import fields, models


class PropertyOwnershipTransferBalance(models.Model):
    """What one payer owes for the unit before and after a transfer, and why.

    Above zero is owed, below zero is to the payer's credit.
    """

    _name = "property.ownership.transfer.balance"
    _description = "Balance of a Transfer"
    _order = "transfer_id, party desc"

    transfer_id = fields.Many2one(
        "property.ownership.transfer", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(related="transfer_id.community_id")
    company_id = fields.Many2one(related="transfer_id.company_id")
    currency_id = fields.Many2one(related="transfer_id.currency_id")
    party = fields.Selection(
        [("old", "Old Payer"), ("new", "New Payer")], required=True
    )
    partner_id = fields.Many2one("res.partner", required=True, ondelete="restrict")
    balance_before = fields.Monetary(string="Owed Before")
    corrected = fields.Monetary(string="Billed Periods")
    carried = fields.Monetary(string="Taken Over")
    moved = fields.Monetary()
    refunded = fields.Monetary(string="Paid Back")
    balance_after = fields.Monetary(
        string="Owed After",
        help="Below zero: to the payer's credit. Before the transfer is confirmed this "
        "is an estimate: money kept for one kind of fee settles no other.",
    )
