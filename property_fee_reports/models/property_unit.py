from odoo import models

from odoo.addons.property_fee_billing.local_time import get_today

from ..tools.natural_sort import get_natural_key


class PropertyUnit(models.Model):
    _inherit = "property.unit"

    def write(self, vals):
        """Remember what units were before they are moved into or out of."""
        if not vals.keys() & {"occupancy", "active"}:
            return super().write(vals)
        before = {unit: unit._is_occupied() for unit in self}
        result = super().write(vals)
        today = get_today(self)
        # kept by the system for whoever changes a unit
        self.env["property.unit.occupancy"].sudo().create(
            [
                {"unit_id": unit.id, "date": today, "was_occupied": was_occupied}
                for unit, was_occupied in before.items()
                if unit._is_occupied() != was_occupied
            ]
        )
        return result

    def _is_occupied(self):
        """Whether it counts among the units that complaints come from."""
        self.ensure_one()
        return self.active and self.occupancy == "occupied"

    def _get_place_key(self):
        """A key that sorts units as one walks: community, building, unit."""
        codes = (self.community_id.code, self.building_id.code, self.code)
        return tuple(get_natural_key(code) for code in codes)
