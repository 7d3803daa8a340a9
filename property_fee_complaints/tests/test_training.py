from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .service_case import ServiceCase


@tagged("post_install", "-at_install")
class TestTraining(ServiceCase, MailCase):
    """Who is to learn something is sent the exam; passing it closes the training."""

    def open_training(self, partner=None, **values):
        return (
            self.env["property.training.action"]
            .with_user(self.agent)
            ._open_for(partner or self.guard, self.topic, self.community, **values)
        )

    def invite(self, training):
        with self.mock_mail_gateway():
            training.action_invite()
        return training.sudo().answer_ids.filtered(lambda a: a.state != "done")

    def test_the_exam_is_sent_to_the_person(self):
        training = self.open_training(reason="Shouted at an owner")
        answer = self.invite(training)
        self.assertEqual(training.state, "invited")
        self.assertEqual(answer.survey_id, self.exam)
        self.assertEqual(answer.partner_id, self.guard)
        self.assertEqual(answer.property_community_id, self.community)
        mail = self._new_mails
        self.assertEqual(mail.recipient_ids, self.guard)
        self.assertIn(answer.access_token, mail.body_html)

    def test_passing_the_exam_closes_the_training(self):
        training = self.open_training()
        self.answer(self.invite(training))
        self.assertEqual(training.state, "done")
        self.assertEqual(training.score, 100)
        self.assertTrue(training.done_on)
        self.assertFalse(training.activity_ids, "nothing is left to see to")

    def test_failing_leaves_it_open_and_another_attempt_counts(self):
        training = self.open_training()
        first = self.invite(training)
        self.answer(first, right=False)
        self.assertEqual(training.state, "invited")
        self.assertEqual(training.score, 0)
        self.assertIn("did not pass", training.message_ids[0].body)
        # what the page of the exam does when the person tries again
        again = self.exam._create_answer(
            partner=self.guard, invite_token=first.invite_token
        )
        self.assertEqual(again.training_id, training)
        self.answer(again)
        self.assertEqual(training.state, "done")
        self.assertEqual(training.attempt_count, 2)
        self.assertEqual(training.score, 100)

    def test_sent_again_it_is_the_same_attempt(self):
        training = self.open_training()
        answer = self.invite(training)
        self.assertEqual(self.invite(training), answer)

    def test_a_test_of_the_exam_closes_nothing(self):
        training = self.open_training()
        answer = self.invite(training)
        answer.test_entry = True
        self.answer(answer)
        self.assertEqual(training.state, "invited")

    def test_one_open_training_for_a_person_and_topic(self):
        training = self.open_training()
        self.assertEqual(self.open_training(), training)
        self.answer(self.invite(training))
        self.assertNotEqual(
            self.open_training(), training, "a new need, a new training"
        )

    @freeze_time("2026-03-02")
    def test_what_is_not_done_in_time_is_late(self):
        training = self.open_training()
        self.assertEqual(str(training.date_deadline), "2026-03-16")
        self.assertFalse(training.is_late)
        with freeze_time("2026-03-17"):
            training.invalidate_recordset(["is_late"])
            self.assertTrue(training.is_late)
            found = self.env["property.training.action"].search(
                [("is_late", "=", True)]
            )
            self.assertIn(training, found)
            self.assertNotIn(
                training,
                self.env["property.training.action"].search([("is_late", "=", False)]),
            )

    def test_without_an_exam_the_trainer_closes_it(self):
        topic = self.env.ref("property_fee_complaints.training_topic_safety")
        training = self.open_training()
        with self.assertRaisesRegex(UserError, "passes the exam"):
            training.action_done()
        other = training.with_user(self.agent).copy({"topic_id": topic.id})
        with self.assertRaisesRegex(UserError, "has no exam"):
            other.action_invite()
        other.action_done()
        self.assertEqual(other.state, "done")
        with self.assertRaisesRegex(UserError, "stays on record"):
            other.sudo().unlink()

    def test_without_an_address_nothing_can_be_sent(self):
        self.guard.email = False
        with self.assertRaisesRegex(UserError, "Guard Gao has no e-mail address"):
            self.open_training().action_invite()

    def test_an_exam_that_was_sent_is_not_somebody_elses(self):
        training = self.open_training()
        self.invite(training)
        with self.assertRaisesRegex(ValidationError, "another training"):
            training.partner_id = self.owner

    def test_staff_of_another_community_see_neither_training_nor_exam(self):
        training = self.open_training()
        answer = self.invite(training)
        self.assertTrue(training.with_user(self.complaint_manager).name)
        self.assertTrue(answer.with_user(self.complaint_manager).state)
        for record in (training, answer):
            with self.assertRaises(AccessError):
                record.with_user(self.stranger).read(["state"])
