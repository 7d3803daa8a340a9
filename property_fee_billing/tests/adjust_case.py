from odoo import Command
from odoo.tests import new_test_user

from .money_case import MoneyCase


class AdjustCase(MoneyCase):
    """Money that is given back: a clerk asks, a chief may approve all, a fee manager
    up to 1,000 (see the default limits)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = new_test_user(
            cls.env, "chief", "property_fee_billing.group_administrator"
        )
        cls.community.member_ids = [Command.link(cls.chief.id)]
        cls.cash_out = cls.cash.outbound_payment_method_line_ids[:1]
        cls.bank_out = cls.bank.outbound_payment_method_line_ids[:1]
        cls.bad_debt = cls.env["account.account"].create(
            {"code": "660010", "name": "Bad Debts", "account_type": "expense"}
        )
        cls.community.bad_debt_account_id = cls.bad_debt

    @classmethod
    def adjust(cls, kind, bill=None, lines=(), user=None, **values):
        """A draft adjustment.

        :param lines: list of (bill line, amount); of a write-off, (bill, amount)
        """
        name = "move_id" if kind == "write_off" else "move_line_id"
        return (
            cls.env["property.adjustment"]
            .with_user(user or cls.manager)
            .create(
                {
                    "kind": kind,
                    "bill_id": bill.id if bill else False,
                    "date": "2026-02-01",
                    "reason_code": "billing_error",
                    "reason": "Charged twice",
                    "line_ids": [
                        Command.create({name: record.id, "amount": amount})
                        for record, amount in lines
                    ],
                    **values,
                }
            )
        )

    def get_balance(self, account):
        """What stands on an account, debit above zero."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def get_credit(self, unit=None, partner=None):
        return self.env["property.payout"]._get_open_amount(
            unit or self.unit, partner or self.owner
        )
