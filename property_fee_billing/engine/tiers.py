# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a usage costs: flat or sliced by tiers, plus the base, times the factor.

Tiers slice the usage of the reading (``period``), 37 t at 2.50 to 18, 3.80 to 30
and 6.20 beyond being 45.00 + 45.60 + 43.40, or the usage cumulated over the
reading's calendar year (``year``): 300 kWh after 2,100 at 0.5283 to 2,160 and
0.5783 beyond is 60 and 240, 170.49.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from .chain import Step
from .facts import Concession, Meter, Rate
from .money import EXACT, decimal_text, round_half_up
from .segments import factor_on, rate_on

YEAR = "year"
_ZERO = Decimal(0)


class Price(NamedTuple):
    """What a step of the chain costs: exact, and rounded once.

    ``slices``: as in a line's explanation; ``price_unit``: the price if the usage
    has one, 0 if it fell into several tiers or there is none; ``usage_before``:
    where in the tiers the usage starts.
    """

    rate: Rate
    factor: Decimal
    concession: Concession | None
    slices: tuple[dict[str, str | None], ...]
    price_unit: Decimal
    usage_before: Decimal
    exact: Decimal
    amount: Decimal


def price_step(meter: Meter, step: Step, decimals: int) -> Price | None:
    """Price a step at the rate and factor of the reading's day; None without a rate."""
    day, standard = step.reading.date, meter.standard
    rate = rate_on(standard, day)
    if rate is None:
        return None
    factor, concession = factor_on(meter.unit, standard.item_id, day)
    before = _ZERO
    if rate.tiers:
        before = step.usage_before if standard.tier_basis == YEAR else _ZERO
        slices, total, price_unit = _slice(rate, before, step.usage)
    else:
        price_unit = rate.price_unit
        total = EXACT.multiply(step.usage, price_unit)
        slices = (_slice_values(_ZERO, None, step.usage, price_unit, total),)
    exact = EXACT.multiply(EXACT.add(total, rate.base_amount), factor)
    amount = round_half_up(exact, decimals)
    return Price(rate, factor, concession, slices, price_unit, before, exact, amount)


def _slice(
    rate: Rate, before: Decimal, usage: Decimal
) -> tuple[tuple[dict[str, str | None], ...], Decimal, Decimal]:
    """Slice the usage that follows the first ``before`` by the tiers of a rate.

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
        if tier.up_to is None or tier.up_to >= until:
            break
        low = tier.up_to
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
