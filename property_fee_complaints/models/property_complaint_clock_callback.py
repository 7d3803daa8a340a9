from odoo import fields, models


class PropertyComplaintClock(models.Model):
    """The call-back that a deadline is about."""

    _inherit = "property.complaint.clock"

    # by this, a deadline that is set or moved costs no search for its call-back
    callback_ids = fields.One2many("property.complaint.callback", "clock_id")
