# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Exact figures, rounding, months and the split of a sum."""

import doctest
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from .. import engine
from ..engine import allocate, formula, money, months, months_between, round_half_up
from .engine_case import EngineCase, day, tagged


@tagged("post_install", "-at_install")
class TestRounding(EngineCase):
    def test_a_half_cent_goes_up(self):
        self.assertEqual(str(round_half_up(D("0.125"), 2)), "0.13")
        self.assertEqual(str(round_half_up(D("0.124999999999999999999999"), 2)), "0.12")

    def test_a_credit_mirrors_its_bill(self):
        self.assertEqual(str(round_half_up(D("-0.125"), 2)), "-0.13")

    def test_a_small_negative_figure_is_plain_zero(self):
        self.assertEqual(str(round_half_up(D("-0.004"), 2)), "0.00")

    def test_a_currency_may_have_no_or_three_decimals(self):
        self.assertEqual(str(round_half_up(D("827.904"), 0)), "828")
        self.assertEqual(str(round_half_up(D("827.9045"), 3)), "827.905")

    def test_fractions_are_rounded_as_they_are(self):
        self.assertEqual(str(round_half_up(Fraction(1, 8), 2)), "0.13")
        self.assertEqual(str(round_half_up(Fraction(2, 3), 2)), "0.67")

    @given(st.fractions(-10000, 10000), st.integers(0, 4))
    def test_the_rounded_figure_is_never_further_than_half_a_unit(self, value, places):
        rounded = Fraction(round_half_up(value, places))
        self.assertLessEqual(abs(rounded - value), Fraction(1, 2 * 10**places))
        self.assertEqual(-rounded, Fraction(round_half_up(-value, places)))

    def test_texts_do_not_depend_on_how_a_figure_was_typed(self):
        for text in ("2.8", "2.80", "28E-1"):
            self.assertEqual(money.decimal_text(D(text)), "2.8")
        self.assertEqual(money.decimal_text(D("1E+2")), "100")
        self.assertEqual(money.decimal_text(D("-0.00")), "0")

    def test_an_exact_figure_is_a_decimal_if_a_short_one_holds_it(self):
        self.assertEqual(money.ratio_texts(250236, 1000), ("250.236", "250.236"))
        self.assertEqual(money.ratio_texts(2, 6), ("1/3", "0.333333"))
        self.assertEqual(money.ratio_texts(-2, 3), ("-2/3", "-0.666667"))

    def test_the_examples_in_the_engine_hold(self):
        for module in (engine, money, months, formula):
            flags = doctest.IGNORE_EXCEPTION_DETAIL
            result = doctest.testmod(module, optionflags=flags)
            self.assertTrue(result.attempted)
            self.assertFalse(result.failed)


@tagged("post_install", "-at_install")
class TestMonths(EngineCase):
    def between(self, first, last, proration="daily"):
        return months_between(day(first), day(last), proration)

    def test_a_full_calendar_month_counts_one(self):
        self.assertEqual(self.between("2025-01-01", "2025-01-31"), 1)
        self.assertEqual(self.between("2024-02-01", "2024-02-29"), 1)
        self.assertEqual(self.between("2025-01-01", "2025-12-31"), 12)

    def test_part_of_a_month_counts_days_by_days_of_that_month(self):
        self.assertEqual(self.between("2025-03-16", "2025-03-31"), Fraction(16, 31))
        self.assertEqual(self.between("2025-02-28", "2025-02-28"), Fraction(1, 28))
        self.assertEqual(self.between("2025-03-16", "2025-06-30"), 3 + Fraction(16, 31))

    def test_both_ends_of_a_range_are_prorated(self):
        expected = Fraction(16, 31) + 1 + Fraction(10, 31)
        self.assertEqual(self.between("2025-03-16", "2025-05-10"), expected)
        expected = Fraction(1, 28) + Fraction(1, 31)
        self.assertEqual(self.between("2025-02-28", "2025-03-01"), expected)

    def test_full_month_counts_every_month_touched(self):
        self.assertEqual(self.between("2025-03-31", "2025-04-01", "full_month"), 2)
        self.assertEqual(self.between("2025-03-10", "2025-03-20", "full_month"), 1)

    def test_an_unknown_proration_is_an_error(self):
        with self.assertRaises(ValueError):
            self.between("2025-03-10", "2025-03-20", "thirty_days")

    def test_the_text_shows_the_sum(self):
        found = months.segment_months(
            day("2025-03-16"), day("2025-03-16"), day("2025-05-31"), "daily"
        )
        self.assertEqual((found.text, found.exact), ("2 + 16/31", "78/31"))
        found = months.segment_months(
            day("2025-01-01"), day("2025-01-01"), day("2025-01-15"), "daily"
        )
        self.assertEqual((found.text, found.exact), ("15/31", "15/31"))

    @given(
        st.dates(date(2020, 1, 1), date(2026, 12, 31)),
        st.integers(0, 500),
        st.integers(0, 500),
    )
    def test_months_add_up_over_any_split_and_equal_a_count_by_days(self, start, a, b):
        middle, end = start + timedelta(a), start + timedelta(a + b + 1)
        whole = months_between(start, end, "daily")
        parts = months_between(start, middle, "daily")
        parts += months_between(middle + timedelta(1), end, "daily")
        self.assertEqual(parts, whole)
        by_days = sum(
            Fraction(1, self.length_of_month(start + timedelta(number)))
            for number in range((end - start).days + 1)
        )
        self.assertEqual(by_days, whole)

    def length_of_month(self, a_day):
        """Days of a month, found without the engine's way."""
        following = (a_day.replace(day=28) + timedelta(4)).replace(day=1)
        return (following - timedelta(1)).day


@tagged("post_install", "-at_install")
class TestAllocation(EngineCase):
    def allocate(self, total, weights, keys=None, decimals=2):
        keys = keys or [f"{number:03}" for number in range(len(weights))]
        parts = allocate(D(total), [D(weight) for weight in weights], keys, decimals)
        return [str(part) for part in parts]

    def test_the_cents_left_over_go_to_the_largest_remainders(self):
        found = self.allocate("1000.00", ["89.12", "104.55", "121.33"])
        self.assertEqual(found, ["282.92", "331.91", "385.17"])

    def test_equal_remainders_are_served_by_key(self):
        self.assertEqual(self.allocate("100", [1, 1, 1]), ["33.34", "33.33", "33.33"])
        found = self.allocate("100", [1, 1, 1], ["C", "A", "B"])
        self.assertEqual(found, ["33.33", "33.34", "33.33"])

    def test_a_thousand_over_seven_homes(self):
        found = self.allocate("1000", [1] * 7)
        self.assertEqual(found, ["142.86"] * 5 + ["142.85"] * 2)
        self.assertEqual(sum(D(part) for part in found), D(1000))

    def test_a_credit_is_split_like_its_opposite(self):
        self.assertEqual(
            self.allocate("-100", [1, 1, 1]), ["-33.34", "-33.33", "-33.33"]
        )

    def test_weights_that_cannot_split_anything_are_an_error(self):
        for weights in ([0, 0], [2, -1], [-1, -1]):
            with self.assertRaises(ValueError):
                self.allocate("10", weights)

    @given(
        st.decimals(-100000, 100000, places=2),
        st.lists(st.decimals(0, 500, places=2), min_size=1, max_size=60),
    )
    def test_shares_add_up_and_none_is_a_cent_off(self, total, weights):
        if not any(weights):
            return
        parts = allocate(total, weights, list(range(len(weights))), 2)
        self.assertEqual(sum(parts), total)
        whole = sum(Fraction(weight) for weight in weights)
        for part, weight in zip(parts, weights, strict=True):
            exact = Fraction(total) * Fraction(weight) / whole
            self.assertLess(abs(Fraction(part) - exact), Fraction(1, 100))
