from werkzeug.exceptions import NotFound

from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PropertyPortal(CustomerPortal):
    """What the portal pages of properties share: whose unit, bill and receipt it is.

    Every route that takes an id asks one of ``_get_portal_unit``, ``_get_portal_bills``
    or ``_get_portal_receipt`` first; what is not the visitor's does not exist for them.
    """

    def _get_portal_unit(self, unit_id):
        """A unit that the visitor has today.

        :param int unit_id: as it stands in the address
        :return: property.unit, with more rights
        :raise NotFound: there is none, or it is somebody else's
        """
        unit = request.env.user.partner_id._get_portal_units().filtered(
            lambda unit: unit.id == unit_id
        )
        if not unit:
            raise NotFound()
        return unit

    def _get_portal_bills(self, bill_ids):
        """Bills that are addressed to the visitor, all of them or none.

        :param bill_ids: as they stand in the address
        :return: account.move, with more rights
        :raise NotFound: one of them is not there, or somebody else's
        """
        wanted = set(bill_ids)
        bills = request.env.user.partner_id._get_portal_bills(
            Domain("id", "in", list(wanted))
        )
        if not wanted or len(bills) != len(wanted):
            raise NotFound()
        return bills

    def _get_portal_receipt(self, receipt_id):
        """A receipt of the visitor's money.

        :return: property.receipt, with more rights
        :raise NotFound: there is none, or it is somebody else's
        """
        receipt = request.env.user.partner_id._get_portal_receipts(
            Domain("id", "=", receipt_id)
        )
        if not receipt:
            raise NotFound()
        return receipt

    def _is_payer(self, unit):
        """Whether the visitor, or their company, pays for the unit today."""
        partner = request.env.user.partner_id.commercial_partner_id
        domain = unit._get_payer_domain() & Domain(
            [
                ("unit_id", "=", unit.id),
                ("partner_id.commercial_partner_id", "=", partner.id),
            ]
        )
        # a unit of the visitor's; only whether they pay is looked at
        return bool(
            request.env["property.ownership"].sudo().search_count(domain, limit=1)
        )

    def _prepare_property_values(self, page_name, **values):
        """Values that every page of ours needs.

        :param page_name: for the breadcrumbs, see portal_breadcrumbs
        """
        return {
            **self._prepare_portal_layout_values(),
            "page_name": page_name,
            "state_labels": request.env["property.online.payment"]._get_state_labels(),
            **values,
        }

    def _get_choice(self, choices, key, default):
        """What was asked for if there is such a choice, else the default: an address
        may say anything."""
        return key if key in choices else default
