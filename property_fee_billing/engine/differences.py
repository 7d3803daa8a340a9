# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a bill should have been against what it was (posted is posted).

A price, area or owner changed after billing never alters the bill; it gives
difference lines, signed, that say which bill they correct. Q2 billed at 827.90,
price 2.80 to 3.10 on 15 May: a debit of 45.79. Q2 billed to A at 827.90, B owns
from 11 May: a credit of 462.91 to A and a debit of 462.91 to B.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from .money import EXACT, amount_text, round_half_up


class Billable(Protocol):
    """What both sides of the comparison have; a :class:`~.results.Line` has it."""

    partner_id: Any
    date_from: date
    date_to: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line as it was billed; ``id`` is what a difference names as corrected."""

    id: int
    partner_id: Any
    date_from: date
    date_to: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """What one partner still owes (above 0) or gets back (below 0).

    ``date_from`` to ``date_to`` are the days the partner no longer pays or newly
    pays, if the change is one of days, else all days of the lines compared.
    ``corrects``: ids of the billed lines of this partner, or, for a partner who
    had none, of those in whose place they pay.

    ``explanation``: ``kind`` difference, ``corrects``, ``billed`` and
    ``recomputed`` (``{id, partner_id, date_from, date_to, amount}``, without id
    for recomputed), ``billed_total``, ``recomputed_total`` and ``amount``, all of
    this partner.
    """

    partner_id: Any
    date_from: date
    date_to: date
    amount: Decimal
    corrects: tuple[int, ...]
    explanation: dict[str, Any]


def compute_differences(
    billed: Iterable[BilledLine], recomputed: Iterable[Billable], decimals: int = 2
) -> list[Difference]:
    """The difference lines of one charge, in order of time.

    Lines that share a day are compared together, so each month of a monthly
    charge has its own difference. A partner for whom nothing changes gets none.

    :param billed: what was billed, earlier difference lines included
    :param recomputed: what the same periods give now
        (:func:`~.recurring.reckon_recurring`)
    """
    differences: list[Difference] = []
    for old, new in _groups([*billed], [*recomputed]):
        for partner_id in dict.fromkeys(line.partner_id for line in [*old, *new]):
            difference = _difference(partner_id, old, new, decimals)
            if difference is not None:
                differences.append(difference)
    return differences


def _groups(
    billed: Sequence[BilledLine], recomputed: Sequence[Billable]
) -> list[tuple[list[BilledLine], list[Billable]]]:
    """Lines of both sides that are linked by common days, group after group."""
    groups: list[tuple[list[BilledLine], list[Billable]]] = []
    last: date | None = None
    entries = [(line, 0) for line in billed] + [(line, 1) for line in recomputed]
    for line, side in sorted(entries, key=lambda entry: (entry[0].date_from, entry[1])):
        if last is None or line.date_from > last:
            groups.append(([], []))
            last = line.date_to
        groups[-1][side].append(line)
        last = max(last, line.date_to)
    return groups


def _difference(
    partner_id: Any, billed: list[BilledLine], recomputed: list[Billable], decimals: int
) -> Difference | None:
    """The difference of one partner within a group, or None."""
    old = [line for line in billed if line.partner_id == partner_id]
    new = [line for line in recomputed if line.partner_id == partner_id]
    old_total, new_total = _total(old), _total(new)
    amount = round_half_up(EXACT.subtract(new_total, old_total), decimals)
    if not amount:
        return None
    date_from, date_to = _changed_days(old, new)
    corrects = tuple(line.id for line in old or billed)
    explanation = {
        "kind": "difference",
        "corrects": list(corrects),
        "billed": [{"id": line.id, **_side(line)} for line in old],
        "recomputed": [_side(line) for line in new],
        "billed_total": amount_text(round_half_up(old_total, decimals)),
        "recomputed_total": amount_text(round_half_up(new_total, decimals)),
        "amount": amount_text(amount),
        "decimals": decimals,
    }
    return Difference(partner_id, date_from, date_to, amount, corrects, explanation)


def _total(lines: Iterable[Billable]) -> Decimal:
    """Sum of amounts."""
    total = Decimal(0)
    for line in lines:
        total = EXACT.add(total, line.amount)
    return total


def _side(line: Billable) -> dict[str, Any]:
    """A compared line as it stands in the explanation."""
    return {
        "partner_id": line.partner_id,
        "date_from": line.date_from.isoformat(),
        "date_to": line.date_to.isoformat(),
        "amount": amount_text(line.amount),
    }


def _changed_days(old: list[BilledLine], new: list[Billable]) -> tuple[date, date]:
    """First and last day paid on one side only, else of both sides together."""
    changed = _days(old) ^ _days(new) or _days(old) | _days(new)
    return min(changed), max(changed)


def _days(lines: Iterable[Billable]) -> set[date]:
    """Every day the lines are about."""
    return {
        line.date_from + timedelta(days=number)
        for line in lines
        for number in range((line.date_to - line.date_from).days + 1)
    }
