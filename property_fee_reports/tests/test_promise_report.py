"""Promise kept: what had been paid on the promised day, and nothing that came later."""

from odoo import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.property_fee_billing.tests.collection_case import CollectionCase


@tagged("post_install", "-at_install")
class TestPromiseReport(CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # due on 31 January
        cls.bills = [
            cls.make_bill(unit, [(cls.item, amount)], day="2026-01-01")
            for unit, amount in zip(cls.units, (600, 400, 300), strict=True)
        ]
        with freeze_time("2026-02-05"):
            cls.env["property.arrears.case"]._sync(communities=cls.community)
        cls.cases = [
            cls.env["property.arrears.case"].search([("unit_id", "=", unit.id)])
            for unit in cls.units
        ]

    @classmethod
    def promise(cls, case, amount, until, day="2026-02-10"):
        with freeze_time(day):
            return cls.env["property.arrears.promise"].create(
                {
                    "case_id": case.id,
                    "amount": amount,
                    "date": until,
                    "user_id": cls.collector.id,
                }
            )

    @classmethod
    def pay(cls, day, unit, amount):
        with freeze_time(day):
            cls.take(unit, bank=amount)

    def decide(self, day):
        """What the job of the night does."""
        with freeze_time(day):
            for case in self.cases:
                case._check_promises()

    def kept(self, day, *domain, groupby=()):
        """Due, kept, rate, rate by amount, as of a day."""
        with freeze_time("2026-12-31"):
            rows = (
                self.env["property.promise.report"]
                .with_context(figures_date=day)
                ._read_group(
                    [("community_id", "=", self.community.id), *domain],
                    groupby,
                    ["due:sum", "kept:sum", "rate_kept:avg", "rate_amount:avg"],
                )
            )
        if groupby:
            return {row[0]: row[1:] for row in rows}
        return tuple(value and round(value, 4) for value in rows[0])

    def test_promises_kept_of_those_due(self):
        """Two of three kept: 66.7 %; of 600 promised 450 paid on time: 75 %."""
        self.promise(self.cases[0], 300, "2026-02-20")
        self.promise(self.cases[1], 100, "2026-02-20")
        self.promise(self.cases[2], 200, "2026-02-25")
        self.promise(self.cases[1], 300, "2026-12-31")
        self.pay("2026-02-20", self.units[0], 300)
        self.pay("2026-02-15", self.units[1], 100)
        self.pay("2026-02-25", self.units[2], 50)
        # a day late, and more than was promised
        self.pay("2026-02-26", self.units[2], 150)
        self.pay("2026-02-20", self.units[0], 200)
        self.decide("2026-02-26")
        self.assertEqual(self.kept("2026-02-26"), (3, 2, 0.6667, 0.75))
        # on its day a promise may still be kept
        self.assertEqual(self.kept("2026-02-20"), (False, False, False, False))
        self.assertEqual(self.kept("2026-02-21"), (2, 2, 1, 1))
        by_user = self.kept("2026-02-26", groupby=["user_id"])
        self.assertEqual(by_user[self.collector][:2], (3, 2))

    def test_called_off_after_its_day_is_not_kept(self):
        before = self.promise(self.cases[0], 300, "2026-02-20")
        after = self.promise(self.cases[1], 100, "2026-02-20")
        with freeze_time("2026-02-19"):
            before.action_cancel()
        with freeze_time("2026-02-21"):
            after.action_cancel()
        self.assertEqual(self.kept("2026-03-01"), (1, 0, 0, 0))

    def make_plan(self):
        """600.00 by six instalments of 100.00 from 28 February."""
        with freeze_time("2026-02-10"):
            plan = (
                self.env["property.payment.plan"]
                .with_user(self.collector)
                .create(
                    {
                        "unit_id": self.units[0].id,
                        "date_first": "2026-02-28",
                        "reason": "Out of work",
                        "acknowledgement_ids": [
                            Command.create({"name": "plan.pdf", "raw": b"signed"})
                        ],
                    }
                )
            )
            plan.action_submit()
        self.assertEqual(plan.state, "active")
        self.assertEqual(plan.line_ids.mapped("amount"), [100] * 6)
        return plan

    def test_instalments_paid_on_time_of_those_due(self):
        """Three due, the first paid in full, the second by half, the third late."""
        plan = self.make_plan()
        self.pay("2026-02-27", self.units[0], 100)
        self.pay("2026-03-20", self.units[0], 50)
        self.pay("2026-04-29", self.units[0], 150)
        days = plan.line_ids.mapped("date")
        self.assertEqual(str(days[2]), "2026-04-28")
        found = self.kept("2026-04-30", ("kind", "=", "instalment"))
        self.assertEqual(found, (3, 1, 0.3333, 0.5))
        rows = self.env["property.promise.report"].search(
            [("plan_id", "=", plan.id)], order="date"
        )
        self.assertEqual(rows[:3].mapped("paid"), [100, 50, 0])
        self.assertEqual(rows[0].action_open_source()["res_id"], plan.id)

    def test_a_day_gone_by_stays_as_it_was(self):
        plan = self.make_plan()
        self.pay("2026-02-27", self.units[0], 100)
        before = self.kept("2026-03-31")
        self.assertEqual(before, (2, 1, 0.5, 0.5))
        # all is paid later, and the plan ends
        self.pay("2026-04-10", self.units[0], 500)
        with freeze_time("2026-04-11"):
            plan._check_kept()
        self.assertEqual(plan.state, "kept")
        self.assertEqual(self.kept("2026-03-31"), before)
        # what was paid ahead is kept when its day comes
        self.assertEqual(self.kept("2026-08-01"), (6, 5, 0.8333, 0.8333))

    def test_after_a_plan_broke_nothing_more_is_due(self):
        plan = self.make_plan()
        with freeze_time("2026-04-15"):
            plan._check_kept()
        self.assertEqual(plan.state, "broken")
        self.assertEqual(self.kept("2026-08-01"), (2, 0, 0, 0))
