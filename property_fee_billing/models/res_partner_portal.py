from odoo import models


class ResPartner(models.Model):
    """What of the portal is this person's."""

    _inherit = "res.partner"

    def _get_portal_units(self):
        """The units this person has today, with more rights; see
        ``property.unit._get_portal_domain``."""
        self.ensure_one()
        # The domain says it all: portal pages show nothing else, and staff who live in
        # a community need no role in it to see their own flat.
        Unit = self.env["property.unit"].sudo()
        return Unit.search(Unit._get_portal_domain(self), order="community_id, code")
