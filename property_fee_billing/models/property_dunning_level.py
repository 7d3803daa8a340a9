from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.dunning import Step
from ..engine.unlawful import find_threat
from .property_notice import CHANNELS, KINDS

# Stages of an arrears case that a level takes it to; the plan and the end are not
# reached by writing.
CASE_STAGES = [
    ("friendly", "Friendly Reminder"),
    ("reminder", "Reminder"),
    ("demand", "Formal Demand"),
    ("legal", "Legal"),
]
# What notices of a kind mean for the case, if nothing else is said.
STAGE_OF_KIND = {
    "reminder": "reminder",
    "demand": "demand",
    "lawyer_letter": "legal",
}
TEXTS = ("name", "subject", "body", "text")


class PropertyDunningLevel(models.Model):
    """One step of the ladder: when, by what channel, with what words.

    The words are templates in each language, rendered by Odoo for every notice; the
    placeholders anybody may use are listed in property.notice.
    """

    _name = "property.dunning.level"
    _description = "Dunning Level"
    _inherit = ["mail.render.mixin"]
    _order = "policy_id, sequence, days, id"
    _unrestricted_rendering = True

    policy_id = fields.Many2one(
        "property.dunning.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, precompute=True
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="reminder")
    days = fields.Integer(
        string="Days after Due",
        required=True,
        help="Negative: before the due date.",
    )
    min_days = fields.Integer(
        string="Days after Former Level",
        default=3,
        help="At least so many days lie between this and the former level.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="email")
    fallback_channel = fields.Selection(
        CHANNELS,
        string="If Not Reachable",
        help="Used for debtors without an address for the channel, or whose address "
        "failed. Empty: they are left out, with the reason.",
    )
    deadline_days = fields.Integer(
        string="Days to Pay",
        help="The deadline that the notice gives, from the day it is sent. 0: none.",
    )
    is_demand = fields.Boolean(
        string="Formal Demand",
        help="Delivered, it restarts the limitation and, once its deadline has passed, "
        "opens the legal stage.",
    )
    is_legal = fields.Boolean(
        string="Legal Stage",
        help="Reached only after a delivered demand whose deadline has passed. No "
        "policy can change that.",
    )
    requires_expired_demand = fields.Boolean(
        string="Needs an Expired Demand",
        compute="_compute_requires_expired_demand",
        store=True,
        readonly=False,
        precompute=True,
    )
    approver_group_id = fields.Many2one(
        "res.groups",
        string="Approved By",
        help="Notices of this level are sent once a member of this group approves.",
    )
    case_stage = fields.Selection(
        CASE_STAGES,
        string="Stage of the Case",
        compute="_compute_case_stage",
        store=True,
        readonly=False,
        precompute=True,
        help="Where an arrears case is once a notice of this level is sent, if it is "
        "not further yet.",
    )
    subject = fields.Char(translate=True)
    body = fields.Html(
        translate=True,
        render_engine="qweb",
        sanitize="email_outgoing",
        help="The letter or e-mail.",
    )
    text = fields.Text(
        string="Short Text", translate=True, help="What an SMS says, or a visitor."
    )

    _deadline_days_positive = models.Constraint(
        "CHECK (deadline_days >= 0)", "The days to pay cannot be negative."
    )
    _min_days_positive = models.Constraint(
        "CHECK (min_days >= 0)", "The days after the former level cannot be negative."
    )

    def _compute_render_model(self):
        self.render_model = "property.notice"

    @api.depends("is_legal", "kind")
    def _compute_requires_expired_demand(self):
        for level in self:
            level.requires_expired_demand = (
                level.is_legal
                or level.kind == "lawyer_letter"
                or level.requires_expired_demand
            )

    @api.depends("is_legal", "is_demand", "kind")
    def _compute_case_stage(self):
        for level in self:
            stage = STAGE_OF_KIND.get(level.kind)
            if level.is_legal:
                stage = "legal"
            elif level.is_demand and level.kind != "lawyer_letter":
                stage = "demand"
            level.case_stage = stage

    @api.constrains("is_legal", "kind", "requires_expired_demand", "case_stage")
    def _check_legal(self):
        """Civil Code of China, article 944: demand first, sue after the deadline."""
        for level in self:
            if (
                level.is_legal
                or level.kind == "lawyer_letter"
                or level.case_stage == "legal"
            ) and not level.requires_expired_demand:
                raise ValidationError(
                    self.env._(
                        "Level %s is of the legal stage: it needs a delivered demand "
                        "whose deadline has passed.",
                        level.name,
                    )
                )

    @api.constrains("is_demand", "deadline_days", "kind")
    def _check_demand_deadline(self):
        for level in self:
            if (level.is_demand or level.kind == "demand") and not level.deadline_days:
                raise ValidationError(
                    self.env._(
                        "Level %s demands payment: say how many days the debtor is "
                        "given.",
                        level.name,
                    )
                )

    # ---------------------------------------------------------------- lawful text
    @api.constrains(*TEXTS)
    def _check_lawful(self):
        """No template threatens to cut utilities or access, in any language."""
        for code, _name in self.env["res.lang"].get_installed():
            for level in self.with_context(lang=code):
                level._check_lawful_texts()

    def _check_lawful_texts(self):
        """Check the texts of the language in the context."""
        self.ensure_one()
        for name in TEXTS:
            threat = find_threat(self[name])
            if threat:
                raise ValidationError(
                    self.env._(
                        "Level %(level)s threatens to cut utilities or access "
                        "(“%(words)s”). The law forbids that as a means to collect: "
                        "say it otherwise.",
                        level=self.name,
                        words=threat,
                    )
                )

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """Override of the ORM: translations are checked like the text itself."""
        result = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        if field_name in TEXTS:
            self._check_lawful()
        return result

    # -------------------------------------------------------------------- engine
    def _get_steps(self):
        """The levels as the engine takes them, in order."""
        return [
            Step(
                level.id,
                level.days,
                level.min_days,
                level.is_legal or level.requires_expired_demand,
            )
            for level in self
        ]

    # ------------------------------------------------------------------ rendering
    def _render_notices(self, notices):
        """The words of this level for notices, each in its debtor's language.

        :param notices: property.notice of this level
        :return: ``{notice id: {"subject": ..., "body": ..., "text": ...}}``
        """
        self.ensure_one()
        result = {notice.id: {} for notice in notices}
        for lang, group in notices.grouped(lambda notice: notice._get_lang()).items():
            level = self.with_context(lang=lang)
            # a template is what fee managers wrote, checked when it was saved
            for name in ("subject", "body", "text"):
                rendered = level._render_field(
                    name,
                    group.ids,
                    engine="qweb" if name == "body" else "inline_template",
                    set_lang=lang,
                )
                for notice_id, value in rendered.items():
                    result[notice_id][name] = value
        return result
