from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .adjust_case import AdjustCase


@tagged("post_install", "-at_install")
class TestAdjustment(AdjustCase):
    """Credit notes from the fee line up, waivers, write-offs and refunds."""

    def test_part_of_a_line_with_tax_included(self):
        """Of 827.90 with 6 % included 106.00 are credited: 100.00 and 6.00 of tax; the
        fee line stays posted."""
        bill = self.make_bill(self.unit, [(self.item, 827.90), (self.parking, 150)])
        service = bill.invoice_line_ids.filtered(
            lambda line: line.fee_item_id == self.item
        )
        adjustment = self.adjust("credit_note", bill, [(service, 106)])
        adjustment.action_submit()
        note = adjustment.move_id
        self.assertEqual(adjustment.state, "done")
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(
            (note.amount_untaxed, note.amount_tax, note.amount_total), (100, 6, 106)
        )
        self.assertEqual(note.reversed_entry_id, bill)
        self.assertEqual(note.fee_unit_id, self.unit)
        line = note.invoice_line_ids
        self.assertEqual(line.fee_item_id, self.item)
        self.assertEqual(line.fee_date_from, service.fee_date_from)
        self.assertEqual(line.tax_ids, service.tax_ids)
        self.assertEqual(line.account_id, service.account_id)
        self.assertEqual(service.fee_amount_open, 721.90)
        self.assertEqual(bill.amount_residual, 871.90)
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(service.fee_line_ids.state, "posted")
        self.assertEqual(service.fee_line_ids.amount_credited, 106)
        self.assertEqual(note.fee_adjustment_ids, adjustment)
        self.assertEqual(bill.fee_adjustment_count, 1)

    def test_the_line_that_is_named_is_settled_not_the_oldest(self):
        bill = self.make_bill(self.unit, [(self.item, 100), (self.item, 200)])
        first, second = bill.invoice_line_ids.sorted("price_total")
        self.adjust("waiver", bill, [(second, 200)]).action_submit()
        self.assertEqual((first.fee_amount_open, second.fee_amount_open), (100, 0))
        self.assertEqual(
            self.env["property.payment.allocation"]
            .search([("move_id", "=", bill.id)])
            .mapped(lambda row: (row.move_line_id, row.amount)),
            [(second, 200)],
        )

    def test_what_is_over_a_paid_bill_is_credit(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90)])
        self.take(self.unit, cash=827.90)
        self.adjust("credit_note", bill, [(bill.invoice_line_ids, 100)]).action_submit()
        self.assertEqual(self.get_credit(), 100)
        self.assertEqual(bill.payment_state, "paid")
        later = self.make_bill(self.unit, [(self.item, 250)], "2026-02-01")
        self.assertEqual(later.amount_residual, 150)

    def test_part_paid_bill(self):
        """700 of 827.90 paid, 200 credited: 127.90 settle it, 72.10 are credit."""
        bill = self.make_bill(self.unit, [(self.item, 827.90)])
        self.take(self.unit, cash=700)
        self.adjust("credit_note", bill, [(bill.invoice_line_ids, 200)]).action_submit()
        self.assertEqual(bill.amount_residual, 0)
        self.assertEqual(self.get_credit(), 72.10)

    def test_tax_on_top_gives_exactly_the_amount(self):
        tax = self.env["account.tax"].create(
            {"name": "13 % on top", "amount": 13, "type_tax_use": "sale"}
        )
        item = self.env["property.fee.item"].create(
            {"code": "T-TOP", "name": "Repair", "tax_ids": [Command.set(tax.ids)]}
        )
        bill = self.make_bill(self.unit, [(item, 100)])
        self.assertEqual(bill.amount_total, 113)
        line = bill.invoice_line_ids
        total = 0
        for amount in (10.01, 0.05, 33.33, 12.34, 5.55, 0.04):
            adjustment = self.adjust("credit_note", bill, [(line, amount)])
            adjustment.action_submit()
            self.assertEqual(adjustment.move_id.amount_total, amount)
            total += amount
        self.assertEqual(bill.amount_residual, round(113 - total, 2))
        rest = self.adjust("credit_note", bill, [(line, 113 - total)])
        rest.action_submit()
        self.assertEqual(bill.amount_residual, 0)
        self.assertEqual(line.fee_amount_credited, 113)

    def test_whole_bill(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90), (self.parking, 150)])
        form = Form(
            self.env["property.adjustment"]
            .with_user(self.manager)
            .with_context(default_kind="waiver", default_bill_id=bill.id)
        )
        form.reason_code = "goodwill"
        form.reason = "Lift out of order"
        adjustment = form.save()
        self.assertEqual(adjustment.unit_id, self.unit)
        self.assertEqual(len(adjustment.line_ids), 2)
        adjustment.action_take_all()
        self.assertEqual(adjustment.amount, 977.90)
        adjustment.action_submit()
        self.assertEqual(bill.payment_state, "reversed")
        self.assertEqual(adjustment.move_id.amount_tax, bill.amount_tax)

    def test_write_off(self):
        """What is open of two bills goes to the bad-debt account."""
        first = self.make_bill(self.unit, [(self.item, 300)])
        second = self.make_bill(self.unit, [(self.item, 200)], "2026-02-01")
        self.take(self.unit, bills=[(first, 50)], cash=50)
        adjustment = self.adjust(
            "write_off",
            lines=[(first, 250), (second, 200)],
            unit_id=self.unit.id,
            reason_code="uncollectible",
        )
        adjustment.action_submit()
        self.assertEqual(first.amount_residual + second.amount_residual, 0)
        self.assertEqual(self.get_balance(self.bad_debt), 450)
        self.assertEqual(
            self.get_balance(
                first.line_ids.account_id.filtered(
                    lambda account: account.account_type == "asset_receivable"
                )
            ),
            0,
        )
        self.assertEqual(first.invoice_line_ids.fee_amount_open, 0)
        self.assertEqual(adjustment.move_id.fee_unit_id, self.unit)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            adjustment.move_id.button_draft()

    def test_write_off_without_an_account(self):
        self.community.bad_debt_account_id = False
        bill = self.make_bill(self.unit, [(self.item, 300)])
        adjustment = self.adjust("write_off", bill, [(bill, 300)])
        with self.assertRaisesRegex(UserError, "Set the bad-debt account"):
            adjustment.action_submit()
        self.company.fee_bad_debt_account_id = self.bad_debt
        adjustment.action_submit()
        self.assertEqual(self.get_balance(self.bad_debt), 300)

    def test_refund_by_bank(self):
        self.take(self.unit, cash=500)
        adjustment = self.adjust(
            "refund",
            unit_id=self.unit.id,
            amount=200,
            payment_method_line_id=self.bank_out.id,
        )
        self.assertEqual(adjustment.partner_id, self.owner)
        self.assertEqual(adjustment.credit_open, 500)
        adjustment.action_submit()
        self.assertEqual(adjustment.receipt_id.kind, "payout")
        self.assertEqual(self.get_credit(), 300)

    def test_more_than_there_is_is_refused(self):
        bill = self.make_bill(self.unit, [(self.item, 300)])
        line = bill.invoice_line_ids
        later = self.make_bill(self.unit, [(self.item, 40)], "2026-02-01")
        other = self.make_bill(self.units[1], [(self.item, 300)])
        self.adjust("credit_note", bill, [(line, 100)]).action_submit()
        for message, adjustment in (
            ("300.01.* more than the .*200", ("credit_note", bill, [(line, 300.01)])),
            ("200.01.* more than the .*200", ("credit_note", bill, [(line, 200.01)])),
            ("200.01.* more than the .*200", ("write_off", bill, [(bill, 200.01)])),
            (
                "lines of one bill",
                ("credit_note", bill, [(line, 5), (later.invoice_line_ids, 5)]),
            ),
            ("on at least one line", ("credit_note", bill, [(line, 0)])),
            ("is no posted bill of", ("write_off", bill, [(other, 5)])),
        ):
            with (
                self.subTest(message),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self.adjust(*adjustment).action_submit()
        with self.assertRaisesRegex(ValidationError, "more than the credit"):
            self.adjust(
                "refund",
                unit_id=self.unit.id,
                amount=1,
                payment_method_line_id=self.bank_out.id,
            ).action_submit()
        self.assertEqual(bill.amount_residual, 200)

    def test_closed_period(self):
        bill = self.make_bill(self.unit, [(self.item, 300)])
        self.company.fiscalyear_lock_date = "2026-02-28"
        for adjustment in (
            self.adjust("credit_note", bill, [(bill.invoice_line_ids, 10)]),
            self.adjust("write_off", bill, [(bill, 10)]),
        ):
            with self.assertRaisesRegex(UserError, "books are closed up to"):
                adjustment.action_submit()
            self.assertEqual(bill.amount_residual, 300)

    def test_a_run_that_was_adjusted_is_not_cancelled(self):
        bill = self.make_bill(self.unit, [(self.item, 300)])
        self.adjust("credit_note", bill, [(bill.invoice_line_ids, 10)]).action_submit()
        with self.assertRaisesRegex(UserError, "cannot be cancelled"):
            bill.fee_run_id.action_cancel()

    def test_other_communities_and_companies(self):
        """Who is not of the community sees and asks for nothing there."""
        bill = self.make_bill(self.unit, [(self.item, 300)])
        adjustment = self.adjust("credit_note", bill, [(bill.invoice_line_ids, 10)])
        stranger = new_test_user(
            self.env, "stranger", "property_fee_billing.group_fee_manager"
        )
        with self.assertRaises(AccessError):
            adjustment.with_user(stranger).action_submit()
        company = self.env["res.company"].create({"name": "Other"})
        foreign = new_test_user(
            self.env,
            "foreign",
            "property_fee_billing.group_administrator",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        Adjustment = self.env["property.adjustment"].with_user(foreign)
        self.assertFalse(Adjustment.search([]))
        with self.assertRaises(AccessError):
            adjustment.with_user(foreign).action_submit()
        self.assertEqual(bill.amount_residual, 300)

    def test_the_standard_credit_note_leads_here(self):
        """Odoo's own button opens an adjustment, so that no approval is passed by."""
        bill = self.make_bill(self.unit, [(self.item, 300)])
        action = bill.with_user(self.cashier).action_reverse()
        self.assertEqual(action["res_model"], "property.adjustment")
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.cashier)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"journal_id": bill.journal_id.id})
        )
        with self.assertRaisesRegex(UserError, "by an adjustment"):
            wizard.refund_moves()
