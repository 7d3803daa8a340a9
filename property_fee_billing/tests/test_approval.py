from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .adjust_case import AdjustCase


@tagged("post_install", "-at_install")
class TestApproval(AdjustCase):
    """What is above somebody's limit waits for somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(cls.unit, [(cls.item, 3000)])
        cls.line = cls.bill.invoice_line_ids

    def ask(self, amount, user=None, **values):
        return self.adjust(
            "credit_note", self.bill, [(self.line, amount)], user, **values
        )

    def test_default_limits(self):
        limits = self.env["property.approval.limit"]
        get = limits._get_user_limit
        self.assertEqual(get(self.cashier, "waiver", self.company), 0)
        self.assertEqual(get(self.manager, "waiver", self.company), 1000)
        self.assertEqual(get(self.chief, "waiver", self.company), float("inf"))
        limits.create(
            {
                "kind": "waiver",
                "group_id": self.env.ref("property_fee_billing.group_fee_manager").id,
                "company_id": self.company.id,
                "amount": 50,
            }
        )
        self.assertEqual(get(self.manager, "waiver", self.company), 50)
        self.assertEqual(get(self.manager, "refund", self.company), 1000)

    def test_up_to_the_limit_is_done_at_once(self):
        request = self.ask(1000)
        self.assertFalse(request.needs_approval)
        request.action_submit()
        self.assertEqual(request.state, "done")
        self.assertFalse(request.decided_by_id)

    def test_above_the_limit_waits_for_another(self):
        request = self.ask(1000.01)
        self.assertTrue(request.needs_approval)
        request.action_submit()
        self.assertEqual(request.state, "waiting")
        self.assertEqual(self.bill.amount_residual, 3000)
        self.assertIn(self.chief, request.activity_ids.user_id)
        self.assertNotIn(self.manager, request.activity_ids.user_id)
        self.assertNotIn(self.cashier, request.activity_ids.user_id)
        with self.assertRaisesRegex(UserError, "asked for .* yourself"):
            request.action_approve()
        request.with_user(self.chief).action_approve()
        self.assertEqual(request.state, "done")
        self.assertEqual(request.requested_by_id, self.manager)
        self.assertEqual(request.decided_by_id, self.chief)
        self.assertFalse(request.activity_ids)
        self.assertEqual(self.bill.amount_residual, 1999.99)

    def test_who_has_no_such_limit_cannot_approve(self):
        request = self.ask(1500, self.cashier)
        request.action_submit()
        with self.assertRaisesRegex(UserError, "above your limit"):
            request.with_user(self.manager).action_approve()
        smaller = self.ask(500, self.cashier)
        smaller.action_submit()
        self.assertEqual(smaller.state, "waiting")
        smaller.with_user(self.manager).action_approve()
        self.assertEqual(smaller.state, "done")

    def test_own_request_after_a_promotion(self):
        """Even with a limit that suffices by now, nobody approves the own request."""
        request = self.ask(500, self.cashier)
        request.action_submit()
        self.cashier.group_ids += self.env.ref(
            "property_fee_billing.group_administrator"
        )
        with self.assertRaisesRegex(UserError, "asked for .* yourself"):
            request.action_approve()

    def test_refused_changes_nothing(self):
        request = self.ask(500, self.cashier)
        request.action_submit()
        boss = request.with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "Say why"):
            boss.action_refuse()
        boss.decision_note = "Not our fault"
        boss.action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertFalse(request.move_id)
        self.assertEqual(self.bill.amount_residual, 3000)
        with self.assertRaisesRegex(UserError, "already"):
            boss.action_approve()

    def test_what_was_asked_for_stays(self):
        request = self.ask(500, self.cashier)
        request.action_submit()
        for change in (
            lambda: request.write({"reason": "Else"}),
            lambda: request.line_ids.write({"amount": 600}),
            lambda: request.write({"state": "done"}),
            lambda: request.write({"decided_by_id": self.chief.id}),
            lambda: request.unlink(),
            lambda: self.ask(5, state="done"),
        ):
            with self.assertRaises(UserError):
                change()
        sneaky = (
            self.env["property.adjustment"]
            .with_user(self.cashier)
            .with_context(default_state="approved")
        )
        self.assertEqual(
            sneaky.create(
                {
                    "kind": "refund",
                    "unit_id": self.unit.id,
                    "reason_code": "other",
                    "reason": "x",
                }
            ).state,
            "draft",
        )
        request.action_reset_to_draft()
        request.line_ids.amount = 400
        request.action_submit()
        self.assertEqual(request.amount, 400)

    def test_cash_is_handed_out_by_who_asked(self):
        self.take(self.units[1], cash=300)
        request = self.adjust(
            "refund",
            user=self.cashier,
            unit_id=self.units[1].id,
            amount=300,
            payment_method_line_id=self.cash_out.id,
        )
        request.action_submit()
        self.assertEqual(request.state, "waiting")
        request.with_user(self.manager).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.activity_ids.user_id, self.cashier)
        request.action_carry_out()
        self.assertEqual(request.state, "done")
        self.assertEqual(request.receipt_id.session_id, self.session)
        self.assertEqual(self.session.expected_amount, 100)

    def test_what_changed_meanwhile_is_refused_on_approval(self):
        request = self.ask(3000)
        request.action_submit()
        self.ask(1000).action_submit()
        with self.assertRaisesRegex(ValidationError, "more than"):
            request.with_user(self.chief).action_approve()
        self.assertEqual(request.state, "waiting")

    def test_limits_are_the_administrators(self):
        limit = self.env["property.approval.limit"].search([], limit=1)
        with self.assertRaises(AccessError):
            limit.with_user(self.manager).amount = 5000
        limit.with_user(self.chief).amount = 10
