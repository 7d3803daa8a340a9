from odoo import Command

from .money_case import MoneyCase


class PrepayCase(MoneyCase):
    """Unit 3-1202 of 98.56 m2 at 2.80, whose service fee may be paid ahead; prices
    without taxes, so that revenue is what the owner pays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.units[1]
        cls.payer = cls.owners[1]
        cls.item.tax_ids = [Command.clear()]
        cls.service = cls.charge(cls.flat, date_from="2025-01-01")
        cls.loss = cls.env["account.account"].create(
            {"code": "667700", "name": "Discounts", "account_type": "expense"}
        )
        cls.company.account_journal_early_pay_discount_loss_account_id = cls.loss
        cls.prepay = cls.env["property.prepayment"].with_user(cls.cashier)
        cls.bonus = cls.offer(name="Pay 12 get 1", gift_months=1)
        cls.early = cls.offer(
            name="2 % in March", discount_percent=2, pay_by="2025-03-31"
        )

    @classmethod
    def offer(cls, **values):
        return cls.env["property.prepay.offer"].create({"months": 12, **values})

    @classmethod
    def bill_ahead(cls, months=12, offer=None, unit=None, **values):
        """Bill months ahead as the cashier; the answer and the bills."""
        unit = unit or cls.flat
        result = cls.prepay.bill(unit.id, months, offer and offer.id, **values)
        return result, cls.env["account.move"].browse(result["bill_ids"])
