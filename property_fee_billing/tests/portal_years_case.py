from odoo.tests import tagged

from .portal_case import PortalCase


@tagged("post_install", "-at_install")
class PortalYearsCase(PortalCase):
    """Bob has three years of bills, Ann two bills, Cid a login and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Bob has had 36 bills, a third of them unpaid; Ann two; Cid nothing at all
        cls.cid = cls.make_portal_user(cls.owners[2])
        cls.units[2].ownership_ids.unlink()
        cls.charge(cls.units[1], date_from="2025-01-01")
        for year in (2025, 2026, 2027):
            for month in range(1, 13):
                cls.bill_month(year, month)
        cls.bills = cls.env["account.move"].search(
            [("fee_unit_id", "=", cls.units[1].id)], order="invoice_date"
        )
        cls.community.allocation_order = "due_date"
        paid = cls.bills[:24]
        cls.take(
            cls.units[1],
            bills=[(bill, bill.amount_residual) for bill in paid],
            cash=sum(paid.mapped("amount_residual")),
        )
        for bill in ("2027-11-01", "2027-12-01"):
            cls.make_bill(cls.unit, [(cls.item, 100)], bill)
