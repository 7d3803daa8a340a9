from datetime import datetime

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestDeadlines(ComplaintCase):
    """Normal: acknowledged within 4 working hours, answered within 16, resolved within
    24, called back on within 24 of closing."""

    def pause(self, complaint, day, **values):
        with freeze_time(day):
            return (
                self.env["property.complaint.pause"]
                .with_user(self.agent)
                .create(
                    {
                        "complaint_id": complaint.id,
                        "reason": "complainant",
                        **values,
                    }
                )
            )

    def resume(self, complaint, day):
        with freeze_time(day):
            complaint.with_user(self.agent).action_resume()

    def test_hours_of_the_desk_count(self):
        complaint = self.complain("2026-01-05 10:00")  # Monday
        self.assertEqual(self.deadline(complaint, "acknowledge"), "2026-01-05 15:00")
        self.assertEqual(self.deadline(complaint, "reply"), "2026-01-07 10:00")
        self.assertEqual(complaint.sla_state, "on_track")
        self.assertEqual(complaint.sla_deadline, datetime(2026, 1, 5, 15))
        self.assertFalse(self.clock(complaint, "callback"))

    def test_a_weekend_does_not_count(self):
        complaint = self.complain("2026-01-09 16:00")  # Friday
        self.assertEqual(self.deadline(complaint, "acknowledge"), "2026-01-12 11:00")

    def test_a_holiday_and_a_weekend_do_not_count(self):
        # Wednesday 16:00: 2 h, no Thursday, 8 h Friday, 6 h Monday
        complaint = self.complain("2026-01-07 16:00")
        self.assertEqual(self.deadline(complaint, "acknowledge"), "2026-01-09 11:00")
        self.assertEqual(self.deadline(complaint, "reply"), "2026-01-12 16:00")

    def test_a_pause_over_holiday_and_weekend_moves_deadlines_by_working_hours(
        self,
    ):
        complaint = self.complain("2026-01-07 10:00")
        self.assertEqual(self.deadline(complaint, "reply"), "2026-01-12 10:00")
        self.pause(complaint, "2026-01-07 16:00")
        self.assertEqual((complaint.is_paused, complaint.sla_state), (True, "paused"))
        # Wednesday 2 h, no Thursday, 8 h Friday, no weekend, 3 h Monday: 13 h
        self.resume(complaint, "2026-01-12 12:00")
        self.assertEqual(self.clock(complaint, "reply").paused_hours, 13)
        self.assertEqual(self.deadline(complaint, "reply"), "2026-01-13 16:00")
        self.assertEqual(complaint.sla_state, "on_track")
        self.assertEqual(complaint.pause_ids.date_to, datetime(2026, 1, 12, 12))

    def test_two_pauses_add_up(self):
        complaint = self.complain("2026-01-05 09:00")
        for day in ("05", "06"):
            self.pause(complaint, f"2026-01-{day} 10:00")
            self.resume(complaint, f"2026-01-{day} 11:00")
        self.assertEqual(self.clock(complaint, "resolve").paused_hours, 2)
        # 24 h from Monday 9:00 end with Wednesday; two hours more, no Thursday
        self.assertEqual(self.deadline(complaint, "resolve"), "2026-01-09 11:00")

    def test_what_is_paused_is_not_late(self):
        complaint = self.complain("2026-01-05 10:00")
        self.pause(complaint, "2026-01-05 11:00")
        self.check_deadlines("2026-02-01 10:00")
        self.assertFalse(complaint.sla_breached)

    def test_no_pause_without_a_reason(self):
        complaint = self.complain("2026-01-05 10:00")
        with self.assertRaises(ValidationError):
            self.pause(complaint, "2026-01-05 11:00", reason="other")
        self.assertFalse(complaint.is_paused)

    def test_nobody_is_paused_twice_or_backdates_a_pause(self):
        complaint = self.complain("2026-01-05 10:00")
        pause = self.pause(
            complaint, "2026-01-05 11:00", date_from=datetime(2026, 1, 1)
        )
        self.assertEqual(pause.date_from, datetime(2026, 1, 5, 11))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            complaint._set_paused()

    def test_done_in_time_and_done_late(self):
        complaint = self.complain("2026-01-05 10:00")
        self.walk(complaint, "acknowledged", day="2026-01-05 14:59")
        clock = self.clock(complaint, "acknowledge")
        self.assertEqual((clock.state, clock.is_breached), ("met", False))
        self.decide(complaint)
        self.walk(complaint, "proposed", day="2026-01-07 10:01")
        clock = self.clock(complaint, "reply")
        self.assertEqual((clock.state, clock.is_breached), ("missed", True))
        self.assertTrue(complaint.sla_breached)
        found = self.env["property.complaint"].search(
            [
                (
                    "clock_ids",
                    "any",
                    [("kind", "=", "reply"), ("is_breached", "=", True)],
                )
            ]
        )
        self.assertIn(complaint, found)

    def test_the_call_back_is_due_three_days_after_closing(self):
        complaint = self.complain("2026-01-05 10:00")
        self.decide(complaint)
        self.walk(complaint, "proposed", "agreed", "closed", day="2026-01-09 17:00")
        self.assertEqual(self.deadline(complaint, "callback"), "2026-01-14 17:00")
        self.check_deadlines("2026-01-14 17:30")
        self.assertTrue(self.clock(complaint, "callback").is_breached)

    def test_reopening_starts_the_answer_anew(self):
        complaint = self.complain("2026-01-05 10:00")
        self.decide(complaint)
        self.walk(complaint, "proposed", "agreed", "closed", day="2026-01-06 10:00")
        self.walk(complaint, "reopened", day="2026-01-09 10:00")
        self.assertEqual(self.deadline(complaint, "reply"), "2026-01-13 10:00")
        self.assertEqual(self.clock(complaint, "reply").round, 1)
        self.assertEqual(self.clock(complaint, "callback").state, "dropped")
        self.assertEqual((complaint.level, complaint.reopened_count), ("2", 1))

    def test_fee_disputes_count_around_the_clock(self):
        complaint = self.complain("2026-01-09 16:00", category="fee")
        self.assertEqual(self.deadline(complaint, "acknowledge"), "2026-01-10 16:00")
        self.assertEqual(self.deadline(complaint, "reply"), "2026-01-16 16:00")

    def test_the_more_particular_policy_counts(self):
        lift = self.category("eng_lift")
        policies = self.env["property.complaint.sla"]
        complaint = self.complain(
            "2026-01-05 10:00", category="engineering", subcategory_id=lift.id
        )
        self.assertEqual(complaint.severity, "2")
        self.assertEqual(self.deadline(complaint, "acknowledge"), "2026-01-05 10:30")
        policies.create({"name": "Lift", "category_id": lift.id, "reply_hours": 1})
        policies.create(
            {
                "name": "Engineering",
                "category_id": lift.parent_id.id,
                "severity": "2",
                "acknowledge_hours": 1,
            }
        )
        other = self.complain(
            "2026-01-05 10:00",
            category="engineering",
            subcategory_id=lift.id,
            unit=self.units[1],
        )
        self.assertEqual(self.deadline(other, "reply"), "2026-01-05 11:00")
        self.assertFalse(self.clock(other, "acknowledge"))

    def test_another_severity_has_other_deadlines_from_where_they_began(self):
        complaint = self.complain("2026-01-05 10:00")
        with freeze_time("2026-01-05 11:00"):
            complaint.severity = "1"
        self.assertEqual(self.deadline(complaint, "acknowledge"), "2026-01-05 12:00")
        self.assertEqual(self.deadline(complaint, "resolve"), "2026-01-07 10:00")

    def test_many_complaints_cost_few_more_queries_than_one(self):
        counts = []
        for number in (2, 22):
            units = self.env["property.unit"].create(
                [
                    {"code": f"Q{number}-{index}", "building_id": self.building.id}
                    for index in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["property.complaint"].create(
                [
                    {
                        "subject": "Noise",
                        "unit_id": unit.id,
                        "user_id": self.agent.id,
                    }
                    for unit in units
                ]
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # one for each number, and room for rows written in pieces
        self.assertLessEqual(counts[1] - counts[0], 20 * 3)
