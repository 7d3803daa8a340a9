from odoo import api, fields, models
from odoo.exceptions import UserError

RESULTS = [
    ("kept", "Kept"),
    ("partly", "Partly Kept"),
    ("missed", "Not Kept"),
    ("not_applicable", "Does Not Apply"),
]
# What is counted of an item's points.
SHARES = {"kept": 1.0, "partly": 0.5}
FINDINGS = ("partly", "missed")


class PropertyServiceInspectionLine(models.Model):
    """How one item of the checklist was kept. Its words and points are copied, so
    that later versions of the standard leave old inspections as they were."""

    _name = "property.service.inspection.line"
    _description = "Inspection Line"
    _order = "inspection_id, sequence, id"

    inspection_id = fields.Many2one(
        "property.service.inspection", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        related="inspection_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="inspection_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="inspection_id.state", string="Inspection State")
    partner_id = fields.Many2one(related="inspection_id.partner_id")
    date = fields.Date(related="inspection_id.date", store=True)
    sequence = fields.Integer(default=10)
    item_id = fields.Many2one(
        "property.service.standard.item", readonly=True, ondelete="restrict"
    )
    name = fields.Char(string="What Is Checked", required=True)
    points_max = fields.Float(string="Out of", required=True)
    result = fields.Selection(RESULTS)
    points = fields.Float(compute="_compute_points", store=True)
    is_finding = fields.Boolean(
        string="Finding", compute="_compute_points", store=True, index=True
    )
    note = fields.Char(string="What Was Seen")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)
    complaint_id = fields.Many2one(
        "property.complaint", readonly=True, copy=False, index="btree_not_null"
    )
    training_id = fields.Many2one(
        "property.training.action", readonly=True, copy=False, index="btree_not_null"
    )

    @api.depends("result", "points_max")
    def _compute_points(self):
        for line in self:
            line.points = line.points_max * SHARES.get(line.result, 0.0)
            line.is_finding = line.result in FINDINGS

    def write(self, vals):
        """What was found stays as it is, but for what it led to."""
        if vals.keys() - {"complaint_id", "training_id"}:
            self.inspection_id._check_draft()
        return super().write(vals)

    def _check_finding(self):
        self.ensure_one()
        if not self.is_finding:
            raise UserError(
                self.env._("“%s” was kept: there is nothing to follow up.", self.name)
            )

    # ------------------------------------------------------------------ actions
    def action_open_complaint(self):
        """The complaint that this finding opened, or opens now."""
        self._check_finding()
        if not self.complaint_id:
            complaint = self.env["property.complaint"].create(
                self._prepare_complaint_values()
            )
            complaint.message_post(
                body=self.env._(
                    "Found by inspection %s.", self.inspection_id.display_name
                ),
                subtype_xmlid="mail.mt_note",
            )
            self.complaint_id = complaint
        return self._action_open(self.complaint_id)

    def _prepare_complaint_values(self):
        """Values of the complaint that this finding opens."""
        inspection = self.inspection_id
        return {
            "channel": "inspection",
            "community_id": self.community_id.id,
            "category_id": inspection.standard_id.category_id.id,
            "team_id": inspection.team_id.id,
            "subject": self.name,
            "description": self.note or self.name,
        }

    def action_open_training(self):
        """The training that this finding opened, or opens now."""
        self._check_finding()
        if not self.training_id:
            if not self.partner_id:
                raise UserError(
                    self.env._(
                        "Inspection %s does not say who was on the post: nobody can "
                        "be trained.",
                        self.inspection_id.name,
                    )
                )
            topic = self.inspection_id.standard_id.topic_id
            if not topic:
                raise UserError(
                    self.env._(
                        "%s does not say in what topic findings are trained.",
                        self.inspection_id.standard_id.display_name,
                    )
                )
            self.training_id = self.env["property.training.action"]._open_for(
                self.partner_id,
                topic,
                self.community_id,
                reason=self.note or self.name,
            )
        return self._action_open(self.training_id)

    def _action_open(self, record):
        return {
            "type": "ir.actions.act_window",
            "name": record.display_name,
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
