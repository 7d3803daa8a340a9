# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the engine gives back: lines to bill, and what it refused and why.

``Line.explanation`` is a flat JSON-safe dictionary: numbers are texts, days are
ISO dates, nothing is a float. The keys by ``kind`` are documented where they are
made: :mod:`.recurring`, :mod:`.metered`, :mod:`.shared`, :mod:`.oneoff`.
Common to all: ``kind``, ``amount``, ``decimals``, ``rounding``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

#: Nobody is known to pay on the days in question. ``Refusal.amount`` is the part
#: that is kept for them, to be billed when a payer is entered.
NO_PAYER = "no_payer"
#: The standard has no rate in force on the days in question. ``details``:
#: standard code.
NO_RATE = "no_rate"
#: The rate is in force but was not published in time (``Rate.published``).
#: ``Refusal.amount`` is what is billed once it is. ``details``: standard code.
NOT_PUBLISHED = "not_published"
#: Nothing to reckon by: ``details["variable"]`` is ``charge_area`` or
#: ``inner_area`` (empty or not above zero), ``floor`` (empty, asked for by a
#: formula), or ``weight`` (a shared cost whose weights add up to nothing or
#: which has a negative one).
NO_BASIS = "no_basis"
#: The formula cannot be read or worked out; ``details["message"]`` says why.
FORMULA_ERROR = "formula_error"
#: A reading has more digits than the meter shows. ``details``: value, digits.
READING_EXCEEDS_DIGITS = "reading_exceeds_digits"
#: A reading is below zero.
READING_NEGATIVE = "reading_negative"
#: A reading is dated on or before the day the meter was taken into service.
READING_BEFORE_START = "reading_before_start"
#: The value of an earlier reading was refused, so this usage is not known.
PREVIOUS_READING_REFUSED = "previous_reading_refused"
#: Entered between readings of which the later one is already billed: its usage
#: is in that bill. ``details["billed_reading_id"]``.
READING_ALREADY_COVERED = "reading_already_covered"
#: A correction that names no reading of this meter. ``details["corrects_id"]``.
UNKNOWN_READING = "unknown_reading"


@dataclass(frozen=True, slots=True)
class Line:
    """An amount one partner owes for one unit, item and range of days.

    ``kind``: recurring, metered, shared, oneoff; ``source_id``: id of the
    charge, reading, shared cost or one-off charge. What ``quantity`` and
    ``price_unit`` are depends on the kind:

    - recurring: the charge's quantity and the rate's price (the basis, a m2
      figure or 1, is in the explanation);
    - metered: the usage and its price; 0 when the usage fell into several tiers
      or none, which the explanation lists. A difference line after a correction
      has the change of the usage;
    - shared: 1 and the amount; the weight is in the explanation;
    - oneoff: as entered.
    """

    kind: str
    source_id: int
    unit_id: int
    partner_id: Any
    item_id: int
    standard_id: int | None
    rate_id: int | None
    date_from: date
    date_to: date
    quantity: Decimal
    price_unit: Decimal
    factor: Decimal
    amount: Decimal
    catch_up: bool
    explanation: dict[str, Any]
    #: id of the billed line that this one corrects; then the amount is a difference
    corrects_id: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Days of a charge that could not be billed; ``reason`` is a code from above."""

    kind: str
    source_id: int
    unit_id: int
    item_id: int
    date_from: date
    date_to: date
    reason: str
    amount: Decimal | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Result:
    """Lines and refusals, in the order of the facts and of time."""

    lines: list[Line] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def extend(self, other: Result) -> None:
        """Append what another call gave."""
        self.lines += other.lines
        self.refusals += other.refusals
