# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the engine is given: places, tariff, charges, readings and costs.

Plain immutable data, loaded in bulk by the caller. Every number that takes part
in an amount is a ``Decimal``; every range of days includes both ends; ``None``
for an end means it is open. Ids are opaque and only handed back.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of a tiered price: usage up to ``up_to`` costs ``price_unit`` each.

    ``up_to`` counts from zero, ascends over the tiers of a rate, and is None in
    the last one.
    """

    up_to: Decimal | None
    price_unit: Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """A version of a standard's price, valid from ``date_from`` until the next one.

    ``base_amount`` is added once a month (recurring) or once a reading (metered).
    ``published`` is False where the community bills published prices only and this
    one was not published in time: what it prices is refused.
    """

    id: int
    date_from: date
    price_unit: Decimal
    base_amount: Decimal
    tiers: tuple[Tier, ...] = ()
    published: bool = True


@dataclass(frozen=True, slots=True)
class Standard:
    """How a fee is reckoned.

    ``method``: area, inner_area, fixed, metered, formula; ``proration``: daily,
    full_month; ``tier_basis``: period, year or None; ``rates``: only those that
    may be billed, ascending by ``date_from``; ``formula``: text for the method
    of that name (see :mod:`.formula`).
    """

    id: int
    code: str
    item_id: int
    method: str
    proration: str
    tier_basis: str | None
    rates: tuple[Rate, ...]
    formula: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A value that holds on the days from ``date_from`` to ``date_to``."""

    date_from: date | None
    date_to: date | None
    value: Hashable


@dataclass(frozen=True, slots=True)
class Concession:
    """An approved reduction: the owner pays ``factor`` of the fee."""

    id: int
    date_from: date | None
    date_to: date | None
    factor: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A flat, shop or parking space.

    ``payers`` hold partner ids and do not overlap (were they to, the first
    named wins); ``concessions`` are by fee item id; areas in m2, None or 0 when
    not known; ``area_source`` says where the area is taken from (register,
    survey, contract).
    """

    id: int
    code: str
    charge_area: Decimal | None
    inner_area: Decimal | None
    floor: int | None
    area_source: str | None
    payers: tuple[Span, ...]
    concessions: Mapping[int, tuple[Concession, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecurringCharge:
    """A unit owes a standard every ``interval_months`` (1, 3, 6, 12) months.

    ``timing``: advance or arrears; ``billed``: the days already billed, as
    merged ranges in ascending order.
    """

    id: int
    unit: Unit
    standard: Standard
    date_from: date
    date_to: date | None
    interval_months: int
    timing: str
    quantity: Decimal
    billed: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure read off a meter on a day.

    ``kind``:

    - regular: bills the usage since the regular reading before it;
    - replacement: ``value`` is the closing figure of the old meter and
      ``new_value`` the opening figure of the new one; its usage goes into the
      next regular reading;
    - correction: ``value`` (and ``new_value``, for a replacement) takes the place
      of the one of reading ``corrects_id``, whatever day the correction is made.

    ``billed_amount`` is the sum of the lines billed with this reading as source.
    """

    id: int
    date: date
    value: Decimal
    kind: str = "regular"
    new_value: Decimal | None = None
    corrects_id: int | None = None
    billed: bool = False
    billed_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter of a unit; ``digits`` before the point, usage times ``multiplier``.

    ``readings`` are all of the meter, in any order, billed ones too: they are
    the chain of values and the usage of the year so far.
    """

    id: int
    code: str
    unit: Unit
    standard: Standard
    multiplier: Decimal
    digits: int
    initial_date: date
    initial_value: Decimal
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A unit's part in a shared cost; ``weight`` is its area, 1, or its usage."""

    unit: Unit
    weight: Decimal
    billed: bool = False


@dataclass(frozen=True, slots=True)
class SharedCost:
    """A sum to be split over units; ``shares`` names every unit in its scope.

    Billed and unbilled units, with or without a payer: leaving one out would
    change the part of the others. ``basis``: area, unit, usage.
    """

    id: int
    item_id: int
    date_from: date
    date_to: date
    amount: Decimal
    basis: str
    shares: tuple[Share, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class OneOff:
    """A single charge on a day: ``quantity`` times ``price_unit``."""

    id: int
    unit: Unit
    item_id: int
    date: date
    quantity: Decimal
    price_unit: Decimal
    description: str
    standard_id: int | None = None
    billed: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The days a run bills: what falls due up to ``date_to`` and is not billed.

    What fell due before ``date_from`` is billed as catch-up.
    """

    date_from: date
    date_to: date


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one call of :func:`~.billing.bill` looks at."""

    charges: tuple[RecurringCharge, ...] = ()
    meters: tuple[Meter, ...] = ()
    shared_costs: tuple[SharedCost, ...] = ()
    one_offs: tuple[OneOff, ...] = ()
