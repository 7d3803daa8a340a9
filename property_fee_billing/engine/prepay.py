# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Months paid ahead of a recurring charge, and months given behind them.

The months an owner pays ahead are one period, reckoned whole and rounded
cumulatively: 98.56 m2 at 2.80 for 12 months are 3,311.62, not 12 times 275.97. It
begins after the last billed day; a period that is billed in part (a move-in on the
16th) is finished first, by the rule of every run.

Months given ("pay 12 get 1") are lines of 0 over their own days, so that no run bills
them. They are reckoned like any other to say what they are worth.

Keys that are added to a line's explanation (see :mod:`.recurring`):

- of a line paid ahead: ``prepaid`` (true); ``period`` is all of the months paid, so
  that a correction can reckon the very same period again; ``coverage``: first day
  paid and last day given, only if months are given;
- of a line given: ``gift`` (true); ``gift_value``: what its days would cost;
  ``gift_factor``: the factor they would be charged with; ``paid_period``: the months
  they are given for. ``amount`` and ``factor`` are 0, the other keys are those of the
  value, and ``period`` is all of the months given.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from .facts import RecurringCharge
from .money import EXACT, amount_text, from_minor
from .months import ONE_DAY, month_index, period_bounds
from .recurring import _bill_period, _period_of
from .results import Line, Refusal, Result

_ZERO = Decimal(0)


@dataclass(slots=True)
class Prepayment:
    """What paying a charge ahead comes to.

    :ivar lines: what is billed, in order of time: the rest of a period begun, the
        months paid ahead, and those given
    :ivar refusals: days without a payer or a rate
    :ivar finished: first and last day of the rest of a period that is billed along
    :ivar period: first and last day of the months paid; None if the charge ends before
    :ivar gift: first and last day of the months given, or None
    :ivar is_cut: the charge ends before the months asked for do; then none are given
    :ivar gift_value: what the months given would cost
    """

    lines: list[Line] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    finished: tuple[date, date] | None = None
    period: tuple[date, date] | None = None
    gift: tuple[date, date] | None = None
    is_cut: bool = False
    gift_value: Decimal = _ZERO

    @property
    def amount(self) -> Decimal:
        """What is to pay, before any discount."""
        total = _ZERO
        for line in self.lines:
            total = EXACT.add(total, line.amount)
        return total

    @property
    def last_day(self) -> date | None:
        """The last day that is covered then, None if nothing is left to bill."""
        spans = [span for span in (self.gift, self.period, self.finished) if span]
        return spans[0][1] if spans else None


def first_open_day(charge: RecurringCharge) -> date | None:
    """The day after the last billed one, None when the charge is billed to its end.

    Days further back that were refused are for a run to bill, not to be paid ahead.
    """
    day = charge.date_from
    if charge.billed:
        day = max(day, charge.billed[-1][1] + ONE_DAY)
    return None if charge.date_to is not None and day > charge.date_to else day


def prepay_recurring(
    charge: RecurringCharge, months: int, gift_months: int = 0, decimals: int = 2
) -> Prepayment:
    """Bill ``months`` ahead as one period, and give ``gift_months`` behind them.

    :raises ValueError: no months, or months that are not whole intervals of the charge
    """
    if months < 1 or months % charge.interval_months or gift_months < 0:
        raise ValueError(
            f"{months} and {gift_months} months of a charge billed every "
            f"{charge.interval_months} months."
        )
    found = Prepayment()
    day = first_open_day(charge)
    if day is not None and not _starts_period(charge, day):
        day = _finish(charge, day, decimals, found)
    if day is None:
        return found
    start, end = period_bounds(month_index(day), months)
    found.is_cut = charge.date_to is not None and end > charge.date_to
    if found.is_cut:
        end = charge.date_to
    found.period = start, end
    _prepay(charge, found, gift_months, decimals)
    return found


def _starts_period(charge: RecurringCharge, day: date) -> bool:
    """Whether a whole period of the charge begins on a day."""
    passed = month_index(day) - month_index(charge.date_from)
    return day.day == 1 and passed % charge.interval_months == 0


def _finish(
    charge: RecurringCharge, day: date, decimals: int, found: Prepayment
) -> date | None:
    """Bill the rest of the period of a day.

    :return: the first day of the next one, None when the charge ends before
    """
    start, end = _period_of(charge, day)
    result = Result()
    _bill_period(charge, start, end, False, decimals, result)
    found.lines += result.lines
    found.refusals += result.refusals
    found.finished = day, end
    next_day = end + ONE_DAY
    return (
        None if charge.date_to is not None and next_day > charge.date_to else next_day
    )


def _prepay(
    charge: RecurringCharge, found: Prepayment, gift_months: int, decimals: int
) -> None:
    """Add the lines of the months paid and given."""
    start, end = found.period
    paid, given = Result(), Result()
    _bill_period(charge, start, end, False, decimals, paid)
    extra = {"prepaid": True}
    if gift_months and not found.is_cut:
        given = _give(charge, found, gift_months, decimals)
    if found.gift:
        extra["coverage"] = [start.isoformat(), found.gift[1].isoformat()]
    found.lines += [
        replace(line, explanation={**line.explanation, **extra}) for line in paid.lines
    ]
    found.lines += given.lines
    found.refusals += [*paid.refusals, *given.refusals]


def _give(
    charge: RecurringCharge, found: Prepayment, months: int, decimals: int
) -> Result:
    """The lines of the months given, which may be cut by the charge's last day."""
    first, last = period_bounds(month_index(found.period[1] + ONE_DAY), months)
    if charge.date_to is not None:
        last = min(last, charge.date_to)
    result = Result()
    if first > last:
        return result
    found.gift = first, last
    _bill_period(charge, first, last, False, decimals, result)
    for line in result.lines:
        found.gift_value = EXACT.add(found.gift_value, line.amount)
    result.lines = [_gift_line(line, found.period, decimals) for line in result.lines]
    return result


def _gift_line(line: Line, paid: tuple[date, date], decimals: int) -> Line:
    """A line that charges nothing and says what that is worth."""
    nothing = from_minor(0, decimals)
    explanation = {
        **line.explanation,
        "factor": "0",
        "amount": amount_text(nothing),
        "gift": True,
        "gift_value": line.explanation["amount"],
        "gift_factor": line.explanation["factor"],
        "paid_period": [day.isoformat() for day in paid],
    }
    return replace(line, factor=_ZERO, amount=nothing, explanation=explanation)
