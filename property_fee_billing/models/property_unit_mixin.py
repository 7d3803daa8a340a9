from odoo import fields, models


class PropertyUnitMixin(models.AbstractModel):
    """What every record that belongs to one unit shares: the unit and, derived
    from it, the community and company that record rules isolate by."""

    _name = "property.unit.mixin"
    _description = "Belongs to a Unit"
    _check_company_auto = True

    unit_id = fields.Many2one(
        "property.unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    community_id = fields.Many2one(
        related="unit_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="unit_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="unit_id.community_id.currency_id")
