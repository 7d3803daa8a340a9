from odoo import api, fields, models

from .property_complaint import INTERNAL


class PropertyComplaint(models.Model):
    """What happened, why, and what is changed."""

    _inherit = "property.complaint"

    findings = fields.Html(copy=False, groups=INTERNAL, help="What was found out.")
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "property_complaint_evidence_rel",
        "complaint_id",
        "attachment_id",
        copy=False,
        groups=INTERNAL,
        help="Photos, records, statements that the findings rest on.",
    )
    cause_id = fields.Many2one(
        "property.complaint.cause",
        string="Root Cause",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=INTERNAL,
    )
    cause_note = fields.Char(string="Why", copy=False, groups=INTERNAL)
    action_ids = fields.One2many(
        "property.complaint.action",
        "complaint_id",
        string="Corrective Actions",
        groups=INTERNAL,
    )
    action_count = fields.Integer(
        string="Actions", compute="_compute_action_count", groups=INTERNAL
    )

    @api.depends("action_ids")
    def _compute_action_count(self):
        for complaint in self:
            complaint.action_count = len(complaint.action_ids)
