from odoo import fields, models


class PropertyCommunityImportCount(models.TransientModel):
    """Preview: what the import would do with one kind of records."""

    _name = "property.community.import.count"
    _description = "Import Preview"

    import_id = fields.Many2one(
        "property.community.import", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Records", required=True)
    created = fields.Integer(string="New")
    changed = fields.Integer()
    unchanged = fields.Integer()
