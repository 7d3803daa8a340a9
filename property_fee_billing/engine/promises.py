"""Promises to pay: what came in counts toward the oldest promise first.

A payment counts toward a promise when it is dated from the day the promise was made to
the day it was made for. Money counts once: what one promise has taken is gone for the
next.

>>> made, until = date(2026, 3, 1), date(2026, 3, 10)
>>> sorted(
...     settle_promises(
...         [
...             ("a", made, until, Decimal(100)),
...             ("b", made, date(2026, 3, 20), Decimal(50)),
...         ],
...         [(date(2026, 3, 9), Decimal(120)), (date(2026, 3, 25), Decimal(30))],
...     ).items()
... )
[('a', Decimal('100')), ('b', Decimal('20'))]
"""

from datetime import date
from decimal import Decimal


def settle_promises(
    promises: list[tuple[object, date, date, Decimal]],
    payments: list[tuple[date, Decimal]],
) -> dict[object, Decimal]:
    """What was paid toward each promise.

    :param promises: (key, day it was made, day it is for, amount)
    :param payments: (day, amount)
    :return: ``{key: amount paid}``, never more than was promised
    """
    ordered = sorted(promises, key=lambda promise: promise[2])
    paid = {key: Decimal(0) for key, *_rest in ordered}
    for day, amount in sorted(payments):
        for key, made_on, until, promised in ordered:
            if made_on <= day <= until:
                part = min(amount, promised - paid[key])
                paid[key] += part
                amount -= part
    return paid


def judge_promise(amount: Decimal, paid: Decimal, until: date, today: date) -> str:
    """Whether a promise is kept, broken or still open on a day.

    >>> judge_promise(Decimal(100), Decimal(100), date(2026, 3, 10), date(2026, 3, 9))
    'kept'
    >>> judge_promise(Decimal(100), Decimal(99), date(2026, 3, 10), date(2026, 3, 10))
    'open'
    >>> judge_promise(Decimal(100), Decimal(99), date(2026, 3, 10), date(2026, 3, 11))
    'broken'
    """
    if paid >= amount:
        return "kept"
    return "broken" if until < today else "open"
