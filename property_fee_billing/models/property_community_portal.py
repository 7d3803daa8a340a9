from odoo import fields, models


class PropertyCommunity(models.Model):
    """Owners in the portal."""

    _inherit = "property.community"

    pay_link_days = fields.Integer(
        string="Payment Links Last",
        default=90,
        required=True,
        tracking=True,
        help="Days that a link to pay bills without an account can be opened.",
    )

    _pay_link_days_positive = models.Constraint(
        "CHECK (pay_link_days > 0)", "Payment links last at least one day."
    )

    def action_invite_owners(self):
        """Invite everybody who has a unit of these communities today to the portal."""
        units = self.env["property.unit"].search([("community_id", "in", self.ids)])
        return units.action_invite_owners()
