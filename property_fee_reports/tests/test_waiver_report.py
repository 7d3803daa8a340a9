"""Waiver leakage: what was given away of what was billed, by reason and approver."""

from datetime import date

from odoo.tests import freeze_time, tagged

from .figure_case import FigureCase


@tagged("post_install", "-at_install")
class TestWaiverReport(FigureCase):
    """Of 3,000 billed in January, 90 are waived as goodwill and 60 for hardship, 150
    credited as an error, 200 written off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-01-01"):
            cls.bills = [
                cls.make_bill(unit, [(cls.item, 1000)], day="2026-01-01")
                for unit in cls.units
            ]
        with freeze_time("2026-01-20"):
            for kind, bill, amount, reason, user in (
                ("waiver", cls.bills[0], 90, "goodwill", cls.chief),
                ("waiver", cls.bills[0], 60, "hardship", cls.manager),
                ("credit_note", cls.bills[1], 150, "billing_error", cls.manager),
                ("write_off", cls.bills[2], 200, "uncollectible", cls.chief),
            ):
                line = bill.invoice_line_ids.filtered("fee_item_id")
                target = bill if kind == "write_off" else line
                cls.adjust(
                    kind,
                    None if kind == "write_off" else bill,
                    [(target, amount)],
                    user,
                    date="2026-01-20",
                    reason_code=reason,
                    **cls.get_debtor(kind, bill),
                ).action_submit()
            # what is not booked is not given away
            draft = cls.bills[1].invoice_line_ids.filtered("fee_item_id")
            cls.adjust("waiver", cls.bills[1], [(draft, 500)], date="2026-01-20")

    @classmethod
    def get_debtor(cls, kind, bill):
        if kind != "write_off":
            return {}
        return {"unit_id": bill.fee_unit_id.id, "partner_id": bill.partner_id.id}

    def sums(self, domain=(), groupby=()):
        return self.get_totals(
            "property.waiver.report",
            domain,
            groupby,
            ["waived", "given", "billed", "rate_waived", "rate_given"],
        )

    def test_waived_of_billed(self):
        """150 of 3,000 are 5 %; with credit notes and write-offs 500, 16.7 %."""
        found = self.sums()
        self.assertEqual(
            (found["waived"], found["given"], found["billed"]), (150, 500, 3000)
        )
        self.assertAlmostEqual(found["rate_waived"], 0.05)
        self.assertAlmostEqual(found["rate_given"], 1 / 6)

    def test_by_reason_and_by_approver(self):
        by_reason = self.sums(groupby=["reason_code"])
        self.assertEqual(by_reason["goodwill"][:2], (90, 90))
        self.assertEqual(by_reason["hardship"][:2], (60, 60))
        self.assertEqual(by_reason["uncollectible"][:2], (0, 200))
        by_approver = self.sums(groupby=["decided_by_id"])
        self.assertEqual(by_approver[self.chief][:2], (90, 290))
        self.assertEqual(by_approver[self.manager][:2], (60, 210))

    def test_by_month_and_item(self):
        with freeze_time("2026-02-01"):
            self.make_bill(self.unit, [(self.parking, 400)], day="2026-02-01")
        by_month = self.sums(groupby=["date:month"])
        self.assertEqual(by_month[date(2026, 2, 1)], (0, 0, 400, 0, 0))
        by_item = self.sums(groupby=["item_id"])
        self.assertAlmostEqual(by_item[self.item][3], 0.05)

    def test_a_row_opens_its_adjustment(self):
        [row] = self.env["property.waiver.report"].search(
            [
                ("community_id", "=", self.community.id),
                ("reason_code", "=", "goodwill"),
            ]
        )
        action = row.action_open_adjustment()
        self.assertEqual(action["res_id"], row.adjustment_id.id)
