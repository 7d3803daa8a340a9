from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .adjust_case import AdjustCase


@tagged("post_install", "-at_install")
class TestSeparation(AdjustCase):
    """No role does what its job does not need, by a screen of Odoo or over RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(cls.unit, [(cls.item, 250.24)])
        cls.collector = new_test_user(
            cls.env, "collector", "property_fee_billing.group_collector"
        )
        cls.bookkeeper = new_test_user(
            cls.env,
            "bookkeeper",
            "property_fee_billing.group_cashier,account.group_account_user",
        )
        cls.community.member_ids = [Command.link(cls.collector.id)]

    def assert_refused(self, function, *args):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            function(*args)

    def make_entry(self, user, move_type="out_refund", **values):
        lines = [
            Command.create(
                {"name": "Gift", "quantity": 1, "price_unit": 100, "tax_ids": []}
            )
        ]
        return (
            self.env["account.move"]
            .with_user(user)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": self.owner.id,
                    "invoice_date": "2026-02-01",
                    "invoice_line_ids": lines,
                    **values,
                }
            )
        )

    # ------------------------------------------------------------------ cashier
    def test_a_cashier_changes_no_price_and_decides_no_concession(self):
        rate = self.standard.rate_ids.with_user(self.cashier)
        self.assert_refused(rate.write, {"price_unit": 1})
        self.assert_refused(rate.create, {"standard_id": self.standard.id})
        concession = (
            self.env["property.concession"]
            .with_user(self.cashier)
            .create({"unit_id": self.unit.id, "item_id": self.item.id, "factor": 0})
        )
        self.assert_refused(concession.action_approve)
        self.assert_refused(concession.write, {"state": "approved"})
        self.assert_refused(concession.write, {"approved_by_id": self.manager.id})
        concession.with_user(self.manager).action_approve()
        self.assert_refused(concession.write, {"state": "draft"})
        self.assert_refused(concession.action_reset_to_draft)

    def test_what_a_cashier_gives_away_waits_for_somebody_else(self):
        waiver = self.adjust(
            "waiver", self.bill, [(self.bill.invoice_line_ids, 1)], user=self.cashier
        )
        waiver.action_submit()
        self.assertEqual(waiver.state, "waiting")
        self.assert_refused(waiver.action_approve)
        self.assert_refused(waiver.write, {"state": "done"})
        limits = self.env["property.approval.limit"].with_user(self.cashier)
        self.assert_refused(limits.search([]).write, {"amount": 999})

    def test_a_cashier_posts_nothing_by_hand(self):
        for move_type in ("out_refund", "out_invoice"):
            note = self.make_entry(self.cashier, move_type)
            self.assert_refused(note.action_post)
        payment = (
            self.env["account.payment"]
            .with_user(self.cashier)
            .create(
                {
                    "payment_type": "inbound",
                    "partner_id": self.owner.id,
                    "amount": 250.24,
                    "journal_id": self.cash.id,
                }
            )
        )
        self.assert_refused(payment.action_post)
        self.assert_refused(payment.action_validate)
        register = (
            self.env["account.payment.register"]
            .with_user(self.cashier)
            .with_context(active_model="account.move", active_ids=self.bill.ids)
            .create({"journal_id": self.cash.id})
        )
        self.assert_refused(register.action_create_payments)
        self.assertEqual(self.bill.amount_residual, 250.24)

    def test_a_context_does_not_help(self):
        """The mark of what moves money is no key that a caller could send."""
        note = self.make_entry(self.cashier)
        for name in ("property_money_flow", "money_flow", "fee_flow"):
            moves = note.with_context(**{name: True})
            self.assert_refused(moves.action_post)

    def test_nor_takes_back_what_is_posted(self):
        receipt = self.take(self.unit, bills=[(self.bill, 250.24)], cash=250.24)
        bill = self.bill.with_user(self.cashier)
        self.assert_refused(bill.button_draft)
        self.assert_refused(bill.line_ids.remove_move_reconcile)
        payment = receipt.payment_ids.with_user(self.cashier)
        for action in (payment.action_draft, payment.action_cancel, payment.unlink):
            self.assert_refused(action)
        for values in ({"state": "canceled"}, {"amount": 1}, {"date": "2026-01-01"}):
            self.assert_refused(payment.write, values)
        for values in ({"amount": 1}, {"state": "void"}, {"name": "1"}):
            self.assert_refused(receipt.with_user(self.cashier).write, values)
        lines = receipt.line_ids.with_user(self.cashier)
        self.assert_refused(lines.write, {"amount": 1})
        self.assert_refused(
            receipt.with_user(self.cashier).create,
            {
                "community_id": self.community.id,
                "partner_id": self.owner.id,
                "amount": 5,
            },
        )

    def test_a_posted_bill_stays_with_its_unit(self):
        for user in (self.cashier, self.manager, self.bookkeeper):
            bill = self.bill.with_user(user)
            self.assert_refused(bill.write, {"fee_unit_id": self.units[1].id})

    def test_a_session_that_is_closed_stays_so(self):
        session = self.session
        session.counted_amount = 100
        session.action_close()
        for values in (
            {"state": "open"},
            {"counted_amount": 1},
            {"user_id": self.manager.id},
        ):
            self.assert_refused(session.write, values)

    def test_who_is_an_accountant_as_well_is_free_to(self):
        for groups in (
            "account.group_account_user",
            "account.group_account_invoice",
            "account.group_account_manager",
        ):
            with self.subTest(groups):
                user = new_test_user(
                    self.env,
                    groups,
                    f"property_fee_billing.group_administrator,{groups}",
                )
                note = self.make_entry(user)
                note.action_post()
                self.assertEqual(note.state, "posted")

    def test_the_administrator_of_odoo_posts_an_invoice(self):
        invoice = self.make_entry(self.env.ref("base.user_admin"), "out_invoice")
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    # ---------------------------------------------------------------- collector
    def test_a_collector_takes_no_money(self):
        for name in (
            "account.payment",
            "account.move",
            "property.receipt",
            "property.cashier.session",
        ):
            model = self.env[name].with_user(self.collector)
            self.assertFalse(model.has_access("create"), name)
        desk = self.env["property.counter"].with_user(self.collector)
        self.assert_refused(
            desk.register,
            {
                "community_id": self.community.id,
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "methods": [{"id": self.by_cash.id, "amount": 1}],
                "bills": [],
            },
        )

    # ------------------------------------------------------------- personal data
    def test_who_does_not_talk_to_owners_gets_no_contact_data(self):
        self.owner.write({"phone": "13800001111", "email": "ann@example.com"})
        auditor = new_test_user(self.env, "aud", "property_fee_billing.group_auditor")
        reader = new_test_user(self.env, "reader", "account.group_account_user")
        ownership = self.unit.ownership_ids
        self.assertEqual(ownership.with_user(self.cashier).phone, "13800001111")
        for user in (auditor, reader):
            mine = ownership.with_user(user)
            self.assertTrue(mine.partner_id.name)
            for name in ("phone", "email"):
                self.assertNotIn(name, mine.fields_get())
                self.assert_refused(mine.read, [name])
                self.assert_refused(mine.export_data, [name])
            arch = mine.get_view(view_type="list")["arch"]
            self.assertNotIn("13800001111", arch)
            self.assertNotIn('name="phone"', arch)
        notices = self.env["property.notice"].with_user(auditor)
        self.assert_refused(notices.search, [("address", "ilike", "@")])
        self.assertNotIn("address", notices.fields_get())
