# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When the claim of a bill lapses: a clock that events restart.

The clock starts on the due date and runs for the years of the jurisdiction in force
on the day it starts (Civil Code of China, article 188: three). A delivered demand, a
part payment, an acknowledgement or a suit starts it anew (article 195). It is kept for
each bill on its own: whether fees of several periods count as one debt (article 189)
is contested before the courts, and each on its own is the cautious reading.

- An event never shortens the clock, and one before or on the due date changes nothing.
- After the claim has lapsed nothing revives it but an acknowledgement: a debtor who
  then agrees to pay cannot take that back (article 192). A part payment made later
  counts as paid, not as a promise to pay the rest; the cautious reading again.
- Events are taken in the order of their days, whenever they became known: the evidence
  of a delivery may come in months later.

>>> from datetime import date
>>> three = ((date(2017, 10, 1), 3),)
>>> due = date(2023, 1, 31)
>>> run_clock(due, three, [])
Clock(lapses_on=datetime.date(2026, 1, 31), dates=())
>>> run_clock(due, three, [(date(2025, 11, 10), "demand")]).lapses_on
datetime.date(2028, 11, 10)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

# What revives a claim that has lapsed.
REVIVING = ("acknowledgement",)


class Clock(NamedTuple):
    """``lapses_on``: the last day of the claim. ``dates``: of each event, in the order
    given, the last day of the claim after it."""

    lapses_on: date
    dates: tuple[date, ...]


def years_on(versions: Sequence[tuple[date, int]], day: date) -> int:
    """Years of the version in force on ``day``; the first one's before it.

    :param versions: (first day, years), by day, at least one
    """
    years = versions[0][1]
    for first_day, value in versions:
        if first_day <= day:
            years = value
    return years


def add_years(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def run_clock(
    due: date,
    versions: Sequence[tuple[date, int]],
    events: Sequence[tuple[date, str]],
) -> Clock:
    """The clock of one bill.

    :param due: day on which the bill is due
    :param versions: see ``years_on``
    :param events: (day, kind) in any order
    """
    lapses_on = add_years(due, years_on(versions, due))
    dates = [lapses_on] * len(events)
    for index in sorted(range(len(events)), key=lambda index: events[index][0]):
        day, kind = events[index]
        if day > due and (day <= lapses_on or kind in REVIVING):
            lapses_on = max(lapses_on, add_years(day, years_on(versions, day)))
        dates[index] = lapses_on
    return Clock(lapses_on, tuple(dates))
