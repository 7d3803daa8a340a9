from odoo import fields, models


class PropertyComplaintCause(models.Model):
    """Root causes that call for training."""

    _inherit = "property.complaint.cause"

    training_topic_id = fields.Many2one(
        "property.training.topic",
        ondelete="restrict",
        help="A complaint with this cause opens a training of this topic for the "
        "person complained about.",
    )
