import base64
import random
from collections import defaultdict

from odoo.tests import tagged

from odoo.addons.property_fee_billing.tests.bank_case import BankCase, BankDay

PAYMENTS = 60


@tagged("post_install", "-at_install")
class TestCashierDay(BankCase):
    """A whole day at the desk: 60 payments, a void, a refund, a bank file of 40 lines
    of which 30 match surely, the count at the end. Every balance equals the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(20261123)
        cls.units = cls.env["property.unit"].create(
            [
                {
                    "code": f"9-{number:04}",
                    "building_id": cls.building.id,
                    "charge_area": 50 + number * 0.37,
                }
                for number in range(PAYMENTS)
            ]
        )
        people = cls.env["res.partner"].create(
            [{"name": f"Owner of {unit.code}"} for unit in cls.units]
        )
        cls.env["property.ownership"].create(
            [
                {"unit_id": unit.id, "partner_id": person.id}
                for unit, person in zip(cls.units, people, strict=True)
            ]
        )
        cls.env["property.recurring.charge"].create(
            [
                {
                    "unit_id": unit.id,
                    "standard_id": standard.id,
                    "date_from": "2026-01-01",
                }
                for unit in cls.units
                for standard in (cls.standard, cls.parking_standard)
            ]
        )
        for month in (1, 2):
            cls.bill_month(2026, month)
        # the units whose owners pay through the bank, with bills of their own
        cls.file = BankDay(cls.env, cls.community, cls.item)
        cls.bills = defaultdict(lambda: cls.env["account.move"])
        for bill in cls.env["account.move"].search(
            [("fee_community_id", "=", cls.community.id)], order="invoice_date"
        ):
            cls.bills[bill.fee_unit_id] += bill

    # -------------------------------------------------------------- the ledger
    def balance(self, account, **domain):
        """Posted balance of an account in the books."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
                *((name, "=", value) for name, value in domain.items()),
            ]
        )
        return self.currency.round(sum(lines.mapped("balance")))

    @property
    def currency(self):
        return self.community.currency_id

    def receivable(self):
        return (
            self.bills[self.units[0]][0]
            .line_ids.filtered(lambda line: line.display_type == "payment_term")
            .account_id
        )

    def check_people(self):
        """Each owner's balance in the ledger is what is open of the bills less what is
        kept as credit."""
        every_unit = self.units + self.file.units
        balances = dict(
            self.env["account.move.line"]._read_group(
                [
                    ("account_id", "=", self.receivable().id),
                    ("parent_state", "=", "posted"),
                    ("company_id", "=", self.company.id),
                ],
                ["partner_id"],
                ["balance:sum"],
            )
        )
        credit_lines = self.env["property.settlement"]._get_credits(every_unit)
        credits_of = credit_lines.grouped("fee_unit_id")
        for unit in every_unit:
            bills = self.bills[unit]
            own = credits_of.get(unit, credit_lines.browse())
            expected = sum(bills.mapped("amount_residual")) + sum(
                own.mapped("amount_residual")
            )
            self.assertEqual(
                self.currency.round(balances.get(unit.payer_id, 0)),
                self.currency.round(expected),
                unit.code,
            )

    def check_lines(self):
        """What is open of each bill's lines sums to what is open of the bill."""
        for bills in self.bills.values():
            for bill in bills:
                self.assertEqual(
                    self.currency.round(
                        sum(bill.invoice_line_ids.mapped("fee_amount_open"))
                    ),
                    bill.amount_residual,
                    bill.name,
                )

    # ----------------------------------------------------------------- the day
    def take_payments(self):
        """All that happens at a desk: in full, in part, too much, in two ways, for a
        chosen bill."""
        receipts = self.env["property.receipt"]
        for number, unit in enumerate(self.units):
            bills = self.bills[unit]
            due = self.currency.round(sum(bills.mapped("amount_residual")))
            kind = number % 5
            if kind == 0:
                receipts += self.take(unit, cash=due)
            elif kind == 1:
                receipts += self.take(unit, cash=100, bank=round(due - 100, 2))
            elif kind == 2:
                part = self.random.randint(1, int(due * 100) - 1) / 100
                receipts += self.take(unit, cash=part)
            elif kind == 3:
                receipts += self.take(unit, bank=round(due + 250, 2))
            else:
                last = bills[-1]
                receipts += self.take(
                    unit,
                    bills=[(last, last.amount_residual)],
                    cash=last.amount_residual,
                )
        return receipts

    def test_a_day(self):
        receipts = self.take_payments()
        self.assertEqual(len(receipts), PAYMENTS)
        voided, refunded = receipts[0], receipts[3]
        voided.with_user(self.cashier)._void("Paid for the neighbour")
        payout = (
            self.env["property.adjustment"]
            .with_user(self.manager)
            ._refund_credit(
                refunded.unit_id,
                refunded.partner_id,
                250,
                self.cash.outbound_payment_method_line_ids[:1],
                refunded.date,
                "Moved out",
                session=self.session,
            )
        )
        self.assertEqual(payout.kind, "payout")
        self.check_people()
        self.check_lines()
        self.check_day_sheet()
        self.import_bank_file()
        self.check_people()
        self.check_lines()
        self.close_session()

    def check_day_sheet(self):
        """Each method of the day sheet equals the balance of its account."""
        sheet = self.env["property.day.sheet"]._get_data(
            self.community, session=self.session
        )
        self.assertTrue(sheet["is_balanced"], (sheet["total"], sheet["items_total"]))
        amounts = defaultdict(float)
        for row in sheet["methods"]:
            amounts[row["journal"]] += row["amount"]
        outstanding = (
            self.by_bank.payment_account_id
            or self.env["account.payment"]
            .search([("journal_id", "=", self.bank.id)], limit=1)
            .outstanding_account_id
        )
        self.assertEqual(amounts[self.cash], self.balance(self.cash.default_account_id))
        self.assertEqual(
            amounts[self.bank], self.balance(outstanding, journal_id=self.bank.id)
        )
        self.assertEqual(sheet["staff"][0]["amount"], sheet["total"])

    def import_bank_file(self):
        """30 of 40 lines settle their bills with a receipt, 10 wait; all the money of
        the file is on the bank's account."""
        wizard = self.import_file(base64.b64decode(self.file.content))
        lines = wizard.statement_id.line_ids
        matched = lines.filtered("is_reconciled")
        self.assertEqual((len(lines), len(matched)), (40, 30))
        self.assertEqual(self.balance(self.bank.default_account_id), self.file.total)
        self.assertEqual(
            self.balance(self.bank.suspense_account_id),
            -self.currency.round(sum((lines - matched).mapped("amount"))),
        )
        receipts = self.env["property.receipt"].search([("source", "=", "bank")])
        self.assertEqual(
            self.currency.round(sum(receipts.mapped("amount"))),
            self.currency.round(sum(matched.mapped("amount"))),
        )
        again = self.import_file(base64.b64decode(self.file.content))
        self.assertEqual(again.new_count, 0)

    def close_session(self):
        """The count agrees with the books; nothing more can be taken."""
        self.session.invalidate_recordset()
        self.session.with_user(
            self.cashier
        ).counted_amount = self.session.expected_amount
        self.session.with_user(self.cashier).action_close()
        self.assertEqual(self.session.difference, 0)
        self.assertEqual(
            self.session.expected_amount,
            self.currency.round(
                self.session.opening_amount + self.balance(self.cash.default_account_id)
            ),
        )
