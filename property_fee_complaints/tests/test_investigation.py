from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestInvestigation(ComplaintCase):
    """What is changed so that it does not happen again, and whether it helped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls.complain("2026-01-05 10:00")
        cls.complaint.cause_id = cls.env.ref("property_fee_complaints.cause_contractor")
        with freeze_time("2026-01-05 10:00"):
            cls.action = (
                cls.env["property.complaint.action"]
                .with_user(cls.agent)
                .create(
                    {
                        "complaint_id": cls.complaint.id,
                        "name": "Another cleaning plan",
                        "user_id": cls.second_agent.id,
                        "date_deadline": "2026-01-20",
                    }
                )
            )

    def activities(self, user):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "property.complaint.action"),
                ("res_id", "=", self.action.id),
                ("user_id", "=", user.id),
            ]
        )

    def test_the_owner_has_it_on_the_list_and_the_cause_is_taken_over(self):
        self.assertEqual(self.action.cause_id, self.complaint.cause_id)
        activity = self.activities(self.second_agent)
        self.assertEqual(activity.date_deadline, date(2026, 1, 20))
        self.action.write({"date_deadline": "2026-01-25", "user_id": self.agent.id})
        activity = self.activities(self.agent)
        self.assertEqual(activity.date_deadline, date(2026, 1, 25))

    def test_its_effect_is_checked_after_thirty_and_ninety_days(self):
        with freeze_time("2026-01-15"):
            self.action.with_user(self.second_agent).action_done()
        self.assertEqual(
            self.action.check_ids.mapped("date_due"),
            [date(2026, 2, 14), date(2026, 4, 15)],
        )
        self.assertEqual(
            self.activities(self.quality_manager).mapped("date_deadline"),
            [date(2026, 2, 14), date(2026, 4, 15)],
        )
        with freeze_time("2026-02-14"):
            first = self.action.check_ids[0].with_user(self.quality_manager)
            first.result = "yes"
        self.assertEqual(self.action.is_effective, "yes")
        self.assertEqual(
            (first.user_id, first.checked_on),
            (self.quality_manager, date(2026, 2, 14)),
        )
        with self.assertRaises(UserError):
            first.result = "no"

    def test_what_did_not_help_asks_for_more(self):
        self.action.action_done()
        self.action.check_ids[1].result = "no"
        self.assertEqual(self.action.is_effective, "no")
        asked = self.complaint.activity_ids.filtered(
            lambda activity: "did not help" in activity.summary
        )
        self.assertEqual(asked.user_id, self.second_agent)

    def test_days_of_the_checks_must_be_days(self):
        for days in ("soon", "0, 30", "-5"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.action.check_days = days
        self.action.check_days = "10"
        self.action.action_done()
        self.assertEqual(len(self.action.check_ids), 1)

    def test_what_is_cancelled_is_off_the_list(self):
        self.action.action_cancel()
        self.action.action_done()
        self.assertEqual(self.action.state, "cancelled")
        self.assertFalse(self.activities(self.second_agent))
        self.assertFalse(self.action.check_ids)
