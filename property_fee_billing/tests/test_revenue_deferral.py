from datetime import date
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .prepay_case import PrepayCase


@tagged("post_install", "-at_install")
class TestRevenueDeferral(PrepayCase):
    """Each month shows what it earned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deferred = cls.env["account.account"].create(
            {
                "code": "220300",
                "name": "Deferred Revenue",
                "account_type": "liability_current",
                "reconcile": True,
            }
        )
        cls.journal = cls.env["account.journal"].create(
            {"name": "Deferral", "code": "DEFX", "type": "general"}
        )
        cls.community.write(
            {
                "deferral_journal_id": cls.journal.id,
                "deferred_revenue_account_id": cls.deferred.id,
            }
        )
        cls.books = cls.env["property.revenue.deferral"].with_user(cls.manager)

    @classmethod
    def defer(cls, day):
        """Defer a month on its last day."""
        end = day + relativedelta(day=31)
        with freeze_time(end):
            return cls.books._defer(cls.community, day)

    def get_balance(self, account_type, first, last):
        """Posted balance of the community's accounts of a type between two days."""
        lines = self.env["account.move.line"].search(
            [
                ("parent_state", "=", "posted"),
                ("fee_community_id", "=", self.community.id),
                ("account_id.account_type", "=like", account_type),
                ("date", ">=", first),
                ("date", "<=", last),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def get_revenue(self, first, months):
        """Revenue in the ledger, month by month."""
        return [
            -self.get_balance("income%", day, day + relativedelta(day=31))
            for day in (first + relativedelta(months=n) for n in range(months))
        ]

    def get_deferred(self, day):
        return self.get_balance("liability_current", date(2000, 1, 1), day)

    def test_13_months_earn_the_same(self):
        """E8: 254.74 a month for 13 months, 3,311.62 in all; nothing is left."""
        with freeze_time("2025-01-10"):
            _result, bill = self.bill_ahead(offer=self.bonus)
        for number in range(13):
            [deferral] = self.defer(date(2025, 1, 1) + relativedelta(months=number))
            left = round(3311.62 - 254.74 * (number + 1), 2)
            self.assertEqual(deferral.amount, left)
            self.assertEqual(self.get_deferred(deferral.date), -left)
        self.assertFalse(deferral.move_id)
        revenue = self.get_revenue(date(2025, 1, 1), 14)
        self.assertEqual(revenue, [254.74] * 13 + [0])
        self.assertEqual(round(sum(revenue), 2), 3311.62)
        self.assertEqual(self.get_deferred(date(2026, 12, 31)), 0)
        self.assertTrue(
            all(
                line.reconciled
                for line in self.env["account.move.line"].search(
                    [("account_id", "=", self.deferred.id)]
                )
            )
        )
        self.assertEqual(bill.amount_residual, 3311.62)

    def test_revenue_is_without_the_tax_in_the_price(self):
        """3,311.62 with 6 % VAT: 3,124.17 over the 12 months paid and the one given."""
        self.item.tax_ids = self.tax
        vat = self.env["account.account"].create(
            {"code": "222100", "name": "VAT", "account_type": "liability_non_current"}
        )
        taxes = self.tax.invoice_repartition_line_ids
        taxes.filtered(lambda line: line.repartition_type == "tax").account_id = vat
        with freeze_time("2025-01-10"):
            self.bill_ahead(offer=self.bonus)
        for number in range(13):
            self.defer(date(2025, 1, 1) + relativedelta(months=number))
        revenue = self.get_revenue(date(2025, 1, 1), 13)
        self.assertEqual(round(sum(revenue), 2), 3124.17)
        self.assertEqual({round(month, 1) for month in revenue}, {240.3})
        self.assertEqual(self.get_deferred(date(2026, 1, 31)), 0)

    def test_parts_of_months_count_by_days(self):
        """16 March to 30 June: 142.44 of 970.34 for March."""
        self.charge(self.units[2], date_from="2025-03-16")
        self.units[2].charge_area = 98.56
        with freeze_time("2025-03-16"):
            self.bill_ahead(3, unit=self.units[2])
        self.defer(date(2025, 3, 1))
        self.assertEqual(self.get_revenue(date(2025, 3, 1), 1), [142.44])

    def test_a_credit_note_counts_with_its_sign(self):
        with freeze_time("2025-01-10"):
            _result, bill = self.bill_ahead(offer=self.bonus)
        self.defer(date(2025, 1, 1))
        with freeze_time("2025-02-15"):
            bill.fee_run_id.action_cancel()
        [deferral] = self.defer(date(2025, 2, 1))
        self.assertEqual((deferral.amount, deferral.line_count), (0, 2))
        self.assertFalse(deferral.move_id)
        self.assertEqual(self.get_revenue(date(2025, 1, 1), 2), [254.74, -254.74])
        self.assertEqual(self.get_deferred(date(2025, 2, 28)), 0)

    def test_by_account_and_analytic_distribution(self):
        income = self.env["account.account"].create(
            {"code": "400900", "name": "Parking Fees", "account_type": "income"}
        )
        self.parking.tax_ids = [Command.clear()]
        self.parking.product_id.property_account_income_id = income
        self.charge(self.flat, self.parking_standard, "2025-01-01")
        with freeze_time("2025-01-10"):
            self.bill_ahead(6)
        [deferral] = self.defer(date(2025, 1, 1))
        lines = deferral.move_id.line_ids.sorted("balance", reverse=True)
        self.assertEqual(
            [(line.account_id, line.balance) for line in lines[:1] + lines[-1:]],
            [(income, 1500), (self.deferred, -2879.84)],
        )
        analytic = {str(self.community.analytic_account_id.id): 100}
        self.assertEqual(lines[0].analytic_distribution, analytic)
        self.assertEqual(lines[1].analytic_distribution, analytic)
        self.assertEqual(deferral.reversal_move_id.date, date(2025, 2, 1))

    def test_doing_it_twice_changes_nothing(self):
        with freeze_time("2025-01-10"):
            self.bill_ahead()
        first = self.defer(date(2025, 1, 15))
        again = self.defer(date(2025, 1, 31))
        self.assertEqual(first, again)
        self.assertEqual(self.get_deferred(date(2025, 1, 31)), -3035.65)

    def test_undo_and_do_again(self):
        with freeze_time("2025-01-10"):
            self.bill_ahead(6)
        first = self.defer(date(2025, 1, 31))
        first.action_undo()
        self.assertEqual(first.state, "cancelled")
        self.assertEqual(self.get_deferred(date(2025, 1, 31)), 0)
        self.assertEqual(self.get_deferred(date(2025, 2, 28)), 0)
        self.assertEqual(self.get_revenue(date(2025, 1, 1), 2), [1655.81, 0])
        with freeze_time("2025-01-20"):
            self.bill_ahead(6)
        [second] = self.defer(date(2025, 1, 31))
        self.assertEqual(second.amount, 3035.65)
        with self.assertRaisesRegex(UserError, "undone already"):
            first.action_undo()

    def test_refusals(self):
        with (
            freeze_time("2025-01-30"),
            self.assertRaisesRegex(UserError, "month is not over"),
        ):
            self.books._defer(self.community, date(2025, 1, 30))
        with self.assertRaises(AccessError):
            self.books.with_user(self.cashier)._defer(self.community, date(2025, 1, 1))
        with freeze_time("2025-01-10"):
            self.bill_ahead()
        self.company.fiscalyear_lock_date = "2025-01-31"
        with self.assertRaisesRegex(UserError, "books are closed"):
            self.defer(date(2025, 1, 31))
        self.community.deferral_journal_id = False
        self.company.fee_deferral_journal_id = False
        with self.assertRaisesRegex(UserError, "Set the deferral journal"):
            self.defer(date(2025, 2, 1))

    def test_the_company_s_setup_stands_in(self):
        self.community.write(
            {"deferral_journal_id": False, "deferred_revenue_account_id": False}
        )
        self.company.write(
            {
                "fee_deferral_journal_id": self.journal.id,
                "fee_deferred_revenue_account_id": self.deferred.id,
            }
        )
        with freeze_time("2025-01-10"):
            self.bill_ahead()
        self.assertEqual(self.defer(date(2025, 1, 1)).move_id.journal_id, self.journal)

    def test_an_accountant_defers_by_the_dialog(self):
        accountant = new_test_user(
            self.env, "deferral-accountant", "account.group_account_user"
        )
        with freeze_time("2025-01-10"):
            self.bill_ahead()
        with freeze_time("2025-02-03"):
            form = Form(self.env["property.revenue.defer"].with_user(accountant))
            self.assertEqual(str(form.date), "2025-01-31")
            action = form.save().action_defer()
        deferral = self.env["property.revenue.deferral"].search(
            action["domain"] + [("community_id", "=", self.community.id)]
        )
        self.assertEqual(deferral.amount, 3035.65)
        lines = self.env["account.move.line"].search(
            deferral.action_open_bill_lines()["domain"]
        )
        self.assertEqual(lines.fee_item_id, self.item)

    def test_the_job_defers_the_month_before(self):
        with freeze_time("2025-01-10"):
            self.bill_ahead()
        Cron = self.registry["ir.cron"]
        with (
            freeze_time("2025-02-01"),
            patch.object(Cron, "_commit_progress", return_value=60),
        ):
            self.env["property.revenue.deferral"]._cron_defer()
        self.assertEqual(
            self.books.search([("community_id", "=", self.community.id)]).mapped(
                "date"
            ),
            [date(2025, 1, 31)],
        )
