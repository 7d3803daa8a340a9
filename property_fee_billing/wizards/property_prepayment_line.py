from odoo import fields, models


class PropertyPrepaymentLine(models.TransientModel):
    """What paying one charge ahead comes to."""

    _name = "property.prepayment.line"
    _description = "Prepayment of a Charge"

    prepayment_id = fields.Many2one("property.prepayment", ondelete="cascade")
    charge_id = fields.Many2one("property.recurring.charge", readonly=True)
    item_id = fields.Many2one(related="charge_id.item_id")
    interval = fields.Selection(related="charge_id.interval")
    currency_id = fields.Many2one(related="charge_id.community_id.currency_id")
    months = fields.Integer(readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    amount = fields.Monetary(readonly=True)
    gift_from = fields.Date(string="Given From", readonly=True)
    gift_to = fields.Date(string="Given To", readonly=True)
    gift_value = fields.Monetary(string="Given, Worth", readonly=True)
    next_from = fields.Date(
        string="Next Bill From", readonly=True, help="First day of the next bill."
    )
