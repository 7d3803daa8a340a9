from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .money_case import MoneyCase


@tagged("post_install", "-at_install")
class TestPayout(MoneyCase):
    """Credit that is paid out: voucher, payment, session, day sheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash_out = cls.cash.outbound_payment_method_line_ids[:1]
        cls.bank_out = cls.bank.outbound_payment_method_line_ids[:1]

    def refund(self, amount, method=None, day="2026-02-01", user=None, **values):
        return (
            self.env["property.adjustment"]
            .with_user(user or self.cashier)
            ._refund_credit(
                self.unit,
                values.pop("partner", self.owner),
                amount,
                method or self.cash_out,
                day,
                "Moved out",
                **values,
            )
        )

    def get_credit(self):
        return self.env["property.payout"]._get_open_amount(self.unit, self.owner)

    def test_cash_leaves_the_drawer_and_the_credit(self):
        self.take(self.unit, cash=300)
        self.take(self.unit, bank=200)
        receipt = self.refund(350)
        self.assertEqual(receipt.kind, "payout")
        self.assertEqual(receipt.session_id, self.session)
        self.assertEqual(receipt.payment_ids.payment_type, "outbound")
        self.assertEqual(receipt.payment_ids.state, "paid")
        self.assertEqual(self.get_credit(), 150)
        self.assertEqual(self.session.expected_amount, 100 + 300 - 350)
        sheet = self.env["property.day.sheet"]._get_data(
            self.community, session=self.session
        )
        self.assertEqual((sheet["total"], sheet["items_total"]), (150, 150))
        drawer = self.env["account.move.line"].search(
            [("account_id", "=", self.cash.default_account_id.id)]
        )
        self.assertEqual(sum(drawer.mapped("balance")), -50)

    def test_money_by_bank_needs_no_session(self):
        self.take(self.unit, cash=300)
        receipt = self.refund(300, self.bank_out, user=self.manager)
        self.assertFalse(receipt.session_id)
        self.assertEqual(self.get_credit(), 0)
        receipt.with_user(self.manager)._void("Wrong account")
        self.assertEqual(self.get_credit(), 300)

    def test_void_puts_the_credit_back(self):
        self.take(self.unit, cash=300)
        receipt = self.refund(300)
        receipt.with_user(self.cashier)._void("Came back")
        self.assertEqual(self.get_credit(), 300)
        self.assertEqual(self.session.expected_amount, 400)

    def test_refusals(self):
        self.take(self.unit, cash=300)
        self.take(self.units[1], cash=500)
        for message, amount, values in (
            ("more than the credit of .*300", 300.01, {}),
            ("more than the credit of .*0.00", 1, {"partner": self.owners[1]}),
            ("must be above zero", 0, {}),
            ("must be above zero", -5, {}),
            ("does not pay out that way", 10, {"method": self.by_cash}),
        ):
            with (
                self.subTest(message),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self.refund(amount, **values)
        with self.assertRaisesRegex(UserError, "no open cashier session"):
            self.refund(10, user=self.manager)
        self.company.fiscalyear_lock_date = "2026-01-31"
        with self.assertRaisesRegex(UserError, "books are closed up to"):
            self.refund(10, day="2026-01-20")
        self.company.fiscalyear_lock_date = False
        self.session.counted_amount = 900
        self.session.action_close()
        with self.assertRaisesRegex(UserError, "closed already"):
            self.refund(10, session=self.session)
        self.assertEqual(self.get_credit(), 300)
