# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which level of reminder a bill gets on a day.

A ladder is climbed one step at a time: the next level comes after the former was sent,
not before its own day relative to the due date, and not before its minimum interval
since the former has passed. A level meant for the days before the due date is passed
over once the bill is due. A level of the legal stage needs a delivered demand whose
deadline has passed (Civil Code of China, article 944).

>>> from datetime import date
>>> ladder = [Step(1, -7), Step(2, 3), Step(3, 15, min_days=7), Step(4, 75, legal=True)]
>>> due = date(2026, 1, 31)
>>> choose_level(ladder, due, {}, None, date(2026, 1, 24)).level_id
1
>>> choose_level(ladder, due, {}, None, date(2026, 2, 20)).level_id
2
>>> choose_level(ladder, due, {2: date(2026, 2, 12)}, None, date(2026, 2, 16))
Choice(level_id=3, reason='interval', day=datetime.date(2026, 2, 19))
>>> sent = {2: date(2026, 2, 3), 3: date(2026, 2, 15)}
>>> choose_level(ladder, due, sent, None, date(2026, 4, 30)).reason
'no_expired_demand'
>>> choose_level(ladder, due, sent, date(2026, 4, 1), date(2026, 4, 30)).reason
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

INTERVAL = "interval"
NO_EXPIRED_DEMAND = "no_expired_demand"
FORMER_WAITS = "former_waits"


class Step(NamedTuple):
    """One level. ``days``: after the due date, negative before it. ``min_days``: since
    the former level was sent. ``legal``: needs an expired demand."""

    level_id: int
    days: int
    min_days: int = 0
    legal: bool = False


class Choice(NamedTuple):
    """``level_id``: what comes next, None for nothing by now. ``reason``: why it does
    not come today though its day has come. ``day``: when it can."""

    level_id: int | None
    reason: str | None = None
    day: date | None = None


NOTHING = Choice(None)


def choose_level(
    steps: Sequence[Step],
    due: date,
    sent: Mapping[int, date | None],
    expired: date | None,
    today: date,
) -> Choice:
    """The level of one bill.

    :param steps: the ladder, in order
    :param sent: day on which each level reached was sent; None while it still waits
        to be delivered
    :param expired: when the deadline of a delivered demand passed, None if none did
    """
    reached = [index for index, step in enumerate(steps) if step.level_id in sent]
    last = reached[-1] if reached else -1
    for step in steps[last + 1 :]:
        if step.days < 0 and today > due:
            continue
        if today < due + timedelta(days=step.days):
            return NOTHING
        return _check_step(step, steps[last] if reached else None, sent, expired, today)
    return NOTHING


def _check_step(step, former, sent, expired, today):
    """Whether a level whose day has come is sent today."""
    if former:
        day = sent[former.level_id]
        if day is None:
            return Choice(step.level_id, FORMER_WAITS)
        earliest = day + timedelta(days=step.min_days)
        if today < earliest:
            return Choice(step.level_id, INTERVAL, earliest)
    if step.legal and not (expired and expired < today):
        return Choice(step.level_id, NO_EXPIRED_DEMAND)
    return Choice(step.level_id)
