# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One-off charges: quantity times price on a day, to that day's payer.

Keys of a one-off line's explanation: ``description``, ``date``, ``quantity``,
``price_unit``, ``exact``, ``amount``, ``decimals``, ``rounding``. Concessions
are agreed for running fees and do not touch a price that was agreed for once.
"""

from __future__ import annotations

from decimal import Decimal

from .facts import OneOff, Window
from .money import EXACT, amount_text, decimal_text, round_half_up
from .results import NO_PAYER, Line, Refusal, Result
from .segments import payer_on

KIND = "oneoff"


def bill_one_off(charge: OneOff, window: Window, decimals: int = 2) -> Result:
    """Bill a charge dated by the window's end and not billed yet."""
    result = Result()
    if charge.billed or charge.date > window.date_to:
        return result
    exact = EXACT.multiply(charge.quantity, charge.price_unit)
    amount = round_half_up(exact, decimals)
    partner_id = payer_on(charge.unit, charge.date)
    if partner_id is None:
        result.refusals.append(_refusal(charge, amount))
        return result
    result.lines.append(
        Line(
            kind=KIND,
            source_id=charge.id,
            unit_id=charge.unit.id,
            partner_id=partner_id,
            item_id=charge.item_id,
            standard_id=charge.standard_id,
            rate_id=None,
            date_from=charge.date,
            date_to=charge.date,
            quantity=charge.quantity,
            price_unit=charge.price_unit,
            factor=Decimal(1),
            amount=amount,
            catch_up=charge.date < window.date_from,
            explanation=_explain(charge, exact, amount, decimals),
        )
    )
    return result


def _refusal(charge: OneOff, amount: Decimal) -> Refusal:
    """Nobody pays on the day of the charge."""
    return Refusal(
        kind=KIND,
        source_id=charge.id,
        unit_id=charge.unit.id,
        item_id=charge.item_id,
        date_from=charge.date,
        date_to=charge.date,
        reason=NO_PAYER,
        amount=amount,
        details={"description": charge.description},
    )


def _explain(charge: OneOff, exact: Decimal, amount: Decimal, decimals: int) -> dict:
    """The explanation of a line (keys: see the module)."""
    return {
        "kind": KIND,
        "description": charge.description,
        "date": charge.date.isoformat(),
        "quantity": decimal_text(charge.quantity),
        "price_unit": decimal_text(charge.price_unit),
        "exact": decimal_text(exact),
        "amount": amount_text(amount),
        "decimals": decimals,
        "rounding": "half_up",
    }
