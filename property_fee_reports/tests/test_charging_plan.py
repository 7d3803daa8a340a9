"""The charging plan: planned, billed, collected, expected, by month and class."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .figure_case import FigureCase


@tagged("post_install", "-at_install")
class TestChargingPlan(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # two thirds come in the month of the bill, the rest in the next but for 10 %
        for month in range(1, 13):
            day = date(2025, month, 1)
            with freeze_time(day):
                [bill] = cls.make_bill(cls.unit, [(cls.item, 300)], day=str(day))
            cls.pay(day.replace(day=10), cls.unit, 200, [(bill, 200)])
            after = date(2025 + month // 12, month % 12 + 1, 5)
            cls.pay(after, cls.unit, 70, [(bill, 70)])
        cls.plan = cls.env["property.charging.plan"].create(
            {"community_id": cls.community.id, "year": 2026}
        )
        with freeze_time("2026-01-20"):
            cls.plan.action_propose()

    def line(self, month, fee_class="public_service"):
        return self.plan.line_ids.filtered(
            lambda line: line.month.month == month and line.fee_class == fee_class
        )

    def test_a_proposal_follows_the_year_before(self):
        self.assertEqual(len(self.plan.line_ids), 12)
        self.assertEqual(self.line(3).planned_billed, 300)
        self.assertAlmostEqual(self.line(3).amount_planned, 270, 0)

    def test_the_curve_says_how_owners_pay_and_how_far_forecasts_were_off(self):
        curve = self.plan.curve_ids
        self.assertEqual(curve.fee_class, "public_service")
        self.assertAlmostEqual(curve.share_0, 0.667, 3)
        self.assertAlmostEqual(curve.share_1, 0.9, 3)
        self.assertEqual(curve.months, 11)
        # only of the second month, before which nobody was seen to pay late
        self.assertAlmostEqual(curve.error, 70 / 2970, 3)

    def test_plan_and_actual_stand_side_by_side(self):
        with freeze_time("2026-02-15"):
            self.make_bill(self.unit, [(self.item, 500)], day="2026-02-01")
            self.pay("2026-02-10", self.unit, 400)
            self.env.invalidate_all()
            line = self.line(2)
            self.assertEqual((line.amount_billed, line.amount_collected), (500, 400))
            self.assertAlmostEqual(line.gap, line.amount_planned - 400, 2)
            self.assertEqual(self.line(3).gap, 0, "the month has not begun")
            found = self.get_totals(
                "property.charging.plan.report",
                [("plan_id", "=", self.plan.id)],
                ["month:month"],
                ["amount_planned", "billed", "collected", "rate_plan"],
            )
        planned, billed, collected, rate = found[date(2026, 2, 1)]
        self.assertEqual((billed, collected), (500, 400))
        self.assertAlmostEqual(rate, 400 / planned, 6)

    def test_what_is_not_planned_is_there_too(self):
        with freeze_time("2026-02-01"):
            self.make_bill(self.units[1], [(self.parking, 50)], day="2026-02-01")
        found = self.get_totals(
            "property.charging.plan.report",
            [("plan_id", "=", self.plan.id), ("fee_class", "=", "parking")],
            fields=["amount_planned", "billed"],
        )
        self.assertEqual(found, {"amount_planned": 0, "billed": 50})

    def test_a_frozen_version_never_changes(self):
        self.plan.action_freeze()
        planned = self.line(2).amount_planned
        for change in (
            lambda: self.line(2).write({"amount_planned": 1}),
            lambda: self.plan.write({"year": 2027}),
            lambda: self.plan.write({"line_ids": [Command.clear()]}),
            lambda: self.line(2).unlink(),
            lambda: self.plan.unlink(),
            lambda: self.plan.action_propose(),
        ):
            with self.assertRaisesRegex(UserError, "frozen"):
                change()
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            self.plan.write({"state": "draft"})
        with freeze_time("2026-03-03"):
            self.plan.action_forecast()
        self.assertEqual(self.line(2).amount_planned, planned)

    def test_a_new_version_supersedes_the_old_one(self):
        self.plan.action_freeze()
        second = self.plan.browse(self.plan.action_new_version()["res_id"])
        self.assertEqual((second.version, second.state), (2, "draft"))
        self.assertEqual(len(second.line_ids), 12)
        second.line_ids[0].amount_planned = 999
        second.action_freeze()
        self.assertEqual(self.plan.state, "superseded")
        self.assertNotEqual(self.plan.line_ids[0].amount_planned, 999)

    def test_a_line_is_of_the_year_of_its_plan(self):
        with self.assertRaisesRegex(ValidationError, "not a month of plan"):
            self.plan.line_ids = [
                Command.create({"month": "2027-01-01", "fee_class": "parking"})
            ]
