from odoo import fields, models

STATES = [
    ("received", "Received"),
    ("acknowledged", "Acknowledged"),
    ("investigating", "Investigating"),
    ("proposed", "Proposed"),
    ("agreed", "Agreed"),
    ("closed", "Closed"),
    ("reopened", "Reopened"),
]
# A complaint that is not at its end.
OPEN_STATES = tuple(code for code, _label in STATES if code != "closed")


class PropertyComplaintStage(models.Model):
    """A column of the board. What it means for the work is its state: firms may name
    columns as they like and have several of one state."""

    _name = "property.complaint.stage"
    _description = "Complaint Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        STATES, required=True, help="What it means for deadlines and reports."
    )
    fold = fields.Boolean(string="Folded in Kanban")
    description = fields.Text(translate=True, help="What is done in this stage.")
