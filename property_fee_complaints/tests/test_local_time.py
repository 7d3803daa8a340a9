from datetime import date

from odoo.tests import freeze_time, tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestSummerTime(ComplaintCase):
    """The desk works from 9 to 12 and 13 to 18 in New York, where clocks go forward on
    8 March 2026 and back on 1 November."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar.tz = "America/New_York"

    def test_hours_of_the_desk_follow_its_clocks(self):
        """From Friday at 17:00: an hour, and three on Monday; noon is at another hour
        in UTC than it was."""
        for friday, monday in (
            ("2026-03-06 22:00", "2026-03-09 16:00"),
            ("2026-10-30 21:00", "2026-11-02 17:00"),
        ):
            complaint = self.complain(friday)
            self.assertEqual(self.deadline(complaint, "acknowledge"), monday)

    def test_hours_around_the_clock_are_hours(self):
        """What is urgent is resolved 24 hours later, not at the same time by the clock:
        Saturday 20:00 is Sunday 21:00 in March and 19:00 in November."""
        for saturday, sunday in (
            ("2026-03-08 01:00", "2026-03-09 01:00"),
            ("2026-11-01 00:00", "2026-11-02 00:00"),
        ):
            complaint = self.complain(saturday, severity="2")
            self.assertEqual(self.deadline(complaint, "resolve"), sunday)

    def test_a_pause_over_the_change_is_counted_in_hours_of_work(self):
        complaint = self.complain("2026-03-06 22:00")
        with freeze_time("2026-03-06 22:00"):
            self.env["property.complaint.pause"].create(
                {"complaint_id": complaint.id, "reason": "complainant"}
            )
        with freeze_time("2026-03-09 16:00"):
            complaint.action_resume()
        self.assertEqual(self.clock(complaint, "reply").paused_hours, 4)


@tagged("post_install", "-at_install")
class TestMidnight(ComplaintCase):
    """What comes in at 00:30 in Shanghai is of the day that has begun there."""

    NIGHT = "2026-01-31 16:30"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.fee_tz = "Asia/Shanghai"
        cls.complaint = cls.complain(cls.NIGHT)
        cls.env.flush_all()

    def test_the_evaluation_counts_it_in_february(self):
        rows = self.env["property.service.evaluation"].search(
            [
                ("community_id", "=", self.community.id),
                ("complaint_count", ">", 0),
                ("partner_id", "=", self.agent.partner_id.id),
            ]
        )
        self.assertEqual(rows.mapped("date"), [date(2026, 2, 1)])

    def test_the_budget_and_the_day_of_an_activity_are_of_the_new_day(self):
        self.agent.tz = "America/New_York"
        with freeze_time("2025-12-31 16:30"):
            budget = (
                self.env["property.complaint.budget"]
                .with_user(self.complaint_manager)
                .with_context(tz="America/New_York")
            )
            self.assertEqual(budget.default_get(["year"])["year"], 2026)
