from odoo import Command
from odoo.tests import freeze_time, tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestEscalation(ComplaintCase):
    """The job warns, then escalates; other reasons lift a complaint too."""

    def test_a_warning_comes_before_the_breach(self):
        complaint = self.complain("2026-01-05 10:00")
        self.check_deadlines("2026-01-05 13:30")
        self.assertFalse(self.alerts(self.agent))
        # three of four hours have passed
        self.check_deadlines("2026-01-05 14:01")
        self.assertEqual(complaint.sla_state, "warning")
        alert = self.alerts(self.agent)
        self.assertEqual(alert.res_id, complaint.id)
        self.assertIn("Acknowledge until", alert.summary)
        self.assertEqual((complaint.level, complaint.sla_breached), ("1", False))
        self.check_deadlines("2026-01-05 14:30")
        self.assertEqual(len(self.alerts(self.agent)), 1)

    def test_a_breach_rises_level_by_level_to_the_top(self):
        complaint = self.complain("2026-01-05 10:00")
        self.check_deadlines("2026-01-05 15:01")
        self.assertEqual((complaint.level, complaint.sla_state), ("2", "breached"))
        self.assertTrue(complaint.sla_breached)
        self.assertIn("Deadline Missed", self.alerts(self.site_manager).summary)
        self.check_deadlines("2026-01-05 15:30")
        self.assertEqual(complaint.level, "2")
        self.check_deadlines("2026-01-07 10:01")
        self.assertEqual(complaint.level, "3")
        self.assertTrue(self.alerts(self.quality_manager))
        self.check_deadlines("2026-01-09 10:01")
        self.assertEqual(complaint.level, "4")
        self.assertTrue(self.alerts(self.executive))
        self.assertEqual(
            sorted(complaint.escalation_ids.mapped("level")), ["2", "3", "4"]
        )

    def test_what_is_done_is_not_escalated(self):
        complaint = self.complain("2026-01-05 10:00")
        self.walk(complaint, "acknowledged", day="2026-01-05 11:00")
        self.check_deadlines("2026-01-05 15:01")
        self.assertEqual(complaint.level, "1")
        self.decide(complaint)
        self.walk(complaint, "proposed", "agreed", "closed", day="2026-01-05 16:00")
        self.check_deadlines("2026-01-06 10:00")
        self.assertEqual((complaint.level, complaint.sla_state), ("1", "on_track"))

    def test_without_a_manager_the_next_below_is_told(self):
        self.team.site_manager_id = False
        complaint = self.complain("2026-01-05 10:00")
        self.check_deadlines("2026-01-05 15:01")
        self.assertEqual(complaint.level, "2")
        self.assertEqual(complaint.escalation_ids.user_id, self.agent)

    def test_ten_complainants_lift_it_once(self):
        people = self.env["res.partner"].create(
            [{"name": f"Neighbour {number}"} for number in range(10)]
        )
        complaint = self.complain(
            "2026-01-05 10:00", joint_partner_ids=[Command.set(people[:8].ids)]
        )
        self.assertEqual((complaint.joint_count, complaint.level), (9, "1"))
        complaint.joint_partner_ids += people[8]
        self.assertEqual((complaint.joint_count, complaint.level), (10, "2"))
        self.assertEqual(complaint.escalation_ids.reason, "joint")
        complaint.joint_partner_ids += people[9]
        self.assertEqual(complaint.level, "2")

    def test_by_hand_with_a_reason(self):
        complaint = self.complain("2026-01-05 10:00")
        action = complaint.with_user(self.agent).action_escalate()
        with freeze_time("2026-01-05 10:30"):
            self.env[action["res_model"]].with_user(self.agent).with_context(
                **action["context"]
            ).create({"reason": "injury", "note": "A child fell"})
        self.assertEqual(complaint.level, "2")
        self.assertIn("A child fell", self.alerts(self.site_manager).summary)

    def test_the_texts_are_in_the_language_of_who_is_told(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.site_manager.lang = "fr_FR"
        complaint = self.complain("2026-01-05 10:00")
        self.check_deadlines("2026-01-05 15:01")
        self.assertEqual(complaint.escalation_ids.user_id, self.site_manager)
        self.assertTrue(self.alerts(self.site_manager).summary)

    def test_the_job_costs_the_same_queries_for_few_and_for_many(self):
        """Everything warned and then late, in one batch each."""
        counts = []
        for number in (10, 100):
            units = self.env["property.unit"].create(
                [
                    {"code": f"J{number}-{index}", "building_id": self.building.id}
                    for index in range(number)
                ]
            )
            with freeze_time("2026-01-05 10:00"):
                complaints = self.env["property.complaint"].create(
                    [
                        {
                            "subject": "Noise",
                            "unit_id": unit.id,
                            "user_id": self.agent.id,
                        }
                        for unit in units
                    ]
                )
            for day in ("2026-01-05 14:01", "2026-01-05 15:01"):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.check_deadlines(day)
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(complaints.mapped("level")), {"2"})
        warn_few, late_few, warn_many, late_many = counts
        self.assertLessEqual(warn_many, warn_few + 4)
        self.assertLessEqual(late_many, late_few + 4)

    def test_the_job_works_through_all_batches(self):
        complaints = self.env["property.complaint"].concat(
            *(
                self.complain("2026-01-05 10:00", unit=unit)
                for unit in self.units
                for _twice in range(2)
            )
        )
        clocks = self.env["property.complaint.clock"]
        with freeze_time("2026-01-05 15:01"):
            self.assertEqual(clocks._check_due(4), 4)
            self.assertEqual(clocks._count_due(), 2)
            self.assertEqual(clocks._check_due(4), 2)
            self.assertEqual(clocks._check_due(4), 0)
        self.assertEqual(set(complaints.mapped("sla_state")), {"breached"})
