"""The figures of section 4 of the domain: each rate its own, right in every group."""

from datetime import date, timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .figure_case import FigureCase

TODAY = date(2026, 4, 15)


@tagged("post_install", "-at_install")
class TestWorkedChecks(FigureCase):
    """Figures of a size that no test bills: rows as they are kept of bills."""

    @classmethod
    def keep_lines(cls, rows):
        """Keep bill lines: (unit, billed, paid) of January 2026."""
        for number, (unit, billed, paid) in enumerate(rows, 1):
            cls.env.cr.execute(
                SQL(
                    """
                    INSERT INTO property_figure_line (line_key, move_id, community_id,
                        unit_id, item_id, date, date_due, month, billed, is_bill_open,
                        paid, credited, written_off, moved)
                    VALUES (%(n)s, %(n)s, %(community)s, %(unit)s, %(item)s,
                        '2026-01-01', '2026-01-31', '2026-01-01', %(billed)s,
                        %(is_open)s, %(paid)s, 0, 0, 0)
                    """,
                    n=900_000_000 + number,
                    community=cls.community.id,
                    unit=unit,
                    item=cls.item.id,
                    billed=billed,
                    paid=paid,
                    is_open=billed != paid,
                )
            )

    @classmethod
    def keep_cell(cls, billed_in, due, month, **amounts):
        """Keep amounts of a month."""
        names = [SQL.identifier(name) for name in amounts]
        cls.env.cr.execute(
            SQL(
                "INSERT INTO property_figure_cell (community_id, building_id, item_id,"
                " month_period, month_billed, month_due, month, %s) VALUES (%s, %s, %s,"
                " %s, %s, %s, %s, %s)",
                SQL(", ").join(names),
                cls.community.id,
                cls.building.id,
                cls.item.id,
                billed_in,
                billed_in,
                due,
                month,
                SQL(", ").join(SQL("%s", value) for value in amounts.values()),
            )
        )

    def test_the_current_period_by_amount_and_by_units(self):
        """Billed 900,000, of it paid 812,400: 90.3 %. 1,520 of 1,842 units: 82.5 %."""
        settled = [(unit, 500, 500) for unit in range(1, 1521)]
        left = [(unit, 430, 160) for unit in range(1521, 1842)]
        left.append((1842, 140_000 - 321 * 430, 52_400 - 321 * 160))
        self.keep_lines(settled + left)
        found = self.get_totals(
            "property.collection.report",
            fields=["billed", "paid", "rate_amount", "units_billed", "units_settled"]
            + ["rate_units"],
        )
        self.assertEqual((found["billed"], found["paid"]), (900_000, 812_400))
        self.assertEqual((found["units_billed"], found["units_settled"]), (1842, 1520))
        self.assertAlmostEqual(found["rate_amount"], 0.903, 3)
        self.assertAlmostEqual(found["rate_units"], 0.825, 3)

    def test_prior_arrears_are_cleared_by_30_percent(self):
        """620,000 were open before March, 186,000 were cleared in it."""
        self.keep_cell("2026-01-01", "2026-01-01", "2026-01-01", billed=700_000)
        self.keep_cell("2026-01-01", "2026-01-01", "2026-02-01", paid=80_000)
        self.keep_cell("2026-01-01", "2026-01-01", "2026-03-01", paid=186_000)
        # this month's own billing and its payment are no part of it
        self.keep_cell("2026-03-01", "2026-03-01", "2026-03-01", billed=9, paid=9)
        found = self.get_totals(
            "property.collection.month",
            [("month", "=", "2026-03-01")],
            fields=["arrears", "arrears_paid", "rate_arrears"],
        )
        self.assertEqual((found["arrears"], found["arrears_paid"]), (620_000, 186_000))
        self.assertAlmostEqual(found["rate_arrears"], 0.300, 3)

    def test_collection_effectiveness_is_556_permille(self):
        """(1.2m + 0.9m - 1.1m) / (1.2m + 0.9m - 0.3m) = 55.6 %."""
        self.keep_cell("2026-02-01", "2026-02-01", "2026-02-01", billed=1_200_000)
        self.keep_cell("2026-03-01", "2026-04-01", "2026-03-01", billed=300_000)
        self.keep_cell("2026-03-01", "2026-03-01", "2026-03-01", billed=600_000)
        self.keep_cell("2026-02-01", "2026-02-01", "2026-03-01", paid=1_000_000)
        found = self.get_totals(
            "property.collection.month",
            [("month", "=", "2026-03-01")],
            fields=["opening", "billed", "closing", "closing_not_due", "rate_cei"],
        )
        self.assertEqual(
            [found[name] for name in ("opening", "billed", "closing")],
            [1_200_000, 900_000, 1_100_000],
        )
        self.assertEqual(found["closing_not_due"], 300_000)
        self.assertAlmostEqual(found["rate_cei"], 0.556, 3)

    def test_what_is_open_is_averaged_over_months_never_added_up(self):
        self.keep_cell("2026-01-01", "2026-01-01", "2026-01-01", billed=400)
        self.keep_cell("2026-01-01", "2026-01-01", "2026-02-01", paid=200)
        found = self.get_totals(
            "property.collection.month",
            [("month", "<=", "2026-02-01")],
            fields=["closing", "arrears", "arrears_paid", "rate_arrears"],
        )
        self.assertEqual(found["closing"], (400 + 200) / 2)
        self.assertEqual((found["arrears"], found["arrears_paid"]), (200, 200))
        # a ratio takes all that stood at the beginning of all months
        self.assertAlmostEqual(found["rate_arrears"], 200 / 400)

    def test_days_sales_outstanding_takes_twelve_months(self):
        for month in range(1, 13):
            first = date(2025, month, 1)
            self.keep_cell(first, first, first, billed=100, paid=75)
        found = self.get_totals(
            "property.collection.month",
            [("month", "=", "2025-12-01")],
            fields=["closing", "billed_year", "dso"],
        )
        self.assertEqual((found["closing"], found["billed_year"]), (300, 1200))
        self.assertAlmostEqual(found["dso"], 300 * 365 / 1200, 2)


@tagged("post_install", "-at_install")
class TestCollection(FigureCase):
    """Real bills and payments of three units."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-01-01"):
            cls.bills = cls.env["account.move"]
            for unit, fee, parking in zip(
                cls.units, (100, 200, 300), (50, 0, 0), strict=True
            ):
                amounts = [(cls.item, fee)]
                if parking:
                    amounts.append((cls.parking, parking))
                cls.bills += cls.make_bill(unit, amounts)
        # due 31 January
        cls.pay("2026-01-10", cls.units[0], 150)
        cls.pay("2026-01-20", cls.units[1], 80)

    def rates(self, *groupby, domain=(), **context):
        return self.get_totals(
            "property.collection.report",
            domain,
            groupby,
            ["billed", "paid", "rate_amount", "units_billed", "rate_units"],
            **context,
        )

    def test_a_rate_is_never_an_average_of_rates(self):
        found = self.rates()
        self.assertAlmostEqual(found["rate_amount"], 230 / 650, 6)
        self.assertAlmostEqual(found["rate_units"], 1 / 3, 6)
        self.assertEqual(found["units_billed"], 3)

    def test_each_group_has_its_own(self):
        by_item = self.rates("item_id")
        self.assertAlmostEqual(by_item[self.item][2], 180 / 600, 6)
        self.assertEqual(by_item[self.parking][2:], (1.0, 1, 1.0))
        by_building = self.rates("building_id")
        self.assertAlmostEqual(by_building[self.building][2], 230 / 650, 6)
        by_month = self.rates("month:month")
        self.assertEqual(list(by_month), [date(2026, 1, 1)])

    def test_a_waiver_lowers_what_was_to_be_paid(self):
        line = self.bills[2].invoice_line_ids.filtered("fee_item_id")
        with freeze_time("2026-02-01"):
            self.adjust(
                "waiver", self.bills[2], [(line, 100)], self.chief, date="2026-02-01"
            ).action_submit()
        found = self.rates(domain=[("unit_id", "=", self.units[2].id)])
        self.assertEqual(found["rate_amount"], 0)
        self.pay("2026-02-02", self.units[2], 200)
        found = self.rates(domain=[("unit_id", "=", self.units[2].id)])
        self.assertEqual((found["paid"], found["rate_amount"]), (200, 1.0))
        self.assertEqual(found["rate_units"], 1.0)

    def test_money_for_later_bills_is_not_paid_on_this_period(self):
        self.pay("2026-01-25", self.units[0], 500)
        found = self.rates(domain=[("unit_id", "=", self.units[0].id)])
        self.assertEqual(found["paid"], 150)
        month = self.get_totals(
            "property.collection.month",
            [("month", "=", "2026-01-01")],
            fields=["received", "prepaid", "rate_cash", "billed"],
        )
        self.assertEqual((month["received"], month["prepaid"]), (730, 500))
        self.assertAlmostEqual(month["rate_cash"], 730 / 650, 6)

    def test_a_day_gone_by_is_as_it_was(self):
        self.assertEqual(self.rates(figures_date="2026-01-15")["paid"], 150)
        self.assertEqual(self.rates(figures_date="2026-01-09")["paid"], 0)
        self.assertEqual(self.rates(figures_date="2025-12-31")["billed"], 0)

    def test_kept_money_settles_a_bill_on_the_day_of_the_bill(self):
        self.pay("2026-01-25", self.units[0], 500)
        with freeze_time("2026-03-01"):
            self.make_bill(self.units[0], [(self.item, 70)], day="2026-03-01")
        by_month = self.get_totals(
            "property.collection.month", [], ["month:month"], ["paid", "prepaid"]
        )
        self.assertEqual(by_month[date(2026, 1, 1)], (230, 500))
        self.assertEqual(by_month[date(2026, 3, 1)], (70, 430))

    def test_the_collector_of_the_case_is_who_collects(self):
        case = self.env["property.arrears.case"].search(
            [("unit_id", "=", self.units[1].id)]
        ) or self.env["property.arrears.case"].create(
            {"unit_id": self.units[1].id, "partner_id": self.owners[1].id}
        )
        case.write({"user_id": self.manager.id, "cause": "hardship"})
        by_collector = self.rates("user_id")
        self.assertEqual(by_collector[self.manager][:2], (200, 80))
        by_cause = self.get_totals(
            "property.ageing.report", [], ["cause"], ["amount_open"]
        )
        self.assertEqual(by_cause["hardship"], (120,))

    # ------------------------------------------------------------------ ageing
    def test_the_91st_day_is_in_the_bucket_from_91_to_180(self):
        due = self.bills[2].invoice_date_due
        self.assertEqual(due, date(2026, 1, 31))
        for days, bucket in (
            (0, "a_not_due"),
            (1, "d030"),
            (30, "d030"),
            (31, "d060"),
            (90, "d090"),
            (91, "d180"),
            (180, "d180"),
            (181, "d365"),
            (365, "d365"),
            (366, "y2"),
            (731, "y3"),
            (1095, "y3"),
            (1096, "older"),
        ):
            with freeze_time(due + timedelta(days=days)):
                found = self.get_totals(
                    "property.ageing.report",
                    [("unit_id", "=", self.units[2].id)],
                    ["bucket"],
                    ["amount_open", "days"],
                )
            self.assertEqual(found, {bucket: (300, days)}, days)

    def test_credit_stands_beside_what_is_open(self):
        self.pay("2026-01-25", self.units[0], 500)
        found = self.get_totals(
            "property.ageing.report", [], ["bucket"], ["amount_open", "amount_credit"]
        )
        self.assertEqual(found["credit"], (0, 500))
        self.assertEqual(sum(row[0] for row in found.values()), 420)

    def test_a_row_opens_its_journal_items(self):
        rows = self.env["property.ageing.report"].search(
            [("unit_id", "=", self.units[2].id)]
        )
        items = self.env["account.move.line"].search(
            rows.action_open_journal_items()["domain"]
        )
        self.assertEqual(items.move_id, self.bills[2])
        self.assertEqual(rows.action_open_bill()["res_id"], self.bills[2].id)
        months = self.env["property.collection.month"].search(
            [("community_id", "=", self.community.id), ("month", "=", "2026-01-01")]
        )
        items = self.env["account.move.line"].search(
            months.action_open_journal_items()["domain"]
        )
        # income of 600 and 50 with 6 % within; all receivable less what was paid
        self.assertAlmostEqual(
            sum(items.mapped("balance")), -566.04 - 47.17 + 650 - 230, 2
        )
