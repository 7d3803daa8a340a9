from contextlib import contextmanager

from odoo import Command, api
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .committed import CommittedCase, remove_communities


@tagged("post_install", "-at_install")
class TestTwoCashiersAtOnce(CommittedCase):
    """Two cashiers take money for the same bill, each over a connection of their own:
    it is paid once, and the second is told so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        community_id = cls.make_community("RACE", units=2)
        with cls.environment() as env:
            community = env["property.community"].browse(community_id)
            cls.journal_id = (
                env["account.journal"]
                .create({"name": "Race Drawer", "code": "RACED", "type": "cash"})
                .id
            )
            cls.addClassCleanup(cls._remove_staff)
            cls.user_ids = [
                new_test_user(env, login, "property_fee_billing.group_cashier").id
                for login in ("race-one", "race-two")
            ]
            community.member_ids = [Command.set(cls.user_ids)]
            run = env["property.billing.run"].create(
                {
                    "community_ids": [Command.set(community.ids)],
                    "date_from": "2026-01-01",
                    "date_to": "2026-01-31",
                    "invoice_date": "2026-01-01",
                }
            )
            run.action_compute()
            run.action_post()
            cls.bill_id = run.move_ids[0].id
            for user_id in cls.user_ids:
                env["property.cashier.session"].with_user(user_id).create(
                    {"community_id": community.id}
                )
            cls.community_id = community.id

    @classmethod
    def _remove_staff(cls):
        with cls.environment() as env:
            community = env["property.community"].browse(cls.community_id)
            sequence = community.receipt_sequence_id
            remove_communities(community)
            cls.community_ids.clear()
            sequence.unlink()
            env["account.journal"].browse(cls.journal_id).unlink()
            env["res.users"].browse(cls.user_ids).unlink()

    @contextmanager
    def cashier(self, number):
        """The counter of one cashier over a connection of its own; rolled back."""
        with self.database.cursor() as cr:
            yield api.Environment(cr, self.user_ids[number], {})["property.counter"]
            cr.rollback()

    def pay(self, counter, seen):
        bill = counter.env["account.move"].browse(self.bill_id)
        method = counter.env["account.journal"].browse(self.journal_id)
        return counter.register(
            {
                "community_id": self.community_id,
                "unit_id": bill.fee_unit_id.id,
                "partner_id": bill.partner_id.id,
                "methods": [
                    {
                        "id": method.inbound_payment_method_line_ids[:1].id,
                        "amount": seen,
                    }
                ],
                "bills": [{"id": bill.id, "amount": seen, "residual": seen}],
            }
        )

    def test_the_second_is_told_and_the_bill_is_paid_once(self):
        with self.cashier(0) as first:
            total = first.env["account.move"].browse(self.bill_id).amount_residual
            self.pay(first, total)
            with (
                self.cashier(1) as second,
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(UserError, "Somebody else is taking money"),
            ):
                self.pay(second, total)
            first.env.cr.commit()
        with (
            self.cashier(1) as second,
            self.assertRaisesRegex(UserError, "has changed meanwhile"),
        ):
            self.pay(second, total)
        with self.environment() as env:
            bill = env["account.move"].browse(self.bill_id)
            receipts = env["property.receipt"].search(
                [("community_id", "=", self.community_id)]
            )
            self.assertEqual(bill.payment_state, "paid")
            self.assertEqual(receipts.mapped("name"), ["RACE-R000001"])
            self.assertEqual(receipts.amount, total)
