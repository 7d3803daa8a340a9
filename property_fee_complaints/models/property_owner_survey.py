import secrets

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import float_round

from odoo.addons.property_fee_billing.local_time import get_today
from odoo.addons.property_fee_billing.models.company_domain import (
    check_company_domain_once_known,
)

from ..tools.sampling import draw

INVITATION = "property_fee_complaints.mail_template_owner_survey"
# Invitations of one chunk are made and queued together.
CHUNK = 200


class PropertyOwnerSurvey(models.Model):
    """A survey among a sample of the owners of a community, for one period.

    Owners, not units, are drawn: who owns three flats is asked once. The sample
    follows from the owners of the day, the size and the seed alone, so an auditor can
    draw it again.
    """

    _name = "property.owner.survey"
    _description = "Owner Survey"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, community_id, id desc"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known

    name = fields.Char(required=True, tracking=True)
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
    survey_id = fields.Many2one(
        "survey.survey",
        string="Questionnaire",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("certification", "=", False)],
        default=lambda self: self.env.ref(
            "property_fee_complaints.survey_owner_satisfaction",
            raise_if_not_found=False,
        ),
        tracking=True,
    )
    date_from = fields.Date(
        string="Period", required=True, tracking=True, help="The time it asks about."
    )
    date_to = fields.Date(string="Until", required=True, tracking=True, index=True)
    date_deadline = fields.Date(string="Answers until", tracking=True)
    share = fields.Float(
        string="Sample (%)",
        default=20.0,
        required=True,
        tracking=True,
        help="How many of the owners in a hundred are asked.",
    )
    seed = fields.Char(
        required=True,
        default=lambda self: secrets.token_hex(4),
        copy=False,
        tracking=True,
        help="Whoever draws again with this seed from the same owners gets the same "
        "sample.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("drawn", "Sample Drawn"),
            ("sent", "Running"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    drawn_on = fields.Date(readonly=True, copy=False)
    owner_count = fields.Integer(
        string="Owners", readonly=True, copy=False, help="On the day of the drawing."
    )
    line_ids = fields.One2many(
        "property.owner.survey.line", "owner_survey_id", string="Sample", copy=False
    )
    sample_count = fields.Integer(string="Asked", compute="_compute_figures")
    answer_count = fields.Integer(string="Answered", compute="_compute_figures")
    response_rate = fields.Float(
        string="Response (%)",
        compute="_compute_figures",
        help="Owners who answered of those in the sample.",
    )
    score = fields.Float(
        string="Score (%)",
        compute="_compute_figures",
        help="Average of all scored answers: 100 if every owner chose the best one.",
    )
    interview_count = fields.Integer(compute="_compute_interview_count")

    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)",
        "The sample is more than 0 and at most 100 % of the owners.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )

    # ---------------------------------------------------------------- computes
    @api.depends("line_ids.state")
    def _compute_figures(self):
        samples = dict(
            self.env["property.owner.survey.line"]._read_group(
                [("owner_survey_id", "in", self.ids)], ["owner_survey_id"], ["__count"]
            )
        )
        scores = {
            survey: (count, score)
            for survey, count, score in self.env["property.survey.score"]._read_group(
                [("owner_survey_id", "in", self.ids)],
                ["owner_survey_id"],
                ["answer_id:count_distinct", "score:avg"],
            )
        }
        for survey in self:
            answered, score = scores.get(survey, (0, 0.0))
            survey.sample_count = samples.get(survey, 0)
            survey.answer_count = answered
            survey.response_rate = (
                100 * answered / survey.sample_count if survey.sample_count else 0.0
            )
            survey.score = score

    def _compute_interview_count(self):
        counts = dict(
            self.env["property.interview.note"]._read_group(
                [("owner_survey_id", "in", self.ids)], ["owner_survey_id"], ["__count"]
            )
        )
        for survey in self:
            survey.interview_count = counts.get(survey, 0)

    # ------------------------------------------------------------------ guards
    def write(self, vals):
        """What the sample follows from stays once it is drawn."""
        if vals.keys() & {"community_id", "share", "seed", "survey_id"}:
            for survey in self:
                if survey.state not in ("draft", "drawn"):
                    raise UserError(
                        self.env._(
                            "%s has been sent: its sample stays as it is.",
                            survey.name,
                        )
                    )
                if survey.state == "drawn":
                    raise UserError(
                        self.env._(
                            "The sample of %s is drawn: take it back to change what "
                            "it is drawn from.",
                            survey.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for survey in self:
            if survey.state in ("sent", "closed"):
                raise UserError(
                    self.env._("%s has been sent and stays on record.", survey.name)
                )

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(survey)s: this cannot be done now, it is “%(state)s”.",
                    survey=self.name,
                    state=labels[self.state],
                )
            )

    # ------------------------------------------------------------------- sample
    def action_draw(self):
        """Draw the sample from the owners of today."""
        for survey in self:
            survey._check_state("draft")
            owners = survey._get_owners()
            if not owners:
                raise ValidationError(
                    self.env._("%s has no owners.", survey.community_id.display_name)
                )
            size = max(1, int(float_round(len(owners) * survey.share / 100, 0)))
            survey.line_ids = [
                Command.create(
                    {
                        "partner_id": owners[code].partner_id.id,
                        "unit_id": owners[code].unit_id.id,
                        "sequence": place,
                    }
                )
                for place, code in enumerate(draw(owners, size, survey.seed), 1)
            ]
            survey.write(
                {
                    "state": "drawn",
                    "owner_count": len(owners),
                    "drawn_on": get_today(self),
                }
            )

    def _get_owners(self):
        """Who may be drawn today, each once, by the code of their first unit.

        :return: ``{unit code: property.ownership}``
        """
        self.ensure_one()
        today = get_today(self)
        ownerships = self.env["property.ownership"].search(
            Domain("community_id", "=", self.community_id.id)
            & Domain("role", "=", "owner")
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", today))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
        )
        result, seen = {}, set()
        for ownership in ownerships.sorted(
            lambda ownership: (ownership.unit_id.code, ownership.id)
        ):
            if (
                ownership.partner_id in seen
                # of two owners of a flat, the first stands for it
                or ownership.unit_id.code in result
            ):
                continue
            seen.add(ownership.partner_id)
            result[ownership.unit_id.code] = ownership
        return result

    def action_reset(self):
        """Take a sample back that was not sent."""
        for survey in self:
            survey._check_state("drawn")
        self.line_ids.unlink()
        self.write({"state": "draft", "owner_count": 0, "drawn_on": False})

    # --------------------------------------------------------------- invitation
    def action_send(self):
        """Invite the sample: by mail who has an address; the others are asked by
        phone or at the door, from the list."""
        for survey in self:
            survey._check_state("drawn")
            for start in range(0, len(survey.line_ids), CHUNK):
                survey.line_ids[start : start + CHUNK]._invite()
            survey.state = "sent"

    def action_remind(self):
        """Write again to those who have not answered."""
        for survey in self:
            survey._check_state("sent")
            survey.line_ids.filtered(lambda line: line.state != "done")._send()

    def action_close(self):
        """No more answers are expected."""
        for survey in self:
            survey._check_state("sent")
        self.write({"state": "closed"})

    # ------------------------------------------------------------------ actions
    def action_open_scores(self):
        """The answers of this survey, by question."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_complaints.property_survey_score_action"
        )
        action["domain"] = [("owner_survey_id", "=", self.id)]
        action["context"] = {"search_default_group_question": 1}
        return action

    def action_open_interviews(self):
        """The interviews held for this survey."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_complaints.property_interview_note_action"
        )
        action["domain"] = [("owner_survey_id", "=", self.id)]
        action["context"] = {
            "default_owner_survey_id": self.id,
            "default_community_id": self.community_id.id,
        }
        return action
