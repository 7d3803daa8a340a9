# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calendar months as exact numbers, and periods counted from an anchor.

A full calendar month counts 1. Part of a month counts its covered days by the
days of that month (``daily``), both ends included, or 1 (``full_month``).
Months are numbered through (``year * 12 + month - 1``), so any period is found
by arithmetic, without walking through the ones before it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

DAILY = "daily"
FULL_MONTH = "full_month"
ONE_DAY = timedelta(days=1)


class Months(NamedTuple):
    """A number of months: exact ratio, its text, and the sum it came from.

    16 March to 30 June is ``(109, 31, "109/31", "3 + 16/31")``.
    """

    numerator: int
    denominator: int
    exact: str
    text: str


def month_index(day: date) -> int:
    """The running number of a day's month."""
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=8192)
def period_bounds(index: int, months: int) -> tuple[date, date]:
    """First and last day of ``months`` calendar months from month ``index``."""
    last = index + months - 1
    last_year, last_month = last // 12, last % 12 + 1
    return (
        date(index // 12, index % 12 + 1, 1),
        date(last_year, last_month, monthrange(last_year, last_month)[1]),
    )


def months_between(start: date, end: date, proration: str) -> Fraction:
    """Months from ``start`` to ``end``, both included, as an exact number.

    >>> months_between(date(2025, 3, 16), date(2025, 6, 30), "daily")
    Fraction(109, 31)
    """
    months = segment_months(start, start, end, proration)
    return Fraction(months.numerator, months.denominator)


@lru_cache(maxsize=65536)
def segment_months(
    covered_from: date, start: date, end: date, proration: str
) -> Months:
    """Months from ``start`` to ``end``, in a period covered since ``covered_from``.

    The segments of a period always add up to the months of the period. With
    ``full_month`` a month counts 1 for the segment that holds its first covered
    day and 0 for the others, hence ``covered_from``.

    :raises ValueError: a proration other than ``daily`` and ``full_month``
    """
    if proration == FULL_MONTH:
        before = (
            month_index(start - ONE_DAY)
            if start > covered_from
            else month_index(start) - 1
        )
        count = month_index(end) - before
        return Months(count, 1, str(count), str(count))
    if proration != DAILY:
        raise ValueError(
            f"Unknown proration {proration!r}: use 'daily' or 'full_month'."
        )
    return _daily_months(start, end)


def _daily_months(start: date, end: date) -> Months:
    """Covered days by days of the month, summed over the months touched."""
    full, parts = 0, []
    for index in {month_index(start): 0, month_index(end): 0}:
        first, last = period_bounds(index, 1)
        covered = (min(end, last) - max(start, first)).days + 1
        if covered == last.day:
            full += 1
        else:
            parts.append((covered, last.day))
    full += max(0, month_index(end) - month_index(start) - 1)
    total = full + sum((Fraction(*part) for part in parts), Fraction(0))
    terms = [str(full)] if full or not parts else []
    terms += [f"{days}/{length}" for days, length in parts]
    return Months(total.numerator, total.denominator, str(total), " + ".join(terms))


def merge_ranges(ranges: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Ranges of days in order, those that share a day made one."""
    merged: list[tuple[date, date]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return merged


def find_gaps(
    start: date, end: date, ranges: list[tuple[date, date]]
) -> tuple[tuple[date, date], ...]:
    """The days from ``start`` to ``end`` in none of the ordered ``ranges``."""
    gaps, day = [], start
    for first, last in ranges:
        if last < day:
            continue
        if first > end:
            break
        if first > day:
            gaps.append((day, first - ONE_DAY))
        day = last + ONE_DAY
    if day <= end:
        gaps.append((day, end))
    return tuple(gaps)
