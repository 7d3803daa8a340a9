from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .collection_case import CollectionCase


@tagged("post_install", "-at_install")
class TestDispute(CollectionCase):
    """Example 4: of 250.24 + 150 + 80 the owner disputes the 80."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        late_item = cls.env["property.fee.item"].create(
            {"code": "T-LATE", "name": "Late Fee", "fee_class": "late_fee"}
        )
        late_item.tax_ids = cls.tax
        policy = cls.env["property.late.fee.policy"].create(
            {
                "name": "0.05 % a day",
                "daily_percent": 0.05,
                "grace_days": 0,
                "fee_item_id": late_item.id,
            }
        )
        cls.community.late_fee_policy_id = policy
        # due on 31 January
        cls.bill = cls.make_bill(
            cls.unit,
            [(cls.item, 250.24), (cls.parking, 150), (cls.parking, 80)],
            "2026-01-01",
        )
        cls.line = cls.get_line(80)

    @classmethod
    def get_line(cls, price):
        return cls.bill.invoice_line_ids.filtered(
            lambda line: line.price_total == price
        )

    @classmethod
    def dispute(cls, *amounts, day="2026-02-01"):
        """A dispute about lines, each a bill line or a pair of line and amount."""
        commands = []
        for entry in amounts or (cls.line,):
            line, amount = entry if isinstance(entry, tuple) else (entry, None)
            values = {"move_line_id": line.id}
            if amount:
                values["amount"] = amount
            commands.append(Command.create(values))
        with freeze_time(day):
            return (
                cls.env["property.fee.dispute"]
                .with_user(cls.collector)
                .create(
                    {
                        "unit_id": cls.unit.id,
                        "partner_id": cls.owner.id,
                        "reason_code": "service",
                        "reference": "C-123",
                        "line_ids": commands,
                    }
                )
            )

    @classmethod
    def reject(cls, dispute, day="2026-02-20", deadline="2026-03-10"):
        with freeze_time(day):
            dispute.write({"decision_note": "It was measured.", "deadline": deadline})
            dispute.action_reject()

    def late_fee(self, day):
        day = date.fromisoformat(day)
        with freeze_time(day):
            return self.bill._get_late_fee_amounts(day).get(self.bill.id, 0.0)

    @freeze_time("2026-02-08")
    def test_the_disputed_line_alone_is_held(self):
        dispute = self.dispute()
        self.assertTrue(dispute.name.startswith("DIS/"))
        self.assertEqual((dispute.state, dispute.amount), ("open", 80))
        self.assertEqual(self.bill.amount_residual, 480.24)
        self.assertEqual(self.bill.fee_amount_disputed, 80)
        self.assertEqual(self.line.fee_dispute_id, dispute)
        self.assertEqual(self.line.fee_amount_disputed, 80)
        self.assertEqual(
            self.outcome(self.plan("2026-02-08")), [("3-1201", "Reminder", 400.24)]
        )
        # 1 to 10 February: 400.24 x 0.05 % x 10
        self.assertEqual(self.late_fee("2026-02-10"), 2.00)
        data = self.desk.get_account(self.community.id, self.unit.id)
        self.assertEqual(data["bills"][0]["disputed"], 80)

    def test_all_of_a_bill_disputed_is_not_demanded(self):
        with freeze_time("2026-02-08"):
            self.dispute(*self.bill.invoice_line_ids)
            run = self.plan("2026-02-08")
        self.assertEqual(self.skipped(run), [(self.bill, "disputed")])

    def test_late_fee_before_during_and_after(self):
        """10 days on 480.24, 10 held days on 400.24, then on 480.24 again."""
        dispute = self.dispute(day="2026-02-11")
        self.assertEqual(self.late_fee("2026-02-10"), 2.40)
        self.assertEqual(self.late_fee("2026-02-20"), 4.40)  # 2.40 + 2.00
        self.reject(dispute, "2026-02-18", "2026-02-20")
        self.assertEqual(self.late_fee("2026-02-20"), 4.40)
        self.assertEqual(self.late_fee("2026-03-02"), 6.80)
        self.community.late_fee_for_held_days = True
        self.assertEqual(self.late_fee("2026-03-02"), 7.20)  # 30 days on 480.24

    def test_part_of_a_line(self):
        """100 of the 150: the base is 380.24; money goes to the rest of it first."""
        self.dispute((self.get_line(150), 100))
        with freeze_time("2026-02-08"):
            self.assertEqual(self.bill._get_disputed_amounts(), {self.bill.id: 100})
        self.assertEqual(self.late_fee("2026-02-10"), 1.90)
        with freeze_time("2026-02-10"):
            self.take(self.unit, cash=380.24, date="2026-02-10")
            self.bill.invalidate_recordset()
            self.assertEqual(self.bill.amount_residual, 100)
            self.assertEqual(self.bill.fee_amount_disputed, 100)
        self.assertEqual(self.late_fee("2026-02-28"), 1.90)

    @freeze_time("2026-02-20")
    def test_rejected_with_a_new_deadline(self):
        dispute = self.dispute()
        with self.assertRaises(ValidationError):
            dispute.action_reject()
        self.reject(dispute)
        self.assertEqual(dispute.state, "rejected")
        self.assertEqual(dispute.decided_by_id, self.collector)
        # dunning counts from the new deadline and then asks for all
        self.assertEqual(
            self.bill._get_dunning_due_dates(), {self.bill.id: date(2026, 3, 10)}
        )
        self.pre_due.active = False
        self.assertFalse(self.plan("2026-03-10").notice_ids)
        self.assertEqual(
            self.outcome(self.plan("2026-03-13")), [("3-1201", "Reminder", 480.24)]
        )
        # no late fee of the 80 for the days up to the deadline
        self.assertEqual(self.late_fee("2026-03-10"), 7.60)  # 400.24, 38 days
        self.assertEqual(self.late_fee("2026-03-11"), 7.84)
        with self.assertRaises(UserError):
            dispute.reason = "No"

    @freeze_time("2026-02-20")
    def test_withdrawn(self):
        dispute = self.dispute()
        dispute.action_withdraw()
        self.assertEqual(self.bill._get_disputed_amounts(), {})
        self.assertEqual(
            self.outcome(self.plan("2026-02-20")), [("3-1201", "Reminder", 480.24)]
        )
        self.dispute(day="2026-02-25")

    def test_upheld_waits_for_its_credit_note(self):
        dispute = self.dispute()
        with freeze_time("2026-02-20"):
            dispute.decision_note = "The gate was broken."
            dispute.action_uphold()
            self.assertEqual(self.bill._get_disputed_amounts(), {self.bill.id: 80})
            note = self.env["property.credit.note"]._credit_lines(
                self.bill, [(self.line, 50)], date(2026, 2, 20), "Gate"
            )
            self.env["property.settlement"]._settle_with_credits(note)
            self.bill.invalidate_recordset()
            self.assertEqual(self.bill.amount_residual, 430.24)
            self.assertEqual(self.bill._get_disputed_amounts(), {self.bill.id: 30})
        self.assertEqual(self.late_fee("2026-02-20"), 4.00)

    @freeze_time("2026-02-08")
    def test_money_settles_what_is_disputed_last(self):
        """Unless the payer chooses to pay it; what is beyond is kept as credit."""
        self.dispute()
        receipt = self.take(self.unit, cash=450, date="2026-02-08")
        self.assertEqual(self.bill.amount_residual, 80)
        self.assertEqual(receipt.credit_amount, 49.76)
        self.assertEqual(self.line.fee_amount_open, 80)
        self.take(self.unit, bills=[(self.bill, 80)], cash=80, date="2026-02-08")
        self.assertEqual(self.bill.payment_state, "paid")
        self.assertEqual(self.bill.fee_amount_disputed, 0)

    @freeze_time("2026-02-08")
    def test_what_cannot_be_disputed(self):
        with self.assertRaises(ValidationError):
            self.dispute((self.line, 81))
        other = self.make_bill(self.units[1], [(self.item, 99)], "2026-01-01")
        with self.assertRaises(ValidationError):
            self.dispute(other.invoice_line_ids)
        dispute = self.dispute()
        with self.assertRaises(UserError):
            dispute.state = "upheld"

    def test_queries_do_not_grow_with_the_bills(self):
        counts = []
        bills = self.bill
        with freeze_time("2026-02-08"):
            self.dispute(day="2026-02-01")
            for _round in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                bills._get_disputed_amounts()
                bills._get_late_fee_amounts(date(2026, 2, 8))
                bills._get_dunning_due_dates()
                counts.append(self.env.cr.sql_log_count - before)
                for day in range(2, 8):
                    self.bill = self.make_bill(
                        self.unit, [(self.item, 40 + day)], f"2026-01-0{day}"
                    )
                    self.dispute(self.bill.invoice_line_ids)
                    bills += self.bill
        self.assertLessEqual(counts[1], counts[0])
