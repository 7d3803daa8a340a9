"""The whole circle on different charts of accounts: each action books on accounts of
the company's own chart, and the books balance."""

from datetime import date
from unittest import SkipTest

from odoo import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.property_fee_billing.tests.bank_case import BankCase
from odoo.addons.property_fee_billing.tests.collection_case import CollectionCase

from .company_case import has_chart, make_company


class ChartCase(CollectionCase, BankCase):
    """The small community in a company that has nothing but its chart."""

    chart = currency = None

    @classmethod
    def choose_company(cls):
        if not has_chart(cls.env, cls.chart):
            raise SkipTest(f"no module with the chart {cls.chart} is installed")
        return make_company(cls.env, f"Company {cls.chart}", cls.currency, cls.chart)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journals = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id)], order="id"
        )
        # the bank of the chart, as a firm that changes nothing has it, and its drawer
        # where it comes with one
        cls.cash = journals.filtered(lambda journal: journal.type == "cash")[0]
        cls.bank = journals.filtered(lambda journal: journal.type == "bank")[0]
        cls.community.payment_journal_ids = [Command.set((cls.cash + cls.bank).ids)]
        cls.by_cash = cls.cash.inbound_payment_method_line_ids[:1]
        cls.by_bank = cls.bank.inbound_payment_method_line_ids[:1]
        # items without taxes named: those of the company's chart
        cls.item, cls.late_item = cls.env["property.fee.item"].create(
            [
                {"code": "C-PM", "name": "Service"},
                {
                    "code": "C-LATE",
                    "name": "Late Fee",
                    "fee_class": "late_fee",
                    # a late fee costs what was said: no tax on top of it
                    "tax_ids": [Command.clear()],
                },
            ]
        )
        cls.standard = cls.make_standard("C-PM-A", cls.item, 2.80)
        cls.community.late_fee_policy_id = cls.env["property.late.fee.policy"].create(
            {
                "name": "0.05 % a day",
                "daily_percent": 0.05,
                "grace_days": 0,
                "fee_item_id": cls.late_item.id,
            }
        )
        for unit in cls.units:
            cls.charge(unit, date_from="2026-01-01")
        with freeze_time("2026-01-01"):
            cls.run_january = cls.bill_month(2026, 1)
        cls.bills = cls.run_january.move_ids.sorted("fee_unit_id")

    # ------------------------------------------------------------------ checks
    @classmethod
    def pick(cls, *account_types):
        """The first account of the chart of one of these types."""
        return cls.env["account.account"].search(
            [
                ("account_type", "in", account_types),
                ("company_ids", "in", cls.company.ids),
            ],
            limit=1,
        )

    def check_books(self):
        """All that was booked is the company's, on its accounts, and balances."""
        self.env.flush_all()
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        self.assertTrue(lines)
        for account in lines.account_id:
            self.assertIn(self.company, account.company_ids, account.name)
        chart = self.env["ir.model.data"].search(
            [("model", "=", "account.account"), ("module", "=", "account")]
        )
        known = self.env["account.account"].browse(
            chart.filtered(
                lambda row: row.name.startswith(f"{self.company.id}_")
            ).mapped("res_id")
        )
        own = (self.cash + self.bank).default_account_id
        others = lines.account_id - known - own
        self.assertFalse(others.mapped("display_name"), "accounts beyond the chart")
        self.assertEqual(
            self.company.currency_id.round(sum(lines.mapped("balance"))), 0
        )
        self.assertFalse(
            self.env["account.move.line"].search(
                [
                    ("account_id", "in", lines.account_id.ids),
                    ("company_id", "!=", self.company.id),
                ]
            )
        )

    # ------------------------------------------------------------------- circle
    def test_a_bill_takes_receivable_income_and_tax_of_the_chart(self):
        bill = self.bills[0]
        tax = self.company.account_sale_tax_id
        self.assertEqual(self.item.tax_ids, tax)
        base = bill.invoice_line_ids.account_id
        self.assertEqual(base.account_type, "income")
        self.assertEqual(base, self.company.income_account_id)
        terms = bill.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(
            terms.account_id,
            self.owner.with_company(self.company).property_account_receivable_id,
        )
        taxed = bill.line_ids.filtered("tax_line_id")
        self.assertEqual(
            taxed.account_id,
            tax.invoice_repartition_line_ids.account_id or base,
        )
        self.assertEqual(bill.currency_id, self.company.currency_id)
        self.assertEqual(
            bill.amount_untaxed if not tax.price_include else bill.amount_total,
            250.24,
        )
        self.check_books()

    def test_money_at_the_counter_and_from_the_bank(self):
        with freeze_time("2026-01-20"):
            receipt = self.take(
                self.units[0],
                bills=[(self.bills[0], self.bills[0].amount_residual)],
                cash=self.bills[0].amount_residual,
            )
        self.assertEqual(self.bills[0].payment_state, "paid")
        self.assertEqual(receipt.payment_ids.journal_id, self.cash)
        line = self.import_line(
            self.bills[1].amount_residual, self.units[1].payment_reference
        )
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.bills[1].payment_state, "paid")
        sheet = self.env["property.day.sheet"]._get_data(
            self.community, date_from=date(2026, 1, 20), date_to=date(2026, 3, 10)
        )
        self.assertTrue(sheet["is_balanced"])
        self.check_books()

    def test_late_fee_and_reminder(self):
        bill = self.bills[2]
        with freeze_time("2026-03-20"):
            bill.action_bill_late_fees()
            run = self.env["property.dunning.run"].create(
                {"community_ids": [Command.set(self.community.ids)]}
            )
            run.action_compute()
            run.action_send()
        late = self.env["account.move"].search([("late_fee_bill_id", "=", bill.id)])
        self.assertEqual(late.state, "posted")
        self.assertEqual(
            late.invoice_line_ids.account_id, self.company.income_account_id
        )
        self.assertIn(bill, run.notice_ids.line_ids.move_id)
        self.check_books()

    def test_credit_note_and_write_off(self):
        self.community.bad_debt_account_id = self.pick("expense")
        bill = self.bills[0]
        line = bill.invoice_line_ids.filtered("fee_item_id")
        owed = bill.amount_residual
        for kind, name, record in (
            ("credit_note", "move_line_id", line),
            ("write_off", "move_id", bill),
        ):
            adjustment = self.env["property.adjustment"].create(
                {
                    "kind": kind,
                    "bill_id": bill.id,
                    "date": "2026-02-01",
                    "reason_code": "billing_error",
                    "reason": "Charged too much",
                    "line_ids": [Command.create({name: record.id, "amount": 10})],
                }
            )
            adjustment.action_submit()
            self.assertEqual(adjustment.state, "done")
        self.assertAlmostEqual(bill.amount_residual, owed - 20)
        self.check_books()

    def test_deposit_is_a_liability_and_goes_back(self):
        item = self.env["property.fee.item"].create(
            {
                "code": "C-DEP",
                "name": "Deposit",
                "fee_class": "deposit",
                "tax_ids": [Command.clear()],
            }
        )
        self.assertTrue(item.deposit_problem, "income is no place for a deposit")
        liability = self.pick("liability_current")
        item.product_id.property_account_income_id = liability
        self.assertFalse(item.deposit_problem)
        deposit = self.env["property.deposit"].create(
            {
                "unit_id": self.unit.id,
                "item_id": item.id,
                "amount": 2000,
                "date": "2026-01-10",
                "date_expected": "2026-04-30",
                "purpose": "Bathroom",
            }
        )
        deposit.action_bill()
        self.take(
            self.unit, deposit.partner_id, bills=[(deposit.move_id, 2000)], bank=2000
        )
        held = deposit.move_id.line_ids.filtered(
            lambda line: line.account_id == liability
        )
        self.assertEqual(held.balance, -2000)
        self.check_books()

    def test_months_ahead(self):
        result = self.env["property.prepayment"].bill(self.units[1].id, 3)
        bills = self.env["account.move"].browse(result["bill_ids"])
        self.assertEqual(set(bills.mapped("state")), {"posted"})
        self.assertEqual(
            bills.invoice_line_ids.account_id, self.company.income_account_id
        )
        self.take(
            self.units[1],
            bills=[(bill, bill.amount_residual) for bill in bills],
            bank=sum(bills.mapped("amount_residual")),
        )
        self.assertEqual(set(bills.mapped("payment_state")), {"paid"})
        self.check_books()


@tagged("post_install", "-at_install")
class TestGenericChart(ChartCase):
    chart, currency = "generic_coa", "USD"


@tagged("post_install", "-at_install")
class TestChineseChart(ChartCase):
    chart, currency = "cn", "CNY"


# the tests are those of the two charts
del ChartCase
