from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.property_fee_billing.local_time import get_today

OPEN_STATES = ("planned", "invited")
INVITATION = "survey.mail_template_user_input_invite"


class PropertyTrainingAction(models.Model):
    """One person is trained in one topic, because something showed the need.

    Complaints and findings of inspections open it (``_open_for``); while it is open,
    further ones on the same person and topic are added to it. The exam of the topic
    closes it when passed; a topic without an exam is closed by the trainer.
    """

    _name = "property.training.action"
    _description = "Training"
    _inherit = ["property.numbered.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_deadline desc, id desc"
    _rec_names_search = ["name", "partner_id.name", "topic_id.name"]
    _check_company_auto = True

    topic_id = fields.Many2one(
        "property.training.topic",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Who is trained: a member of staff, or somebody of a contractor.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        help="Who sees to it that the training takes place.",
    )
    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    reason = fields.Text(help="What the person is to do differently.")
    date_planned = fields.Datetime(string="Takes Place", tracking=True)
    date_deadline = fields.Date(
        string="Complete by",
        compute="_compute_date_deadline",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("invited", "Exam Sent"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    done_on = fields.Date(readonly=True, copy=False, tracking=True)
    survey_id = fields.Many2one(related="topic_id.survey_id", string="Exam")
    answer_ids = fields.One2many(
        "survey.user_input",
        "training_id",
        string="Attempts",
        copy=False,
        groups="survey.group_survey_user",
    )
    attempt_count = fields.Integer(
        string="Attempts Made", compute="_compute_score", store=True, compute_sudo=True
    )
    score = fields.Float(
        string="Score (%)",
        compute="_compute_score",
        store=True,
        compute_sudo=True,
        aggregator="avg",
        help="The best attempt at the exam.",
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    complaint_ids = fields.Many2many(
        "property.complaint",
        "property_training_complaint_rel",
        "training_id",
        "complaint_id",
        string="Complaints",
        copy=False,
        check_company=True,
    )
    finding_ids = fields.One2many(
        "property.service.inspection.line",
        "training_id",
        string="Findings",
        copy=False,
    )

    # ---------------------------------------------------------------- computes
    @api.depends("topic_id")
    def _compute_date_deadline(self):
        today = get_today(self)
        for training in self:
            days = training.topic_id.deadline_days or 14
            training.date_deadline = training.date_deadline or today + timedelta(days)

    @api.depends("answer_ids.state", "answer_ids.scoring_percentage")
    def _compute_score(self):
        for training in self:
            attempts = training.answer_ids.filtered(
                lambda answer: answer.state == "done" and not answer.test_entry
            )
            training.attempt_count = len(attempts)
            training.score = max(attempts.mapped("scoring_percentage"), default=0.0)

    @api.depends("state", "date_deadline")
    def _compute_is_late(self):
        today = get_today(self)
        for training in self:
            training.is_late = (
                training.state in OPEN_STATES and training.date_deadline < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "in", OPEN_STATES) & Domain(
            "date_deadline", "<", get_today(self)
        )
        return late if True in value else ~late

    # --------------------------------------------------------------------- open
    @api.model
    def _open_for(self, partner, topic, community, **values):
        """The open training of a person in a topic, made if there is none.

        :param values: of the new training, e.g. ``reason``
        """
        training = self.search(
            [
                ("partner_id", "=", partner.id),
                ("topic_id", "=", topic.id),
                ("community_id", "=", community.id),
                ("state", "in", OPEN_STATES),
            ],
            limit=1,
        )
        return training or self.create(
            {
                "partner_id": partner.id,
                "topic_id": topic.id,
                "community_id": community.id,
                **values,
            }
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Remind who is responsible of the day by which it is to be done."""
        trainings = super().create(vals_list)
        for training in trainings:
            training.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=training.date_deadline,
                summary=self.env._(
                    "Train %(person)s: %(topic)s",
                    person=training.partner_id.display_name,
                    topic=training.topic_id.name,
                ),
                user_id=training.user_id.id or self.env.uid,
            )
        return trainings

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for training in self:
            if training.state == "done":
                raise UserError(
                    self.env._(
                        "Training %s is done and stays on record.", training.name
                    )
                )

    # ------------------------------------------------------------------ actions
    def action_invite(self):
        """Send the person the exam of the topic, again if it was sent before."""
        template = self.env.ref(INVITATION)
        for training in self:
            training._check_state(*OPEN_STATES)
            answer = training._get_open_answer()
            # only this exam's invitation goes out; staff need no rights on surveys
            template.sudo().send_mail(
                answer.id,
                email_values={"recipient_ids": [(4, training.partner_id.id)]},
                email_layout_xmlid="mail.mail_notification_light",
            )
            training.state = "invited"

    def _get_open_answer(self):
        """The attempt the person may still make, a new one if there is none."""
        self.ensure_one()
        if not self.survey_id:
            raise UserError(
                self.env._("The topic %s has no exam.", self.topic_id.display_name)
            )
        if not self.partner_id.email:
            raise UserError(
                self.env._(
                    "%s has no e-mail address to send the exam to.",
                    self.partner_id.display_name,
                )
            )
        # staff need no rights on surveys to invite to the exam of a topic
        answers = self.sudo().answer_ids.filtered(lambda answer: answer.state != "done")
        # as above
        return answers[:1] or self.survey_id.sudo()._create_answer(
            partner=self.partner_id,
            check_attempts=False,
            training_id=self.id,
        )

    def action_done(self):
        """Close trainings whose topic has no exam."""
        for training in self:
            training._check_state(*OPEN_STATES)
            if training.survey_id:
                raise UserError(
                    self.env._(
                        "%(training)s closes when %(person)s passes the exam.",
                        training=training.name,
                        person=training.partner_id.display_name,
                    )
                )
        self._close()

    def action_cancel(self):
        """The person need not be trained after all."""
        for training in self:
            training._check_state(*OPEN_STATES)
        self.write({"state": "cancelled"})
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Training %(training)s is %(state)s already.",
                    training=self.name,
                    state=labels[self.state],
                )
            )

    @api.constrains("answer_ids", "partner_id")
    def _check_person(self):
        for training in self:
            # whose exam it was is checked, whatever else the user may see of it
            others = training.sudo().answer_ids.partner_id - training.partner_id
            if others:
                raise ValidationError(
                    self.env._(
                        "The exam of %(training)s was sent to %(person)s: open "
                        "another training for somebody else.",
                        training=training.name,
                        person=others[0].display_name,
                    )
                )

    # --------------------------------------------------------------------- exam
    def _on_exam(self, answer):
        """The person has answered the exam: passing closes the training.

        :param answer: survey.user_input of this training, done
        """
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return
        if answer.scoring_success:
            self._close()
            return
        self.message_post(
            body=self.env._(
                "%(person)s did not pass the exam (%(score).0f %%, needed are "
                "%(needed).0f %%).",
                person=self.partner_id.display_name,
                score=answer.scoring_percentage,
                needed=answer.survey_id.scoring_success_min,
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _close(self):
        self.write({"state": "done", "done_on": get_today(self)})
        self.activity_feedback(["mail.mail_activity_data_todo"])
