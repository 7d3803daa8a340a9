from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .money_case import MoneyCase


@tagged("post_install", "-at_install")
class TestCounter(MoneyCase):
    """Money at the desk: bills, receipts, credit, void."""

    def test_oldest_bill_is_settled_first(self):
        """E10b: 1,000.00 on 827.90 and 827.90 pays the first, 655.80 stay open."""
        first = self.make_bill(self.unit, [(self.item, 827.90)], "2026-01-01")
        second = self.make_bill(self.unit, [(self.item, 827.90)], "2026-04-01")
        receipt = self.take(self.unit, cash=1000)
        self.assertEqual(first.amount_residual, 0)
        self.assertEqual(second.amount_residual, 655.80)
        self.assertEqual(
            [(line.move_id, line.amount) for line in receipt.line_ids],
            [(first, 827.90), (second, 172.10)],
        )
        self.assertEqual(receipt.credit_amount, 0)
        self.assertFalse(receipt.is_designated)

    def test_money_for_a_purpose_settles_no_other_fee(self):
        """E10: 500.00 kept for the service fee; bills 827.90 and parking 150.00."""
        receipt = self.take(self.unit, cash=500, purpose="public_service")
        self.assertEqual(receipt.credit_amount, 500)
        bill = self.make_bill(self.unit, [(self.item, 827.90), (self.parking, 150)])
        service, parking = bill.invoice_line_ids.sorted("price_unit", reverse=True)
        self.assertEqual(service.fee_amount_open, 327.90)
        self.assertEqual(parking.fee_amount_open, 150)
        self.assertEqual(bill.amount_residual, 477.90)
        self.assertFalse(self.env["property.settlement"]._get_credits(self.unit))

    def test_money_for_a_purpose_leaves_the_rest_as_credit(self):
        self.take(self.unit, cash=900, purpose="public_service")
        bill = self.make_bill(self.unit, [(self.item, 827.90), (self.parking, 150)])
        self.assertEqual(bill.amount_residual, 150)
        credit = self.env["property.settlement"]._get_credits(self.unit)
        self.assertEqual(credit.amount_residual, -72.10)

    def test_several_methods_and_the_rest_is_credit(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90)])
        receipt = self.take(self.unit, cash=500, bank=400)
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(receipt.amount, 900)
        self.assertEqual(receipt.credit_amount, 72.10)
        self.assertEqual(len(receipt.payment_ids), 2)
        entries = receipt.payment_ids.move_id
        self.assertEqual(
            sum(
                entries.line_ids.filtered(
                    lambda line: line.account_id == self.cash.default_account_id
                ).mapped("balance")
            ),
            500,
        )
        bill = self.make_bill(self.unit, [(self.item, 50)], "2026-02-01")
        self.assertEqual(bill.payment_state, "paid")

    def test_early_payment_discount(self):
        """E7: 3,311.62 less 2 % is 3,245.39 until the day, and not after."""
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % early",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 30,
            }
        )
        loss = self.env["account.account"].create(
            {"code": "667700", "name": "Discounts", "account_type": "expense"}
        )
        self.company.account_journal_early_pay_discount_loss_account_id = loss
        self.community.payment_term_id = term
        bill = self.make_bill(self.unit, [(self.item, 3311.62)], "2026-03-01")
        settlement = self.env["property.settlement"]
        self.assertEqual(settlement._get_discount(bill, bill.invoice_date), 66.23)
        late = bill.invoice_date.replace(month=4)
        self.assertEqual(settlement._get_discount(bill, late), 0)
        receipt = self.take(
            self.unit, bills=[(bill, 3311.62)], cash=3245.39, date="2026-03-31"
        )
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(receipt.discount_amount, 66.23)
        self.assertEqual(receipt.amount, 3245.39)

    def test_void_opens_the_bills_and_reverses_the_money(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90)])
        receipt = self.take(self.unit, cash=900)
        receipt.with_user(self.cashier)._void("Wrong unit")
        self.assertEqual(bill.amount_residual, 827.90)
        self.assertEqual(receipt.state, "void")
        self.assertFalse(self.env["property.settlement"]._get_credits(self.unit))
        self.assertFalse(
            self.env["property.payment.allocation"].search([("move_id", "=", bill.id)])
        )
        sheet = self.env["property.day.sheet"]._get_data(
            self.community, session=self.session
        )
        self.assertEqual((sheet["total"], sheet["items_total"]), (0, 0))
        with self.assertRaisesRegex(UserError, "void already"):
            receipt.with_user(self.cashier)._void("Again")

    def test_receipt_numbers_have_no_gap(self):
        names = [self.take(self.unit, cash=10).name for _number in range(3)]
        self.assertEqual(names, ["JADE-R000001", "JADE-R000002", "JADE-R000003"])

    def test_a_request_sent_again_takes_nothing_twice(self):
        """The answer was lost on its way to the screen."""
        first = self.take(self.unit, cash=10, request_key="k1")
        self.assertEqual(self.take(self.unit, cash=10, request_key="k1"), first)
        self.assertNotEqual(self.take(self.unit, cash=10, request_key="k2"), first)

    def test_day_sheet_equals_the_journals(self):
        self.make_bill(self.unit, [(self.item, 827.90), (self.parking, 150)])
        self.take(self.unit, cash=600, bank=377.90)
        self.take(self.units[1], cash=20)
        sheet = self.env["property.day.sheet"]._get_data(
            self.community, session=self.session
        )
        self.assertEqual(
            [(row["name"], row["count"], row["amount"]) for row in sheet["methods"]],
            [("Drawer / Manual Payment", 2, 620), ("Bank / Manual Payment", 1, 377.90)],
        )
        self.assertEqual(
            [(row["kind"], row["amount"]) for row in sheet["items"]],
            [("item", 150), ("item", 827.90), ("credit", 20)],
        )
        self.assertTrue(sheet["is_balanced"])
        self.assertEqual(sheet["staff"][0]["user"], self.cashier)
        self.assertEqual(self.session.expected_amount, 720)

    def test_refusals(self):
        bill = self.make_bill(self.unit, [(self.item, 100)])
        for message, values in (
            ("must be above zero", {"cash": -5}),
            ("must be above zero", {"cash": 0.001}),
            ("Say how much is paid", {}),
            ("more than the", {"bills": [(bill, 101)], "cash": 101}),
            ("only .* is paid", {"bills": [(bill, 100)], "cash": 50}),
            ("cannot be negative", {"bills": [(bill, -5)], "cash": 50}),
        ):
            with (
                self.subTest(message),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self.take(self.unit, **values)
        self.assertEqual(bill.amount_residual, 100)

    def test_money_in_another_currency_is_refused(self):
        """Also when its journal is one of the community's."""
        dollars = self.env.ref("base.USD")
        if dollars == self.community.currency_id:
            dollars = self.env.ref("base.EUR")
        dollars.active = True
        foreign = self.env["account.journal"].create(
            {"name": "Dollars", "code": "USDX", "type": "bank"}
        )
        foreign.currency_id = dollars
        self.community.payment_journal_ids += foreign
        bill = self.make_bill(self.unit, [(self.item, 100)])
        with self.assertRaisesRegex(
            ValidationError, f"methods in {self.community.currency_id.name}"
        ):
            self.desk.register(
                {
                    "community_id": self.community.id,
                    "unit_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "methods": [
                        {
                            "id": foreign.inbound_payment_method_line_ids[:1].id,
                            "amount": 100,
                        }
                    ],
                }
            )
        self.assertEqual(bill.amount_residual, 100)

    def test_a_bill_paid_meanwhile_is_refused(self):
        bill = self.make_bill(self.unit, [(self.item, 100)])
        choice = [{"id": bill.id, "amount": 60, "residual": 100.0}]
        self.take(self.unit, cash=70)
        with self.assertRaisesRegex(UserError, "has changed meanwhile"):
            self.desk.register(
                {
                    "community_id": self.community.id,
                    "unit_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "methods": [{"id": self.by_cash.id, "amount": 60}],
                    "bills": choice,
                }
            )

    def test_a_list_of_sessions_is_worked_out_at_once(self):
        sessions = self.session
        for number in range(6):
            user = new_test_user(
                self.env, f"cashier-{number}", "property_fee_billing.group_cashier"
            )
            self.community.member_ids = [Command.link(user.id)]
            sessions += sessions.with_user(user).create(
                {"community_id": self.community.id, "opening_amount": number}
            )
        self.take(self.unit, cash=50)
        sessions = sessions.with_env(self.env)
        for few in (sessions[:1], sessions):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            amounts = few.mapped("expected_amount")
            queries = self.env.cr.sql_log_count - before
            self.assertLess(queries, 12)
        self.assertEqual(amounts, [150, 0, 1, 2, 3, 4, 5])

    def test_closed_session_and_locked_period(self):
        self.company.fiscalyear_lock_date = "2026-01-31"
        with self.assertRaisesRegex(UserError, "books are closed up to"):
            self.take(self.unit, cash=10, date="2026-01-15")
        self.session.counted_amount = 100
        self.session.action_close()
        with self.assertRaisesRegex(UserError, "no open cashier session"):
            self.take(self.unit, cash=10)

    def test_books_are_closed_in_the_settings(self):
        settings = self.env["res.config.settings"].create(
            {"fiscalyear_lock_date": "2026-01-31"}
        )
        settings.execute()
        with self.assertRaisesRegex(UserError, "books are closed up to"):
            self.take(self.unit, cash=10, date="2026-01-31")
        self.assertTrue(self.take(self.unit, cash=10, date="2026-02-01"))

    def test_a_difference_of_cash_needs_its_reason_and_is_booked(self):
        self.take(self.unit, cash=50)
        self.session.counted_amount = 149
        with self.assertRaisesRegex(ValidationError, "Count again"):
            self.session.action_close()
        self.session.difference_reason = "Change given wrong"
        self.session.action_close()
        self.assertEqual(self.session.difference, -1)
        self.assertEqual(
            self.session.difference_move_id.line_ids.filtered(
                lambda line: line.account_id == self.cash.default_account_id
            ).balance,
            -1,
        )
