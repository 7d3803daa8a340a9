from odoo import api, models
from odoo.fields import Domain


class PropertyUnit(models.Model):
    """Whose units show in the portal."""

    _inherit = "property.unit"

    @api.model
    def _get_portal_domain(self, partner):
        """Units that a person has today: what they own, and what they rent and pay
        for; for a contact of a company, what the company has.

        The same as the portal's record rule, which cannot call it: here for those who
        see more than their own, such as staff who live in a community.
        """
        ownerships = (
            Domain("partner_id", "child_of", partner.commercial_partner_id.ids)
            & (Domain("role", "!=", "tenant") | Domain("is_payer", "=", True))
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", "today"))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", "today"))
        )
        return Domain("ownership_ids", "any", ownerships)
