# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payment plans: monthly instalments of a debt, and what is paid of them.

All instalments are equal, rounded down; the last takes what the rounding left, so
they sum to the debt. Their days are counted from the first one, never from the one
before: 31 January is followed by 28 February and 31 March. Money counts toward the
oldest instalment first.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from .months import month_index

Instalment = tuple[date, Decimal]


def split_debt(
    debt: Decimal, first: date, count: int, decimals: int = 2
) -> list[Instalment]:
    """The instalments of a debt, one a month.

    :raises ValueError: fewer than one instalment, or less than a cent for each

    >>> from decimal import Decimal as D
    >>> [str(part) for __, part in split_debt(D("1000"), date(2026, 1, 31), 6)]
    ['166.66', '166.66', '166.66', '166.66', '166.66', '166.70']
    """
    if count < 1:
        raise ValueError("a plan has at least one instalment")
    part = (debt / count).quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)
    if part <= 0:
        raise ValueError("an instalment must be above zero")
    amounts = [part] * (count - 1)
    amounts.append(debt - part * (count - 1))
    return [(add_months(first, number), part) for number, part in enumerate(amounts)]


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of that month if it is shorter.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(month_index(day) + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def settle_oldest(amounts: Sequence[Decimal], paid: Decimal) -> list[Decimal]:
    """What money settles of each amount, the first one first.

    >>> from decimal import Decimal as D
    >>> [str(part) for part in settle_oldest([D(10), D(10), D(10)], D(15))]
    ['10', '5', '0']
    """
    result = []
    for amount in amounts:
        part = max(Decimal(0), min(amount, paid))
        result.append(part)
        paid -= part
    return result


def next_payments(
    instalments: Sequence[Instalment], residuals: Sequence[Decimal]
) -> list[Instalment | None]:
    """What is to be paid next of each bill of a plan, and when.

    :param instalments: day and what is open of each, the oldest first
    :param residuals: what is open of each bill, in the order in which they are paid
    :return: for each bill the day and amount of its next payment, None if paid

    >>> from decimal import Decimal as D
    >>> january, february = date(2026, 1, 31), date(2026, 2, 28)
    >>> plan = [(january, D(60)), (february, D(60))]
    >>> [str(part) for __, part in next_payments(plan, [D(40), D(80)])]
    ['40', '20']
    """
    waiting = [[day, amount] for day, amount in instalments if amount > 0]
    result: list[Instalment | None] = []
    for residual in residuals:
        found = None
        while residual > 0 and waiting:
            day, amount = waiting[0]
            part = min(residual, amount)
            if found is None:
                found = (day, part)
            residual -= part
            waiting[0][1] -= part
            if not waiting[0][1]:
                waiting.pop(0)
        result.append(found)
    return result
