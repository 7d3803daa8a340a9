from datetime import date

from odoo import Command

from .money_case import MoneyCase

PAID = date(2025, 6, 30)


class LateFeeCase(MoneyCase):
    """The small community, with 0.05 % a day after 15 days of grace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late_item = cls.env["property.fee.item"].create(
            {
                "code": "T-LATE",
                "name": "Late Fee",
                "fee_class": "late_fee",
                "tax_ids": [Command.set(cls.tax.ids)],
            }
        )
        cls.policy = cls.env["property.late.fee.policy"].create(
            {
                "name": "0.05 % a day",
                "daily_percent": 0.05,
                "grace_days": 15,
                "fee_item_id": cls.late_item.id,
            }
        )
        cls.community.write(
            {"payment_term_id": False, "late_fee_policy_id": cls.policy.id}
        )
        cls.policy.invalidate_recordset()

    @classmethod
    def late_bill(cls, amounts=None, day="2025-03-31", unit=None):
        """A bill due on its day: 827.90 of the service fee, if nothing else is said."""
        return cls.make_bill(unit or cls.unit, amounts or [(cls.item, 827.90)], day)

    def assertLateFee(self, bills, day, *amounts):
        found = bills._get_late_fee_amounts(date.fromisoformat(day))
        self.assertEqual([found.get(bill.id, 0.0) for bill in bills], list(amounts))
