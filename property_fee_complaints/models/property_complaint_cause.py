from odoo import fields, models


class PropertyComplaintCause(models.Model):
    """Why things go wrong: root causes to choose from."""

    _name = "property.complaint.cause"
    _description = "Root Cause"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There already is a root cause with this code."
    )
