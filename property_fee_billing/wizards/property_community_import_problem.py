from odoo import fields, models


class PropertyCommunityImportProblem(models.TransientModel):
    """An error or warning of a checked workbook, with its place in the file."""

    _name = "property.community.import.problem"
    _description = "Import Error or Warning"
    _order = "severity, id"

    import_id = fields.Many2one(
        "property.community.import", required=True, index=True, ondelete="cascade"
    )
    severity = fields.Selection(
        [("error", "Error"), ("warning", "Warning")], required=True
    )
    sheet = fields.Char()
    row = fields.Integer()
    column = fields.Char()
    message = fields.Char(string="Reason", required=True)
