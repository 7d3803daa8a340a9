"""A frozen month reopens the same, and says what has changed since."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .figure_case import FigureCase


@tagged("post_install", "-at_install")
class TestReportSnapshot(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2025-11-01"):
            cls.bill_of_november = cls.make_bill(
                cls.units[0], [(cls.item, 400)], day="2025-11-01"
            )
        with freeze_time("2026-01-01"):
            for unit, amount in zip(cls.units, (100, 200, 300), strict=True):
                cls.make_bill(unit, [(cls.item, amount)])
        cls.pay("2026-01-10", cls.units[1], 250)
        with freeze_time("2026-02-05"):
            cls.snapshot = cls.env["property.report.snapshot"].create(
                {"community_id": cls.community.id, "date": "2026-01-15"}
            )

    def read_all(self):
        self.env.invalidate_all()
        lines = self.snapshot.line_ids.sorted("id")
        return [
            {
                name: line[name]
                for name, field in line._fields.items()
                if field.store and not field.relational
            }
            for line in lines
        ]

    def bridge(self):
        rows = self.env["property.report.bridge"].search(
            [("snapshot_id", "=", self.snapshot.id)]
        )
        return {row.step: row.amount for row in rows if row.amount}

    def test_the_month_is_kept_to_its_last_day(self):
        self.assertEqual(self.snapshot.date, date(2026, 1, 31))
        self.assertEqual(self.snapshot.amount_open, 800)
        self.assertEqual(self.snapshot.amount_credit, 50)
        self.assertEqual(self.snapshot.receivable, float(self.get_ledger("2026-01-31")))

    def test_a_fee_manager_freezes_the_month_before_by_hand(self):
        with freeze_time("2025-12-20"):
            form = Form(self.env["property.report.snapshot"].with_user(self.manager))
            self.assertEqual(form.date, date(2025, 11, 30))
            form.community_id = self.community
            snapshot = form.save()
        self.assertEqual(snapshot.amount_open, 400)
        self.assertEqual(snapshot.frozen_by_id, self.manager)

    def test_it_holds_the_rates_of_the_month(self):
        found = self.get_totals(
            "property.report.snapshot.line",
            [("snapshot_id", "=", self.snapshot.id)],
            fields=["rate_amount", "rate_units", "units_billed", "rate_arrears"]
            + ["arrears", "rate_roll", "roll_before", "roll_on"],
        )
        self.assertAlmostEqual(found["rate_amount"], 200 / 600, 6)
        self.assertAlmostEqual(found["rate_units"], 1 / 3, 6)
        self.assertEqual((found["units_billed"], found["arrears"]), (3, 400))
        self.assertEqual(found["rate_arrears"], 0)

    def test_what_moved_on_to_an_older_age(self):
        """Due 1 December: 30 days past due at the end of December, 61 in January."""
        by_bucket = self.get_totals(
            "property.report.snapshot.line",
            [("snapshot_id", "=", self.snapshot.id), ("kind", "=", "roll")],
            ["bucket"],
            ["roll_before", "roll_on", "rate_roll"],
        )
        self.assertEqual(by_bucket, {"d030": (400, 400, 1.0)})

    def test_it_reopens_the_same_in_a_year(self):
        before = self.read_all()
        self.assertTrue(before)
        with freeze_time("2026-02-10"):
            line = self.bill_of_november.invoice_line_ids.filtered("fee_item_id")
            self.adjust(
                "waiver",
                self.bill_of_november,
                [(line, 60)],
                self.chief,
                date="2026-01-20",
            ).action_submit()
        self.pay("2026-03-01", self.units[2], 300)
        with freeze_time("2026-04-01"):
            self.make_bill(self.units[0], [(self.item, 55)], day="2026-04-01")
        with freeze_time("2027-02-05"):
            self.figures._refresh()
            self.assertEqual(self.read_all(), before)
            self.assertEqual(
                self.bridge(),
                {
                    "a_frozen": 800,
                    "b_credited": -60,
                    "c_restated": 740,
                    "d_paid": -300,
                    "e_today": 440,
                },
            )

    def test_a_payment_undone_later_is_in_the_bridge(self):
        receipt = self.env["property.receipt"].search(
            [("unit_id", "=", self.units[1].id)]
        )
        with freeze_time("2026-02-20"):
            receipt.with_user(self.cashier)._void("Bounced")
        self.assertEqual(
            self.bridge(),
            {"a_frozen": 800, "b_paid": 200, "c_restated": 1000, "e_today": 1000},
        )

    def test_nothing_of_it_can_be_changed(self):
        for change in (
            lambda: self.snapshot.write({"date": "2026-02-28"}),
            lambda: self.snapshot.unlink(),
            lambda: self.snapshot.line_ids[0].write({"amount_open": 1}),
            lambda: self.snapshot.line_ids[0].unlink(),
        ):
            with self.assertRaisesRegex(UserError, "frozen month"):
                change()

    def test_only_a_month_that_is_over(self):
        with (
            freeze_time("2026-03-31"),
            self.assertRaisesRegex(UserError, "not over yet"),
        ):
            self.snapshot.create(
                {"community_id": self.community.id, "date": "2026-03-01"}
            )

    @freeze_time("2026-03-04")
    def test_the_month_before_is_not_frozen_too_early(self):
        self.snapshot._cron_freeze()
        self.assertEqual(self.count_of("2026-02-28"), 0)

    @freeze_time("2026-03-05")
    def test_the_month_before_is_frozen_by_itself_once(self):
        IrCron = type(self.env["ir.cron"])
        with patch.object(IrCron, "_commit_progress", return_value=60):
            self.snapshot._cron_freeze()
            self.snapshot._cron_freeze()
        self.assertEqual(self.count_of("2026-02-28"), 1)

    def count_of(self, day):
        return self.env["property.report.snapshot"].search_count(
            [("community_id", "=", self.community.id), ("date", "=", day)]
        )
