from odoo import fields, models


class PropertyServicePost(models.Model):
    """A post that serves owners: front desk, guard, cleaner, ..."""

    _name = "property.service.post"
    _description = "Post"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
