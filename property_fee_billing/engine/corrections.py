# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Difference lines: what posted lines are short of, or over, by today's facts.

A posted line never changes. When a price, area, charge or payer of its days turns out
to be another one, the lines made here correct it, each for one partner, signed, and
naming in ``corrects_id`` the line it corrects.

The very periods that were billed are reckoned anew, and only the days that were
billed: what was refused at the time is for a run to bill. Earlier differences count as
billed. What cannot be reckoned now, or has no payer now, is left as it is and refused.

Keys of a difference line's explanation: those of
:class:`~.differences.Difference` and ``source_kind`` (recurring, metered, shared,
oneoff), ``bills`` (numbers of the bills corrected), ``period`` (first and last day
compared), ``parts`` (the explanations of what this partner pays now) and ``credited``
(what other credit notes took back already, where that leaves less to give back).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from .differences import BilledLine, Difference, compute_differences
from .facts import RecurringCharge, Unit
from .money import EXACT, amount_text, round_half_up
from .months import merge_ranges
from .recurring import reckon_periods
from .results import NO_PAYER, Line, Refusal, Result
from .segments import payer_on

KIND = "difference"
_ONE = Decimal(1)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A fee line as it was posted.

    ``source_id``: see :class:`~.results.Line`; ``period``: first and last day of the
    period it was reckoned in; ``is_difference``: it corrects another line itself;
    ``is_gift``: days given for nothing, which stay so; ``bill``: number of its bill;
    ``credited``: what credit notes that are no difference took back of it.
    """

    id: int
    kind: str
    source_id: int
    unit_id: int
    partner_id: Any
    item_id: int
    standard_id: int | None
    rate_id: int | None
    date_from: date
    date_to: date
    quantity: Decimal
    amount: Decimal
    period: tuple[date, date]
    is_difference: bool = False
    is_gift: bool = False
    bill: str = ""
    credited: Decimal = _ZERO
    explanation: dict[str, Any] = field(default_factory=dict)


def correct_recurring(
    charge: RecurringCharge, posted: Iterable[PostedLine], decimals: int = 2
) -> Result:
    """The difference lines of a charge.

    :param posted: all posted lines of the periods in question, earlier differences
        included
    """
    result = Result()
    lines = [line for line in posted if not line.is_gift]
    billed = [line for line in lines if not line.is_difference]
    days = [(line.date_from, line.date_to) for line in billed]
    for start, end in merge_ranges(line.period for line in billed):
        group = [
            line for line in lines if line.date_from <= end and line.date_to >= start
        ]
        reckoned = reckon_periods(charge, [(start, end)], days, decimals)
        if reckoned.refusals:
            result.refusals += reckoned.refusals
        else:
            result.lines += _lines(group, reckoned.lines, (start, end), decimals)
    return result


def correct_single(
    unit: Unit, posted: Sequence[PostedLine], decimals: int = 2
) -> Result:
    """The difference lines of a reading, a share or a one-off charge.

    Its amount stays; all of it is the debt of who pays on its deciding day: the
    reading's, the last day of the shared cost, the charge's date.

    :param posted: its posted lines, earlier differences included
    """
    result = Result()
    last = max(posted, key=lambda line: line.date_to)
    amount = _sum(line.amount for line in posted)
    partner_id = payer_on(unit, last.date_to)
    if partner_id is None:
        result.refusals.append(_refuse(last, amount))
        return result
    now = BilledLine(0, partner_id, last.date_from, last.date_to, amount)
    result.lines += _lines(posted, [now], (last.date_from, last.date_to), decimals)
    return result


def _lines(
    posted: Sequence[PostedLine],
    reckoned: Sequence[Line | BilledLine],
    period: tuple[date, date],
    decimals: int,
) -> list[Line]:
    """The difference lines between what was posted and what is reckoned now."""
    by_id = {line.id: line for line in posted}
    ordered = sorted(posted, key=lambda line: (line.is_difference, line.id))
    lines = []
    for found in compute_differences(ordered, reckoned, decimals):
        difference = _cap(found, posted, decimals)
        if difference.amount:
            lines.append(_line(difference, by_id, posted, reckoned, period))
    return lines


def _cap(
    difference: Difference, posted: Sequence[PostedLine], decimals: int
) -> Difference:
    """Give back no more than the partner still bears: what was credited or waived
    already is not credited once more."""
    own = [line for line in posted if line.partner_id == difference.partner_id]
    credited = _sum(line.credited for line in own)
    if difference.amount >= 0 or not credited:
        return difference
    borne = EXACT.subtract(_sum(line.amount for line in own), credited)
    amount = max(difference.amount, round_half_up(min(-borne, _ZERO), decimals))
    if amount == difference.amount:
        return difference
    explanation = {
        **difference.explanation,
        "amount": amount_text(amount),
        "credited": amount_text(round_half_up(credited, decimals)),
    }
    return replace(difference, amount=amount, explanation=explanation)


def _line(
    difference: Difference,
    by_id: dict[int, PostedLine],
    posted: Sequence[PostedLine],
    reckoned: Sequence[Line | BilledLine],
    period: tuple[date, date],
) -> Line:
    """The line of a difference."""
    corrected = by_id[difference.corrects[0]]
    quantity, price = _ONE, difference.amount
    if corrected.kind == "metered":
        # the usage moves with the amount, so that a unit's usage stays what it was
        usage = _sum(line.quantity for line in posted)
        quantity, price = (usage if difference.amount > 0 else -usage), _ZERO
    bills = dict.fromkeys(by_id[line_id].bill for line_id in difference.corrects)
    return Line(
        kind=corrected.kind,
        source_id=corrected.source_id,
        unit_id=corrected.unit_id,
        partner_id=difference.partner_id,
        item_id=corrected.item_id,
        standard_id=corrected.standard_id,
        rate_id=corrected.rate_id,
        date_from=difference.date_from,
        date_to=difference.date_to,
        quantity=quantity,
        price_unit=price,
        factor=_ONE,
        amount=difference.amount,
        catch_up=False,
        corrects_id=corrected.id,
        explanation={
            **difference.explanation,
            "source_kind": corrected.kind,
            "bills": [bill for bill in bills if bill],
            "period": [day.isoformat() for day in period],
            "parts": _parts(difference, posted, reckoned),
        },
    )


def _parts(
    difference: Difference,
    posted: Sequence[PostedLine],
    reckoned: Sequence[Line | BilledLine],
) -> list[dict[str, Any]]:
    """The explanations of what the partner of a difference pays now."""
    now = [line for line in reckoned if line.partner_id == difference.partner_id]
    if any(isinstance(line, BilledLine) for line in now):
        # not reckoned anew: as it was billed
        return [line.explanation for line in posted if not line.is_difference]
    return [line.explanation for line in now]


def _refuse(line: PostedLine, amount: Decimal) -> Refusal:
    """Nobody pays on the deciding day of a line."""
    return Refusal(
        kind=line.kind,
        source_id=line.source_id,
        unit_id=line.unit_id,
        item_id=line.item_id,
        date_from=line.date_from,
        date_to=line.date_to,
        reason=NO_PAYER,
        amount=amount,
    )


def _sum(values: Iterable[Decimal]) -> Decimal:
    """Exact sum."""
    total = _ZERO
    for value in values:
        total = EXACT.add(total, value)
    return total
