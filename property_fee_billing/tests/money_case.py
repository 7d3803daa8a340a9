from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from .common import PropertyFeeCommon


class MoneyCase(PropertyFeeCommon):
    """The small community with a cashier at its desk, a drawer and a bank."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = new_test_user(
            cls.env, "cashier", "property_fee_billing.group_cashier"
        )
        cls.community.member_ids = [Command.link(cls.cashier.id)]
        Journal = cls.env["account.journal"]
        cls.cash = Journal.create({"name": "Drawer", "code": "DRW", "type": "cash"})
        cls.bank = Journal.create({"name": "Bank", "code": "BKX", "type": "bank"})
        cls.community.payment_journal_ids = [Command.set((cls.cash + cls.bank).ids)]
        cls.by_cash = cls.cash.inbound_payment_method_line_ids[:1]
        cls.by_bank = cls.bank.inbound_payment_method_line_ids[:1]
        cls.desk = cls.env["property.counter"].with_user(cls.cashier)
        cls.session = (
            cls.env["property.cashier.session"]
            .with_user(cls.cashier)
            .create({"community_id": cls.community.id, "opening_amount": 100})
        )

    @classmethod
    def take(cls, unit, partner=None, bills=None, cash=0.0, bank=0.0, **values):
        """Take money at the counter.

        :param bills: list of (bill, amount), or None for the oldest first
        :return: property.receipt
        """
        methods = [
            {"id": method.id, "amount": amount}
            for method, amount in ((cls.by_cash, cash), (cls.by_bank, bank))
            if amount
        ]
        choice = [
            {"id": bill.id, "amount": amount, "residual": bill.amount_residual}
            for bill, amount in bills or ()
        ]
        result = cls.desk.register(
            {
                "community_id": cls.community.id,
                "unit_id": unit.id,
                "partner_id": (partner or unit.payer_id).id,
                "methods": methods,
                "bills": choice,
                **values,
            }
        )
        return cls.env["property.receipt"].browse(result["id"])

    @classmethod
    def make_bill(cls, unit, amounts, day="2026-01-01", partner=None):
        """A bill with one line per (item, amount), as a run would post it."""
        charges = cls.env["property.oneoff.charge"].create(
            [
                {
                    "unit_id": unit.id,
                    "item_id": item.id,
                    "name": item.name,
                    "date": day,
                    "quantity": 1,
                    "price_unit": amount,
                }
                for item, amount in amounts
            ]
        )
        before = cls.env["account.move"].search([("fee_unit_id", "=", unit.id)])
        first = date.fromisoformat(day)
        run = cls.make_run(first, first)
        run.action_compute()
        run.action_post()
        self_bills = run.move_ids - before
        return self_bills.filtered(lambda bill: charges and bill.fee_unit_id == unit)
