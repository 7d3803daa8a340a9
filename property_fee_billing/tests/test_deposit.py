from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .adjust_case import AdjustCase


@tagged("post_install", "-at_install")
class TestDeposit(AdjustCase):
    """A deposit is a liability until it is paid back or kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.liability = cls.env["account.account"].create(
            {
                "code": "224110",
                "name": "Deposits Held",
                "account_type": "liability_current",
            }
        )
        cls.deposit_item = cls.env["property.fee.item"].create(
            {
                "code": "T-DEP",
                "name": "Renovation Deposit",
                "fee_class": "deposit",
                "tax_ids": [Command.clear()],
            }
        )
        cls.deposit_item.product_id.property_account_income_id = cls.liability
        cls.vat = cls.env["account.account"].create(
            {"code": "222110", "name": "VAT", "account_type": "liability_current"}
        )
        shares = cls.tax.invoice_repartition_line_ids
        shares.filtered(
            lambda line: line.repartition_type == "tax"
        ).account_id = cls.vat
        cls.damage = cls.env["property.fee.item"].create(
            {
                "code": "T-DMG",
                "name": "Damage",
                "fee_class": "other",
                "tax_ids": [Command.set(cls.tax.ids)],
            }
        )
        cls.income = cls.env["account.account"].create(
            {"code": "605110", "name": "Damages", "account_type": "income_other"}
        )
        cls.damage.product_id.property_account_income_id = cls.income

    def make_deposit(self, amount=2000, user=None, **values):
        return (
            self.env["property.deposit"]
            .with_user(user or self.cashier)
            .create(
                {
                    "unit_id": self.unit.id,
                    "item_id": self.deposit_item.id,
                    "amount": amount,
                    "date": "2026-01-10",
                    "date_expected": "2026-04-30",
                    "purpose": "Bathroom",
                    **values,
                }
            )
        )

    def hold(self, amount=2000, **values):
        deposit = self.make_deposit(amount, **values)
        deposit.action_bill()
        self.take(
            self.unit,
            deposit.partner_id,
            bills=[(deposit.move_id, amount)],
            bank=amount,
        )
        return deposit

    def settle(self, deposit, user=None, **values):
        return (
            self.env["property.deposit.settlement"]
            .with_user(user or self.cashier)
            .create(
                {
                    "deposit_id": deposit.id,
                    "date": "2026-03-01",
                    "payment_method_line_id": self.bank_out.id,
                    **values,
                }
            )
        )

    def test_renovation_is_a_liability_until_settled(self):
        """E17, first half: 2,000 for a renovation, billed and paid."""
        deposit = self.make_deposit()
        self.assertEqual((deposit.state, deposit.partner_id), ("draft", self.owner))
        deposit.action_bill()
        receivable = deposit.move_id.line_ids.account_id - self.liability
        self.assertEqual(deposit.state, "billed")
        self.assertEqual(deposit.move_id.amount_total, 2000)
        self.assertEqual(self.get_balance(self.liability), -2000)
        self.assertEqual(self.get_balance(receivable), 2000)
        self.take(self.unit, bills=[(deposit.move_id, 2000)], cash=2000)
        self.assertEqual((deposit.state, deposit.held_amount), ("held", 2000))
        self.assertEqual(self.get_balance(self.liability), -2000)
        self.assertEqual(self.get_balance(receivable), 0)

    def test_renovation_with_damage(self):
        """E17, second half: damage of 350; 1,650 paid back, 350 to income, with
        approval. Credit of old is the owner's and has no part in it."""
        deposit = self.hold()
        self.take(self.unit, cash=77)
        settlement = self.ask_for_350(deposit)
        self.assertEqual(settlement.state, "waiting")
        self.assertEqual((deposit.state, deposit.held_amount), ("held", 2000))
        self.assertEqual(self.get_balance(self.liability), -2000)
        settlement.with_user(self.manager).action_approve()

        self.assertEqual(settlement.state, "done")
        self.assertEqual((deposit.state, deposit.held_amount), ("settled", 0))
        self.assertEqual(deposit.refunded_amount, 1650)
        self.assertEqual(deposit.forfeited_amount, 350)
        receivable = deposit.move_id.line_ids.account_id - self.liability
        self.assertEqual(self.get_balance(self.liability), 0)
        self.assertEqual(self.get_balance(receivable), -77)
        self.assertEqual(self.get_credit(), 77)
        self.assertEqual(self.get_balance(self.income), -330.19)
        self.assertEqual(self.get_balance(self.vat), -19.81)
        kept = settlement.forfeit_move_id
        self.assertEqual((kept.amount_residual, kept.amount_total), (0, 350))
        note = settlement.credit_move_id
        self.assertEqual((note.amount_total, note.amount_residual), (2000, 0))

        receipt = settlement.receipt_id
        self.assertEqual((receipt.kind, receipt.amount), ("payout", 1650))
        self.assertEqual(
            [(line.item_id, line.amount) for line in receipt.line_ids],
            [(self.deposit_item, 1650)],
        )
        sheet = self.env["property.day.sheet"]._get_data(self.community)
        self.assertEqual((sheet["total"], sheet["items_total"]), (427, 427))

    def ask_for_350(self, deposit):
        """Fill in the form as the cashier would, and submit it."""
        form = Form(
            self.env["property.deposit.settlement"]
            .with_user(self.cashier)
            .with_context(default_deposit_id=deposit.id)
        )
        form.forfeit_amount = 350
        self.assertEqual(form.refund_amount, 1650)
        form.forfeit_item_id = self.damage
        form.reason = "Scratched lift door"
        form.payment_method_line_id = self.bank_out
        settlement = form.save()
        settlement.action_submit()
        return settlement

    def test_all_of_it_in_cash(self):
        deposit = self.hold()
        settlement = self.settle(
            deposit, refund_amount=2000, payment_method_line_id=self.cash_out.id
        )
        settlement.action_submit()
        self.assertEqual(settlement.state, "done")
        self.assertEqual(deposit.state, "settled")
        self.assertEqual(self.session.expected_amount, 100 - 2000)
        self.assertEqual(self.get_balance(self.liability), 0)

    def test_in_parts(self):
        deposit = self.hold()
        self.settle(deposit, refund_amount=500).action_submit()
        self.assertEqual((deposit.state, deposit.held_amount), ("held", 1500))
        self.assertEqual(self.get_balance(self.liability), -1500)
        self.assertEqual(self.settle(deposit).refund_amount, 1500)
        self.settle(deposit, refund_amount=1500).action_submit()
        self.assertEqual(deposit.state, "settled")

    def test_never_more_than_is_held(self):
        deposit = self.hold()
        self.settle(deposit, refund_amount=500).action_submit()
        for message, values in (
            ("1,500.01 is more than the", {"refund_amount": 1500.01}),
            (
                "1,501.00 is more than the",
                {"refund_amount": 1500, "forfeit_amount": 1, "reason": "x"},
            ),
            ("how much is paid back or kept", {"refund_amount": 0}),
            ("say why", {"refund_amount": 0, "forfeit_amount": 5}),
            (
                "choose the item of income",
                {"refund_amount": 0, "forfeit_amount": 5, "reason": "x"},
            ),
        ):
            with (
                self.subTest(message),
                self.assertRaisesRegex(
                    ValidationError, message.replace("1,50", r"[^ ]*1,50")
                ),
            ):
                self.settle(deposit, **values).action_submit()
        unpaid = self.make_deposit()
        unpaid.action_bill()
        with self.assertRaisesRegex(UserError, "is Billed"):
            self.settle(unpaid, refund_amount=5).action_submit()

    def test_two_requests_for_the_same_money(self):
        deposit = self.hold()
        first = self.settle(
            deposit,
            refund_amount=0,
            forfeit_amount=1500,
            forfeit_item_id=self.damage.id,
            reason="Wall broken through",
        )
        first.action_submit()
        self.settle(deposit, refund_amount=2000).action_submit()
        with self.assertRaisesRegex(UserError, "is Settled"):
            first.with_user(self.chief).action_approve()
        self.assertEqual(self.get_balance(self.liability), 0)

    def test_payer_other_than_the_owner(self):
        builder = self.env["res.partner"].create({"name": "Builder"})
        deposit = self.hold(partner_id=builder.id)
        self.assertEqual(deposit.move_id.partner_id, builder)
        settlement = self.settle(
            deposit,
            self.manager,
            refund_amount=1650,
            forfeit_amount=350,
            forfeit_item_id=self.damage.id,
            reason="Scratched lift door",
        )
        settlement.action_submit()
        self.assertEqual(settlement.state, "done")
        self.assertEqual(settlement.forfeit_move_id.partner_id, builder)
        self.assertEqual(settlement.receipt_id.partner_id, builder)

    def test_item_must_stand_on_a_liability(self):
        self.deposit_item.product_id.property_account_income_id = self.income
        self.assertIn("to a liability account", self.deposit_item.deposit_problem)
        with self.assertRaisesRegex(ValidationError, "to a liability account"):
            self.make_deposit()
        self.deposit_item.product_id.property_account_income_id = self.liability
        self.deposit_item.product_id.taxes_id = self.tax
        with self.assertRaisesRegex(ValidationError, "must have no taxes"):
            self.make_deposit()
        with self.assertRaisesRegex(ValidationError, "not of class deposit"):
            self.make_deposit(item_id=self.item.id)

    def test_cancel(self):
        deposit = self.make_deposit()
        deposit.action_bill()
        deposit.action_cancel()
        self.assertEqual(deposit.state, "cancelled")
        self.assertEqual(deposit.move_id.amount_residual, 0)
        self.assertEqual(self.get_balance(self.liability), 0)
        with self.assertRaisesRegex(UserError, "is Held"):
            self.hold().action_cancel()

    def test_its_bill_is_not_adjusted_nor_its_run_cancelled(self):
        deposit = self.hold()
        bill = deposit.move_id
        with self.assertRaisesRegex(ValidationError, "settle or cancel the deposit"):
            self.adjust(
                "credit_note", bill, [(bill.invoice_line_ids, 5)]
            ).action_submit()
        with self.assertRaisesRegex(UserError, "cannot be cancelled"):
            bill.fee_run_id.with_user(self.manager).action_cancel()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            deposit.amount = 5
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            deposit.move_id = False

    def test_reminder(self):
        deposit = self.make_deposit()
        self.assertFalse(deposit.activity_ids)
        deposit.action_bill()
        self.assertEqual(str(deposit.activity_ids.date_deadline), "2026-04-30")
        self.assertEqual(deposit.activity_ids.user_id, self.cashier)
        deposit.date_expected = "2026-05-31"
        self.assertEqual(str(deposit.activity_ids.date_deadline), "2026-05-31")
        self.take(self.unit, bills=[(deposit.move_id, 2000)], bank=2000)
        self.settle(deposit, refund_amount=2000).action_submit()
        self.assertFalse(deposit.activity_ids)

    def test_open_deposits_of_a_unit(self):
        deposit = self.hold()
        self.make_deposit()
        Deposit = self.env["property.deposit"].with_user(self.cashier)
        [found] = Deposit.get_open_deposits(self.unit.id)
        self.assertEqual(found["id"], deposit.id)
        self.assertEqual(found["held_amount"], 2000)
        self.assertEqual(found["partner_id"], self.owner.id)
        self.assertEqual(self.unit.deposit_count, 2)
        self.assertEqual(self.unit.deposit_held_amount, 2000)
        self.assertEqual(self.owner.deposit_held_amount, 2000)

    def test_isolation(self):
        deposit = self.hold()
        stranger = new_test_user(
            self.env, "stranger", "property_fee_billing.group_cashier"
        )
        Deposit = self.env["property.deposit"].with_user(stranger)
        self.assertFalse(Deposit.search([]))
        self.assertFalse(Deposit.get_open_deposits(self.unit.id))
        with self.assertRaises(AccessError):
            deposit.with_user(stranger).action_settle()
            self.settle(deposit, stranger, refund_amount=5).action_submit()

    def test_closed_period(self):
        deposit = self.hold()
        self.company.fiscalyear_lock_date = "2026-03-31"
        with self.assertRaisesRegex(UserError, "books are closed up to"):
            self.settle(deposit, refund_amount=2000).action_submit()
        self.assertEqual((deposit.state, deposit.held_amount), ("held", 2000))
