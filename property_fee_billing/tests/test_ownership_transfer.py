import json
from datetime import date

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .money_case import MoneyCase


@tagged("post_install", "-at_install")
class TestOwnershipTransfer(MoneyCase):
    """E9: flat 3-1202 of 98.56 m², April to June 2025 billed to Anne at 827.90, is
    Beth's from 11 May 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.units[1]
        cls.anne = cls.owners[1]
        cls.beth = cls.env["res.partner"].create({"name": "Beth"})
        cls.bank_out = cls.bank.outbound_payment_method_line_ids[:1]
        cls.charge(cls.flat, date_from="2025-04-01", interval_months=3)

    @classmethod
    def bill(cls, first="2025-04-01", last="2025-06-30"):
        run = cls.make_run(first, last)
        run.action_compute()
        run.action_post()
        return run.move_ids

    @classmethod
    def transfer(cls, **values):
        return (
            cls.env["property.ownership.transfer"]
            .with_user(cls.manager)
            .create(
                {
                    "unit_id": cls.flat.id,
                    "date": "2025-05-11",
                    "booking_date": "2025-07-01",
                    "new_partner_id": cls.beth.id,
                    **values,
                }
            )
        )

    def confirm(self, preview=True, **values):
        transfer = self.transfer(**values)
        if preview:
            transfer.action_preview()
            expected = self.balances(transfer)
        transfer.action_confirm()
        if preview:
            self.assertEqual(self.balances(transfer), expected, "as the preview said")
        self.check_ledger(transfer)
        return transfer

    def balances(self, transfer):
        return {row.party: row.balance_after for row in transfer.balance_ids}

    def ledger(self, partner):
        """What all receivable items of a partner sum up to."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def check_ledger(self, transfer):
        """Closing balances are those of the ledger, and what led to them adds up."""
        for row in transfer.balance_ids:
            self.assertEqual(row.balance_after, self.ledger(row.partner_id))
            self.assertAlmostEqual(
                row.balance_after,
                row.balance_before
                + row.corrected
                + row.carried
                + row.moved
                + row.refunded,
            )
        data = transfer._get_settlement_data()
        for payer in data["payers"]:
            bills = sum(bill["open"] for bill in payer["open_bills"])
            credit = sum(credit["open"] for credit in payer["credits"])
            self.assertAlmostEqual(bills - credit, payer["balance"]["after"])

    # ------------------------------------------------------------------- split
    def test_debts_stay(self):
        """E9: A 364.99, B 462.91, 827.90 in all; A keeps the old arrears."""
        old = self.make_bill(self.flat, [(self.item, 100)], "2025-01-01")
        bill = self.bill()
        transfer = self.confirm()
        self.assertEqual(
            [(line.partner_id, line.difference) for line in transfer.line_ids],
            [(self.anne, -462.91), (self.beth, 462.91)],
        )
        self.assertEqual(old.amount_residual, 100)
        self.assertEqual(bill.amount_residual, 364.99)
        self.assertEqual(self.balances(transfer), {"old": 464.99, "new": 462.91})
        self.assertEqual(
            [
                (owner.partner_id, owner.is_payer, str(owner.date_from or ""))
                for owner in self.flat.ownership_ids.sorted("id")
            ],
            [(self.anne, True, ""), (self.beth, True, "2025-05-11")],
        )
        self.assertEqual(
            self.flat.ownership_ids.sorted("id")[0].date_to, date(2025, 5, 10)
        )
        self.assertEqual(transfer.state, "done")
        self.assertEqual(transfer.document_count, 2)
        self.assertEqual(self.flat.transfer_count, 1)

    def test_sale_on_12_june(self):
        """Example 14: June 2025 at 89.37 m² is 250.24, by design rule 4 100.09 for 1
        to 12 June and 150.15 for the rest."""
        self.flat.charge_area = 89.37
        self.flat.charge_ids.write({"interval_months": 1, "date_from": "2025-06-01"})
        self.bill("2025-06-01", "2025-06-30")
        transfer = self.confirm(date="2025-06-13")
        self.assertEqual(self.balances(transfer), {"old": 100.09, "new": 150.15})

    def test_nothing_billed_beyond_the_day(self):
        transfer = self.confirm()
        self.assertFalse(transfer.run_id)
        self.assertEqual(self.balances(transfer), {"old": 0, "new": 0})
        self.bill()
        self.assertEqual(
            (self.ledger(self.anne), self.ledger(self.beth)), (364.99, 462.91)
        )

    def test_without_a_preview(self):
        self.bill()
        transfer = self.confirm(preview=False)
        self.assertEqual(self.balances(transfer), {"old": 364.99, "new": 462.91})

    # ------------------------------------------------------------------- debts
    def test_debts_must_be_paid_first(self):
        self.make_bill(self.flat, [(self.item, 100)], "2025-01-01")
        bill = self.bill()
        transfer = self.transfer(debt_choice="settle")
        transfer.action_preview()
        with self.assertRaisesRegex(UserError, "Bob still owes .*464.99 for unit"):
            transfer.action_confirm()
        self.assertEqual(transfer.state, "draft")
        self.assertEqual(self.flat.payer_id, self.anne)
        self.assertEqual(bill.amount_residual, 827.90)
        self.take(self.flat, partner=self.anne, cash=464.99)
        transfer.action_preview()
        transfer.action_confirm()
        self.check_ledger(transfer)
        self.assertEqual(self.balances(transfer), {"old": 0, "new": 462.91})

    def test_debts_are_carried_over(self):
        """By a credit note and a bill of the same amount, due on the same day."""
        old = self.make_bill(
            self.flat, [(self.item, 100), (self.parking, 50)], "2025-01-01"
        )
        self.take(self.flat, bills=[(old, 30)], cash=30)
        bill = self.bill()
        transfer = self.confirm(debt_choice="carry", handover_reference="No. 12")
        self.assertEqual(self.balances(transfer), {"old": 0, "new": 947.90})
        self.assertEqual((old.amount_residual, bill.amount_residual), (0, 0))
        debits = transfer.move_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        self.assertEqual(sorted(debits.mapped("amount_total")), [120, 364.99])
        debit = debits.filtered(lambda move: move.amount_total == 120)
        self.assertEqual(debit.partner_id, self.beth)
        self.assertEqual(debit.invoice_date_due, old.invoice_date_due)
        self.assertIn("No. 12", debit.ref)
        self.assertEqual(
            [
                (line.fee_item_id, str(line.fee_date_from), line.price_total)
                for line in debit.invoice_line_ids.sorted("price_total")
            ],
            [(self.parking, "2025-01-01", 20), (self.item, "2025-01-01", 100)],
        )
        income = self.env["account.move.line"].search(
            [("move_id", "in", transfer.move_ids.ids)]
        )
        for account, lines in income.grouped("account_id").items():
            self.assertAlmostEqual(sum(lines.mapped("balance")), 0, msg=account.name)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            debit.button_draft()

    def test_carrying_over_to_the_cent_with_taxes_on_top(self):
        self.tax.price_include_override = "tax_excluded"
        old = self.make_bill(
            self.flat, [(self.item, 33.33), (self.parking, 77.77)], "2025-01-01"
        )
        self.take(self.flat, bills=[(old, 17.17)], cash=17.17)
        owed = old.amount_residual
        transfer = self.confirm(debt_choice="carry", handover_reference="No. 12")
        self.assertEqual(self.balances(transfer), {"old": 0, "new": owed})

    def test_a_deposit_is_no_debt_of_the_unit(self):
        deposit = self.env["property.fee.item"].create(
            {
                "code": "T-DEP",
                "name": "Deposit",
                "fee_class": "deposit",
                "tax_ids": [Command.set(self.tax.ids)],
            }
        )
        # one bill of the deposit and of the quarter
        self.make_bill(self.flat, [(deposit, 2000)], "2025-05-20")
        transfer = self.transfer(debt_choice="carry", handover_reference="No. 12")
        transfer.action_confirm()
        self.assertEqual(
            (self.ledger(self.anne), self.ledger(self.beth)), (2000, 827.90)
        )

    # ------------------------------------------------------------------ credit
    def test_prepaid_money_stays(self):
        self.bill()
        self.take(self.flat, cash=827.90)
        transfer = self.confirm()
        self.assertEqual(self.balances(transfer), {"old": -462.91, "new": 462.91})

    def test_prepaid_money_is_moved(self):
        """By an ordinary entry, reconciled with the credit and with the new bill."""
        self.bill()
        self.take(self.flat, cash=900)
        transfer = self.confirm(credit_choice="move")
        self.assertEqual(self.balances(transfer), {"old": 0, "new": -72.10})
        entry = transfer.move_ids
        self.assertEqual(entry.move_type, "entry")
        self.assertEqual(entry.amount_total, 535.01)
        old_side = entry.line_ids.filtered(lambda line: line.partner_id == self.anne)
        self.assertTrue(all(old_side.mapped("reconciled")))
        debit = transfer.run_id.move_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        self.assertEqual(debit.payment_state, "paid")
        next_bill = self.bill("2025-07-01", "2025-09-30")
        self.assertEqual(next_bill.amount_residual, 755.80)

    def test_moved_money_keeps_its_purpose(self):
        self.flat.charge_ids.unlink()
        self.take(self.flat, cash=500, purpose="parking")
        transfer = self.confirm(credit_choice="move")
        self.assertEqual(transfer.move_ids.fee_purpose, "parking")
        bill = self.make_bill(
            self.flat, [(self.item, 100), (self.parking, 300)], "2025-07-01"
        )
        self.assertEqual(bill.partner_id, self.beth)
        self.assertEqual(bill.amount_residual, 100)

    def test_prepaid_money_is_paid_back(self):
        self.bill()
        self.take(self.flat, cash=827.90)
        transfer = self.confirm(
            credit_choice="refund", payment_method_line_id=self.bank_out.id
        )
        self.assertEqual(self.balances(transfer), {"old": 0, "new": 462.91})
        receipt = transfer.receipt_id
        self.assertEqual((receipt.kind, receipt.amount), ("payout", 462.91))
        self.assertEqual(receipt.payment_ids.payment_type, "outbound")
        self.assertEqual(receipt.partner_id, self.anne)

    # ------------------------------------------------------------------ people
    def test_joint_owners_leave_and_come_together(self):
        spouse, brother = self.env["res.partner"].create(
            [{"name": "Spouse"}, {"name": "Brother"}]
        )
        joint = self.own(self.flat, spouse, is_payer=False)
        transfer = self.transfer(co_owner_ids=[Command.set(brother.ids)])
        self.assertEqual(transfer.ending_ownership_ids, joint)
        transfer.action_confirm()
        self.assertEqual(joint.date_to, date(2025, 5, 10))
        new = self.flat.ownership_ids.filtered("date_from")
        self.assertEqual(
            [(row.partner_id.name, row.is_payer, row.role) for row in new.sorted("id")],
            [("Beth", True, "owner"), ("Brother", False, "owner")],
        )

    def test_a_tenant_pays_from_now_on_and_later_the_owner_again(self):
        self.bill()
        transfer = self.transfer(new_role="tenant")
        self.assertTrue(transfer.old_payer_stays)
        transfer.action_confirm()
        self.check_ledger(transfer)
        self.assertEqual(self.balances(transfer), {"old": 364.99, "new": 462.91})
        owner = self.flat.ownership_ids.filtered(
            lambda row: row.partner_id == self.anne and row.date_from
        )
        self.assertEqual((owner.role, owner.is_payer), ("owner", False))
        back = self.transfer(
            date="2025-06-01", new_partner_id=self.anne.id, new_role="owner"
        )
        self.assertEqual(back.old_partner_id, self.beth)
        back.action_confirm()
        # May 21/31 for the tenant, 462.91 - 275.96
        self.assertEqual(self.ledger(self.beth), 186.95)
        self.assertEqual(self.ledger(self.anne), 640.95)
        self.assertEqual(owner.date_to, date(2025, 5, 31))
        last = self.flat.ownership_ids.sorted("id")[-1]
        self.assertEqual(
            (last.partner_id, last.is_payer, str(last.date_from)),
            (self.anne, True, "2025-06-01"),
        )

    def test_developer_hands_over(self):
        self.flat.ownership_ids.role = "developer"
        self.bill()
        transfer = self.confirm()
        self.assertEqual(transfer.new_role, "owner")
        self.assertEqual(self.balances(transfer), {"old": 364.99, "new": 462.91})

    def test_sold_on(self):
        self.bill()
        self.confirm()
        carl = self.env["res.partner"].create({"name": "Carl"})
        transfer = self.confirm(date="2025-06-01", new_partner_id=carl.id)
        self.assertEqual(transfer.old_partner_id, self.beth)
        self.assertEqual(self.balances(transfer), {"old": 186.95, "new": 275.96})

    def test_the_run_of_a_transfer_stays(self):
        self.bill()
        transfer = self.confirm()
        with self.assertRaisesRegex(UserError, f"transfer {transfer.name} and stays"):
            transfer.run_id.action_cancel()

    # --------------------------------------------------------------- statement
    def test_settlement_data(self):
        self.bill()
        self.take(self.flat, cash=900)
        transfer = self.confirm(credit_choice="move", handover_reference="No. 12")
        data = transfer._get_settlement_data()
        json.dumps(data)
        self.assertEqual(data["unit"]["code"], "3-1202")
        self.assertEqual(data["choices"]["credit_label"], "Moved to the New Payer")
        old, new = data["payers"]
        self.assertEqual((old["name"], old["date_to"]), ("Bob", "2025-05-10"))
        self.assertEqual((new["name"], new["date_from"]), ("Beth", "2025-05-11"))
        self.assertEqual(
            old["balance"],
            {
                "before": -72.10,
                "corrected": -462.91,
                "carried": 0,
                "moved": 535.01,
                "refunded": 0,
                "after": 0,
            },
        )
        self.assertEqual(
            [(line["billed"], line["due"]) for line in old["lines"] + new["lines"]],
            [(827.90, 364.99), (0, 462.91)],
        )
        self.assertIn("Bill JADE", old["lines"][0]["explanation_text"])
        self.assertEqual([credit["open"] for credit in new["credits"]], [72.10])
        self.assertEqual(len(data["documents"]["entries"]), 1)
        # what comes later changes nothing of it
        self.make_bill(self.flat, [(self.item, 10)], "2025-07-02")
        self.assertEqual(transfer._get_settlement_data(), data)

    # ---------------------------------------------------------------- refusals
    def test_refusals(self):
        self.flat.ownership_ids.date_from = "2025-03-01"
        self.bill()
        for message, values in (
            ("pays for unit .* already", {"new_partner_id": self.anne.id}),
            ("only since 2025-03-01", {"date": "2025-03-01"}),
            ("only since 2025-03-01", {"date": "2025-02-01"}),
            ("written agreement", {"debt_choice": "carry"}),
            ("how prepaid money is paid back", {"credit_choice": "refund"}),
        ):
            with self.subTest(message):
                transfer = self.transfer(**values)
                for action in (transfer.action_preview, transfer.action_confirm):
                    with self.assertRaisesRegex(UserError, message):
                        action()
                transfer.action_cancel()
        transfer = self.transfer()
        with self.assertRaisesRegex(ValidationError, "is still a draft"):
            self.transfer()
        self.company.fiscalyear_lock_date = "2025-07-31"
        with self.assertRaisesRegex(UserError, "books are closed up to"):
            transfer.action_confirm()
        self.company.fiscalyear_lock_date = False
        run = self.make_run("2025-07-01", "2025-09-30")
        run.action_compute()
        with self.assertRaisesRegex(UserError, f"preview of billing run {run.name}"):
            transfer.action_confirm()
        run.action_reset_to_draft()
        self.flat.charge_area = 0
        with self.assertRaisesRegex(UserError, "cannot be reckoned now"):
            transfer.action_confirm()
        self.assertEqual(self.flat.ownership_ids.partner_id, self.anne)
        self.assertEqual(self.ledger(self.anne), 827.90)
        parking = self.units[2]
        parking.ownership_ids.unlink()
        transfer = self.transfer(unit_id=parking.id)
        with self.assertRaisesRegex(UserError, "Nobody pays for unit"):
            transfer.action_confirm()

    def test_what_changed_since_the_preview_is_refused(self):
        self.bill()
        transfer = self.transfer()
        transfer.action_preview()
        self.set_rate(self.standard, "2025-05-15", 3.10)
        with self.assertRaisesRegex(UserError, "changed since the preview"):
            transfer.action_confirm()
        self.assertEqual(transfer.state, "draft")

    def test_another_choice_makes_the_preview_void(self):
        self.bill()
        transfer = self.transfer()
        transfer.action_preview()
        self.assertTrue(transfer.line_ids)
        transfer.date = "2025-05-12"
        self.assertFalse(transfer.is_previewed)
        self.assertFalse(transfer.line_ids)
        self.assertFalse(transfer.balance_ids)

    def test_a_transfer_that_is_done_stays(self):
        transfer = self.confirm()
        for action in (
            transfer.action_confirm,
            transfer.action_cancel,
            transfer.action_preview,
        ):
            with self.assertRaisesRegex(UserError, "is Done already"):
                action()
        with self.assertRaisesRegex(UserError, "stays as it was"):
            transfer.date = "2025-05-12"
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            transfer.state = "draft"

    # ------------------------------------------------------------------ access
    def test_the_front_desk_looks_and_does_nothing(self):
        transfer = self.transfer()
        clerk = new_test_user(
            self.env, "transfer-desk", "property_fee_billing.group_front_desk"
        )
        self.community.member_ids = [Command.link(clerk.id)]
        mine = transfer.with_user(clerk)
        self.assertEqual(mine.old_partner_id, self.anne)
        mine._get_settlement_data()
        for action in (mine.action_preview, mine.action_confirm, mine.action_cancel):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                action()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.copy()

    def test_entered_as_a_person_would(self):
        action = self.flat.with_user(self.manager).action_open_transfers()
        with Form(
            self.env["property.ownership.transfer"]
            .with_user(self.manager)
            .with_context(**action["context"])
        ) as form:
            self.assertEqual(form.unit_id, self.flat)
            self.assertEqual(form.old_partner_id, self.anne)
            self.assertEqual(form.new_role, "owner")
            form.new_partner_id = self.beth
            form.date = "2025-05-11"
            form.new_role = "tenant"
            self.assertTrue(form.old_payer_stays)
            form.debt_choice = "carry"
            form.handover_reference = "No. 12"
        self.assertEqual(form.record.state, "draft")
        self.assertEqual(form.record.booking_date, fields.Date.today())
