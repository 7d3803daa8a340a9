from odoo import fields, models

from odoo.addons.property_fee_billing.models.company_domain import (
    check_company_domain_once_known,
)


class PropertyTrainingTopic(models.Model):
    """What staff are trained in, and the exam that shows they learned it."""

    _name = "property.training.topic"
    _description = "Training Topic"
    _order = "sequence, name"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Html(
        translate=True, help="What the training covers; sent along with the exam."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    survey_id = fields.Many2one(
        "survey.survey",
        string="Exam",
        domain=[("certification", "=", True)],
        ondelete="restrict",
        help="A certification. Passing it closes the training. Without one, the "
        "trainer says when it is done.",
    )
    deadline_days = fields.Integer(
        string="Days to Complete",
        default=14,
        required=True,
        help="Calendar days from the day the need was found.",
    )
    training_ids = fields.One2many("property.training.action", "topic_id")
    training_count = fields.Integer(compute="_compute_training_count")

    _deadline_positive = models.Constraint(
        "CHECK (deadline_days > 0)", "A training needs at least one day."
    )

    def _compute_training_count(self):
        counts = dict(
            self.env["property.training.action"]._read_group(
                [("topic_id", "in", self.ids)], ["topic_id"], ["__count"]
            )
        )
        for topic in self:
            topic.training_count = counts.get(topic, 0)

    def action_open_trainings(self):
        """The trainings of this topic."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_complaints.property_training_action_action"
        )
        action["domain"] = [("topic_id", "=", self.id)]
        action["context"] = {"default_topic_id": self.id}
        return action
