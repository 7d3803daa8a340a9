# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What looks odd about a reading that somebody sends in.

Nothing here is wrong for certain: the dial may have passed zero, a pipe may have
burst. So a check asks and never refuses, and the value stays as it was sent.

>>> from datetime import date
>>> D = Decimal
>>> steps = [Usage(date(2026, 1, 1), date(2026, 1, 31), D(30))]
>>> check_reading(D(135), date(2026, 3, 2), D(100), date(2026, 1, 31), 5, steps)
Check(usage=Decimal('35'), expected=Decimal('30'), is_lower=False, is_high=False)
>>> check_reading(D(99), date(2026, 3, 2), D(100), date(2026, 1, 31), 5, steps).usage
Decimal('99999')
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

#: More than this many times the usual usage is asked about.
HIGH = 3


class Usage(NamedTuple):
    """What was used from one reading to the next, multiplier left out."""

    date_from: date
    date_to: date
    usage: Decimal


class Check(NamedTuple):
    """``usage`` counts one rollover where the value is lower than before;
    ``expected`` is the usual usage of as many days, None where nothing is known."""

    usage: Decimal
    expected: Decimal | None
    is_lower: bool
    is_high: bool


def check_reading(
    value: Decimal,
    day: date,
    previous: Decimal,
    previous_day: date,
    digits: int,
    history: Sequence[Usage],
) -> Check:
    """Compare a reading with the one before and with what is usual.

    :param previous: what the dial showed on ``previous_day``
    :param digits: of the dial, before the point
    :param history: usages of earlier readings
    """
    is_lower = value < previous
    usage = value - previous
    if is_lower:
        usage += Decimal(10) ** digits
    expected = None
    days = sum((step.date_to - step.date_from).days for step in history)
    if days:
        total = sum((step.usage for step in history), Decimal(0))
        expected = total / days * max((day - previous_day).days, 1)
    is_high = expected is not None and usage > HIGH * expected
    return Check(usage, expected, is_lower, is_high)
