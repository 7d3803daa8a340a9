from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .property_complaint import INTERNAL

# Trainings are about people: not for the front desk.
STAFF = (
    "property_fee_complaints.group_complaint_agent,property_fee_billing.group_auditor"
)
# What a training follows from.
FOUND = {"cause_id", "concerned_id", "outcome"}


class PropertyComplaint(models.Model):
    """For whom a complaint is a lesson: a root cause that calls for training opens
    one for the person complained about."""

    _inherit = "property.complaint"

    concerned_id = fields.Many2one(
        "res.partner",
        string="Person Complained About",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=INTERNAL,
        help="Whose attitude or work it is about, if it is about somebody's.",
    )
    training_ids = fields.Many2many(
        "property.training.action",
        "property_training_complaint_rel",
        "complaint_id",
        "training_id",
        string="Trainings",
        copy=False,
        groups=STAFF,
    )
    training_count = fields.Integer(compute="_compute_training_count", groups=STAFF)
    training_topic_id = fields.Many2one(
        related="cause_id.training_topic_id", groups=INTERNAL
    )

    @api.depends("training_ids")
    def _compute_training_count(self):
        for complaint in self:
            complaint.training_count = len(complaint.training_ids)

    def write(self, vals):
        """Open the trainings that follow from what was found."""
        result = super().write(vals)
        if vals.keys() & FOUND:
            self._open_trainings()
        return result

    def _open_trainings(self):
        """A training for each person whose attitude or work was the cause, unless the
        complaint was not valid."""
        for complaint in self:
            topic = complaint.cause_id.training_topic_id
            if complaint.outcome in ("not_valid", "not_ours"):
                complaint._take_training_back()
                continue
            if (
                not topic
                or not complaint.concerned_id
                or topic in complaint.training_ids.topic_id
            ):
                continue
            complaint.training_ids |= self.env["property.training.action"]._open_for(
                complaint.concerned_id,
                topic,
                complaint.community_id,
                reason=complaint.subject,
            )

    def _take_training_back(self):
        """It was not valid: nobody need learn from it, if they have not begun."""
        planned = self.training_ids.filtered(
            lambda training: training.state == "planned"
        )
        self.training_ids -= planned
        planned.filtered(
            lambda training: not training.complaint_ids and not training.finding_ids
        ).action_cancel()

    def _check_decided(self):
        """Override: of a valid complaint with a cause that calls for training it is
        known who is to be trained."""
        result = super()._check_decided()
        if (
            self.outcome == "valid"
            and self.cause_id.training_topic_id
            and not self.concerned_id
        ):
            raise ValidationError(
                self.env._(
                    "%(complaint)s: the root cause “%(cause)s” calls for training. Say "
                    "whom it is about.",
                    complaint=self.display_name,
                    cause=self.cause_id.name,
                )
            )
        return result

    def action_open_trainings(self):
        """The trainings this complaint led to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_complaints.property_training_action_action"
        )
        action["domain"] = [("complaint_ids", "in", self.ids)]
        action["context"] = {
            "default_complaint_ids": self.ids,
            "default_community_id": self.community_id.id,
            "default_partner_id": self.concerned_id.id,
        }
        return action
