from odoo import fields, models


class PropertyUnitOccupancy(models.Model):
    """That a unit was lived in, or not, before the day on which that changed.

    With it, complaints per 100 units stay what they were when units are sold or move
    out later. Units that never changed have no row.
    """

    _name = "property.unit.occupancy"
    _description = "Former Occupancy of a Unit"
    _order = "unit_id, date, id"
    _log_access = False
    _rec_name = "date"

    unit_id = fields.Many2one(
        "property.unit", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(related="unit_id.community_id", store=True)
    company_id = fields.Many2one(related="unit_id.company_id", store=True)
    date = fields.Date(string="Changed On", required=True)
    was_occupied = fields.Boolean(
        required=True, help="In use and lived in until the day before."
    )
