"""Charges, concessions, meters and readings, shared costs, one-off charges."""

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

from odoo.tools.translate import LazyTranslate

from .plan import Change, Existing

_lt = LazyTranslate(__name__)

INTERVALS = (1, 3, 6, 12)
DEFAULT_DIGITS = 5
MAX_DIAL_DIGITS = 12
# Method to the area it needs, and what is wrong without it.
_AREAS = {
    "area": (
        "charge_area",
        lambda **words: _lt(
            "unit %(unit)s has no charged area above 0, which standard %(standard)s "
            "charges by",
            **words,
        ),
    ),
    "inner_area": (
        "inner_area",
        lambda **words: _lt(
            "unit %(unit)s has no inner area above 0, which standard %(standard)s "
            "charges by",
            **words,
        ),
    ),
}


def plan_charges(planner):
    """Standards charged to units; where by area, there must be an area."""
    problems = planner.problems
    for row in planner.rows("charges"):
        planner.check_dates(row)
        planner.check_range(
            row, "quantity", _lt("the quantity must be above 0"), above=0
        )
        if row["interval_months"] not in (None, *INTERVALS):
            problems.add(
                row,
                "interval_months",
                _lt("%s is not 1, 3, 6 or 12", row["interval_months"]),
            )
        unit = planner.ref(row, "unit_code", "unit")
        standard = planner.ref(row, "standard_code", "standard")
        _check_charge_standard(planner, row, unit, standard)
        if not (unit and standard and row["date_from"]):
            continue
        key = (unit.token, standard, row["date_from"])
        if not planner.claim("charge", key, row, "standard_code"):
            continue
        values = {
            "date_to": row["date_to"],
            "interval_months": row["interval_months"],
            "timing": row["timing"],
            "quantity": row["quantity"],
        }
        existing = planner.snapshot.records["charge"].get(key)
        planner.put("charge", key, row, values, existing)
    _warn_double_charges(planner)


def _warn_double_charges(planner):
    """One standard twice on a unit on one day may be meant (a second car), but often
    is a price change that was entered as a new charge without ending the old one."""
    charges = defaultdict(list)
    for key in {**planner.snapshot.records["charge"], **planner.final["charge"]}:
        unit_code, standard, first = key
        last = planner.get("charge", key)["date_to"] or date.max
        charges[unit_code, standard].append((first, last, key))
    for spans in charges.values():
        spans.sort()
        for earlier, later in pairwise(spans):
            row = planner.row_of("charge", later[2]) or planner.row_of(
                "charge", earlier[2]
            )
            if row and later[0] <= earlier[1]:
                planner.problems.warn(
                    row,
                    "date_from",
                    _lt(
                        "the unit has this charge from %(earlier)s too and pays both "
                        "from %(later)s",
                        earlier=earlier[0].isoformat(),
                        later=later[0].isoformat(),
                    ),
                )


def _check_charge_standard(planner, row, unit, standard):
    method = planner.values_of(standard, row["standard_code"]).get("method")
    if method == "metered":
        planner.problems.add(
            row,
            "standard_code",
            _lt(
                "standard %s is metered; put it on a meter of the unit",
                row["standard_code"],
            ),
        )
    if not unit or method not in _AREAS:
        return
    area_field, message = _AREAS[method]
    unit_row = planner.row_of("unit", unit.token)
    if unit_row and area_field in unit_row.bad:
        return  # said there
    if not planner.get("unit", unit.token).get(area_field):
        planner.problems.add(
            row,
            "unit_code",
            message(unit=unit.token, standard=row["standard_code"]),
        )


def plan_concessions(planner):
    """Concessions come approved: the file is the firm's decision."""
    for row in planner.rows("concessions"):
        planner.check_dates(row)
        planner.check_range(
            row,
            "factor",
            _lt("the factor must be from 0 (nothing to pay) to 1 (no reduction)"),
            low=0,
            high=1,
        )
        unit = planner.ref(row, "unit_code", "unit")
        item = planner.ref(row, "item_code", "item")
        if not (unit and item) or {"factor", "date_from", "reason"} & row.bad:
            continue
        key = (unit.token, item, row["date_from"], row["factor"], row["reason"])
        if not planner.claim("concession", key, row, "unit_code"):
            continue
        values = {"date_to": row["date_to"], "state": "approved"}
        existing = planner.snapshot.records["concession"].get(key)
        planner.put("concession", key, row, values, existing)


def plan_meters(planner):
    """Metering points with the reading they start from."""
    for row in planner.rows("meters"):
        planner.check_range(
            row, "multiplier", _lt("the multiplier must be above 0"), above=0
        )
        planner.check_range(
            row,
            "digits",
            _lt("a dial has from 1 to 12 digits"),
            low=1,
            high=MAX_DIAL_DIGITS,
        )
        unit = planner.ref(row, "unit_code", "unit")
        standard = planner.ref(row, "standard_code", "standard")
        method = planner.values_of(standard, row["standard_code"]).get("method")
        if method and method != "metered":
            planner.problems.add(
                row,
                "standard_code",
                _lt("standard %s is not metered", row["standard_code"]),
            )
        if "digits" not in row.bad:
            digits = row["digits"] or _known_digits(planner, row["meter_code"])
            _check_dial(planner, row, "initial_value", digits)
        values = {
            "unit_id": unit,
            "standard_id": standard,
            "multiplier": row["multiplier"],
            "digits": row["digits"],
            "initial_date": row["initial_date"],
            "initial_value": row["initial_value"],
        }
        planner.put_coded("meter", row, "meter_code", values)


def _known_digits(planner, code):
    return (planner.get("meter", code) or {}).get("digits") or DEFAULT_DIGITS


def _check_dial(planner, row, column, digits):
    planner.check_range(row, column, _lt("a reading cannot be negative"), low=0)
    value = row[column]
    if value is not None and value >= 10**digits:
        planner.problems.add(
            row,
            column,
            _lt(
                "%(value)s has more than the %(digits)s digits of the meter",
                value=format(value, "f"),
                digits=digits,
            ),
        )


def plan_readings(planner):
    """What the meters showed; a lower value than before is one rollover."""
    for row in planner.rows("readings"):
        meter = planner.ref(row, "meter_code", "meter")
        if meter is None or row["date"] is None:
            continue
        values = planner.get("meter", meter.token)
        _check_dial(planner, row, "value", values.get("digits") or DEFAULT_DIGITS)
        initial = values.get("initial_date")
        if initial and row["date"] <= initial:
            planner.problems.add(
                row,
                "date",
                _lt(
                    "the meter was first read on %s; a reading must be later",
                    initial.isoformat(),
                ),
            )
        key = (meter.token, row["date"])
        if planner.claim("reading", key, row, "date"):
            _put_reading(planner, row, key)
    _warn_rollovers(planner)


def _put_reading(planner, row, key):
    existing = planner.snapshot.records["reading"].get(key)
    billed = planner.snapshot.last_billed.get(key[0])
    if existing is None and billed and row["date"] < billed:
        planner.problems.add(
            row,
            "date",
            _lt(
                "the meter is billed up to %s; an earlier reading cannot be added",
                billed.isoformat(),
            ),
        )
    planner.put("reading", key, row, {"value": row["value"]}, existing)


def _warn_rollovers(planner):
    """Point out the readings that are lower than the one before."""
    readings = defaultdict(list)
    for (meter, day), values in planner.final["reading"].items():
        readings[meter].append((day, values["value"]))
    for meter, shown in readings.items():
        values = planner.get("meter", meter)
        shown.sort()
        # Readings before those of the file are not at hand for a known meter.
        known = meter in planner.snapshot.records["meter"]
        last = None if known else values.get("initial_value")
        for day, value in shown:
            if value is not None and last is not None and value < last:
                planner.problems.warn(
                    planner.row_of("reading", (meter, day)),
                    "value",
                    _lt(
                        "%(value)s after %(last)s counts as one rollover of the dial",
                        value=format(value, "f"),
                        last=format(last, "f"),
                    ),
                )
            last = value


def plan_shared_costs(planner):
    """Costs to split; a cost is told by all its values."""
    for row in planner.rows("shared_costs"):
        planner.check_dates(row)
        planner.check_range(row, "amount", _lt("the amount must be above 0"), above=0)
        item = planner.ref(row, "item_code", "item")
        usage = planner.ref(row, "usage_item", "item")
        _check_usage(planner, row, usage)
        buildings = frozenset(
            planner.ref(row, "buildings", "building", code)
            for code in sorted(row["buildings"] or ())
        )
        if row.bad or not item:
            continue
        key = (
            item,
            row["date_from"],
            row["date_to"],
            row["amount"],
            row["basis"],
            usage,
            buildings,
            row["unit_types"] or frozenset(),
        )
        if planner.claim("shared_cost", key, row, "item_code"):
            existing = planner.snapshot.records["shared_cost"].get(key)
            planner.put("shared_cost", key, row, {}, existing)


def _check_usage(planner, row, usage):
    if row["basis"] == "usage" and not usage and "usage_item" not in row.bad:
        planner.problems.add(
            row,
            "usage_item",
            _lt("a split by usage names the metered item whose usage counts"),
        )
    fee_class = planner.values_of(usage, row["usage_item"]).get("fee_class")
    if fee_class and fee_class != "metered":
        planner.problems.add(
            row, "usage_item", _lt("item %s is not metered", row["usage_item"])
        )


def plan_oneoffs(planner):
    """Things ordered once. Two equal rows are two charges, so the file and the
    community are compared by how many of each there are."""
    seen = Counter()
    for row in planner.rows("one_off_charges"):
        planner.check_range(
            row, "quantity", _lt("the quantity must be above 0"), above=0
        )
        planner.check_range(row, "price_unit", _lt("a price cannot be negative"), low=0)
        unit = planner.ref(row, "unit_code", "unit")
        item = planner.ref(row, "item_code", "item")
        if row.bad or not (unit and item):
            continue
        key = (
            unit.token,
            item,
            row["date"],
            row["quantity"],
            row["price_unit"],
            row["description"],
        )
        seen[key] += 1
        there = seen[key] <= planner.snapshot.oneoffs[key]
        existing = Existing(0, {}) if there else None
        planner.plan.add("oneoff", Change(key, {}, row, existing))
