from odoo.http import request, route

from .portal import PropertyPortal


class PropertyPortalUnit(PropertyPortal):
    """The visitor's units."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal`: the card of units."""
        values = super()._prepare_home_portal_values(counters)
        if "property_unit_count" in counters:
            values["property_unit_count"] = len(
                request.env.user.partner_id._get_portal_units()
            )
        return values

    @route("/my/units", type="http", auth="user", website=True)
    def portal_my_units(self, **kw):
        """The visitor's units, with what is open of each."""
        units = request.env.user.partner_id._get_portal_units()
        return request.render(
            "property_fee_billing.portal_my_units",
            self._prepare_property_values("property_unit", units=units),
        )

    @route("/my/units/<int:unit_id>", type="http", auth="user", website=True)
    def portal_unit(self, unit_id, **kw):
        """A unit of the visitor."""
        unit = self._get_portal_unit(unit_id)
        return request.render(
            "property_fee_billing.portal_unit", self._prepare_unit_values(unit, **kw)
        )

    def _prepare_unit_values(self, unit, **kw):
        """Values of a unit's page. For sections of other addons: override, and extend
        ``portal_unit_sections`` of the template."""
        return self._prepare_property_values("property_unit", unit=unit)
