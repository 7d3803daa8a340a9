# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What begins, ends, falls due or lapses on the 29th of February."""

from datetime import date
from decimal import Decimal as D

from ..engine import LateFeeTerms, compute_late_fee, prepay_recurring
from ..engine.limitation import run_clock
from ..engine.payment_plan import add_months
from .engine_case import EngineCase, charge, days, rate, standard, tagged, unit
from .test_engine_late_fee import debt

LEAP = date(2028, 2, 29)
FEE = standard(rate("2.80"))


@tagged("post_install", "-at_install")
class TestLeapDay(EngineCase):
    """98.56 m2 at 2.80 are 275.968 a month."""

    def test_one_day_of_29_and_the_next_period_begins_with_its_month(self):
        monthly = charge(unit(), FEE, "2028-02-29")
        found = self.bill_days(monthly, "2028-02-01", "2028-04-30")
        self.assertAmounts(found, "9.52", "275.97", "275.97")
        self.assertEqual(
            [days(line) for line in found.lines],
            [
                ("2028-02-29", "2028-02-29"),
                ("2028-03-01", "2028-03-31"),
                ("2028-04-01", "2028-04-30"),
            ],
        )

    def test_a_year_that_began_on_it_does_not_drift(self):
        """275.968 x (11 + 1/29) = 3,045.16; each later year begins on 1 February."""
        yearly = charge(unit(), FEE, "2028-02-29", months=12)
        found = self.bill_days(yearly, "2028-02-01", "2030-02-28")
        self.assertAmounts(found, "3045.16", "3311.62", "3311.62")
        self.assertEqual(
            [days(line) for line in found.lines],
            [
                ("2028-02-29", "2029-01-31"),
                ("2029-02-01", "2030-01-31"),
                ("2030-02-01", "2031-01-31"),
            ],
        )

    def test_the_28th_ends_a_month_in_a_common_year_only(self):
        for last, amount in (
            ("2027-02-28", "275.97"),
            ("2028-02-28", "266.45"),  # 28/29
            ("2028-02-29", "275.97"),
        ):
            ends = charge(unit(), FEE, "2027-01-01", last)
            found = self.bill_days(ends, f"{last[:4]}-02-01", last)
            february = [
                line for line in found.lines if line.date_to.isoformat() == last
            ]
            self.assertEqual([line.amount for line in february], [D(amount)], last)

    def test_twelve_months_ahead_from_it(self):
        """The day itself is the rest of a period begun; the twelve months are whole and
        end on the last day of February of a common year."""
        found = prepay_recurring(charge(unit(), FEE, "2028-02-29"), 12)
        self.assertEqual(
            [days(line) for line in found.lines],
            [("2028-02-29", "2028-02-29"), ("2028-03-01", "2029-02-28")],
        )
        self.assertAmounts(found, "9.52", "3311.62")

    def test_a_claim_due_on_it_lapses_on_the_28th_and_stays_there(self):
        three = ((date(2017, 10, 1), 3),)
        due = date(2024, 2, 29)
        self.assertEqual(run_clock(due, three, []).lapses_on, date(2027, 2, 28))
        demanded = run_clock(due, three, [(date(2027, 2, 28), "demand")])
        self.assertEqual(demanded.lapses_on, date(2030, 2, 28))
        too_late = run_clock(due, three, [(date(2027, 3, 1), "demand")])
        self.assertEqual(too_late.lapses_on, date(2027, 2, 28))
        # four years on there is such a day again
        four = ((date(2017, 10, 1), 4),)
        self.assertEqual(run_clock(due, four, []).lapses_on, LEAP)

    def test_a_late_fee_counts_it_as_a_day(self):
        terms = LateFeeTerms(D("0.0005"))
        for year, days_late, amount in ((2027, 1, "5.00"), (2028, 2, "10.00")):
            fee = compute_late_fee(
                debt("10000", due=date(year, 2, 28)), terms, date(year, 3, 1)
            )
            self.assertEqual(sum(part.days for part in fee.segments), days_late)
            self.assertEqual(fee.amount, D(amount))
        from_it = compute_late_fee(debt("10000", due=LEAP), terms, date(2028, 3, 1))
        self.assertEqual(from_it.amount, D("5.00"))

    def test_instalments_agreed_on_it_come_back_to_it(self):
        self.assertEqual(
            [add_months(LEAP, months) for months in (1, 12, 24, 48)],
            [
                date(2028, 3, 29),
                date(2029, 2, 28),
                date(2030, 2, 28),
                date(2032, 2, 29),
            ],
        )
