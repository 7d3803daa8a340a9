# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The chain of a meter's readings: which usage belongs to which reading.

A *step* is a regular reading with the usage since the regular reading before
it, made of one part, or of several when the meter was replaced in between: old
1,234 to 1,250 and new 0 to 21 are two parts and a usage of 37. A value below the
one before means the counter went round once: 00012 after 99970 is 42.

A reading whose value cannot be one of this meter stops the chain: what the
readings after it used is not known until it is corrected, and is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from .facts import Meter, Reading
from .money import EXACT, decimal_text
from .months import ONE_DAY
from .results import (
    PREVIOUS_READING_REFUSED,
    READING_BEFORE_START,
    READING_EXCEEDS_DIGITS,
    READING_NEGATIVE,
)

_ZERO = Decimal(0)


class Part(NamedTuple):
    """What one physical meter counted between two days, before the multiplier."""

    date_from: date
    value_from: Decimal
    date_to: date
    value_to: Decimal
    rollover: bool
    quantity: Decimal


class Step(NamedTuple):
    """A regular reading, its usage, and that of its calendar year before it."""

    reading: Reading
    date_from: date
    parts: tuple[Part, ...]
    usage: Decimal
    usage_before: Decimal

    def same_usage(self, other: Step) -> bool:
        """Whether another chain gives this reading the same usage at the same place."""
        return self.usage == other.usage and self.usage_before == other.usage_before


class Chain:
    """The steps of a meter with the given corrections applied, the latest last.

    :ivar steps: in order of time
    :ivar refused: ``(reading, reason, details)`` of the readings left out
    :ivar corrections: the corrections applied
    :ivar readings: all readings of the meter by id
    """

    def __init__(self, meter: Meter, corrections: Sequence[Reading]):
        self.corrections = sorted(corrections, key=_moment)
        self.readings = {reading.id: reading for reading in meter.readings}
        self.steps: list[Step] = []
        self.refused: list[tuple[Reading, str, dict[str, Any]]] = []
        self._build(meter)

    def root_of(self, correction: Reading) -> Reading | None:
        """The reading a correction is about, also through other corrections."""
        seen: set[int] = set()
        reading: Reading | None = correction
        while reading is not None and reading.kind == "correction":
            if reading.id in seen:
                return None
            seen.add(reading.id)
            reading = self.readings.get(reading.corrects_id)
        return reading

    def step_of(self, reading_id: int) -> Step | None:
        """The step of a regular reading, or None."""
        return next(
            (step for step in self.steps if step.reading.id == reading_id), None
        )

    def step_from(self, reading: Reading | None) -> Step | None:
        """The step a reading takes part in: its own, or that after a replacement."""
        if reading is None:
            return None
        since = _moment(reading)
        return next(
            (step for step in self.steps if _moment(step.reading) >= since), None
        )

    def next_billed(self, reading_id: int) -> Step | None:
        """The step right after a reading's, if it is billed."""
        for step, following in zip(self.steps, self.steps[1:], strict=False):
            if step.reading.id == reading_id:
                return following if following.reading.billed else None
        return None

    def _corrected(self) -> dict[int, Reading]:
        """The last correction of each reading, by the reading's id."""
        roots = [
            (self.root_of(correction), correction) for correction in self.corrections
        ]
        return {root.id: correction for root, correction in roots if root is not None}

    def _build(self, meter: Meter) -> None:
        limit = 10**meter.digits
        value, day = meter.initial_value, meter.initial_date
        last_day, parts = meter.initial_date, []
        for reading, change in self._sound_readings(meter, limit):
            parts.append(_part(day, value, reading.date, change.value, limit))
            value, day = change.value, reading.date
            if reading.kind == "replacement":
                value = _new_value(reading, change)
            else:
                self._add_step(meter, reading, last_day, tuple(parts))
                last_day, parts = day, []

    def _sound_readings(
        self, meter: Meter, limit: int
    ) -> Iterator[tuple[Reading, Reading]]:
        """Readings to build on, each with its correction or itself; note the others."""
        corrected = self._corrected()
        broken: Reading | None = None
        for reading in _in_order(meter):
            change = corrected.get(reading.id, reading)
            problem = _problem(meter, reading, change, limit)
            if problem is None and broken is None:
                yield reading, change
            elif problem is not None:
                self.refused.append((reading, *problem))
                if problem[0] != READING_BEFORE_START:
                    broken = broken or reading
            elif reading.kind == "regular":
                details = {"refused_reading_id": broken.id}
                self.refused.append((reading, PREVIOUS_READING_REFUSED, details))

    def _add_step(
        self, meter: Meter, reading: Reading, last_day: date, parts: tuple[Part, ...]
    ) -> None:
        """Close a step at a regular reading; ``last_day`` is that of the one before."""
        counted = _ZERO
        for part in parts:
            counted = EXACT.add(counted, part.quantity)
        usage = EXACT.multiply(counted, meter.multiplier)
        before = _ZERO
        if self.steps and self.steps[-1].reading.date.year == reading.date.year:
            before = EXACT.add(self.steps[-1].usage_before, self.steps[-1].usage)
        start = min(last_day + ONE_DAY, reading.date)
        self.steps.append(Step(reading, start, parts, usage, before))


def explain_step(meter: Meter, step: Step) -> dict[str, Any]:
    """How a usage comes about, JSON-safe.

    ``meter_id``, ``meter``, ``digits``, ``multiplier``; ``previous`` and
    ``reading``: ``{date, value}`` at the start and end of the step; ``rollover``;
    ``parts``: ``{date_from, value_from, date_to, value_to, rollover, quantity}``
    each, more than one after a replacement; ``usage``, multiplier included.
    """
    first, last = step.parts[0], step.parts[-1]
    return {
        "meter_id": meter.id,
        "meter": meter.code,
        "digits": meter.digits,
        "multiplier": decimal_text(meter.multiplier),
        "previous": {
            "date": first.date_from.isoformat(),
            "value": decimal_text(first.value_from),
        },
        "reading": {
            "date": last.date_to.isoformat(),
            "value": decimal_text(last.value_to),
        },
        "rollover": any(part.rollover for part in step.parts),
        "parts": [_explain_part(part) for part in step.parts],
        "usage": decimal_text(step.usage),
    }


def _explain_part(part: Part) -> dict[str, Any]:
    """A part as it stands in the explanation."""
    return {
        "date_from": part.date_from.isoformat(),
        "value_from": decimal_text(part.value_from),
        "date_to": part.date_to.isoformat(),
        "value_to": decimal_text(part.value_to),
        "rollover": part.rollover,
        "quantity": decimal_text(part.quantity),
    }


def _in_order(meter: Meter) -> list[Reading]:
    """Regular readings and replacements in order of time."""
    counted = [reading for reading in meter.readings if reading.kind != "correction"]
    return sorted(counted, key=_moment)


def _moment(reading: Reading) -> tuple[date, int]:
    """Where a reading stands in time; of one day, in the order of entry."""
    return reading.date, reading.id


def _problem(
    meter: Meter, reading: Reading, change: Reading, limit: int
) -> tuple[str, dict[str, Any]] | None:
    """Why a reading cannot be one of this meter: ``(reason, details)``, or None."""
    if reading.date <= meter.initial_date:
        return READING_BEFORE_START, {"initial_date": meter.initial_date.isoformat()}
    values = [change.value]
    if reading.kind == "replacement":
        values.append(_new_value(reading, change))
    if max(values) >= limit:
        return READING_EXCEEDS_DIGITS, {
            "value": decimal_text(max(values)),
            "digits": meter.digits,
        }
    if min(values) < 0:
        return READING_NEGATIVE, {"value": decimal_text(min(values))}
    return None


def _new_value(reading: Reading, change: Reading) -> Decimal:
    """The opening value of the new meter, as corrected; 0 when none was noted."""
    value = reading.new_value if change.new_value is None else change.new_value
    return _ZERO if value is None else value


def _part(
    day: date, value: Decimal, next_day: date, next_value: Decimal, limit: int
) -> Part:
    """What was counted from one value to the next, over at most one rollover."""
    rollover = next_value < value
    counted = EXACT.subtract(next_value, value)
    if rollover:
        counted = EXACT.add(counted, Decimal(limit))
    return Part(day, value, next_day, next_value, rollover, counted)
