import base64
from contextlib import suppress
from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.property_fee_billing.models import property_late_fee
from odoo.addons.property_fee_billing.tests.bank_case import ENGLISH, make_csv

from .faults_case import FaultsCase, get_bills, make_bills
from .lost_connection import LOST, end_session, get_session

UNITS = 4


def get_money(env, community_id):
    """What was taken and settled in a community, and what numbers it has."""
    receipts = env["property.receipt"].search(
        [("community_id", "=", community_id)], order="id"
    )
    payments = env["account.payment"].search([("fee_community_id", "=", community_id)])
    bills = get_bills(env, community_id)
    return {
        "numbers": [int(name[-6:]) for name in receipts.mapped("name")],
        "receipts": receipts.mapped("amount"),
        "credit": receipts.mapped("credit_amount"),
        "payments": sorted(payments.mapped("amount")),
        "open": bills.mapped("amount_residual"),
    }


@tagged("post_install", "-at_install")
class TestMoney(FaultsCase):
    """Money is taken once or not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.environment() as env:
            cls.cashier_id = new_test_user(
                env, "lost-cashier", "property_fee_billing.group_cashier"
            ).id
            journals = env["account.journal"].create(
                [
                    {"name": "Lost Drawer", "code": "LOSTD", "type": "cash"},
                    {"name": "Lost Bank", "code": "LOSTB", "type": "bank"},
                ]
            )
            cls.journal_ids = journals.ids

    # ------------------------------------------------------------------ counter
    def open_desk(self, env, code):
        community = make_bills(env, code, member_ids=[Command.set([self.cashier_id])])
        env["property.cashier.session"].with_user(self.cashier_id).create(
            {"community_id": community.id}
        )
        return community.id

    def pay(self, env, community_id):
        """The cashier takes 20.00 more than the first bill asks for."""
        first = get_bills(env, community_id)[0]
        cash = env["account.journal"].browse(self.journal_ids[0])
        due = first.amount_total
        return env["property.counter"].register(
            {
                "community_id": community_id,
                "unit_id": first.fee_unit_id.id,
                "partner_id": first.partner_id.id,
                "methods": [
                    {"id": cash.inbound_payment_method_line_ids.id, "amount": due + 20}
                ],
                "bills": [{"id": first.id, "amount": due, "residual": due}],
                "request_key": f"key-{community_id}",
            }
        )

    def test_counter_loses_connection(self):
        community_id = self.check(
            self.open_desk, self.pay, get_money, user=self.cashier_id
        )
        money = self.ask(get_money, community_id)
        self.assertEqual((money["numbers"], money["credit"]), ([1], [20]))
        # the answer is lost on its way back, after the commit: the screen asks again
        with suppress(*LOST), self.environment(user=self.cashier_id) as env:
            again = self.pay(env, community_id)
            env.cr.commit()
            end_session(self.database, get_session(env))
        with self.environment(user=self.cashier_id) as env:
            self.assertEqual(self.pay(env, community_id), again)
        self.assertEqual(self.ask(get_money, community_id), money)

    # ------------------------------------------------------------------- online
    def begin_payment(self, env, code):
        """Somebody has paid all bills of the first unit with the provider."""
        community = make_bills(env, code)
        first = get_bills(env, community.id)[0]
        provider = env.ref("payment.payment_provider_demo")
        provider.write({"state": "test", "journal_id": self.journal_ids[1]})
        quote = env["property.online.payment"]._get_quote(first)
        transaction = env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id,
                "reference": code,
                "amount": quote["amount"],
                "currency_id": quote["currency"].id,
                "partner_id": first.partner_id.id,
                "invoice_ids": [Command.set(first.ids)],
                "fee_community_id": community.id,
                "fee_unit_id": first.fee_unit_id.id,
                "fee_date": quote["date"],
                "fee_choice": {"bills": quote["choice"]},
            }
        )
        transaction._process("demo", {"reference": code, "simulated_state": "done"})
        return transaction.id

    def book(self, env, transaction_id):
        """What the page that waits does, and the scheduled job where nobody waits."""
        env["payment.transaction"].browse(transaction_id)._post_process()

    def get_online(self, env, transaction_id):
        transaction = env["payment.transaction"].browse(transaction_id)
        money = get_money(env, transaction.fee_community_id.id)
        return {**money, "is_booked": transaction.is_post_processed}

    def test_online_payment_loses_connection(self):
        transaction_id = self.check(self.begin_payment, self.book, self.get_online)
        money = self.ask(self.get_online, transaction_id)
        self.assertEqual(money["numbers"], [1])
        # the provider tells it once more
        with self.environment() as env:
            transaction = env["payment.transaction"].browse(transaction_id)
            transaction._process(
                "demo",
                {"reference": transaction.reference, "simulated_state": "done"},
            )
            transaction._post_process()
        self.assertEqual(self.ask(self.get_online, transaction_id), money)

    # --------------------------------------------------------------------- bank
    def await_file(self, env, code):
        community = make_bills(env, code)
        return community.id

    def import_bank_file(self, env, community_id):
        """Each bill is paid by a transfer that names its unit."""
        bills = get_bills(env, community_id)
        rows = [
            (
                "2026-01-20",
                bill.amount_total,
                bill.partner_id.name,
                bill.fee_unit_id.payment_reference,
                f"T{bill.id}",
            )
            for bill in bills
        ]
        env["property.bank.import"].create(
            {
                "journal_id": self.journal_ids[1],
                "file": base64.b64encode(make_csv([ENGLISH, *rows])),
                "filename": "bank.csv",
            }
        ).action_import()

    def get_bank(self, env, community_id):
        references = [f"T{bill.id}" for bill in get_bills(env, community_id)]
        lines = env["account.bank.statement.line"].search(
            [("ref", "in", references), ("journal_id", "=", self.journal_ids[1])]
        )
        return {
            **get_money(env, community_id),
            "lines": sorted(lines.mapped("amount")),
            "matched": lines.mapped("is_reconciled"),
        }

    def test_bank_file_loses_connection(self):
        community_id = self.check(self.await_file, self.import_bank_file, self.get_bank)
        found = self.ask(self.get_bank, community_id)
        self.assertEqual(found["matched"], [True] * UNITS)
        self.assertEqual(found["open"], [0] * UNITS)

    # ------------------------------------------------------------------- credit
    def prepay(self, env, code):
        """100.00 wait as credit of the first unit, and the run of February for them."""
        community = make_bills(env, code)
        first = get_bills(env, community.id)[0]
        bank = env["account.journal"].browse(self.journal_ids[1])
        env["property.counter"]._take_money(
            {
                "community_id": community.id,
                "partner_id": first.partner_id.id,
                "unit_id": first.fee_unit_id.id,
                "date": date(2026, 1, 15),
                "source": "online",
            },
            [],
            [(bank.inbound_payment_method_line_ids[:1], 100.0, "")],
        )
        run = env["property.billing.run"].create(
            {
                "community_ids": [Command.set(community.ids)],
                "date_from": "2026-02-01",
                "date_to": "2026-02-28",
                "invoice_date": "2026-02-01",
            }
        )
        run.action_compute()
        return run.id

    def post_run(self, env, run_id):
        env["property.billing.run"].browse(run_id).action_post()

    def get_run(self, env, run_id):
        run = env["property.billing.run"].browse(run_id)
        return {**get_money(env, run.community_ids.id), "state": run.state}

    def test_settling_with_credit_loses_connection(self):
        run_id = self.check(self.prepay, self.post_run, self.get_run)
        with self.environment() as env:
            bills = env["property.billing.run"].browse(run_id).move_ids
            settled = sum(bill.amount_total - bill.amount_residual for bill in bills)
            self.assertEqual(settled, 100)

    # ---------------------------------------------------------------- late fees
    def set_late_fee(self, env, code):
        item = env["property.fee.item"].create(
            {"code": f"{code}L", "name": "Late Fee", "fee_class": "late_fee"}
        )
        item.tax_ids = [Command.clear()]
        policy = env["property.late.fee.policy"].create(
            {
                "name": code,
                "daily_percent": 0.05,
                "grace_days": 0,
                "fee_item_id": item.id,
                "auto_post": True,
                "post_day": 1,
            }
        )
        return make_bills(env, code, late_fee_policy_id=policy.id).id

    def post_late_fees(self, env, _community_id):
        env["property.late.fee"]._cron_post()

    def get_late_fees(self, env, community_id):
        fees = env["property.late.fee"].search([("community_id", "=", community_id)])
        numbers = fees.move_id.mapped("sequence_number")
        community = env["property.community"].browse(community_id)
        return {
            "fees": sorted(fees.mapped("amount")),
            "invoiced": sorted(fees.move_id.mapped("amount_total")),
            "has_gap": bool(numbers) and max(numbers) - min(numbers) >= len(numbers),
            "is_done": bool(community.late_fee_posted_on),
        }

    def test_late_fees_lose_connection(self):
        self.startPatcher(patch.object(property_late_fee, "BILLS_PER_BATCH", 2))
        community_id = self.check(
            self.set_late_fee, self.post_late_fees, self.get_late_fees, is_whole=False
        )
        self.assertEqual(len(self.ask(self.get_late_fees, community_id)["fees"]), UNITS)
