import doctest

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, freeze_time, tagged

from ..engine import promises
from .arrears_case import ArrearsCase


@tagged("post_install", "-at_install")
class TestArrearsWork(ArrearsCase):
    """Why nothing is paid, who said what, and whether a promise was kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # due on 31 January
        cls.bill = cls.make_bill(cls.unit, [(cls.item, 600)], "2026-01-01")
        cls.case = cls.sync("2026-02-01")

    def log(self, result, kind="call"):
        return self.case.with_context(
            contact_kind=kind, contact_result=result
        ).action_log_contact()

    def test_the_cause_is_asked_for_after_sixty_days(self):
        self.sync("2026-03-31")
        with freeze_time("2026-03-31"):
            self.env.invalidate_all()
            self.assertFalse(self.case.needs_cause)
            self.case.stage = "reminder"
        self.sync("2026-04-01")
        with freeze_time("2026-04-01"):
            self.env.invalidate_all()
            self.assertTrue(self.case.needs_cause)
            self.assertEqual(self.case.days_overdue, 60)
            self.assertIn(self.case, self.Case.search([("needs_cause", "=", True)]))
            self.assertNotIn(self.case, self.Case.search([("needs_cause", "=", False)]))
            with self.assertRaises(ValidationError):
                self.case.stage = "demand"
        self.assertEqual(self.case.activity_ids.user_id, self.collector)
        # asked once
        self.sync("2026-04-02")
        self.assertEqual(len(self.case.activity_ids), 1)
        with freeze_time("2026-04-02"):
            self.case.cause = "hardship"
            self.env.invalidate_all()
            self.assertFalse(self.case.needs_cause)
            self.case.stage = "demand"
        self.policy.cause_days = 0
        with freeze_time("2026-06-01"):
            self.env.invalidate_all()
            self.assertFalse(self.Case.search([("needs_cause", "=", True)]))

    def test_the_history_of_the_cause_is_kept(self):
        with freeze_time("2026-02-03 08:00:00"):
            self.case.cause = "forgot"
        with freeze_time("2026-02-09 08:00:00"):
            self.case.write({"cause": "dispute"})
            self.case.write({"cause": "dispute"})
        self.assertEqual(
            [(row.cause, str(row.date.date())) for row in self.case.cause_ids],
            [("dispute", "2026-02-09"), ("forgot", "2026-02-03")],
        )
        with self.assertRaises(ValidationError):
            self.case.cause = False
        self.assertFalse(self.case.cause_ids.has_access("write"))
        with self.assertRaises(UserError):
            self.case.cause_ids[0].sudo().cause = "forgot"

    @freeze_time("2026-02-10")
    def test_a_call_is_logged_in_a_click(self):
        self.log("no_answer")
        self.assertFalse(self.case.cause)
        self.log("refuses", "visit")
        contact = self.case.contact_ids[0]
        self.assertEqual(
            (contact.kind, contact.result, contact.user_id),
            ("visit", "refuses", self.collector),
        )
        self.assertEqual(self.case.cause, "refuses")
        # what was said first stays the cause until a person changes it
        self.log("hardship")
        self.assertEqual(self.case.cause, "refuses")
        action = self.log("promised")
        self.assertEqual(action["res_model"], "property.arrears.promise")
        self.assertEqual(action["context"]["default_case_id"], self.case.id)
        with self.assertRaises(UserError):
            contact.result = "promised"
        contact.note = "Will not pay before the lift works"
        self.assertEqual(self.log("plan")["res_model"], "property.payment.plan")

    @freeze_time("2026-02-10")
    def test_a_dispute_says_the_cause(self):
        self.env["property.fee.dispute"].create(
            {
                "unit_id": self.unit.id,
                "reason_code": "vacancy",
                "line_ids": [
                    Command.create({"move_line_id": line.id, "amount": 80})
                    for line in self.bill.invoice_line_ids
                ],
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.case.cause, "vacancy")
        self.assertEqual(self.case.amount_disputed, 80)
        self.assertEqual(self.case.dispute_count, 1)

    def promise(self, amount, until, day):
        with freeze_time(day):
            return (
                self.env["property.arrears.promise"]
                .with_user(self.collector)
                .create({"case_id": self.case.id, "amount": amount, "date": until})
            )

    def pay(self, amount, day):
        with freeze_time(day):
            self.take(self.unit, cash=amount, date=day)

    def test_a_promise_is_kept_by_what_was_paid_until_its_day(self):
        promise = self.promise(200, "2026-02-20", "2026-02-10")
        self.pay(150, "2026-02-15")
        self.sync("2026-02-20")
        self.assertEqual((promise.state, promise.amount_paid), ("open", 150))
        self.pay(50, "2026-02-20")
        self.sync("2026-02-21")
        self.assertEqual((promise.state, promise.amount_paid), ("kept", 200))
        self.assertFalse(self.case.activity_ids)

    def test_a_promise_that_is_not_kept_is_told_of(self):
        promise = self.promise(200, "2026-02-20", "2026-02-10")
        # before it was made, and a day late
        self.pay(50, "2026-02-09")
        self.pay(200, "2026-02-21")
        self.sync("2026-02-21")
        self.assertEqual((promise.state, promise.amount_paid), ("broken", 0))
        self.assertEqual(self.case.activity_ids.user_id, self.collector)
        self.sync("2026-02-22")
        self.assertEqual(len(self.case.activity_ids), 1)
        # money of the 20th that the bank showed late
        self.pay(200, "2026-02-20")
        self.sync("2026-02-23")
        self.assertEqual((promise.state, promise.amount_paid), ("kept", 200))

    def test_money_counts_for_one_promise(self):
        first = self.promise(200, "2026-02-20", "2026-02-10")
        second = self.promise(100, "2026-02-25", "2026-02-10")
        self.pay(250, "2026-02-18")
        self.sync("2026-02-26")
        self.assertEqual((first.state, first.amount_paid), ("kept", 200))
        self.assertEqual((second.state, second.amount_paid), ("broken", 50))

    def test_a_credit_note_keeps_no_promise(self):
        promise = self.promise(600, "2026-02-20", "2026-02-10")
        with freeze_time("2026-02-15"):
            self.bill._reverse_moves(cancel=True)
        self.sync("2026-02-16")
        self.assertEqual(self.case.stage, "closed")
        self.assertEqual(promise.state, "cancelled")

    def test_a_promise_stays_as_it_was_made(self):
        promise = self.promise(200, "2026-02-20", "2026-02-10")
        with self.assertRaises(UserError):
            promise.amount = 100
        with self.assertRaises(UserError):
            promise.sudo().unlink()
        promise.note = "By bank"
        promise.action_cancel()
        self.assertEqual(promise.state, "cancelled")
        with self.assertRaises(UserError):
            promise.action_cancel()

    @freeze_time("2026-02-10")
    def test_what_hangs_on_a_case(self):
        self.pay(100, "2026-02-09")
        self.send_notice(self.bill, "2026-02-09")
        self.env.invalidate_all()
        self.assertEqual((self.case.notice_count, self.case.payment_count), (1, 1))
        for method, model in (
            ("action_open_bills", "account.move"),
            ("action_open_notices", "property.notice"),
            ("action_open_payments", "property.payment.allocation"),
        ):
            action = getattr(self.case, method)()
            self.assertEqual(action["res_model"], model)
            self.assertEqual(
                len(self.env[model].with_user(self.collector).search(action["domain"])),
                1,
            )
        notice = self.env["property.notice"].browse(self.case.action_notice()["res_id"])
        self.assertEqual(notice.amount, 500)
        self.assertEqual(self.bill.fee_case_id, self.case.with_env(self.env))


@tagged("post_install", "-at_install")
class TestPromises(BaseCase):
    """The rule by itself."""

    def test_examples(self):
        self.assertEqual(doctest.testmod(promises).failed, 0)
