import base64
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .bank_case import BankCase, BankDay


@tagged("post_install", "-at_install")
class TestBankDay(BankCase):
    """A bank file of a day: what is sure is done, the rest waits with its reasons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = BankDay(cls.env, cls.community, cls.item)

    def test_thirty_of_forty_lines_match_and_ten_wait_with_reasons(self):
        wizard = self.import_file(base64.b64decode(self.day.content))
        self.assertEqual((wizard.line_count, wizard.new_count), (40, 40))
        self.assertEqual((wizard.matched_count, wizard.waiting_count), (30, 10))
        lines = wizard.statement_id.line_ids
        matched = lines.filtered("is_reconciled")
        self.assertEqual(sorted(matched.mapped("ref")), sorted(self.day.sure))
        for line in lines - matched:
            words = self.day.waiting[line.ref]
            with self.subTest(text=line.payment_ref, reason=line.fee_reason):
                self.assertLess(line.fee_score, 90)
                if words:
                    self.assertIn(words, line.fee_reason.lower())
                else:
                    self.assertFalse(line.fee_suggestion_id)
        receipts = matched.fee_receipt_id
        self.assertEqual(len(receipts), 30)
        self.assertEqual(set(receipts.mapped("source")), {"bank"})
        settled = sum(receipts.line_ids.mapped("amount"))
        self.assertAlmostEqual(settled, sum(matched.mapped("amount")), 2)
        self.assertEqual(sum(receipts.mapped("credit_amount")), 0)
        for number in range(28):
            self.assertEqual(
                set(self.day.bills[number].mapped("payment_state")), {"paid"}
            )
        sheet = self.env["property.day.sheet"]._get_data(
            self.community, date_from=date(2026, 3, 10), date_to=date(2026, 3, 10)
        )
        self.assertTrue(sheet["is_balanced"])
        self.assertAlmostEqual(sheet["total"], settled, 2)
        self.assertEqual(self.community.bank_unmatched_count, 10)
        self.assertEqual(self.bank.fee_unmatched_count, 10)
        self.assertEqual(str(self.community._get_last_bank_line_date()), self.day.day)

    def test_queries_do_not_grow_with_the_lines(self):
        """Finding suggestions costs the same for 10 lines and for 40."""
        self.bank.fee_match_threshold = 101
        wizard = self.import_file(base64.b64decode(self.day.content))
        lines = wizard.statement_id.line_ids
        matcher = self.env["property.bank.matcher"]
        counts = []
        for size in (10, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            matcher._get_suggestions(self.bank, lines[:size])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[1], 20)

    def test_queries_of_an_import_file(self):
        """Reading 40 lines, known or not, asks no more than reading 10."""
        counts = []
        for size in (10, 40):
            rows = [("Date", "Amount", "Description")]
            rows += [("2026-03-01", number + 1, "x") for number in range(size)]
            wizard = self.env["property.bank.import"].create(
                {
                    "journal_id": self.bank.id,
                    "file": base64.b64encode(
                        "\n".join(",".join(map(str, row)) for row in rows).encode()
                    ),
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard._read()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])


@tagged("post_install", "-at_install")
class TestBankMatching(BankCase):
    """What speaks for a unit, how sure it is, and what is booked."""

    def test_reference_and_amount_name_the_bills_in_words(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90)])
        self.bank.fee_match_threshold = 101
        line = self.import_line(827.90, "JADE-3-1201 fee")
        suggestion = line.fee_suggestion_id
        self.assertEqual(suggestion.score, 95)
        self.assertEqual(suggestion.bill_ids, bill)
        self.assertEqual(
            suggestion.reason, f"Reference JADE-3-1201; the amount of bill {bill.name}"
        )

    def test_the_entry_is_the_banks_with_receivables(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90)])
        line = self.import_line(900, "jade 3 1201", "Ann")
        self.assertFalse(line.is_reconciled, "more than is open waits")
        line.with_user(self.cashier).action_accept()
        receipt = line.fee_receipt_id
        self.assertEqual(
            (receipt.amount, receipt.credit_amount, receipt.source),
            (900, 72.10, "bank"),
        )
        self.assertEqual(receipt.method_names, "Bank")
        self.assertEqual(receipt.user_id, self.cashier)
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(
            [
                (item.account_id.account_type, item.balance)
                for item in line.line_ids.sorted("balance")
            ],
            [
                ("asset_receivable", -827.90),
                ("asset_receivable", -72.10),
                ("asset_cash", 900),
            ],
        )
        later = self.make_bill(self.unit, [(self.item, 50)], "2026-04-01")
        self.assertEqual(later.payment_state, "paid", "by the credit")

    def test_early_payment_discount(self):
        """E7: 3,245.39 pays 3,311.62 in time."""
        self.community.payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "2 % early",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 30,
            }
        )
        self.company.account_journal_early_pay_discount_loss_account_id = self.env[
            "account.account"
        ].create({"code": "667700", "name": "Discounts", "account_type": "expense"})
        bill = self.make_bill(self.unit, [(self.item, 3311.62)], "2026-03-01")
        line = self.import_line(3245.39, "JADE-3-1201", day="2026-03-20")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(line.fee_receipt_id.discount_amount, 66.23)

    def test_late_fee_of_the_day(self):
        """E6: 827.90 due 31 March and 31.46 of late fee come as one sum on 30 June:
        the late fee is billed, and both are paid."""
        item = self.env["property.fee.item"].create(
            {
                "code": "T-LATE",
                "name": "Late Fee",
                "fee_class": "late_fee",
                "tax_ids": [Command.set(self.tax.ids)],
            }
        )
        policy = self.env["property.late.fee.policy"].create(
            {
                "name": "0.05 % a day",
                "daily_percent": 0.05,
                "grace_days": 15,
                "fee_item_id": item.id,
            }
        )
        self.community.write(
            {"payment_term_id": False, "late_fee_policy_id": policy.id}
        )
        bill = self.make_bill(self.unit, [(self.item, 827.90)], "2025-03-31")
        line = self.import_line(859.36, "JADE-3-1201", day="2025-06-30")
        self.assertTrue(line.is_reconciled)
        late = bill.late_fee_ids
        self.assertEqual(late.amount, 31.46)
        self.assertEqual((bill + late.move_id).mapped("payment_state"), ["paid"] * 2)
        self.assertEqual(line.fee_receipt_id.credit_amount, 0)
        self.assertEqual(
            sorted(line.fee_receipt_id.line_ids.mapped("amount")), [31.46, 827.90]
        )

    def test_two_units_named_in_one_transfer(self):
        first = self.make_bill(self.units[0], [(self.item, 100)])
        second = self.make_bill(self.units[1], [(self.item, 200)], "2026-01-02")
        line = self.import_line(300, "JADE-3-1201, JADE-3-1202")
        self.assertTrue(line.is_reconciled)
        self.assertEqual({first.payment_state, second.payment_state}, {"paid"})
        self.assertEqual(line.fee_receipt_id.line_ids.unit_id, self.units[:2])

    def test_all_bills_of_a_payer_with_two_units(self):
        self.own(self.units[2], self.owner, "2026-01-01", is_payer=False)
        self.units[2].ownership_ids.filtered(
            lambda one: one.partner_id != self.owner
        ).unlink()
        self.units[2].ownership_ids.is_payer = True
        bills = self.make_bill(self.units[0], [(self.item, 100)])
        bills += self.make_bill(self.units[2], [(self.item, 60)], "2026-01-02")
        line = self.import_line(160, "JADE-3-1201")
        self.assertEqual(set(bills.mapped("payment_state")), {"paid"})
        self.assertTrue(line.is_reconciled)

    def test_two_identical_transfers_settle_once(self):
        self.make_bill(self.unit, [(self.item, 100)])
        header = ("Date", "Amount", "Description")
        wizard = self.import_file([header, *[("2026-03-10", 100, "JADE-3-1201")] * 2])
        lines = wizard.statement_id.line_ids
        self.assertEqual((wizard.new_count, wizard.matched_count), (2, 1))
        waiting = lines.filtered(lambda line: not line.is_reconciled)
        self.assertIn("no bill is open", waiting.fee_reason)

    def test_payer_is_known_again_by_the_account(self):
        """Somebody else pays for the unit; next time the account speaks for it."""
        self.make_bill(self.unit, [(self.item, 100)])
        account = "6222 0000 1111 2222"
        first = self.import_line(100, "JADE-3-1201", "Son of Ann", account=account)
        self.assertTrue(first.is_reconciled)
        self.make_bill(self.unit, [(self.item, 100)], "2026-04-01")
        again = self.import_line(
            100, "fee", "Son of Ann", day="2026-04-10", account=account
        )
        self.assertFalse(again.is_reconciled)
        self.assertEqual(again.fee_suggested_unit_id, self.unit)
        self.assertIn("paid for 3-1201 before", again.fee_reason)

    def test_partner_bank_account(self):
        self.env["res.partner.bank"].create(
            {"acc_number": "DE12 3456", "partner_id": self.owner.id}
        )
        self.make_bill(self.unit, [(self.item, 100)])
        line = self.import_line(100, "fee", account="de123456")
        self.assertIn("bank account of Ann", line.fee_reason.replace("Bank", "bank"))

    def test_counter_card_payment_is_found_and_gets_no_second_receipt(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90)])
        receipt = self.take(self.unit, bank=827.90, date="2026-03-09")
        self.assertEqual(bill.payment_state, "paid")
        line = self.import_line(827.90, f"POS {receipt.name}")
        self.assertTrue(line.is_reconciled)
        self.assertFalse(line.fee_receipt_id)
        self.assertEqual(receipt.payment_ids.is_matched, True)
        self.assertEqual(len(self.env["property.receipt"].search([])), 1)
        with self.assertRaisesRegex(UserError, "undo the bank match first"):
            receipt.with_user(self.cashier)._void("Wrong")
        line.with_user(self.cashier).action_undo_match()
        self.assertFalse(line.is_reconciled)
        self.assertFalse(receipt.payment_ids.is_matched)
        self.assertEqual(line.fee_suggestion_id.payment_id, receipt.payment_ids)

    def test_counter_payment_without_reference_waits(self):
        self.make_bill(self.unit, [(self.item, 50)])
        receipt = self.take(self.unit, bank=50, date="2026-03-09")
        line = self.import_line(50, "POS settlement")
        self.assertFalse(line.is_reconciled)
        self.assertEqual(line.fee_suggestion_id.payment_id, receipt.payment_ids)
        self.assertIn(f"took this amount: {receipt.name}", line.fee_reason)
        line.with_user(self.cashier).action_accept()
        self.assertTrue(line.is_reconciled)

    def test_void_puts_the_line_back_and_the_money_stays(self):
        bill = self.make_bill(self.unit, [(self.item, 100)])
        line = self.import_line(150, "JADE-3-1201", "Ann")
        line.with_user(self.cashier).action_accept()
        receipt = line.fee_receipt_id
        receipt.with_user(self.cashier)._void("Not Ann's")
        self.assertEqual(receipt.state, "void")
        self.assertEqual(bill.amount_residual, 100)
        self.assertFalse(line.is_reconciled)
        self.assertFalse(line.fee_receipt_id)
        self.assertFalse(self.env["property.settlement"]._get_credits(self.unit))
        self.assertEqual(
            sorted(line.line_ids.mapped("balance")), [-150, 150], "no reversal"
        )
        self.assertEqual(
            line.line_ids.account_id,
            self.bank.default_account_id + self.bank.suspense_account_id,
        )
        sheet = self.env["property.day.sheet"]._get_data(self.community)
        self.assertEqual((sheet["total"], sheet["items_total"]), (0, 0))
        line.action_match()
        self.assertFalse(line.is_reconciled, "what was undone waits for a person")
        line.with_user(self.cashier).action_accept()
        self.assertEqual(bill.payment_state, "paid")
        self.assertNotEqual(line.fee_receipt_id, receipt)

    def test_receipted_line_cannot_be_undone_otherwise(self):
        self.make_bill(self.unit, [(self.item, 100)])
        line = self.import_line(100, "JADE-3-1201")
        with self.assertRaisesRegex(UserError, "Void the receipt"):
            line.action_undo_reconciliation()
        with self.assertRaisesRegex(UserError, "matched already"):
            line._accept_suggestion(
                self.env["property.bank.suggestion"].create(
                    {
                        "statement_line_id": line.id,
                        "community_id": self.community.id,
                        "unit_id": self.unit.id,
                        "partner_id": self.owner.id,
                    }
                )
            )

    def test_choice_by_hand(self):
        older = self.make_bill(self.unit, [(self.item, 100)])
        newer = self.make_bill(self.unit, [(self.item, 80)], "2026-02-01")
        line = self.import_line(90, "for February")
        choice = (
            self.env["property.bank.choice"]
            .with_user(self.manager)
            .with_context(default_statement_line_id=line.id)
            .create({"unit_id": self.unit.id, "bill_ids": [Command.set(newer.ids)]})
        )
        self.assertEqual(choice.partner_id, self.owner)
        choice.action_accept()
        self.assertEqual(newer.payment_state, "paid")
        self.assertEqual(older.amount_residual, 90)
        self.assertTrue(line.fee_receipt_id.is_designated)

    def test_choice_with_purpose_keeps_the_money(self):
        line = self.import_line(500, "advance")
        self.env["property.bank.choice"].with_user(self.manager).create(
            {
                "statement_line_id": line.id,
                "unit_id": self.unit.id,
                "purpose": "public_service",
            }
        ).action_accept()
        self.assertEqual(line.fee_receipt_id.credit_amount, 500)
        bill = self.make_bill(
            self.unit, [(self.item, 827.90), (self.parking, 150)], "2026-04-01"
        )
        self.assertEqual(bill.amount_residual, 477.90)

    def test_ignore_and_put_back(self):
        line = self.import_line(33, "interest")
        line.with_user(self.manager).action_ignore()
        self.assertEqual(line.fee_queue, "ignored")
        self.assertIn("Not ours", line.move_id.message_ids[0].body)
        self.assertEqual(self.bank.fee_unmatched_count, 0)
        line.with_user(self.manager).action_put_back()
        self.assertEqual(line.fee_queue, "open")

    def test_wrong_currency_is_refused(self):
        foreign = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("id", "!=", self.company.currency_id.id)], limit=1)
        )
        foreign.active = True
        journal = self.bank.copy({"code": "BKF", "currency_id": foreign.id})
        self.make_bill(self.unit, [(self.item, 100)])
        header = ("Date", "Amount", "Description")
        wizard = self.import_file(
            [header, ("2026-03-10", 100, "JADE-3-1201")], journal=journal
        )
        line = wizard.statement_id.line_ids
        self.assertFalse(line.fee_suggestion_id)
        choice = self.env["property.bank.choice"].create(
            {"statement_line_id": line.id, "unit_id": self.unit.id}
        )
        with self.assertRaisesRegex(ValidationError, f"is in {foreign.name}"):
            choice.action_accept()

    def test_closed_period(self):
        self.make_bill(self.unit, [(self.item, 100)])
        receipt = self.import_line(100, "JADE-3-1201").fee_receipt_id
        self.company.fiscalyear_lock_date = "2026-03-31"
        with self.assertRaisesRegex(UserError, "books are closed"):
            receipt._void("Too late")
        with self.assertRaisesRegex(UserError, "books are closed"):
            self.import_line(1, "x")

    def test_who_sees_and_who_may_match(self):
        self.make_bill(self.unit, [(self.item, 100)])
        other = self.env["property.community"].create({"code": "OPAL", "name": "Opal"})
        other.payment_journal_ids = self.bank
        line = self.import_line(150, "JADE-3-1201")
        unknown = self.import_line(77, "who knows")
        both = line + unknown
        self.assertFalse(unknown.fee_queue_community_id)
        Line = self.env["account.bank.statement.line"]
        stranger = new_test_user(
            self.env, "other-cashier", "property_fee_billing.group_cashier"
        )
        other.member_ids = [Command.set(stranger.ids)]
        accountant = new_test_user(self.env, "accountant", "account.group_account_user")

        def seen(user):
            return Line.with_user(user).search([("id", "in", both.ids)])

        self.assertEqual(seen(self.cashier), line)
        self.assertEqual(seen(self.manager), both.sorted(reverse=True))
        self.assertEqual(len(seen(accountant)), 2)
        self.assertFalse(seen(stranger))
        with self.assertRaises(AccessError):
            line.with_user(stranger).action_accept()
        with self.assertRaises(AccessError):
            self.import_file([("Date", "Amount")], user=self.cashier)
        line.with_user(accountant).action_accept()
        self.assertEqual(line.fee_receipt_id.user_id, accountant)
