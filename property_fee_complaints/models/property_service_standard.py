from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.property_fee_billing.local_time import get_today
from odoo.addons.property_fee_billing.models.company_domain import (
    check_company_domain_once_known,
)


class PropertyServiceStandard(models.Model):
    """What owners may expect of a post: how soon they are answered, how they are
    spoken to, and what is looked at when the service is inspected.

    A published standard is a promise: it is replaced by a new version, never edited.
    """

    _name = "property.service.standard"
    _description = "Service Standard"
    _inherit = ["property.flow.mixin", "mail.thread"]
    _order = "post_id, community_id nulls first, version desc"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known

    name = fields.Char(required=True, translate=True, tracking=True)
    post_id = fields.Many2one(
        "property.service.post",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    community_id = fields.Many2one(
        "property.community",
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty: for all communities of the company that have no standard of "
        "their own for the post.",
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    replaces_id = fields.Many2one(
        "property.service.standard", readonly=True, copy=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("published", "Published"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    published_on = fields.Date(readonly=True, copy=False, tracking=True)
    withdrawn_on = fields.Date(readonly=True, copy=False, tracking=True)
    answer_hours = fields.Float(
        string="Answer within (Hours)",
        required=True,
        default=24.0,
        tracking=True,
        help="Within how many hours this post answers what an owner asks.",
    )
    politeness = fields.Text(
        string="Rules of Courtesy",
        translate=True,
        help="How owners are greeted and spoken to, one rule a line.",
    )
    item_ids = fields.One2many(
        "property.service.standard.item",
        "standard_id",
        string="Checklist",
        copy=True,
    )
    points = fields.Float(compute="_compute_points", help="Sum of the checklist.")
    category_id = fields.Many2one(
        "property.complaint.category",
        string="Complaint Category",
        domain="[('parent_id', '=', False)]",
        ondelete="restrict",
        help="Of the complaints that findings open.",
    )
    topic_id = fields.Many2one(
        "property.training.topic",
        string="Training Topic",
        ondelete="restrict",
        check_company=True,
        help="Of the trainings that findings open.",
    )
    inspection_count = fields.Integer(compute="_compute_inspections")
    inspection_score = fields.Float(
        string="Average Score (%)", compute="_compute_inspections"
    )

    _answer_hours_positive = models.Constraint(
        "CHECK (answer_hours > 0)", "The time to answer must be more than zero."
    )
    _one_published = models.UniqueIndex(
        "(company_id, post_id, COALESCE(community_id, 0)) WHERE state = 'published'",
        "This post has a published standard already: withdraw it, or publish a new "
        "version of it.",
    )

    # ---------------------------------------------------------------- computes
    @api.depends("item_ids.points")
    def _compute_points(self):
        for standard in self:
            standard.points = sum(standard.item_ids.mapped("points"))

    def _compute_inspections(self):
        figures = {
            standard: (count, score)
            for standard, count, score in self.env[
                "property.service.inspection"
            ]._read_group(
                [("standard_id", "in", self.ids), ("state", "=", "done")],
                ["standard_id"],
                ["__count", "score:avg"],
            )
        }
        for standard in self:
            count, score = figures.get(standard, (0, 0.0))
            standard.inspection_count = count
            standard.inspection_score = score

    @api.depends("name", "version")
    def _compute_display_name(self):
        for standard in self:
            standard.display_name = (
                f"{standard.name} ({standard.version})"
                if standard.version > 1
                else standard.name
            )

    # ------------------------------------------------------------------ guards
    def write(self, vals):
        """What is published stays as it is."""
        if any(not name.startswith(("message_", "activity_")) for name in vals):
            self._check_draft()
        return super().write(vals)

    @api.model
    def _get_flow_fields(self):
        """Override: publication."""
        return super()._get_flow_fields() | {"state", "published_on", "withdrawn_on"}

    def _check_draft(self):
        for standard in self:
            if standard.state != "draft":
                raise UserError(
                    self.env._(
                        "%s has been published and stays as it is. Make a new version "
                        "of it.",
                        standard.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """A standard begins as a draft."""
        for vals in vals_list:
            vals["state"] = "draft"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_draft()

    # ------------------------------------------------------------------ actions
    def action_publish(self):
        """Promise it to the owners; the version it replaces ends."""
        self._check_draft()
        today = get_today(self)
        for standard in self:
            if not standard.item_ids:
                raise ValidationError(
                    self.env._(
                        "%s has no checklist: nobody could say whether it is kept.",
                        standard.display_name,
                    )
                )
            former = standard.replaces_id
            if former.state == "published":
                former._write_flow({"state": "withdrawn", "withdrawn_on": today})
                # the database sees that one at most is published
                former.flush_recordset()
            standard._check_one_published()
            standard._write_flow({"state": "published", "published_on": today})

    def _check_one_published(self):
        """Say which standard the post has already; the database has the last word."""
        other = self.search(
            [
                ("state", "=", "published"),
                ("company_id", "=", self.company_id.id),
                ("post_id", "=", self.post_id.id),
                ("community_id", "=", self.community_id.id),
            ],
            limit=1,
        )
        if other:
            raise ValidationError(
                self.env._(
                    "%(post)s has a published standard already, %(standard)s: withdraw "
                    "it, or publish a new version of it.",
                    post=self.post_id.name,
                    standard=other.display_name,
                )
            )

    def action_withdraw(self):
        """It no longer holds."""
        published = self.filtered(lambda standard: standard.state == "published")
        published._write_flow({"state": "withdrawn", "withdrawn_on": get_today(self)})

    def action_new_version(self):
        """A draft to change, which replaces this one when it is published."""
        self.ensure_one()
        version = self.copy({"name": self.name})
        version.write({"replaces_id": self.id, "version": self.version + 1})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": version.id,
            "views": [(False, "form")],
        }

    def action_inspect(self):
        """A new inspection against this standard, in its form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Inspection"),
            "res_model": "property.service.inspection",
            "views": [(False, "form")],
            "context": {
                "default_standard_id": self.id,
                "default_community_id": self.community_id.id,
            },
        }

    def action_open_inspections(self):
        """The inspections made against this standard."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_complaints.property_service_inspection_action"
        )
        action["domain"] = [("standard_id", "=", self.id)]
        action["context"] = {"default_standard_id": self.id}
        return action

    # -------------------------------------------------------------- publication
    @api.model
    def _get_published(self, community):
        """The standards that hold in a community: its own, and for the other posts
        those of the company."""
        standards = self.search(
            Domain("state", "=", "published")
            & Domain("company_id", "=", community.company_id.id)
            & Domain("community_id", "in", [community.id, False])
        )
        own = standards.filtered("community_id")
        return standards.filtered(
            lambda standard: standard in own or standard.post_id not in own.post_id
        )

    def _get_answer_text(self):
        """``30 minutes``, ``24 hours``, in the reader's language."""
        self.ensure_one()
        if self.answer_hours < 1:
            return self.env._("%s minutes", round(self.answer_hours * 60))
        return self.env._("%g hours", self.answer_hours)

    def _prepare_inspection_lines(self):
        """Commands for the lines of an inspection against this standard."""
        self.ensure_one()
        return [
            Command.create(
                {
                    "item_id": item.id,
                    "name": item.name,
                    "points_max": item.points,
                    "sequence": item.sequence,
                }
            )
            for item in self.item_ids
        ]
