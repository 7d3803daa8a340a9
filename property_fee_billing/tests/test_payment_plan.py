from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .collection_case import CollectionCase


@tagged("post_install", "-at_install")
class TestPaymentPlan(CollectionCase):
    """Example 9: 1,000.00 owed since January is paid by six instalments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        late_item = cls.env["property.fee.item"].create(
            {"code": "T-LATE", "name": "Late Fee", "fee_class": "late_fee"}
        )
        late_item.tax_ids = cls.tax
        cls.community.late_fee_policy_id = cls.env["property.late.fee.policy"].create(
            {
                "name": "0.05 % a day",
                "daily_percent": 0.05,
                "grace_days": 0,
                "fee_item_id": late_item.id,
            }
        )
        # due on 31 January and 1 February
        cls.first = cls.make_bill(cls.unit, [(cls.item, 600)], "2026-01-01")
        cls.second = cls.make_bill(cls.unit, [(cls.parking, 400)], "2026-01-02")
        cls.bills = cls.first + cls.second

    @classmethod
    def make_plan(cls, day="2026-02-10", submit=True, unit=None, **values):
        """A plan of six instalments from 28 February on, signed on its day."""
        unit = unit or cls.unit
        with freeze_time(day):
            plan = (
                cls.env["property.payment.plan"]
                .with_user(cls.collector)
                .create(
                    {
                        "unit_id": unit.id,
                        "date_first": "2026-02-28",
                        "reason": "Out of work",
                        "acknowledgement_ids": [
                            Command.create({"name": "plan.pdf", "raw": b"signed"})
                        ],
                        **values,
                    }
                )
            )
            if submit:
                plan.action_submit()
        return plan

    def pay(self, amount, day):
        with freeze_time(day):
            self.take(self.unit, cash=amount, date=day)
            self.env.invalidate_all()

    def check(self, plan, day):
        """The scheduled job of a day."""
        with freeze_time(day), self.enter_registry_test_mode():
            self.env.ref(
                "property_fee_billing.cron_check_plans"
            ).method_direct_trigger()
        self.env.invalidate_all()
        return plan.state

    def test_instalments_sum_to_the_debt(self):
        plan = self.make_plan()
        self.assertEqual(plan.state, "active")
        self.assertTrue(plan.name.startswith("PLAN/"))
        self.assertEqual(plan.bill_ids, self.bills)
        self.assertEqual(plan.partner_id, self.owner)
        self.assertEqual(plan.amount, 1000)
        self.assertEqual(
            [(str(line.date), line.amount) for line in plan.line_ids],
            [
                ("2026-02-28", 166.66),
                ("2026-03-28", 166.66),
                ("2026-04-28", 166.66),
                ("2026-05-28", 166.66),
                ("2026-06-28", 166.66),
                ("2026-07-28", 166.70),
            ],
        )

    def test_while_it_is_kept_nothing_is_demanded(self):
        plan = self.make_plan()
        run = self.plan("2026-02-20")
        self.assertEqual(
            self.skipped(run), [(self.first, "on_plan"), (self.second, "on_plan")]
        )
        # 1 to 9 February on 600, then the plan
        with freeze_time("2026-02-20"):
            day = date(2026, 2, 20)
            fees = self.first._get_late_fee_amounts(day)
        self.assertEqual(fees, {self.first.id: 2.70})
        # the signed plan is an acknowledgement: three years from its day
        event = self.first.limitation_event_ids[:1]
        self.assertEqual(
            (event.kind, event.date, event.origin_ref),
            ("acknowledgement", date(2026, 2, 10), plan.with_env(self.env)),
        )
        self.assertEqual(self.first.limitation_date, date(2029, 2, 10))

    def test_payments_count_toward_the_oldest_instalment(self):
        plan = self.make_plan()
        self.pay(200, "2026-02-28")
        self.assertEqual(
            plan.line_ids.mapped("amount_paid"), [166.66, 33.34, 0, 0, 0, 0]
        )
        self.assertEqual((plan.amount_paid, plan.amount_open), (200, 800))
        self.assertEqual(plan.next_date, date(2026, 3, 28))
        self.assertEqual(self.first.amount_residual, 400)
        # of the older bill the rest of March's instalment is next
        self.assertEqual(self.first.fee_plan_id, plan)
        self.assertEqual(self.first.fee_next_payment_date, date(2026, 3, 28))
        self.assertEqual(self.first.fee_next_payment_amount, 133.32)
        values = self.first._get_invoice_next_payment_values()
        self.assertEqual(values["next_amount_to_pay"], 133.32)
        self.assertEqual(values["next_due_date"], date(2026, 3, 28))
        # 133.32 + 166.66 + 100.02 are the rest of the older bill
        self.assertEqual(self.second.fee_next_payment_date, date(2026, 5, 28))
        self.assertEqual(self.second.fee_next_payment_amount, 66.64)

    def test_paid_up_it_is_kept(self):
        plan = self.make_plan()
        self.pay(1000, "2026-03-01")
        self.assertEqual(self.check(plan, "2026-03-02"), "kept")
        self.assertEqual(plan.ended_on, date(2026, 3, 2))

    def test_a_missed_instalment_ends_it(self):
        """Dunning goes on where it was: the next level, not the first one."""
        self.community.plan_grace_days = 5
        self.pre_due.active = False
        run = self.plan("2026-02-08", send=True)
        self.assertEqual(self.outcome(run), [("3-1201", "Reminder", 1000)])
        plan = self.make_plan()
        self.pay(166.66, "2026-02-28")
        # due on 28 March, five days have not passed
        self.assertEqual(self.check(plan, "2026-04-02"), "active")
        self.assertFalse(self.plan("2026-04-02").notice_ids)
        self.assertEqual(self.check(plan, "2026-04-03"), "broken")
        self.assertEqual(plan.ended_on, date(2026, 4, 3))
        self.assertEqual(plan.activity_ids.user_id, self.collector)
        self.assertTrue(plan.line_ids[1].amount_open)
        self.assertEqual(
            self.outcome(self.plan("2026-04-03")), [("3-1201", "Demand", 833.34)]
        )
        # 9 days before the plan and 2 after it: 600 and 433.34
        with freeze_time("2026-04-05"):
            fees = self.first._get_late_fee_amounts(date(2026, 4, 5))
        self.assertEqual(fees, {self.first.id: 3.13})
        self.assertEqual(self.first.fee_next_payment_amount, 433.34)

    def test_it_needs_the_signed_plan(self):
        with self.assertRaises(ValidationError):
            self.make_plan(acknowledgement_ids=[])
        plan = self.make_plan()
        with self.assertRaises(UserError):
            plan.acknowledgement_ids.unlink()
        with self.assertRaises(UserError):
            plan.line_ids[0].amount = 1

    def test_above_the_limit_somebody_else_approves(self):
        self.env["property.approval.limit"].search(
            [
                ("kind", "=", "payment_plan"),
                (
                    "group_id",
                    "=",
                    self.env.ref("property_fee_billing.group_collector").id,
                ),
            ]
        ).amount = 999
        plan = self.make_plan()
        self.assertEqual(plan.state, "waiting")
        self.assertFalse(self.bills._get_bills_on_plan())
        with freeze_time("2026-02-11"):
            with self.assertRaises(UserError):
                plan.action_approve()
            plan.with_user(self.manager).action_approve()
        self.assertEqual(plan.state, "active")
        self.assertEqual(plan.decided_by_id, self.manager)
        self.assertEqual(plan.activated_on, date(2026, 2, 11))
        self.assertEqual(self.bills._get_bills_on_plan(), self.bills)

    def test_what_cannot_be_planned(self):
        plan = self.make_plan(submit=False)
        self.pay(100, "2026-02-11")
        with freeze_time("2026-02-12"):
            with self.assertRaises(UserError):
                plan.action_submit()
            plan.action_make_instalments()
            self.assertEqual(plan.amount, 900)
            plan.action_submit()
            self.assertEqual(plan.state, "active")
            plan.action_cancel()
        # what is in review is not acknowledged; what was rejected may be
        with freeze_time("2026-02-12"):
            dispute = self.env["property.fee.dispute"].create(
                {
                    "unit_id": self.unit.id,
                    "reason_code": "amount",
                    "line_ids": [
                        Command.create({"move_line_id": line.id})
                        for line in self.second.invoice_line_ids
                    ],
                }
            )
            with self.assertRaises(ValidationError):
                self.make_plan("2026-02-12")
            dispute.write(
                {"decision_note": "Paid twice? No.", "deadline": "2026-03-01"}
            )
            dispute.action_reject()
        plan = self.make_plan("2026-02-12")
        self.assertEqual(plan.state, "active")
        # a bill is on one plan at a time
        with self.assertRaises(ValidationError):
            self.make_plan("2026-02-13")
        with freeze_time("2026-02-14"):
            plan.action_cancel()
        self.assertEqual(plan.state, "cancelled")
        self.assertEqual(self.make_plan("2026-02-15").state, "active")

    def test_the_front_desk_only_looks(self):
        plan = self.make_plan()
        clerk = new_test_user(
            self.env, "plan-clerk", "property_fee_billing.group_front_desk"
        )
        self.community.member_ids = [Command.link(clerk.id)]
        self.assertEqual(plan.with_user(clerk).amount_open, 1000)
        self.assertFalse(plan.with_user(clerk).has_access("write"))

    def test_queries_do_not_grow_with_the_plans(self):
        bills = self.bills
        self.make_plan()
        counts = []
        for number in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            with freeze_time("2026-02-20"):
                before = self.env.cr.sql_log_count
                plans = self.env["property.payment.plan"].search(
                    [("state", "=", "active")]
                )
                plans._check_kept()
                bills._get_bills_on_plan()
                bills.mapped("fee_next_payment_amount")
                self.env["account.move"]._get_late_fee_pauses(bills)
                counts.append(self.env.cr.sql_log_count - before)
            if not number:
                for unit in self.units[1:]:
                    for day in range(1, 4):
                        bills += self.make_bill(
                            unit, [(self.item, 100 + day)], f"2026-01-0{day}"
                        )
                    self.make_plan(unit=unit)
        self.assertEqual(len(plans), 3)
        self.assertLessEqual(counts[1], counts[0])
