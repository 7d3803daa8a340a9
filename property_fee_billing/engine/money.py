# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Exact figures, the one rounding, and the split of a sum to the cent.

An exact figure is carried as ``(numerator, denominator)`` of plain integers: a
month can be 16/31, which no decimal holds, and integers are several times
faster than ``Fraction``. Half up means away from zero, for credits too, so a
credit note mirrors its bill to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction
from functools import lru_cache
from math import gcd

#: Products and sums of decimals; a result that would lose a digit raises.
EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
#: Shifts of the decimal point and shortening of texts, never of an amount.
PLAIN = Context(prec=200, rounding=ROUND_HALF_UP, traps=[InvalidOperation])

#: Decimal places up to which an exact figure is written as a decimal.
SHOWN_PLACES = 6
_SHOWN_SCALE = 10**SHOWN_PLACES


def half_up(numerator: int, denominator: int) -> int:
    """The integer nearest to a positive-denominator ratio, halves away from zero.

    >>> half_up(5, 2), half_up(-5, 2), half_up(7, 3)
    (3, -3, 2)
    """
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((denominator - 2 * numerator) // (2 * denominator))


def from_minor(minor: int, decimals: int) -> Decimal:
    """Minor units (cents) as an amount: ``from_minor(25024, 2)`` is 250.24."""
    return Decimal(minor).scaleb(-decimals, PLAIN)


def round_half_up(value: Decimal | Fraction | int, decimals: int) -> Decimal:
    """Round an exact value once, half up, to ``decimals`` places.

    >>> round_half_up(Decimal("250.236"), 2)
    Decimal('250.24')
    """
    numerator, denominator = value.as_integer_ratio()
    return from_minor(half_up(numerator * 10**decimals, denominator), decimals)


def allocate(
    total: Decimal, weights: Sequence[Decimal], keys: Sequence, decimals: int
) -> list[Decimal]:
    """Split ``total`` by ``weights`` so that the parts add up to it to the cent.

    Largest remainder: everyone gets the whole cents of the exact share, and the
    cents left over go one each to the largest cut-off fractions; equal fractions
    are served by ascending key. A negative total (a credit) is split like its
    opposite.

    :param total: the sum to split, taken at ``decimals`` places
    :param weights: one non-negative weight each; their sum must be above zero
    :param keys: one sortable key each (the unit code)
    :raises ValueError: weights that are negative or add up to nothing
    """
    return [
        part for part, __ in allocate_with_remainder(total, weights, keys, decimals)
    ]


def allocate_with_remainder(
    total: Decimal, weights: Sequence[Decimal], keys: Sequence, decimals: int
) -> list[tuple[Decimal, bool]]:
    """Like :func:`allocate`, each part with whether it got a left-over cent."""
    ratios = [weight.as_integer_ratio() for weight in weights]
    scale = 1
    for __, denominator in ratios:
        scale = scale * denominator // gcd(scale, denominator)
    parts = [numerator * (scale // denominator) for numerator, denominator in ratios]
    whole = sum(parts)
    if whole <= 0 or min(parts) < 0:
        raise ValueError(
            "The weights of a split must not be negative and must add up to something."
        )
    numerator, denominator = total.as_integer_ratio()
    minor = half_up(numerator * 10**decimals, denominator)
    sign = -1 if minor < 0 else 1
    shares = [divmod(abs(minor) * part, whole) for part in parts]
    left = abs(minor) - sum(share for share, __ in shares)
    served = sorted(
        range(len(parts)), key=lambda index: (-shares[index][1], keys[index])
    )
    lucky = set(served[:left])
    return [
        (from_minor(sign * (share + (index in lucky)), decimals), index in lucky)
        for index, (share, __) in enumerate(shares)
    ]


@lru_cache(maxsize=65536)
def decimal_text(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros: ``2.80`` gives "2.8".

    Equal values give equal texts, so an explanation is the same, byte for byte,
    however a figure was typed.
    """
    return format(value.normalize(PLAIN), "f") if value else "0"


def amount_text(amount: Decimal) -> str:
    """An amount with all the currency's decimals: "250.24", "0.00"."""
    return format(amount, "f")


def ratio_texts(numerator: int, denominator: int) -> tuple[str, str]:
    """An exact figure as text: ``(exact, shown)``.

    ``exact`` is a decimal if one of up to six places holds the figure, else the
    reduced fraction "1117125/7843"; ``shown`` is always a decimal, rounded half
    up to six places where it must be.
    """
    scaled, rest = divmod(numerator * _SHOWN_SCALE, denominator)
    if not rest:
        text = _scaled_text(scaled)
        return text, text
    common = gcd(numerator, denominator)
    shown = _scaled_text(half_up(numerator * _SHOWN_SCALE, denominator))
    return f"{numerator // common}/{denominator // common}", shown


def _scaled_text(scaled: int) -> str:
    """Text of an integer count of millionths, without trailing zeros."""
    whole, rest = divmod(abs(scaled), _SHOWN_SCALE)
    text = f"{whole}.{rest:06d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if scaled < 0 else text
