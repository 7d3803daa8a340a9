from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What of the portal is this person's: their complaints."""

    _inherit = "res.partner"

    def _get_portal_complaints(self, domain=Domain.TRUE, **search):
        """The complaints of this person, or of the company they are a contact of; with
        more rights, as the bills are (see property_fee_billing).

        :param domain: to look among them
        :param search: order, limit and offset as of ``search``
        """
        self.ensure_one()
        # the domain says whose they are; staff who live in a community need no role
        # in it to see their own
        Complaint = self.env["property.complaint"].sudo()
        return Complaint.search(Complaint._get_portal_domain(self) & domain, **search)

    def _get_complaint_places(self):
        """What this person can complain about: the units they have today, the
        communities these are in, and the units of bills that were sent to them.

        :return: dict of ``{units, communities, bill_units}``, empty if there is nothing
        """
        self.ensure_one()
        units = self._get_portal_units()
        bill_units = self._get_portal_bills().fee_unit_id
        if not units and not bill_units:
            return {}
        return {
            "units": units,
            "communities": units.community_id,
            "bill_units": bill_units,
        }
