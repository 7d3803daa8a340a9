from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestCallback(ComplaintCase):
    """After closing, the complainant is called: is it settled indeed?"""

    @classmethod
    def close(cls, complaint, day="2026-01-06 10:00"):
        """Decide, agree and close on a day."""
        cls.decide(complaint)
        cls.walk(complaint, "proposed", "agreed", "closed", day=day)
        return complaint.callback_ids

    @freeze_time("2026-01-06 10:00")
    def test_it_is_due_three_working_days_after_closing(self):
        """Closed on Tuesday at 10; Thursday is a holiday: due on Monday at 10."""
        complaint = self.complain("2026-01-05 10:00")
        callback = self.close(complaint)
        self.assertEqual(callback.state, "open")
        self.assertEqual(callback.date_due, datetime(2026, 1, 12, 10))
        self.assertEqual(callback.user_id, self.agent)
        activity = callback.activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(str(activity.date_deadline), "2026-01-12")

    def test_somebody_else_calls_where_the_team_says_so(self):
        self.team.callback_user_id = self.quality_manager
        callback = self.close(self.complain("2026-01-05 10:00"))
        self.assertEqual(callback.user_id, self.quality_manager)

    def test_done_in_time(self):
        callback = self.close(self.complain("2026-01-05 10:00"))
        with freeze_time("2026-01-12 09:30"):
            callback.with_user(self.agent).result = "satisfied"
            callback.with_user(self.agent).action_done()
        self.assertEqual(callback.state, "done")
        self.assertFalse(callback.is_late)
        self.assertEqual(self.clock(callback.complaint_id, "callback").state, "met")
        self.assertFalse(callback.activity_ids)
        self.assertIn("Satisfied", callback.complaint_id.message_ids[0].body)

    def test_not_done_in_time_is_flagged_by_the_job_and_stays_so(self):
        callback = self.close(self.complain("2026-01-05 10:00"))
        self.check_deadlines("2026-01-12 10:00")
        self.assertFalse(callback.is_late, "not over yet")
        self.check_deadlines("2026-01-12 10:01")
        self.assertTrue(callback.is_late)
        Callback = self.env["property.complaint.callback"]
        self.assertIn(callback, Callback.search([("is_late", "=", True)]))
        with freeze_time("2026-01-13 10:00"):
            callback.result = "satisfied"
            callback.action_done()
        self.assertTrue(callback.is_late)
        self.assertEqual(self.clock(callback.complaint_id, "callback").state, "missed")

    def test_done_late_before_the_job_came_it_is_late_as_well(self):
        callback = self.close(self.complain("2026-01-05 10:00"))
        with freeze_time("2026-01-14 10:00"):
            callback.result = "satisfied"
            callback.action_done()
        self.assertTrue(callback.is_late)

    def test_a_result_and_a_reason_are_needed(self):
        callback = self.close(self.complain("2026-01-05 10:00"))
        with self.assertRaisesRegex(ValidationError, "how the call"):
            callback.action_done()
        callback.result = "partly"
        with self.assertRaisesRegex(ValidationError, "what was said"):
            callback.action_done()
        callback.reason = "The corners are still dirty"
        callback.action_done()
        with self.assertRaisesRegex(UserError, "is Called already"):
            callback.action_done()

    def test_who_does_not_answer_is_called_again(self):
        callback = self.close(self.complain("2026-01-05 10:00"))
        callback.action_not_answered()
        callback.action_not_answered()
        self.assertEqual(callback.attempt_count, 2)
        self.assertEqual(callback.state, "open")

    def test_what_is_not_settled_is_reopened_from_the_call(self):
        complaint = self.complain("2026-01-05 10:00")
        callback = self.close(complaint)
        callback.reason = "Dirty again the next day"
        with freeze_time("2026-01-07 10:00"):
            callback.with_user(self.agent).action_reopen()
        self.assertEqual(complaint.state, "reopened")
        self.assertEqual(complaint.reopened_count, 1)
        self.assertEqual(callback.result, "dissatisfied")
        self.assertTrue(callback.is_reopened)
        self.assertFalse(callback.is_late)
        # settled anew, it is called anew
        self.walk(complaint, "proposed", "agreed", "closed", day="2026-01-09 10:00")
        again = complaint.callback_ids - callback
        self.assertEqual(again.state, "open")

    def test_reopened_otherwise_there_is_nothing_to_call_about(self):
        complaint = self.complain("2026-01-05 10:00")
        callback = self.close(complaint)
        complaint.action_reopen()
        self.assertEqual(callback.state, "cancelled")
        self.assertFalse(callback.activity_ids)
        self.assertEqual(self.clock(complaint, "callback").state, "dropped")

    def test_a_share_is_chosen_by_number_alone(self):
        self.team.callback_share = 0
        complaint = self.complain("2026-01-05 10:00")
        self.assertFalse(self.close(complaint))
        self.assertEqual(self.clock(complaint, "callback").state, "dropped")
        self.team.callback_share = 50
        complaints = self.env["property.complaint"]
        for _number in range(12):
            complaints |= self.complain("2026-01-05 10:00", category="other")
        self.decide(complaints)
        self.walk(complaints, "proposed", "agreed", "closed", day="2026-01-06 10:00")
        called = len(complaints.callback_ids)
        self.assertTrue(1 <= called <= 11, called)

    def test_nobody_is_called_where_nobody_is_known(self):
        complaint = self.complain(
            "2026-01-05 10:00", unit_id=False, community_id=self.community.id
        )
        self.assertFalse(complaint.partner_id)
        self.assertFalse(self.close(complaint))
        self.assertEqual(self.clock(complaint, "callback").state, "dropped")

    def test_the_board_of_late_calls_costs_a_constant_number_of_queries(self):
        """Flagging is one statement for all deadlines, see TestDeadlines; here: the
        list that shows them."""
        complaints = self.env["property.complaint"]
        for _number in range(6):
            complaints |= self.complain("2026-01-05 10:00", category="other")
        self.decide(complaints)
        self.walk(complaints, "proposed", "agreed", "closed", day="2026-01-06 10:00")
        self.check_deadlines("2026-01-20 10:00")
        costs = []
        for count in (6, 2, 6):
            ids = complaints[:count].callback_ids.ids
            self.env.flush_all()
            self.env.invalidate_all()
            callbacks = self.env["property.complaint.callback"].browse(ids)
            before = self.cr.sql_log_count
            callbacks.read(["is_late", "date_due", "phone", "partner_id", "user_id"])
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])

    def test_staff_of_another_community_see_none(self):
        callback = self.close(self.complain("2026-01-05 10:00"))
        self.community.member_ids = [Command.unlink(self.second_agent.id)]
        with self.assertRaises(AccessError):
            callback.with_user(self.second_agent).read(["result"])


@tagged("post_install", "-at_install")
class TestRating(ComplaintCase):
    """Who complained is asked how it was handled."""

    def test_the_mail_has_a_link_for_each_answer(self):
        complaint = self.complain("2026-01-05 10:00")
        self.decide(complaint)
        self.walk(complaint, "proposed", "agreed", "closed", day="2026-01-06 10:00")
        mails = self.env["mail.mail"].search(
            [("model", "=", "property.complaint"), ("res_id", "=", complaint.id)]
        )
        rating = complaint.rating_ids
        self.assertEqual(rating.partner_id, self.owner)
        self.assertEqual(rating.rated_partner_id, self.agent.partner_id)
        asked = mails.filtered(lambda mail: rating.access_token in mail.body_html)
        self.assertEqual(len(asked), 1)
        for value in (5, 3, 1):
            self.assertIn(f"/rate/{rating.access_token}/{value}", asked.body_html)

    def test_without_an_address_nobody_is_asked(self):
        self.owner.email = False
        complaint = self.complain("2026-01-05 10:00")
        self.decide(complaint)
        self.walk(complaint, "proposed", "agreed", "closed")
        self.assertFalse(complaint.rating_ids)


@tagged("post_install", "-at_install")
class TestComplaintTraining(ComplaintCase):
    """A complaint about the attitude of staff is a lesson for somebody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guard = cls.env["res.partner"].create(
            {"name": "Guard Gao", "email": "gao@example.com"}
        )
        cls.cause = cls.env.ref("property_fee_complaints.cause_staff")

    def rude(self, **values):
        return self.complain(
            "2026-01-05 10:00", category="staff", subject="Rude guard", **values
        )

    def test_the_root_cause_opens_a_training(self):
        complaint = self.rude()
        complaint.with_user(self.agent).write(
            {"cause_id": self.cause.id, "concerned_id": self.guard.id}
        )
        training = complaint.training_ids
        self.assertEqual(training.partner_id, self.guard)
        self.assertEqual(training.topic_id, self.cause.training_topic_id)
        self.assertEqual(training.community_id, self.community)
        self.assertEqual(training.reason, "Rude guard")
        self.assertEqual(training.user_id, self.agent)

    def test_two_complaints_about_one_person_are_one_training(self):
        first, second = self.rude(), self.rude(unit=self.units[1])
        for complaint in (first, second):
            complaint.write({"cause_id": self.cause.id, "concerned_id": self.guard.id})
        self.assertEqual(first.training_ids, second.training_ids)
        self.assertEqual(first.training_ids.complaint_ids, first | second)
        self.assertEqual(second.training_count, 1)

    def test_without_a_person_it_is_not_decided(self):
        complaint = self.rude()
        complaint.cause_id = self.cause
        self.assertFalse(complaint.training_ids)
        self.decide(complaint)
        with self.assertRaisesRegex(ValidationError, "whom it is about"):
            complaint.action_propose()
        complaint.concerned_id = self.guard
        complaint.action_propose()
        self.assertTrue(complaint.training_ids)

    def test_a_complaint_that_is_not_valid_trains_nobody(self):
        complaint = self.rude()
        complaint.write(
            {
                "outcome": "not_valid",
                "cause_id": self.cause.id,
                "concerned_id": self.guard.id,
            }
        )
        self.assertFalse(complaint.training_ids)

    def test_found_not_valid_the_training_is_taken_back(self):
        first, second = self.rude(), self.rude(unit=self.units[1])
        for complaint in (first, second):
            complaint.write({"cause_id": self.cause.id, "concerned_id": self.guard.id})
        training = first.training_ids
        first.outcome = "not_valid"
        self.assertFalse(first.training_ids)
        self.assertEqual(training.state, "planned", "the other one stands")
        second.outcome = "not_valid"
        self.assertEqual(training.state, "cancelled")

    def test_other_causes_train_nobody(self):
        complaint = self.rude()
        complaint.write(
            {
                "cause_id": self.env.ref("property_fee_complaints.cause_meter").id,
                "concerned_id": self.guard.id,
            }
        )
        self.assertFalse(complaint.training_ids)
