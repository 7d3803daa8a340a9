from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from .late_fee_case import LateFeeCase

PAID = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestLateFee(LateFeeCase):
    def test_worked_cases(self):
        """E6: 31.46 after grace, 37.67 from the due date; nothing within grace."""
        bill = self.late_bill()
        self.assertLateFee(bill, "2025-04-15", 0.0)
        self.assertLateFee(bill, "2025-06-30", 31.46)
        self.policy.start = "from_due"
        self.assertLateFee(bill, "2025-04-15", 0.0)
        self.assertLateFee(bill, "2025-06-30", 37.67)

    def test_part_payment(self):
        """E6c: 400.00 on 15 May, the rest on 30 June: 12.42 + 9.84 = 22.26."""
        bill = self.late_bill()
        self.take(self.unit, bills=[(bill, 400)], cash=400, date="2025-05-15")
        self.take(self.unit, bills=[(bill, 427.90)], cash=427.90, date="2025-06-30")
        self.assertEqual(bill.payment_state, "paid")
        # paid late: what ran up until then is still owed, and grows no more
        self.assertLateFee(bill, "2025-06-30", 22.26)
        self.assertLateFee(bill, "2026-06-30", 22.26)
        data = bill._get_late_fee_data(PAID)[bill.id]
        self.assertEqual(
            [
                (row["days"], row["principal"], row["amount"])
                for row in data["segments"]
            ],
            [(30, 827.90, 12.42), (46, 427.90, 9.84)],
        )

    def test_contract_and_recoverable_side_by_side(self):
        """Example 8: 22.52 at 0.3 % a day, 0.80 at 1.3 times 3.00 % a year."""
        self.policy.write(
            {
                "daily_percent": 0.3,
                "grace_days": 0,
                "reference_kind": "lpr_1y",
                "reference_factor": 1.3,
            }
        )
        bill = self.late_bill([(self.item, 250.24)], "2026-01-31")
        paid = date(2026, 3, 2)
        data = bill._get_late_fee_data(paid)[bill.id]
        self.assertEqual((data["contract"], data["recoverable"]), (22.52, None))
        self.env["property.reference.rate"].create(
            {"kind": "lpr_1y", "date_from": "2025-05-20", "yearly_percent": 3}
        )
        data = bill._get_late_fee_data(paid)[bill.id]
        self.assertEqual((data["contract"], data["recoverable"]), (22.52, 0.80))
        self.policy.daily_percent = 0.05
        self.assertLateFee(bill, "2026-03-02", 3.75)
        # what was agreed for less is not recoverable for more
        self.policy.daily_percent = 0.001
        data = bill._get_late_fee_data(paid)[bill.id]
        self.assertEqual((data["contract"], data["recoverable"]), (0.08, 0.08))

    def test_only_covered_fees_bear_it(self):
        """Deposits do not; a payment for the parking leaves the service fee's."""
        deposit = self.env["property.fee.item"].create(
            {"code": "T-DEP", "name": "Deposit", "fee_class": "deposit"}
        )
        deposit.tax_ids = False
        bill = self.late_bill(
            [(self.item, 827.90), (self.parking, 150), (deposit, 2000)]
        )
        self.assertLateFee(bill, "2025-04-25", 4.89)  # 977.90 for 10 days
        self.policy.item_ids = self.item
        self.assertLateFee(bill, "2025-04-25", 4.14)
        parking_line = bill.invoice_line_ids.filtered(
            lambda line: line.fee_item_id == self.parking
        )
        desk = self.desk.with_context(fee_line_choice={parking_line.id: 150})
        with patch.object(type(self), "desk", desk):
            self.take(self.unit, bills=[(bill, 150)], cash=150, date="2025-04-15")
        self.assertLateFee(bill, "2025-06-30", 31.46)

    def test_minimum(self):
        self.policy.minimum_amount = 5
        bill = self.late_bill()
        self.assertLateFee(bill, "2025-04-27", 0.0)  # 4.97
        self.assertLateFee(bill, "2025-04-28", 5.38)

    def test_what_a_credit_note_takes_back_was_never_owed(self):
        bill = self.late_bill()
        note = bill._reverse_moves([{"date": PAID, "invoice_date": PAID}])
        note.invoice_line_ids.price_unit = 400
        note.action_post()
        (bill + note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(bill.amount_residual, 427.90)
        self.assertLateFee(bill, "2025-06-30", 16.26)  # 76 days on 427.90

    def test_no_policy_no_late_fee(self):
        bill = self.late_bill()
        self.community.late_fee_policy_id = False
        self.assertLateFee(bill, "2025-06-30", 0.0)
        self.assertEqual(bill._get_late_fee_data(PAID), {})
        self.assertEqual(bill.late_fee_amount, 0)

    def test_holds_and_plans_pause_it(self):
        """Example 4: owed 400.24 and 80 disputed: the base is 400.24."""
        bill = self.late_bill([(self.item, 400.24), (self.parking, 80)])
        disputed = bill.invoice_line_ids.filtered(
            lambda line: line.fee_item_id == self.parking
        )
        days = [(date(2025, 4, 1), PAID)]
        Move = self.env.registry["account.move"]
        with patch.object(
            Move,
            "_get_late_fee_line_pauses",
            lambda *args: {disputed.id: [(*days[0], None)]},
        ):
            self.assertLateFee(bill, "2025-04-25", 2.00)
        with patch.object(Move, "_get_late_fee_pauses", lambda *args: {bill.id: days}):
            self.assertLateFee(bill, "2025-06-30", 0.0)

    # ------------------------------------------------------------------ billing
    def test_billed_as_a_document_of_its_own(self):
        bill = self.late_bill()
        move = bill.with_user(self.manager)._post_late_fees(PAID)
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.amount_total, 31.46)
        self.assertEqual(move.late_fee_bill_id, bill)
        self.assertEqual(move.journal_id, self.community.journal_id)
        self.assertEqual(move.partner_id, self.owner)
        self.assertEqual(move.fee_unit_id, self.unit)
        self.assertEqual(move.invoice_date_due, PAID)
        self.assertEqual(move.payment_reference, self.unit.payment_reference)
        line = move.invoice_line_ids
        self.assertEqual(line.fee_item_id, self.late_item)
        self.assertEqual(
            line.analytic_distribution,
            {str(self.community.analytic_account_id.id): 100},
        )
        fee = bill.late_fee_ids
        self.assertEqual((fee.state, fee.days, fee.amount), ("billed", 76, 31.46))
        self.assertEqual(fee._get_bill_lines(), line)
        self.assertEqual(
            fee.explanation_text,
            "827.90 × 0.05 % × 76 days (04/16/2025 – 06/30/2025), due 03/31/2025, "
            "15 days of grace, = 31.46",
        )
        # a late fee bears no late fee, and no day is billed twice
        self.assertLateFee(bill + move, "2025-06-30", 0.0, 0.0)
        self.assertLateFee(bill + move, "2026-06-30", 151.09, 0.0)
        self.assertFalse(bill._post_late_fees(PAID))

    def test_billed_in_two_steps_it_is_the_same(self):
        bill = self.late_bill()
        first = bill._post_late_fees(date(2025, 5, 31))
        second = bill._post_late_fees(PAID)
        self.assertEqual((first.amount_total, second.amount_total), (19.04, 12.42))

    def test_a_payment_known_late_is_taken_off(self):
        bill = self.late_bill()
        bill._post_late_fees(date(2025, 5, 31))
        self.take(self.unit, bills=[(bill, 400)], cash=400, date="2025-05-15")
        move = bill._post_late_fees(PAID)
        self.assertEqual(move.amount_total, 3.22)
        fee = bill.late_fee_ids.filtered(lambda fee: fee.move_id == move)
        self.assertEqual(fee.deducted_amount, 3.20)
        self.assertIn("less 3.20 billed too much", fee.explanation_text)

    def test_a_day_is_billed_once_whoever_asks(self):
        bill = self.late_bill()
        bill._post_late_fees(PAID)
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            bill.late_fee_ids.copy({"date_from": "2025-06-30", "state": "waived"})

    def test_credited_in_full_the_days_are_free_again(self):
        bill = self.late_bill()
        first = bill._post_late_fees(date(2025, 5, 31))
        bill._post_late_fees(PAID)
        with self.assertRaisesRegex(UserError, "Add a credit note"):
            first.button_draft()
        note = first._reverse_moves([{"date": PAID, "invoice_date": PAID}], cancel=True)
        fee = bill.late_fee_ids.filtered(lambda fee: fee.move_id == first)
        self.assertEqual(fee.state, "cancelled")
        self.assertLateFee(bill, "2025-06-30", 19.04)
        note.button_draft()
        self.assertEqual(fee.state, "billed")
        self.assertLateFee(bill, "2025-06-30", 0.0)
        note.action_post()
        again = bill._post_late_fees(PAID)
        self.assertEqual(again.amount_total, 19.04)
        self.assertEqual(str(again.invoice_line_ids.fee_date_to), "2025-05-31")

    def test_credited_as_a_waiver_the_days_stay_settled(self):
        bill = self.late_bill()
        move = bill._post_late_fees(PAID)
        bill.late_fee_ids._waive_billed("Settled in court")
        move._reverse_moves([{"date": PAID, "invoice_date": PAID}], cancel=True)
        self.assertEqual(bill.late_fee_ids.state, "waived")
        self.assertLateFee(bill, "2025-06-30", 0.0)

    def test_waived_by_an_adjustment_or_credited_as_wrong(self):
        for kind, state, open_fee in (
            ("waiver", "waived", 0.0),
            ("credit_note", "cancelled", 31.46),
        ):
            bill = self.late_bill()
            move = bill._post_late_fees(PAID)
            [line] = bill.late_fee_ids._get_bill_lines()
            adjustment = (
                self.env["property.adjustment"]
                .with_user(self.manager)
                .create(
                    {
                        "kind": kind,
                        "bill_id": move.id,
                        "date": PAID,
                        "reason_code": "hardship",
                        "reason": "In hospital",
                        "line_ids": [
                            Command.create({"move_line_id": line.id, "amount": 31.46})
                        ],
                    }
                )
            )
            adjustment.action_submit()
            self.assertEqual(adjustment.state, "done")
            self.assertEqual(move.amount_residual, 0)
            self.assertEqual(bill.late_fee_ids.state, state)
            self.assertLateFee(bill, "2025-06-30", open_fee)

    def test_limit_of_waivers(self):
        self.env.ref(
            "property_fee_billing.approval_limit_waiver_fee_manager"
        ).amount = 31
        bill = self.late_bill().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "up to .*31.00, not .*31.46"):
            bill._waive_late_fees(PAID, "Hardship")
        self.assertTrue(bill._waive_late_fees(date(2025, 6, 28), "Hardship"))

    def test_waive_what_is_not_billed(self):
        bill = self.late_bill()
        wizard = (
            self.env["property.late.fee.waive"]
            .with_user(self.manager)
            .create({"bill_ids": bill.ids, "date": "2025-05-31", "reason": "Hardship"})
        )
        self.assertEqual(wizard.amount, 19.04)
        wizard.action_waive()
        fee = bill.late_fee_ids
        self.assertEqual((fee.state, fee.amount), ("waived", 19.04))
        self.assertEqual((fee.reason, fee.user_id), ("Hardship", self.manager))
        self.assertLateFee(bill, "2025-06-30", 12.42)
        fee.with_user(self.manager).action_take_back_waiver()
        self.assertLateFee(bill, "2025-06-30", 31.46)
        with self.assertRaisesRegex(UserError, "Only a fee manager"):
            bill.with_user(self.cashier)._waive_late_fees(PAID, "A friend")

    def test_who_may_bill(self):
        bill = self.late_bill()
        collector = new_test_user(
            self.env, "late-collector", "property_fee_billing.group_collector"
        )
        self.community.member_ids += collector
        with self.assertRaisesRegex(UserError, "Only a cashier"):
            bill.with_user(collector)._post_late_fees(PAID)
        self.assertLateFee(bill.with_user(collector), "2025-06-30", 31.46)
        with self.assertRaisesRegex(UserError, "up to today"):
            bill._post_late_fees(date(2999, 1, 1))

    @freeze_time("2025-06-30")
    def test_on_the_bill(self):
        bill = self.late_bill()
        other = self.late_bill(unit=self.units[1])
        self.assertEqual((bill.late_fee_amount, bill.late_fee_count), (31.46, 0))
        self.assertEqual(bill.late_fee_contract_amount, 31.46)
        self.assertFalse(bill.late_fee_is_recoverable_known)
        self.assertIn("76 days", bill.late_fee_explanation_text)
        self.policy.write({"reference_kind": "lpr_1y", "reference_factor": 1.3})
        self.env["property.reference.rate"].create(
            {"kind": "lpr_1y", "date_from": "2024-10-21", "yearly_percent": 3}
        )
        bill.invalidate_recordset()
        # 827.90 x 1.3 x 3 % / 365 x 76
        self.assertEqual(bill.late_fee_recoverable_amount, 6.72)
        action = (bill + other).with_user(self.manager).action_bill_late_fees()
        moves = self.env["account.move"].search(action["domain"])
        self.assertEqual(moves.late_fee_bill_id, bill + other)
        self.assertEqual((bill.late_fee_amount, bill.late_fee_count), (0, 1))
        with self.assertRaisesRegex(UserError, "No late fee has run up"):
            bill.action_bill_late_fees()

    # ------------------------------------------------------------------ counter
    @freeze_time("2025-06-30")
    def test_counter(self):
        """The desk shows it worked out to today and takes it in the same receipt."""
        bill = self.late_bill()
        account = self.desk.get_account(self.community.id, self.unit.id)
        [data] = account["bills"]
        self.assertEqual((data["late_fee"], data["to_pay"]), (31.46, 859.36))
        result = self.desk.register(
            {
                "community_id": self.community.id,
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "methods": [{"id": self.by_cash.id, "amount": data["to_pay"]}],
                "bills": [
                    {
                        "id": bill.id,
                        "amount": data["residual"],
                        "residual": data["residual"],
                        "late_fee": data["late_fee"],
                    }
                ],
            }
        )
        receipt = self.env["property.receipt"].browse(result["id"])
        self.assertEqual((receipt.amount, receipt.credit_amount), (859.36, 0))
        self.assertEqual(
            sorted((line.item_id.fee_class, line.amount) for line in receipt.line_ids),
            [("late_fee", 31.46), ("public_service", 827.90)],
        )
        late = bill.late_fee_ids.move_id
        self.assertEqual((bill + late).mapped("payment_state"), ["paid", "paid"])
        self.assertFalse(
            self.desk.get_account(self.community.id, self.unit.id)["bills"]
        )

    @freeze_time("2025-06-30")
    def test_counter_says_why(self):
        bill = self.late_bill()
        bill._post_late_fees(date(2025, 6, 29))
        first, second = self.desk.get_account(self.community.id, self.unit.id)["bills"]
        # costs and late fees come first in this community
        self.assertEqual((first["residual"], first["late_fee"]), (31.05, 0))
        self.assertIn("75 days", first["lines"][0]["why"])
        self.assertEqual((second["residual"], second["late_fee"]), (827.90, 0.41))

    @freeze_time("2025-05-15")
    def test_counter_takes_principal_only(self):
        bill = self.late_bill()
        self.take(self.unit, bills=[(bill, 400)], cash=400)
        self.assertFalse(bill.late_fee_ids)
        [data] = self.desk.get_account(self.community.id, self.unit.id)["bills"]
        self.assertEqual((data["residual"], data["late_fee"]), (427.90, 12.42))

    # ----------------------------------------------------------------- schedule
    @freeze_time("2025-06-30")
    def test_schedule(self):
        bill = self.late_bill()
        paid_late = self.late_bill(unit=self.units[1])
        self.take(
            self.units[1], bills=[(paid_late, 827.90)], cash=827.90, date="2025-05-15"
        )
        paid_in_grace = self.late_bill(unit=self.units[2])
        self.take(
            self.units[2],
            bills=[(paid_in_grace, 827.90)],
            cash=827.90,
            date="2025-04-15",
        )
        fees = self.env["property.late.fee"]
        self.assertEqual(
            fees._get_candidates(self.community, PAID), (bill + paid_late).ids
        )
        with patch.object(IrCron, "_commit_progress", return_value=60) as commit:
            fees._cron_post()
            self.assertFalse(bill.late_fee_ids)
            self.policy.write({"auto_post": True, "post_day": 28})
            fees._cron_post()
            self.assertEqual(bill.late_fee_ids.amount, 31.46)
            self.assertEqual(paid_late.late_fee_ids.amount, 12.42)
            self.assertFalse(paid_in_grace.late_fee_ids)
            self.assertEqual(self.community.late_fee_posted_on, PAID)
            commit.reset_mock()
            fees._cron_post()
            commit.assert_not_called()
            with freeze_time("2025-07-27"):
                fees._cron_post()
                self.assertEqual(len(bill.late_fee_ids), 1)
            with freeze_time("2025-07-28"):
                fees._cron_post()
        self.assertEqual(sum(bill.late_fee_ids.mapped("amount")), 43.05)  # 104 days
        self.assertEqual(fees._get_candidates(self.community, date(2025, 7, 28)), [])

    def test_a_bill_that_fails_keeps_no_other_from_it(self):
        bill = self.late_bill()
        other = self.late_bill(unit=self.units[1])
        prepare = type(bill)._prepare_late_fee_bill

        def fail(self, principal, *args):
            if principal == bill:
                raise UserError(bill.name)
            return prepare(self, principal, *args)

        with patch.object(type(bill), "_prepare_late_fee_bill", fail):
            self.env["property.late.fee"]._post_batch(bill + other, PAID)
        self.assertFalse(bill.late_fee_ids)
        self.assertEqual(other.late_fee_ids.amount, 31.46)
        self.assertIn(f"could not be billed: {bill.name}", bill.message_ids[0].body)

    def test_the_number_of_bills_costs_no_queries(self):
        units = self.env["property.unit"].create(
            [
                {"code": f"L-{number}", "building_id": self.building.id}
                for number in range(55)
            ]
        )
        self.env["property.ownership"].create(
            [{"unit_id": unit.id, "partner_id": self.owner.id} for unit in units]
        )
        self.env["property.oneoff.charge"].create(
            [
                {
                    "unit_id": unit.id,
                    "item_id": self.item.id,
                    "name": "Fee",
                    "date": "2025-03-31",
                    "quantity": 1,
                    "price_unit": 100,
                }
                for unit in units
            ]
        )
        run = self.make_run("2025-03-31", "2025-03-31")
        run.action_compute()
        run.action_post()
        bills = run.move_ids.sorted("id")
        self.assertEqual(len(bills), 55)
        counts = []
        # rights are read once in a transaction
        bills[:1].with_user(self.cashier)._get_late_fee_amounts(PAID)
        for batch in (bills[:5], bills[5:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = batch.with_user(self.cashier)._get_late_fee_amounts(PAID)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(found.values()), {3.80})
            self.assertEqual(len(found), len(batch))
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[1], 25)
        slope = []
        for batch in (bills[:5], bills[5:]):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            batch._post_late_fees(PAID)
            slope.append(self.env.cr.sql_log_count - before)
        self.assertLess((slope[1] - slope[0]) / 45, 12, slope)
