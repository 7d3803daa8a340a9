from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    property_community_ids = fields.Many2many(
        "property.community",
        "property_community_member_rel",
        "user_id",
        "community_id",
        string="Communities",
        help="Communities this user may see and work on.",
    )
