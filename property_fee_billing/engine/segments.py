# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a period splits: payer, rate in force and concession factor.

With ``full_month`` whatever holds on a month's first covered day holds for all
of that month, so a change takes effect on the first of the next one.

A period is cut on every day one of the three may change, the facts are looked up
on the first day of each piece, and neighbours that turn out alike are joined: a
new ownership of the same partner, or a second concession with the same factor,
splits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from .facts import Concession, Rate, Span, Standard, Unit
from .months import FULL_MONTH, ONE_DAY, month_index, period_bounds

ONE = Decimal(1)


class Segment(NamedTuple):
    """Days on which nothing that matters changes."""

    date_from: date
    date_to: date
    partner_id: Any
    rate: Rate | None
    factor: Decimal
    concession: Concession | None


def payer_on(unit: Unit, day: date) -> Any:
    """The partner who pays on a day, or None."""
    return _span_value(unit.payers, day)


def rate_on(standard: Standard, day: date) -> Rate | None:
    """The rate in force on a day, or None."""
    for rate in reversed(standard.rates):
        if rate.date_from <= day:
            return rate
    return None


def factor_on(unit: Unit, item_id: int, day: date) -> tuple[Decimal, Concession | None]:
    """The factor on a day and the concession it comes from.

    Concessions do not stack: the smallest factor counts, and 1 without any.
    """
    factor, found = ONE, None
    for concession in unit.concessions.get(item_id, ()):
        if concession.factor < factor and _covers(concession, day):
            factor, found = concession.factor, concession
    return factor, found


def segments(unit: Unit, standard: Standard, start: date, end: date) -> list[Segment]:
    """Cut the days ``start`` to ``end`` where payer, rate or factor changes."""
    concessions = unit.concessions.get(standard.item_id, ())
    starts = {start}
    _add_edges(starts, unit.payers, start, end)
    _add_edges(starts, concessions, start, end)
    for rate in standard.rates:
        if start < rate.date_from <= end:
            starts.add(rate.date_from)
    if len(starts) > 1 and standard.proration == FULL_MONTH:
        starts = _month_starts(starts, start, end)
    result: list[Segment] = []
    for first in sorted(starts, reverse=True):
        factor, concession = factor_on(unit, standard.item_id, first)
        partner_id, rate = payer_on(unit, first), rate_on(standard, first)
        segment = Segment(first, end, partner_id, rate, factor, concession)
        if result and _same(result[-1], segment):
            segment = segment._replace(date_to=result.pop().date_to)
        result.append(segment)
        end = first - ONE_DAY
    result.reverse()
    return result


def _month_starts(starts: Iterable[date], start: date, end: date) -> set[date]:
    """Move every change within a month to the first of the next one."""
    moved = {start}
    for day in starts:
        if day > start and day.day > 1:
            day = period_bounds(month_index(day) + 1, 1)[0]
        if day <= end:
            moved.add(day)
    return moved


def _same(one: Segment, other: Segment) -> bool:
    """Whether nothing that matters differs; concessions may, at the same factor."""
    return (
        one.partner_id == other.partner_id
        and one.rate is other.rate
        and one.factor == other.factor
    )


def _add_edges(
    starts: set[date], spans: Iterable[Span | Concession], start: date, end: date
) -> None:
    """Add the days within a period on which a span begins or has just ended."""
    for span in spans:
        if span.date_from is not None and start < span.date_from <= end:
            starts.add(span.date_from)
        if span.date_to is not None and start <= span.date_to < end:
            starts.add(span.date_to + ONE_DAY)


def _span_value(spans: Iterable[Span], day: date) -> Any:
    """The value of the first span that holds a day, or None."""
    return next((span.value for span in spans if _covers(span, day)), None)


def _covers(span: Span | Concession, day: date) -> bool:
    """Whether a span holds a day."""
    return (span.date_from is None or span.date_from <= day) and (
        span.date_to is None or day <= span.date_to
    )
