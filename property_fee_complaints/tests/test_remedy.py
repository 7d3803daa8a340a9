from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestRemedy(ComplaintCase):
    """What complainants are given, and how a promise is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-01-01"):
            cls.bill = cls.make_bill(cls.unit, [(cls.item, 250.24)])
        cls.line = cls.bill.invoice_line_ids
        cls.complaint = cls.complain("2026-01-05 10:00")
        cls.budget = cls.env["property.complaint.budget"].create(
            {"community_id": cls.community.id, "year": 2026, "amount": 100}
        )

    @classmethod
    def promise(cls, kind, amount=0, user=None, complaint=None, **values):
        with freeze_time("2026-01-05 12:00"):
            return (
                cls.env["property.complaint.remedy"]
                .with_user(user or cls.agent)
                .create(
                    {
                        "complaint_id": (complaint or cls.complaint).id,
                        "kind": kind,
                        "name": "We are sorry",
                        "amount": amount,
                        "move_line_id": cls.line.id if amount else False,
                        **values,
                    }
                )
            )

    def agree(self, complaint=None):
        complaint = (complaint or self.complaint).with_user(self.agent)
        with freeze_time("2026-01-06 10:00"):
            self.decide(complaint)
            complaint.action_propose()
            complaint.action_agree()

    # ----------------------------------------------------------------- goodwill
    def test_goodwill_over_the_budget_is_refused_without_the_manager(self):
        self.promise("goodwill", 60)
        self.assertEqual(self.budget.amount_left, 40)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.promise("goodwill", 40.01)
        self.assertIn("goodwill budget of Jade Garden in 2026", str(caught.exception))
        self.promise("goodwill", 40)
        self.env.invalidate_all()
        self.assertEqual(self.budget.amount_left, 0)
        self.promise("goodwill", 5, user=self.complaint_manager)
        self.env.invalidate_all()
        self.assertEqual(self.budget.amount_left, -5)

    def test_raising_a_promise_beyond_the_budget_is_refused_as_well(self):
        remedy = self.promise("goodwill", 60)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            remedy.amount = 100.01
        self.assertEqual(remedy.amount, 60)

    def test_without_a_budget_there_is_no_goodwill(self):
        self.budget.unlink()
        with self.assertRaises(UserError):
            self.promise("goodwill", 1)

    def test_what_is_not_given_after_all_is_free_again(self):
        remedy = self.promise("goodwill", 100)
        remedy.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.budget.amount_left, 100)
        # another year, another kind: another purse
        self.promise("waiver", 200)
        self.assertEqual(self.budget.amount_left, 100)

    def test_goodwill_becomes_a_credit_note_after_approval_and_closes(self):
        remedy = self.promise("goodwill", 60)
        self.agree()
        self.assertEqual((self.complaint.state, remedy.state), ("agreed", "waiting"))
        adjustment = remedy.adjustment_id
        self.assertEqual(
            (adjustment.kind, adjustment.reason_code), ("waiver", "goodwill")
        )
        with self.assertRaises(UserError):
            adjustment.with_user(self.agent).action_approve()
        with freeze_time("2026-01-07"):
            adjustment.with_user(self.complaint_manager).action_approve()
        self.assertEqual(remedy.move_id.amount_total, 60)
        self.assertEqual(self.bill.amount_residual, 190.24)
        self.assertEqual((self.complaint.state, remedy.state), ("closed", "done"))

    def test_a_refusal_keeps_the_complaint_open_until_it_is_asked_for_again(self):
        remedy = self.promise("waiver", 60)
        self.agree()
        adjustment = remedy.adjustment_id.with_user(self.manager)
        adjustment.decision_note = "Too much."
        adjustment.action_refuse()
        self.assertEqual((remedy.state, self.complaint.state), ("refused", "agreed"))
        remedy.amount = 30
        with freeze_time("2026-01-07"):
            remedy.action_request()
            remedy.adjustment_id.with_user(self.manager).action_approve()
        self.assertEqual((remedy.state, self.complaint.state), ("done", "closed"))
        self.assertEqual(self.bill.amount_residual, 220.24)

    # ------------------------------------------------------------------- refund
    def test_a_refund_is_credited_then_paid_out_and_then_it_closes(self):
        with freeze_time("2026-01-03"):
            self.take(self.unit, bills=[(self.bill, 250.24)], cash=250.24)
        by_bank = self.bank.outbound_payment_method_line_ids[:1]
        remedy = self.promise("refund", 80, payment_method_line_id=by_bank.id)
        self.agree()
        with freeze_time("2026-01-07"):
            remedy.adjustment_id.with_user(self.manager).action_approve()
        payout = remedy.payout_id
        self.assertEqual((payout.kind, payout.amount), ("refund", 80))
        self.assertEqual((remedy.state, self.complaint.state), ("waiting", "agreed"))
        with freeze_time("2026-01-08"):
            payout.with_user(self.manager).action_submit()
        self.assertEqual(payout.receipt_id.amount, 80)
        self.assertEqual((remedy.state, self.complaint.state), ("done", "closed"))

    def test_a_refund_of_what_is_not_paid_yet_is_its_credit_note(self):
        by_bank = self.bank.outbound_payment_method_line_ids[:1]
        remedy = self.promise("refund", 80, payment_method_line_id=by_bank.id)
        self.agree()
        with freeze_time("2026-01-07"):
            remedy.adjustment_id.with_user(self.manager).action_approve()
        self.assertFalse(remedy.payout_id)
        self.assertEqual(self.bill.amount_residual, 170.24)
        self.assertEqual(self.complaint.state, "closed")

    # ------------------------------------------------------------- not in money
    def test_promises_without_money_are_done_by_hand(self):
        letter = self.promise("apology", letter="<p>We are sorry.</p>")
        self.agree()
        self.assertEqual(self.complaint.state, "agreed")
        with self.assertRaises(ValidationError):
            self.complaint.action_close()
        letter.with_user(self.agent).action_done()
        self.assertEqual((letter.state, self.complaint.state), ("done", "closed"))
        with self.assertRaises(UserError):
            letter.unlink()

    def test_an_explanation_is_given_with_the_decision(self):
        explanation = self.promise("explanation")
        self.agree()
        self.assertEqual((explanation.state, self.complaint.state), ("done", "closed"))

    def test_money_is_not_done_by_hand_and_stays_as_it_was_asked_for(self):
        remedy = self.promise("waiver", 60)
        with self.assertRaises(UserError):
            remedy.action_done()
        self.agree()
        for change in ({"amount": 61}, {"kind": "goodwill"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                remedy.write(change)
        with self.assertRaises(UserError):
            remedy.action_cancel()
