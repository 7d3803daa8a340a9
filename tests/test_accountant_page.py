import re
from datetime import date
from pathlib import Path

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.property_fee_billing.tests.adjust_case import AdjustCase
from odoo.addons.property_fee_billing.tests.bank_case import BankCase

PAGE = Path(__file__).parents[1] / "docs" / "accountant.md"
#: A table of the page, after a comment with the name of its test.
TABLE = re.compile(r"<!-- entry: (?P<name>\w+) -->\n(?P<table>(?:\|.*\n)+)")


@tagged("post_install", "-at_install")
class TestAccountantPage(AdjustCase, BankCase):
    """docs/accountant.md shows the entries that the system posts: each test does what
    the page speaks of and compares its table, ``<!-- entry: name of the test -->``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {}
        cls.income = cls.account("Service income", "605001", "income")
        cls.item.product_id.property_account_income_id = cls.income
        cls.parking.product_id.property_account_income_id = cls.account(
            "Parking income", "605002", "income"
        )
        cls.late_item = cls.make_item("T-LATE", "late_fee", "Late fee income", "income")
        cls.deposit_item = cls.make_item(
            "T-DEP", "deposit", "Deposits held", "liability_current"
        )
        cls.damage = cls.make_item("T-DMG", "other", "Damages", "income_other")
        cls.damage.tax_ids = cls.tax
        vat = cls.account("Output VAT", "222001", "liability_current")
        shares = cls.tax.invoice_repartition_line_ids
        shares += cls.tax.refund_repartition_line_ids
        shares.filtered(lambda line: line.repartition_type == "tax").account_id = vat
        cls.discount = cls.account("Discounts for early payment", "660002", "expense")
        cls.company.account_journal_early_pay_discount_loss_account_id = cls.discount
        cls.deferred = cls.account(
            "Deferred revenue", "220001", "liability_current", reconcile=True
        )
        cls.deferral_journal = cls.env["account.journal"].create(
            {"name": "Deferral", "code": "DEFX", "type": "general"}
        )
        cls.community.write(
            {
                "payment_term_id": False,
                "deferral_journal_id": cls.deferral_journal.id,
                "deferred_revenue_account_id": cls.deferred.id,
                "late_fee_policy_id": cls.env["property.late.fee.policy"]
                .create(
                    {
                        "name": "0.05 % a day",
                        "daily_percent": 0.05,
                        "grace_days": 15,
                        "fee_item_id": cls.late_item.id,
                    }
                )
                .id,
            }
        )
        cls.roles |= {
            cls.owner.property_account_receivable_id: "Receivable",
            cls.bad_debt: "Bad debts",
            cls.cash.default_account_id: "Drawer",
            cls.bank.default_account_id: "Bank",
            cls.bank.suspense_account_id: "Bank suspense",
            cls.cash.loss_account_id: "Cash difference, loss",
        }

    @classmethod
    def account(cls, role, code, account_type, **values):
        account = cls.env["account.account"].create(
            {"name": role, "code": code, "account_type": account_type, **values}
        )
        cls.roles[account] = role
        return account

    @classmethod
    def make_item(cls, code, fee_class, role, account_type):
        item = cls.env["property.fee.item"].create(
            {
                "code": code,
                "name": code,
                "fee_class": fee_class,
                "tax_ids": [Command.clear()],
            }
        )
        number = f"6679{len(cls.roles):02}"
        account = cls.account(role, number, account_type)
        item.product_id.property_account_income_id = account
        return item

    # ------------------------------------------------------------------- tables
    def assertEntries(self, moves):
        """The page's table of this test has exactly these entries."""
        name = self._testMethodName.removeprefix("test_")
        found = dict(TABLE.findall(PAGE.read_text()))
        wanted = self.draw(moves)
        self.assertEqual(
            found.get(name, "").strip(), wanted, f"the page should have:\n{wanted}"
        )

    def draw(self, moves):
        """Entries as a table in Markdown, debits first, amounts of one account and
        side in one entry added up."""
        rows = ["| Journal | Account | Debit | Credit |", "| --- | --- | ---: | ---: |"]
        for move in moves.sorted("id"):
            self.assertEqual(move.state, "posted")
            lines = move.line_ids.filtered("account_id")
            self.assertTrue(lines)
            for sign in (1, -1):
                side = lines.filtered(lambda line, s=sign: s * line.balance > 0)
                for account, items in side.grouped("account_id").items():
                    amount = f"{abs(sum(items.mapped('balance'))):,.2f}"
                    cells = (amount, "") if sign > 0 else ("", amount)
                    row = [self.name(move), self.label(account), *cells]
                    rows.append(f"| {' | '.join(row)} |".replace("|  |", "| |"))
        return "\n".join(rows)

    def name(self, move):
        journals = {
            self.community.journal_id: "Fees of the community",
            self.cash: "Cash",
            self.bank: "Bank",
            self.deferral_journal: "Deferral",
        }
        return journals.get(move.journal_id, move.journal_id.name)

    def label(self, account):
        return self.roles.get(account, account.name)

    def quarter(self, day="2025-03-31"):
        """A bill of 827.90, 6 % VAT included, due on its day."""
        return self.make_bill(self.unit, [(self.item, 827.90)], day)

    def moves_of(self, receipt):
        return receipt.payment_ids.move_id

    # -------------------------------------------------------------------- bills
    def test_bill(self):
        self.assertEntries(self.quarter())

    def test_credit_note(self):
        bill = self.quarter()
        adjustment = self.adjust("credit_note", bill, [(bill.invoice_line_ids, 106)])
        adjustment.action_submit()
        self.assertEntries(adjustment.move_id)

    def test_waiver(self):
        bill = self.quarter()
        adjustment = self.adjust("waiver", bill, [(bill.invoice_line_ids, 53)])
        adjustment.action_submit()
        self.assertEntries(adjustment.move_id)

    def test_write_off(self):
        bill = self.quarter()
        self.adjust("write_off", bill, [(bill, 450)]).action_submit()
        self.assertEqual(bill.amount_residual, 377.90)
        self.assertEntries(bill.line_ids.matched_credit_ids.credit_move_id.move_id)

    def test_cancelled_run(self):
        bill = self.quarter()
        bill.fee_run_id.action_cancel()
        self.assertEntries(bill.reversal_move_ids)

    def test_late_fee(self):
        bill = self.quarter()
        self.assertEntries(bill._post_late_fees(date(2025, 6, 30)))

    def test_late_fee_waived(self):
        """Before it is billed there is no entry; after, a credit note."""
        early = self.quarter()
        before = self.env["account.move"].search_count([])
        self.assertTrue(early._waive_late_fees(date(2025, 6, 30), "Hardship"))
        self.assertEqual(self.env["account.move"].search_count([]), before)
        late = self.make_bill(self.units[1], [(self.item, 827.90)], "2025-03-31")
        fee = late._post_late_fees(date(2025, 6, 30))
        adjustment = self.adjust("waiver", fee, [(fee.invoice_line_ids, 31.46)])
        adjustment.action_submit()
        self.assertEntries(adjustment.move_id)

    # -------------------------------------------------------------------- money
    def test_receipt_cash(self):
        bill = self.quarter()
        receipt = self.take(self.unit, bills=[(bill, 827.90)], cash=827.90)
        self.assertEntries(self.moves_of(receipt))

    def test_receipt_bank(self):
        bill = self.quarter()
        receipt = self.take(self.unit, bills=[(bill, 827.90)], bank=827.90)
        self.assertEntries(self.moves_of(receipt))

    def test_receipt_two_methods(self):
        self.quarter()
        receipt = self.take(self.unit, cash=327.90, bank=500)
        self.assertEntries(self.moves_of(receipt))

    def test_part_payment(self):
        bill = self.quarter()
        receipt = self.take(self.unit, bills=[(bill, 400)], cash=400)
        self.assertEqual(bill.amount_residual, 427.90)
        self.assertEntries(self.moves_of(receipt))

    def test_credit_kept(self):
        self.quarter()
        receipt = self.take(self.unit, cash=900)
        self.assertEqual(receipt.credit_amount, 72.10)
        self.assertEntries(self.moves_of(receipt))
        # the next bill is settled by it without an entry
        before = self.env["account.move"].search_count([])
        later = self.make_bill(self.unit, [(self.item, 50)], "2025-04-30")
        self.assertEqual(later.payment_state, "paid")
        self.assertEqual(self.env["account.move"].search_count([]), before + 1)

    def test_void_receipt(self):
        bill = self.quarter()
        receipt = self.take(self.unit, bills=[(bill, 827.90)], cash=827.90)
        receipt.with_user(self.cashier)._void("Wrong unit")
        self.assertEqual(bill.amount_residual, 827.90)
        reversal = self.moves_of(receipt).reversal_move_ids
        self.assertEntries(self.moves_of(receipt) + reversal)

    def test_refund(self):
        self.take(self.unit, cash=500)
        adjustment = self.adjust(
            "refund",
            unit_id=self.unit.id,
            amount=200,
            payment_method_line_id=self.bank_out.id,
        )
        adjustment.action_submit()
        self.assertEntries(self.moves_of(adjustment.receipt_id))

    def test_cash_difference(self):
        self.take(self.unit, cash=50)
        self.session.write(
            {"counted_amount": 149, "difference_reason": "Change given wrong"}
        )
        self.session.action_close()
        self.assertEntries(self.session.difference_move_id)

    def test_bank_line(self):
        """A line that is sure goes to the receivable at once, one that is not waits."""
        self.quarter()
        sure = self.import_line(827.90, self.unit.payment_reference, "Ann")
        self.assertTrue(sure.is_reconciled)
        self.assertEntries(sure.move_id)

    def test_bank_line_of_receipt(self):
        self.quarter()
        receipt = self.take(self.unit, bank=827.90, date="2026-03-09")
        line = self.import_line(827.90, f"POS {receipt.name}")
        self.assertTrue(receipt.payment_ids.is_matched)
        self.assertEntries(line.move_id)

    def test_bank_line_waiting(self):
        line = self.import_line(777.77, "February", "A stranger")
        self.assertFalse(line.is_reconciled)
        self.assertEntries(line.move_id)

    # ------------------------------------------------------------------ prepaid
    def prepaid(self, day, **offer):
        """Flat 3-1202 pays its year of 3,311.62 ahead."""
        self.charge(self.units[1], date_from="2025-01-01")
        offer = self.env["property.prepay.offer"].create({"months": 12, **offer})
        with freeze_time(day):
            wizard = self.env["property.prepayment"].with_user(self.cashier)
            result = wizard.bill(self.units[1].id, 12, offer.id)
        return self.env["account.move"].browse(result["bill_ids"])

    def test_prepayment(self):
        self.assertEntries(
            self.prepaid("2025-01-10", name="Pay 12 get 1", gift_months=1)
        )

    def test_early_payment(self):
        bill = self.prepaid(
            "2025-03-01", name="2 %", discount_percent=2, pay_by="2025-03-31"
        )
        with freeze_time("2025-03-31"):
            receipt = self.take(
                self.units[1], bills=[(bill, 3311.62)], cash=3245.39, date="2025-03-31"
            )
        self.assertEqual(bill.amount_residual, 0)
        self.assertEntries(self.moves_of(receipt))

    def test_deferral(self):
        self.prepaid("2025-01-10", name="Pay 12 get 1", gift_months=1)
        books = self.env["property.revenue.deferral"].with_user(self.manager)
        with freeze_time("2025-01-31"):
            deferral = books._defer(self.community, date(2025, 1, 31))
        self.assertEqual(deferral.reversal_move_id.date, date(2025, 2, 1))
        self.assertEntries(deferral.move_id + deferral.reversal_move_id)

    # ------------------------------------------------------------------ deposit
    def hold(self):
        deposit = (
            self.env["property.deposit"]
            .with_user(self.cashier)
            .create(
                {
                    "unit_id": self.unit.id,
                    "item_id": self.deposit_item.id,
                    "amount": 2000,
                    "date": "2026-01-10",
                    "date_expected": "2026-04-30",
                    "purpose": "Bathroom",
                }
            )
        )
        deposit.action_bill()
        bills = [(deposit.move_id, 2000)]
        return deposit, self.take(self.unit, bills=bills, bank=2000)

    def settle(self, **values):
        deposit, _receipt = self.hold()
        settlement = (
            self.env["property.deposit.settlement"]
            .with_user(self.manager)
            .create(
                {
                    "deposit_id": deposit.id,
                    "date": "2026-03-01",
                    "payment_method_line_id": self.bank_out.id,
                    **values,
                }
            )
        )
        settlement.action_submit()
        self.assertEqual(settlement.state, "done")
        return settlement

    def test_deposit(self):
        deposit, receipt = self.hold()
        self.assertEntries(deposit.move_id + self.moves_of(receipt))

    def test_deposit_refunded(self):
        settlement = self.settle(refund_amount=2000)
        self.assertEntries(
            settlement.credit_move_id + self.moves_of(settlement.receipt_id)
        )

    def test_deposit_kept_in_part(self):
        settlement = self.settle(
            refund_amount=1650,
            forfeit_amount=350,
            forfeit_item_id=self.damage.id,
            reason="Scratched lift door",
        )
        self.assertEntries(
            settlement.credit_move_id
            + settlement.forfeit_move_id
            + self.moves_of(settlement.receipt_id)
        )

    # ----------------------------------------------------------------- transfer
    def transfer(self, **values):
        """3-1202, the quarter from April 2025 billed, is Beth's from 11 May."""
        transfer = (
            self.env["property.ownership.transfer"]
            .with_user(self.manager)
            .create(
                {
                    "unit_id": self.units[1].id,
                    "date": "2025-05-11",
                    "booking_date": "2025-07-01",
                    "new_partner_id": self.env["res.partner"]
                    .create({"name": "Beth"})
                    .id,
                    **values,
                }
            )
        )
        transfer.action_confirm()
        return transfer

    def bill_quarter(self):
        self.charge(self.units[1], date_from="2025-04-01", interval_months=3)
        run = self.make_run("2025-04-01", "2025-06-30")
        run.action_compute()
        run.action_post()

    def test_transfer(self):
        self.bill_quarter()
        self.assertEntries(self.transfer().run_id.move_ids)

    def test_transfer_debts_carried(self):
        self.make_bill(self.units[1], [(self.item, 120)], "2025-01-01")
        values = {"debt_choice": "carry", "handover_reference": "No. 12"}
        self.assertEntries(self.transfer(**values).move_ids)

    def test_transfer_credit_moved(self):
        self.take(self.units[1], cash=500)
        self.assertEntries(self.transfer(credit_choice="move").move_ids)

    # --------------------------------------------------------------- no entries
    def test_no_entry(self):
        """Disputes, payment plans and notices post nothing."""
        bill = self.quarter("2026-01-01")
        before = self.env["account.move"].search_count([])
        dispute = self.env["property.fee.dispute"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "reason_code": "service",
                "line_ids": [
                    Command.create({"move_line_id": bill.invoice_line_ids.id})
                ],
            }
        )
        dispute.action_withdraw()
        plan = self.env["property.payment.plan"].create(
            {
                "unit_id": self.unit.id,
                "date_first": date.today().isoformat(),
                "reason": "Out of work",
                "acknowledgement_ids": [
                    Command.create({"name": "plan.pdf", "raw": b"signed"})
                ],
            }
        )
        plan.action_submit()
        self.assertEqual(plan.state, "active")
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertIn("post no entry", PAGE.read_text())

    def test_secured(self):
        """Journals that secure their entries by Odoo's hash work as any other."""
        (self.community.journal_id + self.cash).restrict_mode_hash_table = True
        bill = self.quarter()
        receipt = self.take(self.unit, bills=[(bill, 400)], cash=400)
        adjustment = self.adjust("credit_note", bill, [(bill.invoice_line_ids, 106)])
        adjustment.action_submit()
        receipt.with_user(self.cashier)._void("Wrong unit")
        self.assertEqual(bill.amount_residual, 721.90)
        self.assertTrue(self.moves_of(receipt).inalterable_hash)

    def test_no_table_without_a_test(self):
        names = [f"test_{name}" for name, _table in TABLE.findall(PAGE.read_text())]
        own = vars(type(self)).items()
        tests = {n for n, what in own if n.startswith("test_") and callable(what)}
        silent = {"test_no_entry", "test_secured", "test_no_table_without_a_test"}
        self.assertEqual(sorted(names), sorted(tests - silent))
