# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recurring charges: ``(basis x price + base) x quantity x months x factor``.

A period is always reckoned whole and rounded cumulatively: a segment gets
``round(exact up to its end) - round(exact up to its start)``, so the parts add
up to the whole however it is split. 89.37 m2 at 2.60 to 15 July and 2.80 after:
112.43 + 129.16 = 241.59. Days already billed take part in the sum and give no
line, so a part refused for want of a payer is billed later with the very amount
that was kept for it.

Keys of a recurring line's explanation:

- ``method``, ``proration``; ``basis_kind`` (charge_area, inner_area, unit,
  formula), ``basis`` (m2, or 1), ``basis_source`` (where an area comes from);
- ``price_unit``, ``base_amount``, ``quantity``;
- ``formula``: None or ``{text, variables, figure}``;
- ``monthly``: exact figure of one month, quantity included, factor not;
- ``months`` ("2 + 16/31") and ``months_exact`` ("78/31");
- ``factor``, ``concession``: None or ``{id, reason}``;
- ``rate``: ``{id, date_from}``; ``standard``: its code;
- ``period``: first and last day of the whole period, cut by the charge's dates;
- ``days``: first and last day of this line;
- ``exact``: the exact amount of this line, a decimal or a fraction, and
  ``exact_shown``, a decimal of up to six places;
- ``exact_before``, ``exact_after``: the exact sum of the period up to this
  line's start and end; ``rounded_before``, ``rounded_after``: both rounded;
- ``amount`` (the difference of the two), ``decimals``, ``rounding``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import Any, NamedTuple

from .facts import Rate, RecurringCharge, Window
from .formula import FormulaError, evaluate_formula, formula_variables
from .money import EXACT, amount_text, decimal_text, from_minor, half_up, ratio_texts
from .months import (
    ONE_DAY,
    Months,
    find_gaps,
    merge_ranges,
    month_index,
    period_bounds,
    segment_months,
)
from .results import (
    FORMULA_ERROR,
    NO_BASIS,
    NO_PAYER,
    NO_RATE,
    NOT_PUBLISHED,
    Line,
    Refusal,
    Result,
)
from .segments import Segment, segments
from .sentence import Sentence as _lt

KIND = "recurring"
ADVANCE = "advance"
_ONE = Decimal(1)
#: The unit's area a method multiplies with the price.
AREA_OF_METHOD = {"area": "charge_area", "inner_area": "inner_area"}
#: The unit's field behind a formula's variable.
FIELD_OF_VARIABLE = {
    "area": "charge_area",
    "inner_area": "inner_area",
    "floor": "floor",
}


class Monthly(NamedTuple):
    """What one month costs at a rate, before the factor, and how it comes about."""

    numerator: int
    denominator: int
    text: str
    basis_kind: str
    basis: str
    formula: dict[str, Any] | None


class NotReckonable(Exception):
    """A month cannot be reckoned; carries the refusal's reason and details."""

    def __init__(self, reason: str, **details: str):
        super().__init__(reason)
        self.reason = reason
        self.details = details


def bill_recurring(
    charge: RecurringCharge, window: Window, decimals: int = 2
) -> Result:
    """Bill every period of a charge that is due by the window's end and not billed.

    :param decimals: the currency's decimal places
    :return: a line per segment with a payer and a rate, also where its amount is
        0, since a line is what marks days as billed; a refusal per segment without
    """
    result = Result()
    for start, end in _open_periods(charge, window.date_to):
        due = start if charge.timing == ADVANCE else end
        _bill_period(charge, start, end, due < window.date_from, decimals, result)
    return result


def reckon_recurring(
    charge: RecurringCharge, date_from: date, date_to: date, decimals: int = 2
) -> Result:
    """Reckon the periods that touch a range of days anew, billed or not.

    What those days would be billed today; :func:`~.differences.compute_differences`
    sets it against what was billed.
    """
    result = Result()
    day = max(date_from, charge.date_from)
    last = date_to if charge.date_to is None else min(date_to, charge.date_to)
    while day <= last:
        start, end = _period_of(charge, day)
        _bill_period(charge, start, end, False, decimals, result, billed=())
        day = end + ONE_DAY
    return result


def reckon_periods(
    charge: RecurringCharge,
    periods: Iterable[tuple[date, date]],
    days: Iterable[tuple[date, date]],
    decimals: int = 2,
) -> Result:
    """Reckon given periods anew, as they were billed: a year that was paid ahead is
    reckoned as one period, whatever the charge's interval.

    :param periods: first and last day of each; those that share days are reckoned
        together, and all are cut by the charge's dates as they are now
    :param days: ranges of days that were billed; the others take part in the sum and
        give no line, as they are for a run to bill
    """
    result = Result()
    billed = merge_ranges(days)
    for start, end in merge_ranges(periods):
        start = max(start, charge.date_from)
        if charge.date_to is not None:
            end = min(end, charge.date_to)
        if start <= end:
            rest = find_gaps(start, end, billed)
            _bill_period(charge, start, end, False, decimals, result, billed=rest)
    return result


def _period_of(charge: RecurringCharge, day: date) -> tuple[date, date]:
    """The period of a day: counted from the anchor, cut by the charge's dates."""
    anchor = month_index(charge.date_from)
    interval = charge.interval_months
    number = (day.year * 12 + day.month - 1 - anchor) // interval
    start, end = period_bounds(anchor + number * interval, interval)
    if not number and start < charge.date_from:
        start = charge.date_from
    if charge.date_to is not None and end > charge.date_to:
        end = charge.date_to
    return start, end


def _open_periods(
    charge: RecurringCharge, last_due: date
) -> Iterator[tuple[date, date]]:
    """Periods due by a day of which at least one day is not billed.

    Jumps over billed ranges, so an old charge costs no more than a new one.
    """
    day, billed, limit = charge.date_from, charge.billed, charge.date_to
    position = 0
    while True:
        while position < len(billed) and billed[position][0] <= day:
            if billed[position][1] >= day:
                day = billed[position][1] + ONE_DAY
            position += 1
        if limit is not None and day > limit:
            return
        start, end = _period_of(charge, day)
        if (start if charge.timing == ADVANCE else end) > last_due:
            return
        yield start, end
        day = end + ONE_DAY


def _bill_period(
    charge: RecurringCharge,
    start: date,
    end: date,
    catch_up: bool,
    decimals: int,
    result: Result,
    billed: tuple[tuple[date, date], ...] | None = None,
) -> None:
    """Append lines and refusals of a period; ``billed`` is the charge's by default."""
    standard = charge.standard
    scale = 10**decimals
    numerator, denominator, rounded = 0, 1, 0
    pieces = _pieces(
        segments(charge.unit, standard, start, end),
        charge.billed if billed is None else billed,
    )
    figures: dict[int, Monthly | NotReckonable] = {}
    for segment, is_open in pieces:
        figure = _figure(charge, segment.rate, figures)
        if isinstance(figure, NotReckonable):
            if is_open:
                result.refusals.append(
                    _refusal(charge, segment, figure.reason, None, figure.details)
                )
            continue
        months = segment_months(
            start, segment.date_from, segment.date_to, standard.proration
        )
        before = numerator, denominator, rounded
        exact = _exact(figure, months, segment.factor)
        numerator, denominator = _add(numerator, denominator, *exact)
        rounded = half_up(numerator * scale, denominator)
        if not is_open:
            continue
        amount = from_minor(rounded - before[2], decimals)
        if reason := _get_obstacle(segment):
            details = {
                "period": [start.isoformat(), end.isoformat()],
                "months": months.text,
            }
            result.refusals.append(_refusal(charge, segment, reason, amount, details))
            continue
        sums = (before, exact, (numerator, denominator, rounded))
        explanation = _explain(
            charge, (start, end), segment, figure, months, sums, amount, decimals
        )
        result.lines.append(_line(charge, segment, amount, catch_up, explanation))


def _get_obstacle(segment: Segment) -> str | None:
    """Why a segment whose amount is known is not billed; it keeps its amount."""
    if segment.partner_id is None:
        return NO_PAYER
    if not segment.rate.published:
        return NOT_PUBLISHED
    return None


def _pieces(
    parts: list[Segment], billed: tuple[tuple[date, date], ...]
) -> list[tuple[Segment, bool]]:
    """Cut segments at the edges of billed ranges; True with the pieces still open."""
    first, last = parts[0].date_from, parts[-1].date_to
    ranges = [(low, high) for low, high in billed if low <= last and high >= first]
    if not ranges:
        return [(segment, True) for segment in parts]
    pieces = []
    for segment in parts:
        day = segment.date_from
        for low, high in ranges:
            if high < day or low > segment.date_to:
                continue
            if low > day:
                pieces.append(
                    (segment._replace(date_from=day, date_to=low - ONE_DAY), True)
                )
                day = low
            high = min(high, segment.date_to)
            pieces.append((segment._replace(date_from=day, date_to=high), False))
            day = high + ONE_DAY
        if day <= segment.date_to:
            pieces.append((segment._replace(date_from=day), True))
    return pieces


def _figure(
    charge: RecurringCharge,
    rate: Rate | None,
    known: dict[int, Monthly | NotReckonable],
) -> Monthly | NotReckonable:
    """The monthly figure at a rate, worked out once a period, or why there is none."""
    if rate is None:
        return NotReckonable(NO_RATE, standard=charge.standard.code)
    figure = known.get(rate.id)
    if figure is None:
        try:
            figure = _monthly(charge, rate)
        except NotReckonable as error:
            figure = error
        known[rate.id] = figure
    return figure


def _monthly(charge: RecurringCharge, rate: Rate) -> Monthly:
    """What one month costs at a rate, quantity included.

    :raises NotReckonable: an empty area, or a formula that cannot be worked out
    """
    method = charge.standard.method
    if method == "formula":
        return _monthly_formula(charge, rate)
    if method == "fixed":
        basis, basis_kind = _ONE, "unit"
    else:
        basis_kind = AREA_OF_METHOD.get(method)
        if basis_kind is None:
            raise ValueError(f"Method {method!r} is not a recurring one.")
        basis = getattr(charge.unit, basis_kind)
        if not basis or basis <= 0:
            raise NotReckonable(NO_BASIS, variable=basis_kind)
    product = EXACT.add(EXACT.multiply(basis, rate.price_unit), rate.base_amount)
    monthly = EXACT.multiply(product, charge.quantity)
    numerator, denominator = monthly.as_integer_ratio()
    return Monthly(
        numerator,
        denominator,
        decimal_text(monthly),
        basis_kind,
        decimal_text(basis),
        None,
    )


def _monthly_formula(charge: RecurringCharge, rate: Rate) -> Monthly:
    """The formula's figure in place of ``basis x price + base``, times the quantity."""
    text = charge.standard.formula or ""
    try:
        variables = _formula_values(charge, rate, formula_variables(text))
        figure = evaluate_formula(text, variables)
    except FormulaError as error:
        raise NotReckonable(FORMULA_ERROR, message=error.sentence) from error
    if figure < 0:
        raise NotReckonable(
            FORMULA_ERROR,
            message=_lt(
                "The formula gives %(figure)s, less than nothing.", figure=str(figure)
            ),
        )
    monthly = figure * Fraction(charge.quantity)
    shown = {name: str(value) for name, value in sorted(variables.items())}
    formula = {
        "text": text,
        "variables": shown,
        "figure": ratio_texts(*figure.as_integer_ratio())[0],
    }
    ratio = monthly.as_integer_ratio()
    return Monthly(*ratio, ratio_texts(*ratio)[0], "formula", "1", formula)


def _formula_values(
    charge: RecurringCharge, rate: Rate, used: frozenset[str]
) -> dict[str, Any]:
    """The values of a formula's variables; an empty one is never taken as 0."""
    values: dict[str, Any] = {}
    for name in used:
        if name == "price":
            values[name] = rate.price_unit
        elif name == "base":
            values[name] = rate.base_amount
        else:
            field = FIELD_OF_VARIABLE[name]
            values[name] = getattr(charge.unit, field)
            if values[name] is None or (name != "floor" and values[name] <= 0):
                raise NotReckonable(NO_BASIS, variable=field)
    return values


def _exact(figure: Monthly, months: Months, factor: Decimal) -> tuple[int, int]:
    """The exact amount of a segment."""
    numerator = figure.numerator * months.numerator
    denominator = figure.denominator * months.denominator
    if factor != 1:
        up, down = factor.as_integer_ratio()
        return numerator * up, denominator * down
    return numerator, denominator


def _add(numerator: int, denominator: int, more: int, by: int) -> tuple[int, int]:
    """Sum of two ratios, reduced so that a long period does not grow digits."""
    if not numerator:
        return more, by
    numerator, denominator = numerator * by + more * denominator, denominator * by
    common = gcd(numerator, denominator)
    return numerator // common, denominator // common


def _line(
    charge: RecurringCharge,
    segment: Segment,
    amount: Decimal,
    catch_up: bool,
    explanation: dict,
) -> Line:
    """The line of a segment."""
    standard, rate = charge.standard, segment.rate
    return Line(
        KIND,
        charge.id,
        charge.unit.id,
        segment.partner_id,
        standard.item_id,
        standard.id,
        rate.id,
        segment.date_from,
        segment.date_to,
        charge.quantity,
        rate.price_unit,
        segment.factor,
        amount,
        catch_up,
        explanation,
    )


def _refusal(
    charge: RecurringCharge,
    segment: Segment,
    reason: str,
    amount: Decimal | None,
    details: dict,
) -> Refusal:
    """The refusal of a segment."""
    return Refusal(
        KIND,
        charge.id,
        charge.unit.id,
        charge.standard.item_id,
        segment.date_from,
        segment.date_to,
        reason,
        amount,
        details,
    )


def _explain(
    charge: RecurringCharge,
    period: tuple[date, date],
    segment: Segment,
    figure: Monthly,
    months: Months,
    sums: tuple[tuple, tuple, tuple],
    amount: Decimal,
    decimals: int,
) -> dict[str, Any]:
    """The explanation of a line (keys: see the module)."""
    before, own, after = sums
    exact, exact_shown = ratio_texts(*own)
    if before[0]:
        exact_before, exact_after = (
            ratio_texts(*before[:2])[0],
            ratio_texts(*after[:2])[0],
        )
    else:
        exact_before, exact_after = "0", exact
    standard, rate, concession = charge.standard, segment.rate, segment.concession
    area = figure.basis_kind in ("charge_area", "inner_area")
    return {
        "kind": KIND,
        "standard": standard.code,
        "method": standard.method,
        "proration": standard.proration,
        "basis_kind": figure.basis_kind,
        "basis": figure.basis,
        "basis_source": charge.unit.area_source if area else None,
        "price_unit": decimal_text(rate.price_unit),
        "base_amount": decimal_text(rate.base_amount),
        "quantity": decimal_text(charge.quantity),
        "formula": figure.formula,
        "monthly": figure.text,
        "months": months.text,
        "months_exact": months.exact,
        "factor": decimal_text(segment.factor),
        "concession": concession and {"id": concession.id, "reason": concession.reason},
        "rate": {"id": rate.id, "date_from": rate.date_from.isoformat()},
        "period": [period[0].isoformat(), period[1].isoformat()],
        "days": [segment.date_from.isoformat(), segment.date_to.isoformat()],
        "exact": exact,
        "exact_shown": exact_shown,
        "exact_before": exact_before,
        "exact_after": exact_after,
        "rounded_before": amount_text(from_minor(before[2], decimals)),
        "rounded_after": amount_text(from_minor(after[2], decimals)),
        "amount": amount_text(amount),
        "decimals": decimals,
        "rounding": "half_up",
    }
