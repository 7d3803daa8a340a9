# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What holds for any charge: parts add up, days never give money back."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ..engine import Span, Window, bill_recurring, months_between
from .engine_case import (
    ANNE,
    BEN,
    CLEO,
    ITEM,
    Concession,
    EngineCase,
    Rate,
    charge,
    rate,
    standard,
    tagged,
    unit,
)

START = date(2024, 12, 1)
LAST = date(2026, 6, 30)
offsets = st.integers(0, 570)
areas = st.decimals("20.00", "199.99", places=2)
prices = st.decimals("0.01", "9.9999", places=4)
factors = st.sampled_from([D("0"), D("0.5"), D("0.7"), D("0.85"), D("0.9"), D("1")])
ALL = Window(START, LAST)


@st.composite
def payers(draw):
    """Owners one after another, with days on which there is nobody."""
    cuts = sorted(draw(st.sets(offsets, min_size=1, max_size=5)))
    spans = []
    for low, high in pairwise([-400, *cuts, 900]):
        partner = draw(st.sampled_from([ANNE, BEN, CLEO, None]))
        if partner is not None:
            first, last = START + timedelta(low), START + timedelta(high - 1)
            spans.append(Span(first, last, partner))
    return tuple(spans)


@st.composite
def rates(draw, from_start=True):
    """Rates in force from the very start, or from later on."""
    days = sorted(draw(st.sets(offsets, max_size=3)))
    days = [-400, *days] if from_start else days
    return tuple(
        Rate(number, START + timedelta(day), draw(prices), D(0), ())
        for number, day in enumerate(days, 1)
    )


@st.composite
def concessions(draw):
    """Any concessions, overlapping or not."""
    found = []
    for number in range(draw(st.integers(0, 3))):
        first = START + timedelta(draw(offsets))
        last = first + timedelta(draw(st.integers(0, 200)))
        found.append(Concession(number, first, last, draw(factors), "hardship"))
    return tuple(found)


@st.composite
def charges(draw, from_start=True):
    """Any charge with any history of owners, rates and concessions."""
    fee = replace(
        standard(
            method=draw(st.sampled_from(["area", "fixed"])),
            proration=draw(st.sampled_from(["daily", "full_month"])),
        ),
        rates=draw(rates(from_start)),
    )
    home = replace(
        unit(str(draw(areas)), draw(payers())),
        concessions={ITEM: draw(concessions())},
    )
    first = START + timedelta(draw(offsets))
    last = min(LAST, first + timedelta(draw(st.integers(0, 400))))
    one = charge(home, fee, first.isoformat(), last.isoformat())
    return replace(
        one,
        interval_months=draw(st.sampled_from([1, 3, 6, 12])),
        timing=draw(st.sampled_from(["advance", "arrears"])),
        quantity=draw(st.sampled_from([D(1), D(2), D("0.5")])),
    )


def merged(ranges):
    """Ranges of days, those that touch joined."""
    result = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + timedelta(1):
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return tuple(result)


def exact_by_day(one, period):
    """The exact amount of a period, day by day, the slow and simple way."""
    total = Fraction(0)
    fee = one.standard
    day = period[0]
    held = None
    while day <= period[1]:
        if fee.proration == "daily" or day == period[0] or day.day == 1:
            held = day
        price = [entry for entry in fee.rates if entry.date_from <= held]
        found = [
            entry.factor
            for entry in one.unit.concessions[ITEM]
            if entry.date_from <= held <= entry.date_to
        ]
        month = day.replace(day=28) + timedelta(4)
        length = (month - timedelta(month.day)).day
        share = Fraction(1, length)
        if fee.proration == "full_month":
            share = Fraction(day == held)
        if price:
            basis = one.unit.charge_area if fee.method == "area" else D(1)
            monthly = Fraction(basis) * Fraction(price[-1].price_unit)
            factor = Fraction(min([D(1), *found]))
            total += monthly * Fraction(one.quantity) * share * factor
        day += timedelta(1)
    return total


def by_period(result):
    """Sums of lines and kept parts by the period they belong to."""
    sums = {}
    for line in result.lines:
        period = tuple(map(date.fromisoformat, line.explanation["period"]))
        sums[period] = sums.get(period, 0) + line.amount
    for refusal in result.refusals:
        if refusal.reason == "no_payer":
            period = tuple(map(date.fromisoformat, refusal.details["period"]))
            sums[period] = sums.get(period, 0) + refusal.amount
    return sums


@tagged("post_install", "-at_install")
class TestProperties(EngineCase):
    @given(charges())
    def test_the_parts_of_a_period_add_up_to_the_rounded_whole(self, one):
        for period, total in by_period(bill_recurring(one, ALL)).items():
            exact = exact_by_day(one, period)
            rounded = Fraction(int(exact * 100 + Fraction(1, 2)), 100)
            self.assertEqual(Fraction(total), rounded)

    @given(charges(from_start=False))
    def test_days_without_a_rate_count_as_nothing(self, one):
        for period, total in by_period(bill_recurring(one, ALL)).items():
            exact = exact_by_day(one, period)
            rounded = Fraction(int(exact * 100 + Fraction(1, 2)), 100)
            self.assertEqual(Fraction(total), rounded)

    @given(charges(from_start=False))
    def test_every_day_is_billed_or_refused_exactly_once(self, one):
        result = bill_recurring(replace(one, timing="advance"), ALL)
        entries = sorted(
            (entry.date_from, entry.date_to)
            for entry in [*result.lines, *result.refusals]
        )
        self.assertEqual(entries[0][0], one.date_from)
        self.assertEqual(entries[-1][1], one.date_to)
        for before, after in pairwise(entries):
            self.assertEqual(before[1] + timedelta(1), after[0])

    @given(charges())
    def test_one_more_day_never_costs_less(self, one):
        one = replace(one, unit=unit("89.37"), interval_months=12)
        longer = replace(one, date_to=one.date_to + timedelta(1))
        window = Window(START, date(2028, 12, 31))
        sums = [
            sum(line.amount for line in bill_recurring(entry, window).lines)
            for entry in (one, longer)
        ]
        self.assertLessEqual(*sums)

    @given(charges())
    def test_the_split_between_owners_does_not_change_the_sum(self, one):
        alone = replace(one, unit=replace(one.unit, payers=(Span(None, None, ANNE),)))
        self.assertEqual(
            by_period(bill_recurring(one, ALL)), by_period(bill_recurring(alone, ALL))
        )

    @given(charges(), payers())
    def test_in_one_run_or_after_refusals_every_day_costs_the_same(self, one, later):
        """Owners known only later are billed what was kept for them."""
        full = replace(one.unit, payers=(*one.unit.payers, *later))
        known = bill_recurring(one, ALL)
        billed = merged((line.date_from, line.date_to) for line in known.lines)
        rest = bill_recurring(replace(one, unit=full, billed=billed), ALL)
        nothing_new = bill_recurring(replace(one, billed=billed), ALL)
        self.assertFalse(nothing_new.lines)
        once = by_period(bill_recurring(replace(one, unit=full), ALL))
        twice = by_period(known_lines_only(known))
        for period, amount in by_period(rest).items():
            twice[period] = twice.get(period, 0) + amount
        self.assertEqual(twice, once)

    @given(charges(), st.lists(st.integers(1, 18), max_size=6))
    def test_many_runs_give_what_one_run_gives(self, one, steps):
        ends = {START + timedelta(30 * sum(steps[: n + 1])) for n in range(len(steps))}
        lines = []
        for end in sorted(end for end in ends | {LAST} if end <= LAST):
            billed = merged((line.date_from, line.date_to) for line in lines)
            window = Window(START, end)
            lines += bill_recurring(replace(one, billed=billed), window).lines
        expected = bill_recurring(one, ALL).lines
        self.assertEqual(
            [(line.date_from, line.partner_id, line.amount) for line in lines],
            [(line.date_from, line.partner_id, line.amount) for line in expected],
        )

    @given(charges())
    def test_the_months_of_the_lines_add_up_to_the_months_of_the_charge(self, one):
        one = replace(one, timing="advance")
        one = replace(one, unit=replace(one.unit, payers=(Span(None, None, ANNE),)))
        lines = bill_recurring(one, ALL).lines
        total = sum(Fraction(line.explanation["months_exact"]) for line in lines)
        expected = months_between(one.date_from, one.date_to, one.standard.proration)
        self.assertEqual(total, expected)


def known_lines_only(result):
    """A result without its refusals."""
    return replace(result, refusals=[])


@tagged("post_install", "-at_install")
class TestGrid(EngineCase):
    """No difference to whole-number arithmetic on a grid of everyday figures."""

    def test_areas_by_prices(self):
        differences, cases = [], 0
        home = unit("20.00")
        window = Window(date(2025, 1, 1), date(2025, 1, 31))
        for price in ("1.95", "2.15", "2.80", "3.10", "3.50", "4.25", "5.55"):
            cents = int(price.replace(".", ""))
            one = charge(home, standard(rate(price)), "2025-01-01")
            for area in range(2000, 11000):
                flat = replace(home, charge_area=D(area).scaleb(-2))
                result = bill_recurring(replace(one, unit=flat), window)
                amount = result.lines[0].amount
                expected = (area * cents + 50) // 100
                cases += 1
                if amount * 100 != expected:
                    differences.append((area, price, amount))
        self.assertEqual((differences, cases), ([], 63000))
