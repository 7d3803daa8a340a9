# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Meters: a line per reading, and the differences a correction makes.

Payer, rate and factor are those of the reading's day; the period runs from the
day after the previous regular reading to the reading's day.

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
``concession`` (None or ``{id, reason}``), ``period``, ``exact``, ``amount``,
``decimals``, ``rounding``; ``correction``: None, or on a difference line ``{id,
date, corrects_id, corrects_date, reading_id, usage_before, amount_before,
amount_after}``: the figures of the reading ``reading_id`` before and after, its
exact amount after being ``exact`` and the difference ``amount``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .chain import Chain, Step, explain_step
from .facts import Meter, Reading, Window
from .money import EXACT, amount_text, decimal_text
from .results import (
    NO_PAYER,
    NO_RATE,
    NOT_PUBLISHED,
    READING_ALREADY_COVERED,
    UNKNOWN_READING,
    Line,
    Refusal,
    Result,
)
from .segments import payer_on
from .tiers import Price, price_step

KIND = "metered"


def bill_meter(meter: Meter, window: Window, decimals: int = 2) -> Result:
    """Bill the readings and corrections dated by the window's end and not billed."""
    result = Result()
    if not any(
        reading.kind != "replacement" and _is_due(reading, window)
        for reading in meter.readings
    ):
        return result
    corrections = _corrections(meter, window, result)
    settled, pending = _settled_chain(meter, corrections, decimals)
    chain = Chain(meter, corrections) if pending else settled
    for reading, reason, details in chain.refused:
        if _is_due(reading, window):
            result.refusals.append(_refuse(meter, reading, reason, details))
    for step in chain.steps:
        if _is_due(step.reading, window):
            _bill_step(meter, step, settled, window, decimals, result)
    for correction in pending:
        if _is_due(correction, window):
            settled = _bill_correction(
                meter, correction, settled, window, decimals, result
            )
    return result


def _is_due(reading: Reading, window: Window) -> bool:
    """Whether a reading is for this run to bill."""
    return not reading.billed and reading.date <= window.date_to


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
        corrected, due = known.get(reading.corrects_id), _is_due(reading, window)
        if corrected is None:
            if due:
                details = {"corrects_id": reading.corrects_id}
                refusal = _refuse(meter, reading, UNKNOWN_READING, details)
                result.refusals.append(refusal)
        elif reading.billed or due or not corrected.billed:
            counting.append(reading)
    return counting


def _settled_chain(
    meter: Meter, corrections: list[Reading], decimals: int
) -> tuple[Chain, list[Reading]]:
    """The chain as billed so far, and the corrections that are not in it yet.

    A correction has no line of its own when its reading was billed with the
    corrected value from the start; that shows in the reading's billed amount.
    """
    chain = Chain(
        meter, [correction for correction in corrections if correction.billed]
    )
    pending = []
    for correction in corrections:
        if correction.billed:
            continue
        following = Chain(meter, [*chain.corrections, correction])
        step = following.step_from(following.root_of(correction))
        price = step and step.reading.billed and price_step(meter, step, decimals)
        if price and price.amount == step.reading.billed_amount:
            chain = following
        else:
            pending.append(correction)
    return chain, pending


def _bill_step(
    meter: Meter,
    step: Step,
    settled: Chain,
    window: Window,
    decimals: int,
    result: Result,
) -> None:
    """Append the line of a reading, or its refusal."""
    reading = step.reading
    covering = _covering_reading(meter, reading, settled, decimals)
    price = price_step(meter, step, decimals)
    partner_id = payer_on(meter.unit, reading.date)
    if covering is not None:
        reason, details = READING_ALREADY_COVERED, {"billed_reading_id": covering.id}
    elif price is None:
        reason, details = NO_RATE, {"standard": meter.standard.code}
    elif partner_id is None:
        reason, details = NO_PAYER, {"usage": decimal_text(step.usage)}
    elif not price.rate.published:
        reason, details = NOT_PUBLISHED, {"standard": meter.standard.code}
    else:
        explanation = _explain(meter, step, price, decimals)
        catch_up = reading.date < window.date_from
        line = _line(meter, reading.id, step, price, partner_id, catch_up, explanation)
        result.lines.append(line)
        return
    amount = price.amount if reason in (NO_PAYER, NOT_PUBLISHED) else None
    result.refusals.append(_refuse(meter, reading, reason, details, step, amount))


def _covering_reading(
    meter: Meter, reading: Reading, settled: Chain, decimals: int
) -> Reading | None:
    """The later, billed reading whose bill holds the usage of this one, or None.

    It does when it was billed with another amount than it has with this reading
    before it. A reading only refused at the time, for want of a payer or a rate,
    was in the chain already. Once corrections are billed, the amount of a
    reading's own line no longer tells.
    """
    following = settled.next_billed(reading.id)
    if following is None or settled.corrections:
        return None
    price = price_step(meter, following, decimals)
    billed = following.reading.billed_amount
    if price is None or billed is None or price.amount == billed:
        return None
    return following.reading


def _bill_correction(
    meter: Meter,
    correction: Reading,
    settled: Chain,
    window: Window,
    decimals: int,
    result: Result,
) -> Chain:
    """Append the difference lines of a correction, or the refusal of all of them.

    :return: the chain as billed after it
    """
    chain = Chain(meter, [*settled.corrections, correction])
    lines = []
    for step in chain.steps:
        old_step = settled.step_of(step.reading.id)
        if not step.reading.billed or old_step is None or old_step.same_usage(step):
            continue
        price = price_step(meter, step, decimals)
        old_price = price_step(meter, old_step, decimals)
        partner_id = payer_on(meter.unit, step.reading.date)
        if reason := _get_correction_obstacle(price, old_price, partner_id):
            details = {"reading_id": step.reading.id}
            result.refusals.append(_refuse(meter, correction, reason, details, step))
            return settled
        billed = step.reading.billed_amount
        if settled.corrections or billed is None:
            billed = old_price.amount
        amount = EXACT.subtract(price.amount, billed)
        if not amount:
            continue
        explanation = _explain(meter, step, price, decimals)
        explanation["amount"] = amount_text(amount)
        explanation["correction"] = {
            **_explain_correction(correction, chain),
            "reading_id": step.reading.id,
            "usage_before": decimal_text(old_step.usage),
            "amount_before": amount_text(billed),
            "amount_after": amount_text(price.amount),
        }
        change = step._replace(usage=EXACT.subtract(step.usage, old_step.usage))
        price = price._replace(amount=amount)
        catch_up = correction.date < window.date_from
        lines.append(
            _line(
                meter, correction.id, change, price, partner_id, catch_up, explanation
            )
        )
    result.lines += lines
    return chain


def _get_correction_obstacle(
    price: Price | None, old_price: Price | None, partner_id: Any
) -> str | None:
    """Why a difference cannot be billed, or None."""
    if price is None or old_price is None:
        return NO_RATE
    if partner_id is None:
        return NO_PAYER
    if not price.rate.published:
        return NOT_PUBLISHED
    return None


def _line(
    meter: Meter,
    source_id: int,
    step: Step,
    price: Price,
    partner_id: Any,
    catch_up: bool,
    explanation: dict[str, Any],
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
    details: dict[str, Any],
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
    return {
        "kind": KIND,
        "standard": standard.code,
        **explain_step(meter, step),
        "tier_basis": standard.tier_basis if rate.tiers else None,
        "usage_before": decimal_text(price.usage_before),
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
        "correction": None,
    }


def _explain_correction(correction: Reading, chain: Chain) -> dict[str, Any]:
    """Which reading a correction is about."""
    corrected = chain.root_of(correction)
    return {
        "id": correction.id,
        "date": correction.date.isoformat(),
        "corrects_id": corrected.id,
        "corrects_date": corrected.date.isoformat(),
    }
