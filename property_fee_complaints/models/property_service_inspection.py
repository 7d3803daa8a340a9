from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyServiceInspection(models.Model):
    """A post is looked at, item by item of its standard's checklist.

    The score is what was kept of what could be kept; items that do not apply count
    for neither. What was not kept is a finding: it can open a complaint or a training.
    """

    _name = "property.service.inspection"
    _description = "Service Inspection"
    _inherit = ["property.numbered.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "standard_id.name", "partner_id.name"]
    _check_company_auto = True

    standard_id = fields.Many2one(
        "property.service.standard",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'published'), '|', ('community_id', '=', False),"
        " ('community_id', '=', community_id)]",
        tracking=True,
    )
    post_id = fields.Many2one(related="standard_id.post_id", store=True, index=True)
    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Who was on the post, if known.",
    )
    team_id = fields.Many2one(
        "property.complaint.team", index=True, check_company=True, tracking=True
    )
    inspector_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
    )
    date = fields.Date(required=True, default=get_today, tracking=True, index=True)
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        "property.service.inspection.line",
        "inspection_id",
        string="Checklist",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        copy=False,
    )
    score = fields.Float(
        string="Score (%)",
        compute="_compute_score",
        store=True,
        aggregator="avg",
        help="Points kept of the points that apply.",
    )
    finding_count = fields.Integer(
        string="Findings", compute="_compute_score", store=True
    )
    note = fields.Html(string="Remarks")

    # ---------------------------------------------------------------- computes
    @api.depends("standard_id")
    def _compute_line_ids(self):
        for inspection in self:
            standard = inspection.standard_id
            if standard and inspection.line_ids.item_id.standard_id != standard:
                inspection.line_ids = [
                    Command.clear(),
                    *standard._prepare_inspection_lines(),
                ]

    @api.depends("line_ids.points", "line_ids.points_max", "line_ids.result")
    def _compute_score(self):
        for inspection in self:
            lines = inspection.line_ids.filtered(
                lambda line: line.result and line.result != "not_applicable"
            )
            possible = sum(lines.mapped("points_max"))
            kept = sum(lines.mapped("points"))
            inspection.score = 100 * kept / possible if possible else 0.0
            inspection.finding_count = len(lines.filtered("is_finding"))

    # ------------------------------------------------------------------ guards
    @api.constrains("standard_id", "community_id")
    def _check_standard(self):
        for inspection in self:
            community = inspection.standard_id.community_id
            if community and community != inspection.community_id:
                raise ValidationError(
                    self.env._(
                        "%(standard)s is a standard of %(community)s.",
                        standard=inspection.standard_id.display_name,
                        community=community.display_name,
                    )
                )

    def write(self, vals):
        """What was found stays as it is."""
        if any(not name.startswith(("message_", "activity_")) for name in vals):
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        for inspection in self:
            if inspection.state != "draft":
                raise UserError(
                    self.env._(
                        "Inspection %s is done and stays as it is.", inspection.name
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_draft()

    # ------------------------------------------------------------------ actions
    def action_done(self):
        """Conclude: every item has its result."""
        self._check_draft()
        for inspection in self:
            if inspection.standard_id.state == "draft":
                raise UserError(
                    self.env._(
                        "%s is a draft: publish it before anybody is held to it.",
                        inspection.standard_id.display_name,
                    )
                )
            missing = inspection.line_ids.filtered(lambda line: not line.result)
            if missing or not inspection.line_ids:
                raise ValidationError(
                    self.env._(
                        "Inspection %(inspection)s: say how it was for %(items)s.",
                        inspection=inspection.name,
                        items=", ".join(missing.mapped("name"))
                        or self.env._("the checklist"),
                    )
                )
        self.write({"state": "done"})
        self.activity_feedback(["mail.mail_activity_data_todo"])
