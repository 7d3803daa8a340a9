from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.property_fee_billing.tests.common import PropertyFeeCommon


class ServiceCase(PropertyFeeCommon):
    """The small community with its people: an agent, a complaint manager, a guard who
    has no login, and the standard of the front desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent, cls.complaint_manager = (
            new_test_user(
                cls.env,
                login,
                f"property_fee_complaints.group_complaint_{login}",
                name=name,
                email=f"{login}@example.com",
            )
            for login, name in (("agent", "Wei"), ("manager", "Lin"))
        )
        cls.stranger = new_test_user(
            cls.env, "stranger", "property_fee_complaints.group_complaint_manager"
        )
        cls.community.member_ids = [
            Command.link(cls.agent.id),
            Command.link(cls.complaint_manager.id),
        ]
        cls.guard = cls.env["res.partner"].create(
            {"name": "Guard Gao", "email": "gao@example.com"}
        )
        for owner in cls.owners:
            owner.email = f"{owner.name.lower()}@example.com"
        cls.topic = cls.env.ref("property_fee_complaints.training_topic_courtesy")
        cls.exam = cls.topic.survey_id
        cls.post = cls.env.ref("property_fee_complaints.service_post_front_desk")
        cls.desk_standard = cls.env["property.service.standard"].create(
            {
                "name": "Front desk",
                "post_id": cls.post.id,
                "answer_hours": 2,
                "politeness": "Stand up and greet.",
                "topic_id": cls.topic.id,
                "item_ids": [
                    Command.create({"name": name, "points": points})
                    for name, points in (
                        ("Greets first", 20),
                        ("Wears the badge", 10),
                        ("Answers within two hours", 10),
                    )
                ],
            }
        )

    @classmethod
    def inspect(cls, results, user=None, **values):
        """An inspection of the front desk, each item with its result."""
        if cls.desk_standard.state == "draft":
            cls.desk_standard.action_publish()
        inspection = (
            cls.env["property.service.inspection"]
            .with_user(user or cls.agent)
            .create(
                {
                    "community_id": cls.community.id,
                    "standard_id": cls.desk_standard.id,
                    **values,
                }
            )
        )
        for line, result in zip(inspection.line_ids, results, strict=True):
            line.result = result
        return inspection

    def answer(self, answer, right=True):
        """Fill a questionnaire in as on its page: the best answers, or the worst."""
        answer = answer.sudo()
        for question in answer.predefined_question_ids:
            if question.question_type != "simple_choice":
                continue
            ranked = question.suggested_answer_ids.sorted("answer_score", reverse=right)
            answer._save_lines(question, str(ranked[0].id))
        answer._mark_done()
