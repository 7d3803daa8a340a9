from odoo import models

from ..tools.natural_sort import get_natural_key


class PropertyUnit(models.Model):
    _inherit = "property.unit"

    def _get_place_key(self):
        """A key that sorts units as one walks: community, building, unit."""
        codes = (self.community_id.code, self.building_id.code, self.code)
        return tuple(get_natural_key(code) for code in codes)
