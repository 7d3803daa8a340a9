from datetime import datetime

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestFlow(ComplaintCase):
    """From the word of an owner to an answer that is accepted."""

    def test_a_complaint_walks_from_receipt_to_closing(self):
        complaint = self.complain("2026-01-05 10:00", channel="portal")
        self.assertTrue(complaint.name.startswith("C2026-"))
        self.assertEqual(complaint.team_id, self.team)
        self.assertEqual(complaint.partner_id, self.owner)
        mine = complaint.with_user(self.agent)
        with freeze_time("2026-01-05 11:00"):
            mine.action_acknowledge()
            mine.action_investigate()
        self.assertEqual(complaint.acknowledged_at, datetime(2026, 1, 5, 11))
        self.decide(mine)
        with freeze_time("2026-01-06 11:00"):
            mine.action_propose()
        self.assertEqual(complaint.replied_at, datetime(2026, 1, 6, 11))
        with freeze_time("2026-01-07 11:00"):
            mine.action_agree()
        # nothing was promised that is still to be done
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.closed_at, datetime(2026, 1, 7, 11))
        subjects = self.mails(complaint).mapped("subject")
        for words in ("received", "looking into it", "our answer"):
            self.assertTrue(any(words in subject for subject in subjects), words)
        self.assertEqual(self.mails(complaint).recipient_ids, self.owner)

    def test_the_answer_reaches_who_has_no_contact_yet(self):
        complaint = self.complain(
            "2026-01-05 10:00",
            channel="email",
            partner_id=False,
            email_from="someone@example.com",
        )
        self.assertEqual(self.mails(complaint)[:1].email_to, "someone@example.com")

    def test_no_decision_without_outcome_and_words(self):
        complaint = self.complain("2026-01-05 10:00")
        with self.assertRaises(ValidationError):
            complaint.action_propose()
        complaint.outcome = "not_ours"
        with self.assertRaises(ValidationError):
            complaint.action_propose()
        complaint.decision = "<p>The developer has to repair it.</p>"
        complaint.action_propose()
        self.assertEqual(complaint.state, "proposed")

    def test_what_is_not_accepted_stays_open(self):
        """ISO 10002: closed only if accepted, or told where else to turn."""
        complaint = self.complain("2026-01-05 10:00")
        self.decide(complaint, "not_valid")
        complaint.action_propose()
        with self.assertRaises(ValidationError):
            complaint.action_close()
        complaint.other_recourse = "The owners' committee, or 12345."
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")

    def test_what_is_closed_only_reopens(self):
        complaint = self.complain("2026-01-05 10:00")
        self.decide(complaint)
        complaint.action_propose()
        complaint.action_agree()
        with self.assertRaises(UserError):
            complaint.action_investigate()
        complaint.action_reopen()
        self.assertEqual((complaint.state, complaint.closed_at), ("reopened", False))
        complaint.action_investigate()
        complaint.action_propose()
        self.assertEqual(complaint.reopened_count, 1)

    def test_nothing_reopens_before_a_decision(self):
        complaint = self.complain("2026-01-05 10:00")
        with self.assertRaises(UserError):
            complaint.action_reopen()

    def test_closing_ends_pauses_and_what_is_on_the_lists(self):
        complaint = self.complain("2026-01-05 10:00")
        self.check_deadlines("2026-01-05 14:01")
        self.assertTrue(self.alerts(self.agent))
        self.env["property.complaint.pause"].create(
            {"complaint_id": complaint.id, "reason": "parts"}
        )
        self.decide(complaint)
        complaint.action_propose()
        complaint.action_agree()
        self.assertFalse(complaint.is_paused)
        self.assertTrue(complaint.pause_ids.date_to)
        self.assertFalse(self.alerts(self.agent))
        with self.assertRaises(UserError):
            complaint._set_paused()

    def test_a_stage_of_ones_own_means_what_its_state_says(self):
        stage = self.env["property.complaint.stage"].create(
            {"name": "On Site", "state": "investigating", "sequence": 35}
        )
        complaint = self.complain("2026-01-05 10:00")
        with freeze_time("2026-01-05 12:00"):
            complaint.stage_id = stage
        self.assertEqual(complaint.state, "investigating")
        self.assertEqual(complaint.acknowledged_at, datetime(2026, 1, 5, 12))
        self.assertEqual(self.clock(complaint, "acknowledge").state, "met")

    def test_categories_have_two_levels(self):
        with self.assertRaises(ValidationError):
            self.env["property.complaint.category"].create(
                {
                    "name": "Deeper",
                    "code": "deeper",
                    "parent_id": self.category("eng_lift").id,
                }
            )
