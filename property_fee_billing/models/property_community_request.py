from odoo import fields, models


class PropertyCommunity(models.Model):
    """Who decides on what owners ask for."""

    _inherit = "property.community"

    request_user_id = fields.Many2one(
        "res.users",
        string="Owner Requests Go To",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Gets an activity for each request of an owner. Empty: one of the staff "
        "who may decide on it.",
    )
