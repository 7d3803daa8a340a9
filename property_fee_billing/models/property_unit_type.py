from odoo import fields, models

# The unit types of the trade. A unit carries one of these codes; the records of
# property.unit.type name the same codes where several are chosen at once.
UNIT_TYPES = [
    ("apartment", "Apartment"),
    ("shop", "Shop"),
    ("office", "Office"),
    ("parking_space", "Parking Space"),
    ("storage", "Storage"),
    ("other", "Other"),
]


class PropertyUnitType(models.Model):
    """A unit type as a tag, for scopes that name several types."""

    _name = "property.unit.type"
    _description = "Unit Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(UNIT_TYPES, required=True, readonly=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There is one record for each unit type."
    )
