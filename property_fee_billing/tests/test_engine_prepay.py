# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Months paid ahead: one period, rounded once, and months given behind it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ..engine import Span, Window, bill_recurring, first_open_day, prepay_recurring
from .engine_case import (
    ANNE,
    BEN,
    EngineCase,
    amounts,
    charge,
    concession,
    days,
    rate,
    span,
    standard,
    tagged,
    unit,
)
from .test_engine_properties import by_period, charges, merged

FEE = standard(rate("2.80"))


def billed_with(one, *results):
    """The charge with the lines of results billed."""
    lines = [line for result in results for line in result.lines]
    ranges = [(line.date_from, line.date_to) for line in lines]
    return replace(one, billed=merged([*one.billed, *ranges]))


@tagged("post_install", "-at_install")
class TestPrepay(EngineCase):
    def test_a_year_ahead_is_one_period_rounded_once(self):
        """E1: 98.56 x 2.80 x 12 = 3,311.62, where twelve months are 3,311.64."""
        one = charge(unit(), FEE, "2025-01-01")
        found = prepay_recurring(one, 12)
        self.assertAmounts(found, "3311.62")
        self.assertEqual(days(found.lines[0]), ("2025-01-01", "2025-12-31"))
        explanation = found.lines[0].explanation
        self.assertEqual(explanation["period"], ["2025-01-01", "2025-12-31"])
        self.assertTrue(explanation["prepaid"])
        self.assertNotIn("coverage", explanation)
        monthly = self.bill_days(one, "2025-01-01", "2025-12-31")
        self.assertEqual(sum(line.amount for line in monthly.lines), D("3311.64"))

    def test_pay_12_get_1(self):
        """E8: pay 3,311.62, 13 months covered, the gift of 275.97 is no money."""
        one = charge(unit(), FEE, "2025-01-01")
        found = prepay_recurring(one, 12, 1)
        self.assertAmounts(found, "3311.62", "0.00")
        paid, gift = found.lines
        self.assertEqual(days(gift), ("2026-01-01", "2026-01-31"))
        self.assertEqual((gift.factor, found.gift_value), (0, D("275.97")))
        self.assertTrue(gift.explanation["gift"])
        self.assertEqual(gift.explanation["gift_value"], "275.97")
        self.assertEqual(gift.explanation["paid_period"], ["2025-01-01", "2025-12-31"])
        self.assertEqual(paid.explanation["coverage"], ["2025-01-01", "2026-01-31"])
        self.assertEqual(found.last_day, date(2026, 1, 31))
        self.assertEqual(found.amount, D("3311.62"))

    def test_the_next_run_continues_right_after(self):
        one = charge(unit(), FEE, "2025-01-01")
        found = billed_with(one, prepay_recurring(one, 12, 1))
        nothing = bill_recurring(found, Window(date(2025, 1, 1), date(2026, 1, 31)))
        self.assertFalse(nothing.lines or nothing.refusals)
        after = self.bill_days(found, "2026-02-01", "2026-02-28")
        self.assertEqual(
            [days(line) for line in after.lines], [("2026-02-01", "2026-02-28")]
        )
        self.assertAmounts(after, "275.97")

    def test_it_begins_after_what_is_billed(self):
        one = charge(unit(), FEE, "2025-01-01", billed=[("2025-01-01", "2025-03-31")])
        self.assertEqual(first_open_day(one), date(2025, 4, 1))
        found = prepay_recurring(one, 3)
        self.assertAmounts(found, "827.90")
        self.assertEqual(found.period, (date(2025, 4, 1), date(2025, 6, 30)))

    def test_a_month_begun_is_finished_first(self):
        """E2: from 16 March 142.44, and then whole months."""
        one = charge(unit(), FEE, "2025-03-16")
        found = prepay_recurring(one, 3)
        self.assertAmounts(found, "142.44", "827.90")
        self.assertEqual(found.finished, (date(2025, 3, 16), date(2025, 3, 31)))
        self.assertEqual(
            found.lines[0].explanation["period"], ["2025-03-16", "2025-03-31"]
        )
        self.assertNotIn("prepaid", found.lines[0].explanation)

    def test_a_quarter_begun_is_finished_first(self):
        """Quarters are counted from the charge's first month."""
        one = charge(unit(), FEE, "2025-01-01", months=3)
        given = prepay_recurring(one, 12, 1)
        found = prepay_recurring(billed_with(one, given), 3)
        self.assertAmounts(found, "551.93", "827.90")
        self.assertEqual(found.finished, (date(2026, 2, 1), date(2026, 3, 31)))
        self.assertEqual(found.period, (date(2026, 4, 1), date(2026, 6, 30)))

    def test_whole_intervals_only(self):
        one = charge(unit(), FEE, "2025-01-01", months=3)
        for months, gift_months in ((4, 0), (0, 0), (3, -1)):
            with self.assertRaises(ValueError):
                prepay_recurring(one, months, gift_months)

    def test_a_charge_that_ends_earlier_is_paid_to_its_end_and_earns_no_gift(self):
        """E13: a space let until 15 August."""
        one = charge(unit(), FEE, "2025-06-01", "2025-08-15")
        found = prepay_recurring(one, 12, 1)
        self.assertTrue(found.is_cut)
        self.assertIsNone(found.gift)
        self.assertEqual(found.last_day, date(2025, 8, 15))
        self.assertAmounts(found, "685.47")
        self.assertIsNone(first_open_day(billed_with(one, found)))
        nothing = prepay_recurring(billed_with(one, found), 12)
        self.assertEqual((nothing.lines, nothing.last_day), ([], None))

    def test_a_gift_ends_with_its_charge(self):
        one = charge(unit(), FEE, "2025-01-01", "2026-01-15")
        found = prepay_recurring(one, 12, 1)
        self.assertEqual(found.gift, (date(2026, 1, 1), date(2026, 1, 15)))
        self.assertEqual(found.gift_value, D("133.53"))
        one = replace(one, date_to=date(2025, 12, 31))
        self.assertIsNone(prepay_recurring(one, 12, 1).gift)

    def test_a_known_price_change_splits_the_period(self):
        """The rate of 15 May counts from there; the parts add up to the whole."""
        fee = standard(rate("2.80"), rate("3.10", "2025-05-15", rate_id=2))
        one = charge(unit(), fee, "2025-04-01")
        found = prepay_recurring(one, 3, 1)
        self.assertAmounts(found, "400.60", "473.09", "0.00")
        self.assertEqual(found.gift_value, D("305.54"))
        for line in found.lines[:2]:
            self.assertEqual(line.explanation["period"], ["2025-04-01", "2025-06-30"])
            self.assertEqual(line.explanation["coverage"], ["2025-04-01", "2025-07-31"])

    def test_a_concession_lowers_price_and_gift(self):
        one = charge(unit(concessions=[concession("0.7")]), FEE, "2025-01-01")
        found = prepay_recurring(one, 12, 1)
        self.assertAmounts(found, "2318.13", "0.00")
        self.assertEqual(found.gift_value, D("193.18"))
        self.assertEqual(found.lines[1].explanation["gift_factor"], "0.7")

    def test_each_owner_pays_the_own_days(self):
        """E9: Q2, the second owner since 11 May."""
        flat = unit(
            payers=[span(None, "2025-05-10", ANNE), span("2025-05-11", None, BEN)]
        )
        found = prepay_recurring(charge(flat, FEE, "2025-04-01"), 3)
        self.assertAmounts(found, "364.99", "462.91")

    def test_days_without_a_payer_are_refused(self):
        flat = unit(payers=[span(None, "2025-12-31", ANNE)])
        found = prepay_recurring(charge(flat, FEE, "2025-07-01"), 12, 1)
        self.assertRefused(found, ("no_payer", "1655.81"), ("no_payer", "275.97"))


@tagged("post_install", "-at_install")
class TestPrepayProperties(EngineCase):
    @given(charges(), st.integers(1, 3), st.integers(0, 2), st.integers(0, 14))
    def test_any_prepayment(self, one, times, gift_months, billed_months):
        """Covers every day once, up to the cent, and a run goes on where it ends."""
        alone = (Span(None, None, ANNE),)
        one = replace(one, timing="advance", date_to=None)
        single = replace(one, unit=replace(one.unit, payers=alone))
        window = Window(one.date_from, one.date_from + timedelta(30 * billed_months))
        start = billed_with(single, bill_recurring(single, window))
        months = times * one.interval_months
        found = prepay_recurring(start, months, gift_months)
        self.assertFalse(found.refusals)

        spans = [(line.date_from, line.date_to) for line in found.lines]
        self.assertEqual(spans[0][0], first_open_day(start))
        self.assertEqual(spans[-1][1], found.last_day)
        for before, after in pairwise(spans):
            self.assertEqual(before[1] + timedelta(1), after[0])

        # as many months as were asked for, from the first of a month
        self.assertEqual(found.period[0].day, 1)
        first, last = found.period[0], found.last_day + timedelta(1)
        passed = (last.year - first.year) * 12 + last.month - first.month
        self.assertEqual((passed, last.day), (months + gift_months, 1))

        # the next run leaves these days alone, and goes on after them
        after = billed_with(start, found)
        later = bill_recurring(after, Window(one.date_from, last + timedelta(400)))
        self.assertEqual(later.lines[0].date_from, last)

        # owners in between change nothing of the sum
        split = replace(start, unit=one.unit)
        parts = prepay_recurring(split, months, gift_months)
        kept = sum(
            refusal.amount
            for refusal in parts.refusals
            if refusal.date_to <= found.period[1]
        )
        self.assertEqual(parts.amount + kept, found.amount)

        # and it is what these months are as one period of a run
        whole = replace(
            single, date_from=first, date_to=found.period[1], interval_months=12 * 9
        )
        expected = bill_recurring(whole, Window(first, first))
        paid = {
            period: amount
            for period, amount in by_period(found).items()
            if period == found.period
        }
        self.assertEqual(paid, by_period(expected))
        self.assertEqual(
            [line.amount for line in found.lines if "gift" in line.explanation],
            [0 for line in found.lines if line.date_from > found.period[1]],
        )
        self.assertTrue(amounts(found))
