"""A year of billing, payments and corrections: the reports equal the ledger."""

import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..tools import figure_tables
from .figure_case import FigureCase

MONTH_FIELDS = [
    "billed",
    "received",
    "noted",
    "entered",
    "opening",
    "closing",
    "closing_not_due",
    "closing_past_due",
    "prepaid",
    "receivable",
    "arrears",
    "arrears_paid",
]


@tagged("post_install", "-at_install")
class TestYear(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for unit in cls.units:
            cls.charge(unit, date_from="2025-01-01")
        cls.charge(cls.units[1], cls.parking_standard, date_from="2025-01-01")
        cls.community.invoice_cash_rounding_id = cls.make_rounding()
        chance = random.Random(8)
        for month in range(1, 13):
            with freeze_time(date(2025, month, 1)):
                cls.bill_month(2025, month)
            if month == 6:
                # from here on, what is kept is older than what is true
                cls.figures._refresh()
            for unit in cls.units:
                cls.live_a_month(unit, month, chance)
        with freeze_time("2025-12-28"):
            bill = cls.get_bills(cls.units[2])[:1]
            cls.adjust(
                "write_off",
                lines=[(bill, bill.amount_residual)],
                user=cls.chief,
                unit_id=bill.fee_unit_id.id,
                partner_id=bill.partner_id.id,
                date="2025-12-28",
            ).action_submit()

    @classmethod
    def make_rounding(cls):
        """Bills in whole yuan: the difference is no fee line."""
        account = cls.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", cls.company.ids)],
            limit=1,
        )
        return cls.env["account.cash.rounding"].create(
            {
                "name": "Yuan",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "rounding_method": "HALF-UP",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )

    @classmethod
    def get_bills(cls, unit):
        return cls.env["account.move"].search(
            [
                ("fee_unit_id", "=", unit.id),
                ("move_type", "=", "out_invoice"),
                ("amount_residual", ">", 0),
            ],
            order="invoice_date_due, id",
        )

    @classmethod
    def live_a_month(cls, unit, month, chance):
        """What an owner does in a month: pays in full, in part, ahead, not at all; the
        desk voids a receipt or credits a line."""
        day = date(2025, month, 1) + timedelta(days=chance.randint(1, 24))
        owed = sum(cls.get_bills(unit).mapped("amount_residual"))
        amount = round(owed * chance.choice([0, 0, 0.4, 1, 1, 1.5]), 2)
        if amount and month < 12:
            receipt = cls.pay(day, unit, amount)
            if (month, unit) in ((5, cls.units[1]), (9, cls.units[0])):
                with freeze_time(day + timedelta(days=40)):
                    receipt.with_user(cls.cashier)._void("Wrong unit")
        bill = cls.get_bills(unit)[:1]
        if bill and month in (4, 8):
            day += timedelta(days=2)
            with freeze_time(day):
                line = bill.invoice_line_ids.filtered("fee_item_id")[:1]
                cls.adjust(
                    "waiver", bill, [(line, 50)], cls.chief, date=day
                ).action_submit()

    def read_all(self):
        """All totals, by month end and by month."""
        by_day = {
            day: self.get_totals(
                "property.ageing.report",
                fields=["amount_open", "amount_past_due", "amount_credit", "balance"],
                figures_date=str(day),
            )
            for day in self.get_month_ends(2025)
        }
        by_month = self.get_totals(
            "property.collection.month",
            [("month", "<=", "2025-12-31")],
            ["month:month"],
            MONTH_FIELDS,
        )
        return by_day, by_month

    def test_the_receivable_equals_the_ledger_at_the_end_of_every_month(self):
        by_day, by_month = self.read_all()
        self.assertEqual(len(by_month), 12)
        ledgers = set()
        for day, found in by_day.items():
            ledger = self.get_ledger(day)
            month = dict(zip(MONTH_FIELDS, by_month[day.replace(day=1)], strict=True))
            ledgers.add(ledger)
            self.assert_money(found["balance"], ledger, f"ageing {day}")
            self.assert_money(month["receivable"], ledger, f"month {day}")
            self.assert_money(month["closing"], found["amount_open"], f"open {day}")
            self.assert_money(month["prepaid"], found["amount_credit"], f"credit {day}")
        self.assertGreater(len(ledgers), 9, "the balance moves")

    def test_what_happened_in_a_month_equals_the_ledger(self):
        _by_day, by_month = self.read_all()
        for first, values in by_month.items():
            month = dict(zip(MONTH_FIELDS, values, strict=True))
            for name, move_types in (
                ("billed", ["out_invoice"]),
                ("noted", ["out_refund"]),
            ):
                self.assert_money(
                    month[name] * (1 if name == "billed" else -1),
                    self.get_turnover(first, SQL("m.move_type = ANY(%s)", move_types)),
                    f"{name} {first}",
                )
            # money is what stands against cash, the bank or money on its way to it
            self.assert_money(
                -month["received"] - month["entered"],
                self.get_turnover(first, SQL("m.move_type = 'entry'")),
                f"entries {first}",
            )
            self.assert_money(
                month["opening"] + month["billed"] - month["closing"],
                month["received"]
                + month["noted"]
                + month["entered"]
                - (month["prepaid"] - self.get_prepaid_before(by_month, first)),
                f"bridge {first}",
            )

    def get_prepaid_before(self, by_month, first):
        before = max((month for month in by_month if month < first), default=None)
        if not before:
            return 0
        return by_month[before][MONTH_FIELDS.index("prepaid")]

    def get_turnover(self, first, condition):
        [[amount]] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(l.balance), 0)
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_account a ON a.id = l.account_id
                 WHERE a.account_type = 'asset_receivable' AND m.state = 'posted'
                   AND m.fee_community_id = %s AND %s
                   AND l.date >= %s AND l.date < %s::date + interval '1 month'
                """,
                self.community.id,
                condition,
                first,
                first,
            )
        )
        return amount

    def test_what_is_kept_equals_what_is_true(self):
        before = self.read_all()
        self.figures._refresh()
        [[stale]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM property_figure_stale")
        )
        self.assertEqual(stale, 0)
        self.assertEqual(self.read_all(), before)
        self.figures._cron_refresh()
        self.figures._rebuild()
        self.assertEqual(self.read_all(), before)

    def test_the_year_had_something_of_everything(self):
        totals = self.get_totals(
            "property.collection.report",
            fields=["billed", "paid", "credited", "written_off", "amount_open"],
        )
        for name, amount in totals.items():
            self.assertGreater(amount, 0, name)
        by_item = self.get_totals(
            "property.collection.report", [], ["item_id"], ["billed"]
        )
        self.assertIn(self.env["property.fee.item"], by_item, "roundings")
        self.assert_money(sum(a for [a] in by_item.values()), totals["billed"], "items")

    def assert_money(self, found, expected, message):
        self.assertEqual(
            Decimal(str(round(found, 2))), Decimal(str(round(expected, 2))), message
        )

    def test_nothing_is_left_behind_on_removal(self):
        figure_tables.drop(self.env.cr)
        bill = self.get_bills(self.unit)[:1] or self.env["account.move"].search(
            [("fee_community_id", "=", self.community.id)], limit=1
        )
        # no trigger is left that would look for the tables
        self.env.cr.execute(
            "UPDATE account_move SET state = state WHERE id = %s", [bill.id]
        )
        figure_tables.create(self.env.cr)
