from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_owner_survey import INVITATION


class PropertyOwnerSurveyLine(models.Model):
    """An owner in the sample of a survey, and their answers."""

    _name = "property.owner.survey.line"
    _description = "Owner in a Sample"
    _inherit = ["property.unit.mixin"]
    _order = "owner_survey_id, sequence, id"
    _rec_name = "partner_id"

    owner_survey_id = fields.Many2one(
        "property.owner.survey", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(string="Place", readonly=True, help="In the drawing.")
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    email = fields.Char(
        related="partner_id.email", groups="property_fee_billing.group_front_desk"
    )
    phone = fields.Char(
        related="partner_id.phone", groups="property_fee_billing.group_front_desk"
    )
    answer_id = fields.Many2one(
        "survey.user_input",
        string="Answers",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    # whoever sees the sample sees who has answered, not what
    state = fields.Selection(
        related="answer_id.state", string="State", related_sudo=True
    )
    is_mailed = fields.Boolean(string="Written To", readonly=True, copy=False)

    _partner_once = models.Constraint(
        "UNIQUE (owner_survey_id, partner_id)",
        "An owner is asked once in a survey.",
    )

    def _invite(self):
        """Give each owner a questionnaire of their own, and write to them."""
        for line in self:
            survey = line.owner_survey_id
            # staff who run a survey of their community need no rights on the
            # questionnaires of others
            line.answer_id = survey.survey_id.sudo()._create_answer(
                partner=line.partner_id,
                check_attempts=False,
                owner_survey_id=survey.id,
                deadline=survey.date_deadline,
            )
        self._send()

    def _send(self):
        """Queue the letters to those who have an address."""
        template = self.env.ref(INVITATION)
        lines = self.filtered("email")
        # see _invite
        answers = lines.sudo().answer_id
        if answers:
            # see _invite
            template.sudo().send_mail_batch(
                answers.ids, email_layout_xmlid="mail.mail_notification_light"
            )
            lines.is_mailed = True

    def action_answer(self):
        """Fill the questionnaire in for an owner, on the phone or at the door."""
        self.ensure_one()
        # whoever holds interviews may ask
        self.env["property.interview.note"].check_access("create")
        if self.owner_survey_id.state != "sent":
            raise UserError(self.env._("%s is not running.", self.owner_survey_id.name))
        # see _invite
        answer = self.answer_id.sudo()
        return {
            "type": "ir.actions.act_url",
            "url": answer.get_start_url(),
            "target": "new",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for line in self:
            if line.owner_survey_id.state in ("sent", "closed"):
                raise UserError(
                    self.env._(
                        "%s has been sent: its sample stays as it is.",
                        line.owner_survey_id.name,
                    )
                )
