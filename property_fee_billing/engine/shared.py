# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shared costs: a sum split over units, exact to the cent.

Largest remainder over all shares of the cost, billed or not, with or without a
payer; ties go to the lower unit code. 1,000.00 over 89.12 / 104.55 / 121.33 m2
is 282.92 / 331.91 / 385.17. The payer of the last day owes the share; a unit
without one keeps its share, which is refused and not spread over the others.

Keys of a shared line's explanation: ``description``, ``period``; ``total``,
``basis`` (area, unit, usage), ``weight``, ``weight_total``; ``exact`` (a decimal
or a fraction) and ``exact_shown``; ``remainder_given`` (whether the unit got one
of the cents left over); ``amount``, ``decimals``, ``rounding``
(largest_remainder).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .facts import Share, SharedCost, Window
from .money import (
    EXACT,
    allocate_with_remainder,
    amount_text,
    decimal_text,
    ratio_texts,
    round_half_up,
)
from .results import NO_BASIS, NO_PAYER, Line, Refusal, Result
from .segments import payer_on

KIND = "shared"
_ONE = Decimal(1)


def bill_shared_cost(cost: SharedCost, window: Window, decimals: int = 2) -> Result:
    """Bill the shares of a cost that ended by the window's end and are not billed."""
    result = Result()
    if cost.date_to > window.date_to or all(share.billed for share in cost.shares):
        return result
    weights = [share.weight for share in cost.shares]
    if min(weights) < 0 or not any(weights):
        details = {"variable": "weight", "basis": cost.basis}
        result.refusals += [
            _refusal(cost, share, NO_BASIS, None, details)
            for share in cost.shares
            if not share.billed
        ]
        return result
    keys = [share.unit.code for share in cost.shares]
    parts = allocate_with_remainder(cost.amount, weights, keys, decimals)
    common = _explain_cost(cost, weights, decimals)
    catch_up = cost.date_to < window.date_from
    for share, (amount, remainder_given) in zip(cost.shares, parts, strict=True):
        if share.billed:
            continue
        partner_id = payer_on(share.unit, cost.date_to)
        if partner_id is None:
            result.refusals.append(
                _refusal(cost, share, NO_PAYER, amount, {"total": common["total"]})
            )
            continue
        explanation = _explain_share(common, share, amount, remainder_given)
        result.lines.append(
            _line(cost, share, partner_id, amount, catch_up, explanation)
        )
    return result


def _line(
    cost: SharedCost,
    share: Share,
    partner_id: Any,
    amount: Decimal,
    catch_up: bool,
    explanation: dict,
) -> Line:
    """The line of a share: one times its amount."""
    return Line(
        kind=KIND,
        source_id=cost.id,
        unit_id=share.unit.id,
        partner_id=partner_id,
        item_id=cost.item_id,
        standard_id=None,
        rate_id=None,
        date_from=cost.date_from,
        date_to=cost.date_to,
        quantity=_ONE,
        price_unit=amount,
        factor=_ONE,
        amount=amount,
        catch_up=catch_up,
        explanation=explanation,
    )


def _refusal(
    cost: SharedCost, share: Share, reason: str, amount: Decimal | None, details: dict
) -> Refusal:
    """The refusal of a share."""
    return Refusal(
        kind=KIND,
        source_id=cost.id,
        unit_id=share.unit.id,
        item_id=cost.item_id,
        date_from=cost.date_from,
        date_to=cost.date_to,
        reason=reason,
        amount=amount,
        details=details,
    )


def _explain_cost(
    cost: SharedCost, weights: list[Decimal], decimals: int
) -> dict[str, Any]:
    """What the explanations of all shares have in common."""
    total = Decimal(0)
    for weight in weights:
        total = EXACT.add(total, weight)
    return {
        "kind": KIND,
        "description": cost.description,
        "period": [cost.date_from.isoformat(), cost.date_to.isoformat()],
        "total": amount_text(round_half_up(cost.amount, decimals)),
        "basis": cost.basis,
        "weight_total": decimal_text(total),
        "decimals": decimals,
        "rounding": "largest_remainder",
    }


def _explain_share(
    common: dict, share: Share, amount: Decimal, remainder_given: bool
) -> dict[str, Any]:
    """The explanation of a line (keys: see the module)."""
    numerator, denominator = EXACT.multiply(
        Decimal(common["total"]), share.weight
    ).as_integer_ratio()
    up, down = Decimal(common["weight_total"]).as_integer_ratio()
    exact, exact_shown = ratio_texts(numerator * down, denominator * up)
    return common | {
        "weight": decimal_text(share.weight),
        "exact": exact,
        "exact_shown": exact_shown,
        "remainder_given": remainder_given,
        "amount": amount_text(amount),
    }
