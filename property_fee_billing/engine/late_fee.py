# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Late fees: ``open principal x daily rate x days``, simple, never on a late fee.

The day of a payment still counts on what was open before it; from the next day on
the smaller principal counts. So a bill due 31 March with 15 days of grace, paid on
30 June, is 76 days late: 16 April to 30 June, both included.

- *Start*: ``after_grace`` counts from the day after grace ends. ``from_due`` counts
  from the day after the due date once grace has passed; what was paid within grace
  bears no fee, so a cent that stayed open does not cost the days of all the rest.
- *Segments*: a new one begins where the principal changes (a payment, a hold that
  begins or ends) and nowhere else. Each is rounded once, half up. A segment of which
  the first days are billed already gives the rest the difference of both rounded
  sums, so the parts add up to the whole, however often it is billed.
- *Billed days* are not billed again. Where a payment became known only later, the
  days were billed on too much principal; that is taken off the next amount.
- *Cap*: a percentage of the principal, rounded down to the cent; what was billed or
  waived before counts. Nothing below zero, nothing above the cap.

827.90 at 0.05 % a day, 400.00 paid on 15 May: 12.42 + 9.84 = 22.26.

Keys of a late fee's explanation (one for each run of days without a gap):

- ``principal``, ``due_date``, ``grace_days``, ``start``, ``daily_rate``;
- ``cap_percent``, ``cap``: None without one; ``is_capped``: whether it cut the amount;
- ``payments``: ``[day, amount]`` up to the last day, of what bears the fee;
- ``days``: first and last day; ``segments``: ``{date_from, date_to, days, principal,
  exact, amount}``, ``exact`` of the whole piece and ``amount`` what it adds;
- ``exact``: the sum of the segments' exact figures, a decimal or a fraction such as
  "1117125/7843"; ``deducted``: what was billed
  too much before; ``amount``, ``decimals``, ``rounding``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from .money import PLAIN, amount_text, decimal_text, ratio_texts, round_half_up
from .months import ONE_DAY

KIND = "late_fee"
AFTER_GRACE = "after_grace"
FROM_DUE = "from_due"

Days = tuple[date, date]


class Part(NamedTuple):
    """Part of a bill that bears the fee: one or several of its lines.

    ``payments``: (day, amount) in any order; ``paused``: ranges of days, both ends
    included, on which it bears none (a dispute, a plan that is kept).
    """

    principal: Decimal
    payments: tuple[tuple[date, Decimal], ...] = ()
    paused: tuple[Days, ...] = ()


class SettledDays(NamedTuple):
    """Days whose fee was billed or waived.

    ``exact`` and ``daily_rate``: what the amount was reckoned from when billed; None
    for a waiver, which nothing is taken off again. ``deducted``: what had been billed
    too much before and was taken off this amount.
    """

    date_from: date
    date_to: date
    amount: Decimal
    exact: Fraction | None = None
    daily_rate: Decimal | None = None
    deducted: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LateFeeTerms:
    """What was agreed: ``daily_rate`` 0.0005 is 0.05 % a day; ``cap_percent`` is of
    the principal, None for no cap."""

    daily_rate: Decimal
    grace_days: int = 0
    start: str = AFTER_GRACE
    cap_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Debt:
    """One bill: its due date, the parts that bear the fee, what is settled of it."""

    due_date: date
    parts: tuple[Part, ...]
    settled: tuple[SettledDays, ...] = ()

    @property
    def principal(self) -> Decimal:
        """What the parts were to pay."""
        return sum((part.principal for part in self.parts), Decimal(0))


class Segment(NamedTuple):
    """Days on one principal. ``exact`` is of these days, ``amount`` what they add."""

    date_from: date
    date_to: date
    days: int
    principal: Decimal
    exact: Fraction
    amount: Decimal


class LateFeeRun(NamedTuple):
    """Segments without a gap between: what one row of the books holds."""

    date_from: date
    date_to: date
    amount: Decimal
    exact: Fraction
    deducted: Decimal
    segments: tuple[Segment, ...]
    explanation: dict[str, Any]


class LateFee(NamedTuple):
    """What has run up on a debt and is not settled."""

    amount: Decimal
    runs: tuple[LateFeeRun, ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments of all runs, in order of time."""
        return tuple(segment for run in self.runs for segment in run.segments)


class _Stretch(NamedTuple):
    """Days on one principal and rate, settled or not."""

    date_from: date
    date_to: date
    principal: Decimal
    rate: Fraction | None


def compute_late_fee(
    debt: Debt, terms: LateFeeTerms, until: date, decimals: int = 2
) -> LateFee:
    """The fee that ran up to a day, that day included, and is not settled yet.

    :param decimals: the currency's decimal places
    :return: an amount of 0 has no runs

    >>> from decimal import Decimal as D
    >>> debt = Debt(date(2025, 3, 31), (Part(D("827.90")),))
    >>> fee = compute_late_fee(debt, LateFeeTerms(D("0.0005"), 15), date(2025, 6, 30))
    >>> str(fee.amount), fee.segments[0].days
    ('31.46', 76)
    """
    first = _first_day(debt, terms, until)
    zero = round_half_up(0, decimals)
    if first is None:
        return LateFee(zero, ())
    rates = ((first, Fraction(terms.daily_rate)),)
    stretches = _stretches(debt, terms, first, until, rates)
    pieces = [
        piece
        for stretch in stretches
        for piece in _open_pieces(stretch, debt.settled, decimals)
    ]
    excess = _billed_too_much(debt, terms, decimals)
    pieces, is_capped = _cut(pieces, _room(debt, terms, excess, decimals))
    if sum((piece.amount for piece in pieces), zero) <= excess:
        return LateFee(zero, ())
    runs = []
    for group in _without_gaps(pieces):
        amount = sum((piece.amount for piece in group), zero)
        deducted = round_half_up(min(excess, amount), decimals)
        excess -= deducted
        runs.append(_make_run(debt, terms, group, amount - deducted, deducted))
    if is_capped:
        runs[-1].explanation["is_capped"] = True
    return LateFee(sum((run.amount for run in runs), zero), tuple(runs))


def compute_reference_fee(
    debt: Debt,
    terms: LateFeeTerms,
    rates: Sequence[tuple[date, Fraction]],
    until: date,
    decimals: int = 2,
) -> Decimal | None:
    """The fee of all days, settled or not, at dated daily rates instead of the
    agreed one, without a cap.

    :param rates: (first day, daily rate) in order of time; 1.3 times 3 % a year are
        ``Fraction(39, 1000) / 365``
    :return: None where a day has no rate
    """
    first = _first_day(debt, terms, until)
    if first is None:
        return round_half_up(0, decimals)
    stretches = _stretches(debt, terms, first, until, rates)
    if any(stretch.rate is None for stretch in stretches):
        return None
    return sum(
        (round_half_up(_exact(stretch), decimals) for stretch in stretches),
        round_half_up(0, decimals),
    )


def _first_day(debt: Debt, terms: LateFeeTerms, until: date) -> date | None:
    """The first day that counts, None while there is none."""
    after_grace = _after_grace(debt, terms)
    if until < after_grace:
        return None
    return after_grace if terms.start == AFTER_GRACE else debt.due_date + ONE_DAY


def _after_grace(debt: Debt, terms: LateFeeTerms) -> date:
    return debt.due_date + (terms.grace_days + 1) * ONE_DAY


def _stretches(
    debt: Debt,
    terms: LateFeeTerms,
    first: date,
    until: date,
    rates: Sequence[tuple[date, Fraction]],
) -> list[_Stretch]:
    """The days from ``first`` to ``until`` that have an open principal."""
    result: list[_Stretch] = []
    for date_from, date_to in _between(_changes(debt, terms, rates), first, until):
        principal = _principal_on(debt, terms, date_from)
        if principal <= 0:
            continue
        rate = None
        for since, value in rates:
            if since <= date_from:
                rate = value
        last = result[-1] if result else None
        if last and last[1:] == (date_from - ONE_DAY, principal, rate):
            result[-1] = last._replace(date_to=date_to)
        else:
            result.append(_Stretch(date_from, date_to, principal, rate))
    return result


def _changes(
    debt: Debt, terms: LateFeeTerms, rates: Sequence[tuple[date, Fraction]]
) -> set[date]:
    """Days on which the principal or the rate may become another."""
    days = {_after_grace(debt, terms), *(since for since, __ in rates)}
    for part in debt.parts:
        days.update(day + ONE_DAY for day, __ in part.payments)
        for low, high in part.paused:
            days.update((low, high + ONE_DAY))
    return days


def _between(days: set[date], first: date, until: date) -> Iterator[Days]:
    """Cut a range of days where one of ``days`` begins."""
    start = first
    for day in sorted(day for day in days if first < day <= until):
        yield start, day - ONE_DAY
        start = day
    yield start, until


def _principal_on(debt: Debt, terms: LateFeeTerms, day: date) -> Decimal:
    """What of the parts bears the fee on a day."""
    # what is paid within grace bears none, if the days of grace count at all
    paid_before = max(day, _after_grace(debt, terms))
    total = Decimal(0)
    for part in debt.parts:
        if any(low <= day <= high for low, high in part.paused):
            continue
        total += part.principal
        total -= sum(amount for when, amount in part.payments if when < paid_before)
    return total


def _exact(stretch: _Stretch) -> Fraction:
    days = (stretch.date_to - stretch.date_from).days + 1
    return Fraction(stretch.principal) * stretch.rate * days


def _open_pieces(
    stretch: _Stretch, settled: tuple[SettledDays, ...], decimals: int
) -> Iterator[Segment]:
    """The days of a stretch that are not settled, each piece with what it adds."""
    for low, high in _open_days(stretch, settled):
        before = round_half_up(
            _exact(stretch._replace(date_to=low - ONE_DAY)), decimals
        )
        after = round_half_up(_exact(stretch._replace(date_to=high)), decimals)
        exact = _exact(stretch._replace(date_from=low, date_to=high))
        yield Segment(
            date_from=low,
            date_to=high,
            days=(high - low).days + 1,
            principal=stretch.principal,
            exact=exact,
            amount=after - before,
        )


def _open_days(stretch: _Stretch, settled: tuple[SettledDays, ...]) -> Iterator[Days]:
    """The days of a stretch without those that are settled."""
    day = stretch.date_from
    for row in sorted(settled):
        if row.date_to < day or row.date_from > stretch.date_to:
            continue
        if row.date_from > day:
            yield day, row.date_from - ONE_DAY
        day = row.date_to + ONE_DAY
    if day <= stretch.date_to:
        yield day, stretch.date_to


def _room(
    debt: Debt, terms: LateFeeTerms, excess: Decimal, decimals: int
) -> Decimal | None:
    """What the cap leaves, None without a cap; ``excess`` is to be taken off."""
    cap = _cap(debt, terms, decimals)
    if cap is None:
        return None
    settled = sum((row.amount for row in debt.settled), Decimal(0))
    return max(Decimal(0), cap - settled + excess)


def _cap(debt: Debt, terms: LateFeeTerms, decimals: int) -> Decimal | None:
    if terms.cap_percent is None:
        return None
    exact = PLAIN.multiply(debt.principal, terms.cap_percent).scaleb(-2, PLAIN)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_FLOOR, PLAIN)


def _cut(pieces: list[Segment], room: Decimal | None) -> tuple[list[Segment], bool]:
    """The pieces up to the cap, and whether it took something away."""
    if room is None:
        return pieces, False
    result = []
    for piece in pieces:
        if piece.amount > room:
            if room > 0:
                result.append(piece._replace(amount=room))
            return result, True
        room -= piece.amount
        result.append(piece)
    return result, False


def _billed_too_much(debt: Debt, terms: LateFeeTerms, decimals: int) -> Decimal:
    """What billed days would be less, reckoned anew at the rate they were billed at,
    and was not taken off a later amount yet."""
    total = Decimal(0)
    for row in debt.settled:
        total -= row.deducted
        if row.exact is None or row.daily_rate is None:
            continue
        rates = ((row.date_from, Fraction(row.daily_rate)),)
        now = sum(
            (
                _exact(stretch)
                for stretch in _stretches(
                    debt, terms, row.date_from, row.date_to, rates
                )
            ),
            Fraction(0),
        )
        less = round_half_up(row.exact - now, decimals)
        # a fee that the cap had cut is not cut again
        billed = row.amount + row.deducted
        less = min(less, billed - round_half_up(now, decimals))
        total += max(Decimal(0), less)
    return max(Decimal(0), total)


def _without_gaps(pieces: list[Segment]) -> list[list[Segment]]:
    """Pieces that follow one another on the next day, together."""
    groups: list[list[Segment]] = []
    for piece in pieces:
        if groups and groups[-1][-1].date_to + ONE_DAY == piece.date_from:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _make_run(
    debt: Debt,
    terms: LateFeeTerms,
    pieces: list[Segment],
    amount: Decimal,
    deducted: Decimal,
) -> LateFeeRun:
    """A run of days with its explanation (keys: see the module)."""
    decimals = -amount.as_tuple().exponent
    exact = sum((piece.exact for piece in pieces), Fraction(0))
    cap = _cap(debt, terms, decimals)
    first, last = pieces[0].date_from, pieces[-1].date_to
    payments = sorted(
        payment
        for part in debt.parts
        for payment in part.payments
        if payment[0] <= last
    )
    explanation = {
        "kind": KIND,
        "principal": decimal_text(debt.principal),
        "due_date": debt.due_date.isoformat(),
        "grace_days": terms.grace_days,
        "start": terms.start,
        "daily_rate": decimal_text(terms.daily_rate),
        "cap_percent": (
            None if terms.cap_percent is None else decimal_text(terms.cap_percent)
        ),
        "cap": None if cap is None else amount_text(cap),
        "is_capped": False,
        "payments": [[day.isoformat(), decimal_text(paid)] for day, paid in payments],
        "days": [first.isoformat(), last.isoformat()],
        "segments": [_segment_data(piece) for piece in pieces],
        "exact": ratio_texts(*exact.as_integer_ratio())[0],
        "deducted": amount_text(deducted),
        "amount": amount_text(amount),
        "decimals": decimals,
        "rounding": "half_up",
    }
    return LateFeeRun(first, last, amount, exact, deducted, tuple(pieces), explanation)


def _segment_data(piece: Segment) -> dict[str, Any]:
    """A segment as it stands in an explanation."""
    return {
        "date_from": piece.date_from.isoformat(),
        "date_to": piece.date_to.isoformat(),
        "days": piece.days,
        "principal": decimal_text(piece.principal),
        "exact": ratio_texts(*piece.exact.as_integer_ratio())[1],
        "amount": amount_text(piece.amount),
    }
