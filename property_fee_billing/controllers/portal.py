from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PropertyPortal(CustomerPortal):
    """What the portal pages of properties share: whose unit and bill it is.

    Every route that takes an id asks ``_get_portal_unit`` (or its like for bills and
    receipts) first; what is not the visitor's does not exist for them.
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

    def _prepare_property_values(self, page_name, **values):
        """Values that every page of ours needs.

        :param page_name: for the breadcrumbs, see portal_breadcrumbs
        """
        return {
            **self._prepare_portal_layout_values(),
            "page_name": page_name,
            **values,
        }
