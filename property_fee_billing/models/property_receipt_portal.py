from odoo import api, models
from odoo.fields import Domain


class PropertyReceipt(models.Model):
    """Receipts as their payers see them."""

    _inherit = "property.receipt"

    @api.model
    def _get_portal_domain(self, partner):
        """Receipts for money of a person, or of the company they are a contact of."""
        return Domain("partner_id", "child_of", partner.commercial_partner_id.ids)

    @api.model
    def _get_portal_report(self):
        """Hook: XML id of the report that prints receipts for their payers, or False
        while nothing does."""
        return False
