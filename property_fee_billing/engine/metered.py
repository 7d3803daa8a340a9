# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Meters: a line per reading, ``(sum of slices + base) x factor``.

Payer, rate and factor are those of the reading's day; the period runs from the
day after the previous regular reading. Tiers slice the usage of the reading
(``period``) or the usage cumulated over the calendar year of the reading
(``year``): 37 t at 2.50 to 18, 3.80 to 30, 6.20 beyond is 134.00.

A correction changes the value of a reading for the whole chain. Each reading
that was billed with the old value gets one difference line, source the
correction, payer and period those of the reading it is about: the corrected
reading itself and, since its usage starts from that value, the next one, or with
yearly tiers any later one of the year. A reading that is not billed yet is
simply billed with the corrected value. If a difference cannot be billed, the
whole correction is refused, to be billed in one piece later.

Keys of a metered line's explanation: those of :func:`~.chain.explain_step`
(values, parts, usage) and ``standard``, ``tier_basis``, ``usage_before`` (usage
of the year so far, 0 for other tiers), ``slices`` (``{from, to, quantity,
price_unit, amount}`` each, from and to being the tier's bounds, None when open),
``price_unit``, ``base_amount``, ``rate`` ``{id, date_from}``, ``factor``,
``concession``, ``period``, ``exact``, ``amount``, ``decimals``, ``rounding``. A
difference line has in addition ``correction``: ``{id, date, corrects_id,
corrects_date, reading_id, amount_before, amount_after, usage_before}``, and its
``exact`` is that of the whole corrected amount.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from .chain import Chain, Step, build_chain, explain_step
from .facts import Concession, Meter, Rate, Reading, Window
from .money import EXACT, amount_text, decimal_text, round_half_up
from .results import (
    NO_PAYER,
    NO_RATE,
    READING_ALREADY_COVERED,
    UNKNOWN_READING,
    Line,
    Refusal,
    Result,
)
from .segments import factor_on, payer_on, rate_on

KIND = "metered"
_ZERO = Decimal(0)


class Price(NamedTuple):
    """What a step costs: the rate, the slices of the usage, the rounded amount."""

    rate: Rate
    factor: Decimal
    concession: Concession | None
    slices: tuple[dict[str, str | None], ...]
    price_unit: Decimal
    exact: Decimal
    amount: Decimal


def bill_meter(meter: Meter, window: Window, decimals: int = 2) -> Result:
    """Bill the readings and corrections dated by the window's end and not billed."""
    result = Result()
    due = [r for r in meter.readings if not r.billed and r.date <= window.date_to]
    if not any(reading.kind != "replacement" for reading in due):
        return result
    corrections = _corrections(meter, window, result)
    before, pending = _settled_chain(meter, corrections, decimals)
    chain = build_chain(meter, corrections)
    for reading, reason, details in chain.refused:
        if not reading.billed and reading.date <= window.date_to:
            result.refusals.append(_refuse(meter, reading, reason, details))
    for step in chain.steps:
        if not step.reading.billed and step.reading.date <= window.date_to:
            _bill_step(meter, step, before, window, decimals, result)
    for correction in pending:
        following = build_chain(meter, [*before.corrections, correction])
        _bill_correction(meter, correction, before, following, window, decimals, result)
        before = following
    return result


def _corrections(meter: Meter, window: Window, result: Result) -> list[Reading]:
    """The corrections that count, in order; those of unknown readings are refused.

    A correction dated after the window counts for readings not billed yet, since
    nobody bills a value known to be wrong.
    """
    known = {reading.id: reading for reading in meter.readings}
    counting = []
    for reading in sorted(
        meter.readings, key=lambda reading: (reading.date, reading.id)
    ):
        if reading.kind != "correction":
            continue
        corrected = known.get(reading.corrects_id)
        due = reading.date <= window.date_to
        if corrected is not None and (reading.billed or due or not corrected.billed):
            counting.append(reading)
        elif corrected is None and due and not reading.billed:
            details = {"corrects_id": reading.corrects_id}
            result.refusals.append(_refuse(meter, reading, UNKNOWN_READING, details))
    return counting


def _settled_chain(
    meter: Meter, corrections: list[Reading], decimals: int
) -> tuple[Chain, list[Reading]]:
    """The chain that was billed so far, and the corrections still to be billed.

    A correction has no line of its own when its reading was billed with the
    corrected value from the start; that shows in the reading's billed amount.
    """
    settled = [correction for correction in corrections if correction.billed]
    chain = build_chain(meter, settled)
    pending = []
    for correction in corrections:
        if correction.billed:
            continue
        following = build_chain(meter, [*settled, correction])
        if _was_billed_with(meter, correction, following, decimals):
            settled.append(correction)
            chain = following
        else:
            pending.append(correction)
    return chain, pending


def _was_billed_with(
    meter: Meter, correction: Reading, chain: Chain, decimals: int
) -> bool:
    """Whether the reading a correction is about was billed with its value."""
    step = chain.step_of(chain.root_id(correction))
    if step is None or not step.reading.billed:
        return False
    price = price_step(meter, step, decimals)
    return price is not None and price.amount == step.reading.billed_amount


def _bill_step(
    meter: Meter,
    step: Step,
    before: Chain,
    window: Window,
    decimals: int,
    result: Result,
) -> None:
    """Append the line of a reading, or its refusal."""
    reading = step.reading
    covering = _covering_reading(meter, reading, before, decimals)
    if covering is not None:
        details = {"billed_reading_id": covering.id}
        result.refusals.append(
            _refuse(meter, reading, READING_ALREADY_COVERED, details, step)
        )
        return
    price = price_step(meter, step, decimals)
    partner_id = payer_on(meter.unit, reading.date)
    if price is None:
        details = {"standard": meter.standard.code}
        result.refusals.append(_refuse(meter, reading, NO_RATE, details, step))
    elif partner_id is None:
        details = {"usage": decimal_text(step.usage)}
        result.refusals.append(
            _refuse(meter, reading, NO_PAYER, details, step, price.amount)
        )
    else:
        explanation = _explain(meter, step, price, decimals)
        catch_up = reading.date < window.date_from
        line = _line(meter, reading.id, step, price, partner_id, catch_up, explanation)
        result.lines.append(line)


def _covering_reading(
    meter: Meter, reading: Reading, before: Chain, decimals: int
) -> Reading | None:
    """The later, billed reading whose bill holds the usage of this one, or None.

    It does when it was billed with another amount than the chain gives with this
    reading in it. A reading merely refused at the time (no payer, no rate) was in
    the chain already.
    """
    following = before.next_billed(reading.id)
    if following is None or following.reading.billed_amount is None:
        return None
    if before.corrections:
        return None
    price = price_step(meter, following, decimals)
    if price is None or price.amount == following.reading.billed_amount:
        return None
    return following.reading


def price_step(meter: Meter, step: Step, decimals: int) -> Price | None:
    """What a step of the chain costs; None without a rate on the reading's day."""
    day = step.reading.date
    rate = rate_on(meter.standard, day)
    if rate is None:
        return None
    factor, concession = factor_on(meter.unit, meter.standard.item_id, day)
    if rate.tiers:
        before = step.usage_before if meter.standard.tier_basis == "year" else _ZERO
        slices, total, price_unit = _slice(rate, before, step.usage)
    else:
        price_unit = rate.price_unit
        total = EXACT.multiply(step.usage, price_unit)
        slices = (_slice_values(_ZERO, None, step.usage, price_unit, total),)
    exact = EXACT.multiply(EXACT.add(total, rate.base_amount), factor)
    return Price(
        rate,
        factor,
        concession,
        slices,
        price_unit,
        exact,
        round_half_up(exact, decimals),
    )


def _slice(
    rate: Rate, before: Decimal, usage: Decimal
) -> tuple[tuple[dict[str, str | None], ...], Decimal, Decimal]:
    """Slice the usage after the first ``before`` by the tiers of a rate.

    :return: the slices with usage in them, their exact sum, and the price if there
        is one slice only, else 0
    """
    slices, total, low, price_unit = [], _ZERO, _ZERO, _ZERO
    until = EXACT.add(before, usage)
    for tier in rate.tiers:
        high = until if tier.up_to is None else min(tier.up_to, until)
        quantity = EXACT.subtract(high, max(low, before))
        if quantity > 0:
            price_unit = tier.price_unit
            amount = EXACT.multiply(quantity, price_unit)
            total = EXACT.add(total, amount)
            slices.append(_slice_values(low, tier.up_to, quantity, price_unit, amount))
        low = tier.up_to
        if low is None or low >= until:
            break
    return tuple(slices), total, price_unit if len(slices) == 1 else _ZERO


def _slice_values(
    low: Decimal,
    high: Decimal | None,
    quantity: Decimal,
    price_unit: Decimal,
    amount: Decimal,
) -> dict[str, str | None]:
    """A slice as it stands in the explanation."""
    return {
        "from": decimal_text(low),
        "to": None if high is None else decimal_text(high),
        "quantity": decimal_text(quantity),
        "price_unit": decimal_text(price_unit),
        "amount": decimal_text(amount),
    }


def _bill_correction(
    meter: Meter,
    correction: Reading,
    before: Chain,
    after: Chain,
    window: Window,
    decimals: int,
    result: Result,
) -> None:
    """Append the difference lines of a correction, or the refusal of all of them."""
    root = after.readings[after.root_id(correction)]
    lines = []
    for step in after.steps:
        previous = before.step_of(step.reading.id)
        if not step.reading.billed or previous is None or previous.same_usage(step):
            continue
        price, old = (
            price_step(meter, step, decimals),
            price_step(meter, previous, decimals),
        )
        partner_id = payer_on(meter.unit, step.reading.date)
        if price is None or old is None or partner_id is None:
            reason = NO_RATE if price is None or old is None else NO_PAYER
            details = {"reading_id": step.reading.id}
            result.refusals.append(_refuse(meter, correction, reason, details, step))
            return
        billed = old.amount if before.corrections else step.reading.billed_amount
        billed = old.amount if billed is None else billed
        difference = EXACT.subtract(price.amount, billed)
        if not difference:
            continue
        explanation = _explain(meter, step, price, decimals)
        explanation["amount"] = amount_text(difference)
        explanation["correction"] = {
            "id": correction.id,
            "date": correction.date.isoformat(),
            "corrects_id": root.id,
            "corrects_date": root.date.isoformat(),
            "reading_id": step.reading.id,
            "amount_before": amount_text(billed),
            "amount_after": amount_text(price.amount),
            "usage_before": decimal_text(previous.usage),
        }
        change = step._replace(usage=EXACT.subtract(step.usage, previous.usage))
        catch_up = correction.date < window.date_from
        price = price._replace(amount=difference)
        lines.append(
            _line(
                meter, correction.id, change, price, partner_id, catch_up, explanation
            )
        )
    result.lines += lines


def _line(
    meter: Meter,
    source_id: int,
    step: Step,
    price: Price,
    partner_id: Any,
    catch_up: bool,
    explanation: dict,
) -> Line:
    """The line of a step."""
    return Line(
        kind=KIND,
        source_id=source_id,
        unit_id=meter.unit.id,
        partner_id=partner_id,
        item_id=meter.standard.item_id,
        standard_id=meter.standard.id,
        rate_id=price.rate.id,
        date_from=step.date_from,
        date_to=step.reading.date,
        quantity=step.usage,
        price_unit=price.price_unit,
        factor=price.factor,
        amount=price.amount,
        catch_up=catch_up,
        explanation=explanation,
    )


def _refuse(
    meter: Meter,
    reading: Reading,
    reason: str,
    details: dict,
    step: Step | None = None,
    amount: Decimal | None = None,
) -> Refusal:
    """The refusal of a reading or correction; it names the meter and the day."""
    return Refusal(
        kind=KIND,
        source_id=reading.id,
        unit_id=meter.unit.id,
        item_id=meter.standard.item_id,
        date_from=step.date_from if step else reading.date,
        date_to=step.reading.date if step else reading.date,
        reason=reason,
        amount=amount,
        details={"meter": meter.code, "date": reading.date.isoformat(), **details},
    )


def _explain(meter: Meter, step: Step, price: Price, decimals: int) -> dict[str, Any]:
    """The explanation of a line (keys: see the module)."""
    standard, rate, concession = meter.standard, price.rate, price.concession
    yearly = bool(rate.tiers) and standard.tier_basis == "year"
    return {
        "kind": KIND,
        "standard": standard.code,
        **explain_step(meter, step),
        "tier_basis": standard.tier_basis if rate.tiers else None,
        "usage_before": decimal_text(step.usage_before) if yearly else "0",
        "slices": list(price.slices),
        "price_unit": decimal_text(price.price_unit),
        "base_amount": decimal_text(rate.base_amount),
        "rate": {"id": rate.id, "date_from": rate.date_from.isoformat()},
        "factor": decimal_text(price.factor),
        "concession": concession and {"id": concession.id, "reason": concession.reason},
        "period": [step.date_from.isoformat(), step.reading.date.isoformat()],
        "exact": decimal_text(price.exact),
        "amount": amount_text(price.amount),
        "decimals": decimals,
        "rounding": "half_up",
    }
