from odoo import fields, models


class PropertyComplaintTeam(models.Model):
    """Of how many closed complaints the complainant is called, and by whom. How soon
    is a deadline like others (property.complaint.sla)."""

    _inherit = "property.complaint.team"

    callback_share = fields.Float(
        string="Call-Backs (%)",
        default=100.0,
        required=True,
        help="Of how many closed complaints in a hundred the complainant is called. "
        "Which ones follows from the complaint's number alone: nobody can choose.",
    )
    callback_user_id = fields.Many2one(
        "res.users",
        string="Who Calls",
        domain="[('share', '=', False)]",
        help="Best not who handled the complaint. Empty: who handled it.",
    )
    callback_ids = fields.One2many("property.complaint.callback", "team_id")

    _callback_share_range = models.Constraint(
        "CHECK (callback_share BETWEEN 0 AND 100)",
        "The share of call-backs is from 0 to 100 %.",
    )
