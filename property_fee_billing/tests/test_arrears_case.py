from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .arrears_case import ArrearsCase


@tagged("post_install", "-at_install")
class TestArrearsCase(ArrearsCase):
    """A case is open while something is overdue, and says what the ledger says."""

    def test_it_opens_when_something_is_overdue_and_closes_when_nothing_is(self):
        """Due on 31 January."""
        bill = self.make_bill(self.unit, [(self.item, 250.24)], "2026-01-01")
        self.make_bill(self.unit, [(self.parking, 300)], "2026-02-01")
        self.make_bill(self.units[1], [(self.item, 100)], "2026-01-15")
        self.assertFalse(self.sync("2026-01-31"))
        case = self.sync("2026-02-01")
        self.assertEqual(
            self.figures(case, "2026-02-01"), [("3-1201", 550.24, 250.24, 1, "new")]
        )
        self.assertRegex(case.name, r"^ARR/\d{4}/\d{5}$")
        self.assertEqual(case.partner_id, self.owner)
        self.assertEqual(case.user_id, self.collector)
        self.assertEqual(case.opened_on, date(2026, 2, 1))
        # the same night again, and the next: nothing else is opened
        self.assertEqual(self.sync("2026-02-02"), case)
        both = self.sync("2026-02-15")
        self.assertEqual(len(both), 2)
        with freeze_time("2026-02-16"):
            self.take(self.unit, bills=[(bill, 250.24)], cash=250.24)
        self.assertEqual(
            self.figures(case, "2026-02-16"), [("3-1201", 300, 0, 0, "new")]
        )
        left = self.sync("2026-02-17")
        self.assertEqual(left, both - case)
        self.assertEqual(case.stage, "closed")
        self.assertEqual(case.closed_on, date(2026, 2, 17))
        self.assertEqual(case.balance, 0)
        # the parking bill opens another one; the first stays as it was
        again = self.sync("2026-03-10") - left
        self.assertEqual(again.unit_id, self.unit)
        self.assertNotEqual(again, case)
        self.assertEqual(
            self.figures(again, "2026-03-10"), [("3-1201", 300, 300, 1, "new")]
        )

    def test_a_debtor_has_one_open_case_for_a_unit(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        case = self.sync("2026-02-10")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.Case.create(
                {"unit_id": self.unit.id, "partner_id": case.partner_id.id}
            )

    def test_the_figures_are_those_of_the_bills(self):
        """By SQL for many, and as `account.move` says, one by one."""
        first = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        self.make_bill(self.unit, [(self.item, 50)], "2026-01-11")
        self.make_bill(self.units[1], [(self.item, 70)], "2026-01-05")
        cases = self.sync("2026-02-20")
        with freeze_time("2026-02-20"):
            self.take(self.unit, bills=[(first, 30)], cash=30)
            self.env.invalidate_all()
            Move = self.env["account.move"]
            for case in cases:
                bills = Move.search(
                    Move._get_overdue_domain()
                    & Domain("fee_unit_id", "=", case.unit_id.id)
                )
                self.assertEqual(
                    case.amount_overdue, sum(bills.mapped("amount_residual"))
                )
                self.assertEqual(case.bill_count, len(bills))
                self.assertEqual(
                    case.overdue_since, min(bills.mapped("invoice_date_due"))
                )
                self.assertEqual(
                    case.limitation_date, min(bills.mapped("limitation_date"))
                )
            by_amount = self.Case.search(
                [("id", "in", cases.ids)], order="amount_overdue desc"
            )
            self.assertEqual(by_amount.mapped("amount_overdue"), [120, 70])
            by_lapse = self.Case.search(
                [("id", "in", cases.ids)], order="limitation_date"
            )
            # the part payment restarted the first bill, not the second of the unit
            self.assertEqual(by_lapse.unit_id, self.units[1] + self.unit)
            self.assertEqual(
                self.Case.search(
                    [("amount_overdue", ">", 100), ("id", "in", cases.ids)]
                ).unit_id,
                self.unit,
            )
            [[total]] = self.Case._read_group(
                [("id", "in", cases.ids)], [], ["amount_overdue:sum"]
            )
            self.assertEqual(total, 190)

    def test_a_credit_lowers_the_balance_and_not_what_is_overdue(self):
        """E10: 327.90 is left of the property bill, 150.00 of parking is untouched."""
        bill = self.make_bill(self.unit, [(self.item, 827.90)], "2026-01-01")
        self.make_bill(self.unit, [(self.parking, 150)], "2026-01-01")
        case = self.sync("2026-02-10")
        with freeze_time("2026-02-11"):
            self.take(self.unit, bills=[(bill, 500)], cash=500)
            self.take(self.unit, cash=20, purpose="parking")
        self.assertEqual(
            self.figures(case, "2026-02-11"), [("3-1201", 457.90, 457.90, 2, "new")]
        )
        # money for something else than what is open stays as credit
        with freeze_time("2026-02-12"):
            self.take(self.unit, cash=60, purpose="metered", is_designated=True)
        self.assertEqual(
            self.figures(case, "2026-02-12"), [("3-1201", 397.90, 457.90, 2, "new")]
        )

    def test_what_is_carried_over_is_the_case_of_the_new_owner(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        case = self.sync("2026-02-10")
        beth = self.env["res.partner"].create({"name": "Beth"})
        with freeze_time("2026-02-15"):
            transfer = self.env["property.ownership.transfer"].create(
                {
                    "unit_id": self.unit.id,
                    "date": "2026-02-15",
                    "new_partner_id": beth.id,
                    "debt_choice": "carry",
                    "handover_reference": "Deed 7",
                }
            )
            transfer.action_preview()
            transfer.action_confirm()
            self.env.flush_all()
        self.assertEqual(case.stage, "closed")
        fresh = self.Case.search([("unit_id", "=", self.unit.id)]) - case
        self.assertEqual(fresh.partner_id, beth)
        self.assertEqual(
            self.figures(fresh, "2026-02-15"), [("3-1201", 100, 100, 1, "new")]
        )

    def test_what_stays_is_the_case_of_who_owed_it(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        case = self.sync("2026-02-10")
        beth = self.env["res.partner"].create({"name": "Beth"})
        with freeze_time("2026-02-15"):
            self.env["property.ownership.transfer"].create(
                {
                    "unit_id": self.unit.id,
                    "date": "2026-02-15",
                    "new_partner_id": beth.id,
                    "debt_choice": "keep",
                }
            ).action_confirm()
        self.assertEqual(self.sync("2026-02-20"), case)
        self.assertEqual(case.partner_id, self.owner)

    def test_nobody_opens_or_closes_one(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        case = self.sync("2026-02-10")
        with self.assertRaises(AccessError):
            self.Case.with_user(self.collector).create(
                {"unit_id": self.units[1].id, "partner_id": self.owner.id}
            )
        for values in (
            {"closed_on": "2026-02-10"},
            {"stage": "closed"},
            {"stage": "plan"},
            {"stage": "legal"},
        ):
            with self.assertRaises(UserError):
                case.write(values)
        with self.assertRaises(AccessError):
            case.unlink()
        with freeze_time("2026-02-10"):
            case.stage = "reminder"
        self.assertEqual(case.stage, "reminder")

    def test_who_sees_and_works_them(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        case = self.sync("2026-02-10")
        clerk = new_test_user(
            self.env, "case-clerk", "property_fee_billing.group_front_desk"
        )
        auditor = new_test_user(
            self.env, "case-auditor", "property_fee_billing.group_auditor"
        )
        stranger = new_test_user(
            self.env, "case-stranger", "property_fee_billing.group_collector"
        )
        self.community.member_ids = [Command.link(clerk.id)]
        with freeze_time("2026-02-10"):
            self.env.invalidate_all()
            for user in (clerk, auditor, self.collector):
                seen = case.with_user(user)
                self.assertEqual(seen.amount_overdue, 100)
                self.assertEqual(seen.payment_count, 0)
                self.assertEqual(
                    self.Case.with_user(user).search([("amount_overdue", "=", 100)]),
                    seen,
                )
            for user in (clerk, auditor):
                with self.assertRaises(AccessError):
                    case.with_user(user).priority = "1"
                with self.assertRaises(AccessError):
                    case.with_user(user).with_context(
                        contact_result="refuses"
                    ).action_log_contact()
        self.assertFalse(self.Case.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            case.with_user(stranger).read(["name"])

    def test_queries_do_not_grow_with_the_debtors(self):
        counts = []
        for size in (10, 40):
            community = self.make_debtors(f"C{size}", size)
            community.collector_id = self.collector
            steps = []
            for day in ("2026-02-10", "2026-02-11"):
                with freeze_time(day):
                    self.env.flush_all()
                    self.env.invalidate_all()
                    before = self.env.cr.sql_log_count
                    cases = self.Case._sync(community)
                    cases._check_promises()
                    cases._remind_of_causes()
                    self.env.flush_all()
                    steps.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(cases), size)
            with freeze_time("2026-02-12"):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.assertEqual(sum(cases.mapped("balance")), 100 * size)
                cases.mapped("amount_disputed")
                cases.mapped("needs_cause")
                steps.append(self.env.cr.sql_log_count - before)
                # all of them are paid: closed together
                bills = self.env["account.move"].search(
                    [("fee_community_id", "=", community.id)]
                )
                bills._reverse_moves(cancel=True)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.assertFalse(self.Case._sync(community))
                self.env.flush_all()
                steps.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(cases.mapped("stage")), {"closed"})
            counts.append(steps)
        for small, large in zip(*counts, strict=True):
            self.assertLessEqual(large, small)


@tagged("post_install", "-at_install")
class TestArrearsStages(ArrearsCase):
    """What was sent moves a case on; a plan holds it; law waits for the demand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(cls.unit, [(cls.item, 600)], "2026-01-01")
        cls.case = cls.sync("2026-02-01")

    def test_a_notice_moves_it_on_and_never_back(self):
        """Sent on the day, before the scheduled job has opened a case, too."""
        self.reminder.case_stage = "friendly"
        self.make_bill(self.units[1], [(self.item, 100)], "2026-01-01")
        self.plan("2026-02-05", send=True)
        cases = self.Case.search([("community_id", "=", self.community.id)])
        stages = {case.unit_id: case.stage for case in cases}
        self.assertEqual(stages, {self.unit: "friendly", self.units[1]: "friendly"})
        with freeze_time("2026-02-06"):
            self.case.stage = "reminder"
        self.sync("2026-02-06")
        self.assertEqual(self.case.stage, "reminder")
        self.plan("2026-02-17", send=True)
        self.assertEqual(self.case.stage, "demand")
        # a bill that falls due later is only reminded of
        self.make_bill(self.unit, [(self.parking, 50)], "2026-02-01")
        self.plan("2026-03-10", send=True)
        self.assertEqual(self.case.stage, "demand")

    def test_a_notice_that_came_back_does_not_count(self):
        notice = self.send_notice(self.bill, "2026-02-05", channel="email")
        notice._register_failure("no such address")
        with freeze_time("2026-02-05"):
            self.assertEqual(self.Case._get_reached_stages(self.bill), {})

    def make_plan(self, day):
        with freeze_time(day):
            plan = (
                self.env["property.payment.plan"]
                .with_user(self.collector)
                .create(
                    {
                        "unit_id": self.unit.id,
                        "date_first": "2026-02-28",
                        "reason": "Out of work",
                        "acknowledgement_ids": [
                            Command.create({"name": "plan.pdf", "raw": b"signed"})
                        ],
                    }
                )
            )
            plan.action_submit()
        return plan

    def test_a_plan_holds_it_and_when_broken_gives_it_back(self):
        """Example 9: back to the former stage, not to the first."""
        self.plan("2026-02-05", send=True)
        self.plan("2026-02-17", send=True)
        self.assertEqual(self.case.stage, "demand")
        plan = self.make_plan("2026-02-20")
        self.assertEqual(self.case.stage, "plan")
        self.assertEqual(self.case.former_stage, "demand")
        with self.assertRaises(UserError):
            self.case.stage = "reminder"
        # due on 28 February, five days of grace
        with freeze_time("2026-03-05"):
            plan._check_kept()
        self.assertEqual((plan.state, self.case.stage), ("active", "plan"))
        with freeze_time("2026-03-06"):
            plan._check_kept()
        self.assertEqual((plan.state, self.case.stage), ("broken", "demand"))
        self.assertFalse(self.case.former_stage)

    def test_a_plan_that_is_kept_ends_the_case(self):
        plan = self.make_plan("2026-02-20")
        with freeze_time("2026-02-27"):
            self.take(self.unit, cash=600)
            self.env.invalidate_all()
            plan._check_kept()
        self.assertEqual((plan.state, self.case.stage), ("kept", "closed"))

    def test_the_limitation_of_a_case_is_that_of_its_first_bill(self):
        """Example 5."""
        self.make_bill(self.unit, [(self.parking, 50)], "2026-01-11")
        with freeze_time("2026-03-01"):
            self.env.invalidate_all()
            self.assertEqual(self.case.limitation_date, date(2029, 1, 31))
            demand = self.send_notice(self.bill, "2026-03-01")
            demand._register_delivery(
                date(2026, 3, 2), "signed_slip", attachments=self.attach()
            )
            self.env.invalidate_all()
            # the other bill is the first to lapse now
            self.assertEqual(self.case.limitation_date, date(2029, 2, 10))
            self.assertIn(
                self.case,
                self.Case.search([("limitation_date", "<=", "2029-02-10")]),
            )
            self.assertNotIn(
                self.case,
                self.Case.search([("limitation_date", "<", "2029-02-10")]),
            )

    def deliver_demand(self):
        """A demand of 10 February that expired on 25 February."""
        demand = self.send_notice(self.bill, "2026-02-10")
        demand._register_delivery(
            date(2026, 2, 11), "signed_slip", attachments=self.attach()
        )
        self.env.invalidate_all()

    def test_law_waits_for_a_delivered_demand_that_expired(self):
        """Example 10."""
        demand = self.send_notice(self.bill, "2026-02-10")
        with freeze_time("2026-03-20"):
            self.env.invalidate_all()
            self.assertFalse(self.case.may_open_legal)
            with self.assertRaises(UserError):
                self.case.action_open_legal()
            demand._register_delivery(
                date(2026, 2, 11), "signed_slip", attachments=self.attach()
            )
        with freeze_time("2026-02-25"):
            self.env.invalidate_all()
            self.assertFalse(self.case.may_open_legal)
            with self.assertRaises(UserError):
                self.case.action_open_legal()
        with freeze_time("2026-02-26"):
            self.env.invalidate_all()
            self.assertEqual(self.case.expired_demand_on, date(2026, 2, 25))
            self.case.action_open_legal()
        self.assertEqual(self.case.stage, "legal")
        self.assertEqual(self.case.legal_opened_on, date(2026, 2, 26))
        self.assertEqual(self.case.legal_approved_by_id, self.collector)

    def test_law_needs_who_may_approve_it(self):
        self.policy.legal_group_id = self.env.ref(
            "property_fee_billing.group_fee_manager"
        )
        self.deliver_demand()
        with freeze_time("2026-02-26"):
            self.env.invalidate_all()
            self.case.action_open_legal()
            self.assertEqual(self.case.stage, "demand")
            self.assertEqual(self.case.legal_requested_by_id, self.collector)
            asked = self.case.activity_ids.user_id
            self.assertIn(self.manager, asked)
            self.assertNotIn(self.collector, asked)
            self.case.with_user(self.manager).action_open_legal()
        self.assertEqual(self.case.stage, "legal")
        self.assertEqual(self.case.legal_approved_by_id, self.manager)
        self.assertFalse(self.case.activity_ids)

    def test_what_is_filed_starts_the_limitation_anew(self):
        self.deliver_demand()
        with freeze_time("2026-02-26"):
            self.env.invalidate_all()
            self.case.action_open_legal()
            with self.assertRaises(ValidationError):
                self.case.action_record_filing()
            self.case.write(
                {
                    "legal_action": "payment_order",
                    "legal_reference": "(2026) 12",
                    "legal_filed_on": "2026-02-26",
                }
            )
            self.case.action_record_filing()
            self.case.action_record_filing()
            self.env.invalidate_all()
            self.assertEqual(self.case.limitation_date, date(2029, 2, 26))
        events = self.bill.limitation_event_ids.filtered(
            lambda event: event.kind == "suit"
        )
        self.assertEqual(events.origin_ref, self.case.with_env(self.env))

    def test_the_legal_level_takes_it_there(self):
        self.deliver_demand()
        self.plan("2026-02-05", send=True)
        self.plan("2026-02-17", send=True)
        run = self.plan("2026-03-20", send=True)
        self.assertEqual(self.outcome(run), [("3-1201", "Lawyer", 600)])
        self.assertEqual(self.case.stage, "legal")
