from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestFeeDispute(ComplaintCase):
    """The owner of 3-1201 disputes the parking fee of a bill: 250.24 and 150 in all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge(cls.unit)
        with freeze_time("2026-01-01"):
            cls.bill_month(2026, 1)
            cls.parking_bill = cls.make_bill(cls.unit, [(cls.parking, 150)])
        cls.bill = cls.env["account.move"].search(
            [("fee_unit_id", "=", cls.unit.id), ("amount_total", "=", 250.24)]
        )
        cls.line = cls.bill.invoice_line_ids
        cls.parking_line = cls.parking_bill.invoice_line_ids

    @classmethod
    def dispute(cls, *lines, day="2026-01-05 10:00", **values):
        return cls.complain(
            day,
            category="fee",
            subcategory_id=cls.category("fee_area").id,
            line_ids=[
                Command.create({"move_line_id": line.id})
                for line in lines or cls.parking_line
            ],
            **values,
        )

    @classmethod
    def promise(cls, complaint, line, amount, **values):
        return (
            cls.env["property.complaint.remedy"]
            .with_user(cls.agent)
            .create(
                {
                    "complaint_id": complaint.id,
                    "kind": "correction",
                    "name": "Billed wrongly",
                    "move_line_id": line.id,
                    "amount": amount,
                    **values,
                }
            )
        )

    def test_from_the_portal_to_the_credit_note_and_closing(self):
        owner_user = new_test_user(
            self.env, "ann", "base.group_portal", partner_id=self.owner.id
        )
        with freeze_time("2026-01-05 10:00"):
            # the portal page creates for the owner, who chose the bill from a list
            complaint = (
                self.env["property.complaint"]
                .with_user(owner_user)
                .sudo()
                .create(
                    {
                        "subject": "I have no parking space",
                        "channel": "portal",
                        "unit_id": self.unit.id,
                        "category_id": self.category("fee").id,
                        "bill_id": self.parking_bill.id,
                        "user_id": self.agent.id,
                    }
                )
            )
            # every line of the bill that was chosen is held at once
            self.assertEqual(complaint.dispute_ids.state, "open")
            self.assertEqual(complaint.dispute_ids.reference, complaint.name)
            self.assertEqual(self.parking_line.fee_amount_disputed, 150)
            self.assertEqual(complaint.amount_disputed, 150)
        complaint = complaint.with_user(self.agent).sudo(False)
        with freeze_time("2026-01-06 10:00"):
            complaint.action_acknowledge()
            complaint.action_investigate()
            self.promise(complaint, self.parking_line, 150)
            self.decide(complaint)
            complaint.action_propose()
        self.assertEqual(complaint.dispute_ids.state, "upheld")
        self.assertEqual(complaint.dispute_ids.decision_note, "We looked into it.")
        with freeze_time("2026-01-07 10:00"):
            # the owner accepts on the portal
            complaint.with_user(owner_user).sudo().action_agree()
        remedy = complaint.remedy_ids
        adjustment = remedy.adjustment_id
        self.assertEqual((complaint.state, remedy.state), ("agreed", "waiting"))
        self.assertEqual(adjustment.requested_by_id, self.agent)
        with freeze_time("2026-01-08 10:00"):
            adjustment.with_user(self.manager).action_approve()
        note = remedy.move_id
        self.assertEqual(
            (note.move_type, note.state, note.amount_total),
            ("out_refund", "posted", 150),
        )
        self.assertEqual(self.parking_bill.payment_state, "reversed")
        self.assertEqual((remedy.state, complaint.state), ("done", "closed"))
        self.assertEqual(complaint.remedy_amount, 150)
        self.assertEqual(self.deadline(complaint, "callback"), "2026-01-11 10:00")

    def test_what_turns_out_right_is_to_be_paid_by_a_new_deadline(self):
        complaint = self.dispute()
        self.decide(complaint, "not_valid")
        with freeze_time("2026-01-10 10:00"):
            complaint.action_propose()
        dispute = complaint.dispute_ids
        self.assertEqual(dispute.state, "rejected")
        # fifteen days by the category
        self.assertEqual(complaint.payment_deadline, date(2026, 1, 25))
        self.assertEqual(dispute.deadline, date(2026, 1, 25))
        with freeze_time("2026-01-26"):
            self.env.invalidate_all()
            self.assertFalse(self.parking_line.fee_amount_disputed)
        self.assertIn("01/25/2026", self.mails(complaint)[-1:].body_html)

    def test_a_part_that_is_credited_is_upheld_and_the_rest_is_to_be_paid(self):
        complaint = self.dispute()
        self.promise(complaint, self.parking_line, 50)
        self.decide(complaint)
        complaint.payment_deadline = "2026-02-01"
        with freeze_time("2026-01-10 10:00"):
            complaint.action_propose()
        states = {
            dispute.state: dispute.amount
            for dispute in complaint.dispute_ids.sorted("id")
        }
        self.assertEqual(states, {"upheld": 50, "rejected": 100})
        self.assertEqual(
            set(complaint.dispute_ids.mapped("opened_on")), {date(2026, 1, 5)}
        )
        with freeze_time("2026-02-02"):
            self.env.invalidate_all()
            self.assertEqual(self.parking_line.fee_amount_disputed, 50)

    def test_only_the_lines_named_are_held(self):
        complaint = self.dispute(self.parking_line)
        with freeze_time("2026-01-06"):
            self.assertEqual(complaint.dispute_ids.line_ids.amount, 150)
            self.assertFalse(self.line.fee_amount_disputed)

    def test_a_second_complaint_of_a_held_line_joins_the_hold(self):
        first = self.dispute()
        second = self.dispute(day="2026-01-06 10:00")
        self.assertEqual(second.line_ids.dispute_id, first.dispute_ids)
        self.assertFalse(second.dispute_ids)

    def test_what_is_paid_is_complained_of_without_a_hold(self):
        with freeze_time("2026-01-04"):
            self.take(self.unit, bills=[(self.parking_bill, 150)], cash=150)
        complaint = self.dispute()
        self.assertFalse(complaint.dispute_ids)

    def test_another_category_holds_nothing_until_it_is_a_fee_dispute(self):
        complaint = self.complain("2026-01-05 10:00", bill_id=self.parking_bill.id)
        self.assertFalse(complaint.dispute_ids)
        complaint.category_id = self.category("fee")
        with freeze_time("2026-01-05 12:00"):
            complaint.action_hold_lines()
        self.assertEqual(complaint.dispute_ids.state, "open")

    def test_the_amount_is_explained_and_reckoned_again(self):
        """89.37 m2 x 2.80 = 250.24; the register says 88.00 m2: 246.40."""
        complaint = self.dispute(self.line)
        line = complaint.line_ids
        self.assertIn("89.37 m² × 2.80", line.explanation)
        complaint.action_recalculate()
        self.assertEqual((line.amount_recalculated, line.difference), (250.24, 0))
        self.assertEqual(line.recalculation, "As it was billed.")
        self.unit.charge_area = 88
        complaint.action_recalculate()
        self.assertEqual(line.amount_recalculated, 246.40)
        self.assertEqual(self.line.currency_id.round(line.difference), -3.84)
        self.assertIn("88 m²", line.recalculation)
        # nothing is billed by looking
        self.assertEqual(self.bill.amount_total, 250.24)

    def test_a_remedy_in_money_needs_line_and_amount(self):
        complaint = self.dispute()
        for values in (
            {"kind": "waiver", "move_line_id": False},
            {"kind": "waiver", "amount": 0},
            {"kind": "refund"},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.promise(complaint, self.parking_line, 10).write(values)

    def test_the_agent_decides_only_disputes_that_came_with_a_complaint(self):
        complaint = self.dispute()
        other = self.env["property.fee.dispute"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "reason_code": "amount",
                "line_ids": [Command.create({"move_line_id": self.line.id})],
                "decision_note": "No.",
            }
        )
        with self.assertRaises(UserError) as caught:
            other.with_user(self.agent).action_uphold()
        self.assertIn("collectors", str(caught.exception))
        complaint.dispute_ids.decision_note = "Yes."
        complaint.dispute_ids.with_user(self.agent).action_uphold()

    def test_the_complaint_is_part_of_the_evidence_against_the_debtor(self):
        complaint = self.dispute()
        photo = (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create({"name": "register.jpg", "raw": b"photo"})
        )
        complaint.evidence_ids = photo
        case = self.env["property.arrears.case"].create(
            {"unit_id": self.unit.id, "partner_id": self.owner.id}
        )
        part = case._get_evidence_documents()[-1]
        self.assertEqual(part["code"], "complaints")
        self.assertEqual(part["documents"][0]["record"], complaint)
        self.assertEqual(part["files"], photo)
        other = self.env["property.arrears.case"].create(
            {"unit_id": self.units[1].id, "partner_id": self.owners[1].id}
        )
        codes = [part["code"] for part in other._get_evidence_documents()]
        self.assertNotIn("complaints", codes)
