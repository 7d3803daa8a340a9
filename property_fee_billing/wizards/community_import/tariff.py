"""Fee items, standards and their dated rates with tiers."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools.translate import LazyGettext, LazyTranslate

from ...engine import FormulaError, check_formula
from ...models.property_fee_rate import BILLABLE_STATES
from .plan import Ref

_lt = LazyTranslate(__name__)

_STANDARD_COLUMNS = {
    "item_code": "item_id",
    "name": "name",
    "method": "method",
    "proration": "proration",
    "tier_basis": "tier_basis",
    "grade": "grade",
    "basis": "basis",
    "formula": "formula",
}


def plan_items(planner):
    """The community's own item of a code; else the one all communities share, when
    class and tax agree; else a new one: shared if the code is free, else its own."""
    for row in planner.rows("fee_items"):
        planner.check_range(
            row,
            "tax_percent",
            _lt("a tax is from 0 to less than 100 percent"),
            low=0,
            high=Decimal("99.9999"),
        )
        code = row["item_code"]
        if code is None or not planner.claim("item", code, row, "item_code"):
            continue
        values = {
            "name": row["name"],
            "fee_class": row["fee_class"],
            "tax_percent": row["tax_percent"],
        }
        own = planner.snapshot.records["item"].get(code)
        shared = planner.snapshot.shared["item"].get(code)
        existing = own or _usable(planner, row, shared)
        if existing is not None and existing is shared:
            # Other communities use its name too.
            values["name"] = existing.values["name"]
            if row["name"] and row["name"] != existing.values["name"]:
                planner.problems.warn(
                    row,
                    "name",
                    _lt(
                        "the item is shared by all communities and keeps its name %s",
                        existing.values["name"],
                    ),
                )
        elif existing is None:
            values["is_own"] = shared is not None
        planner.check_active(existing, row, "item_code")
        planner.refs["item"][code] = Ref("item", existing.id if existing else code)
        planner.put("item", code, row, values, existing)


def _usable(planner, row, shared):
    """The shared item, when it has the class and tax of the row."""
    if shared is None or not shared.active:
        return None
    same = all(
        row[column] is None or row[column] == shared.values[column]
        for column in ("fee_class", "tax_percent")
    )
    return shared if same else None


def plan_standards(planner):
    """Standards of this community. Several rows of one code are its prices over
    time and must agree in everything else."""
    firsts = {}
    for row in planner.rows("standards"):
        item = planner.ref(row, "item_code", "item")
        _check_standard(planner, row)
        code = row["standard_code"]
        if code is None:
            continue
        first = firsts.setdefault(code, row)
        if first is not row:
            _check_agreement(planner, first, row)
            continue
        existing = planner.snapshot.records["standard"].get(code)
        planner.check_active(existing, row, "standard_code")
        values = {
            field: row[column]
            for column, field in _STANDARD_COLUMNS.items()
            if field != "item_id"
        }
        values["item_id"] = item
        planner.refs["standard"][code] = Ref(
            "standard", existing.id if existing else code
        )
        planner.put("standard", code, row, values, existing)


def _check_standard(planner, row):
    negative = _lt("a price cannot be negative")
    planner.check_range(row, "price_unit", negative, low=0)
    planner.check_range(row, "base_amount", negative, low=0)
    if row["method"] != "formula":
        return
    try:
        check_formula(row["formula"] or "")
    except FormulaError as error:
        # the sentence is collected for translation where the engine makes it
        sentence = error.sentence
        reason = LazyGettext(sentence.text, _module=__name__, **sentence.values)
        planner.problems.add(
            row, "formula", _lt("the formula cannot be used: %s", reason)
        )


def _check_agreement(planner, first, row):
    for column in _STANDARD_COLUMNS:
        if {column} & (row.bad | first.bad) or row[column] == first[column]:
            continue
        planner.problems.add(
            row,
            column,
            _lt(
                "standard %(code)s has %(here)s here and %(there)s in row %(row)s; "
                "only the prices may differ",
                code=row["standard_code"],
                here=row[column] or "-",
                there=first[column] or "-",
                row=first.number,
            ),
        )


def plan_rates(planner):
    """A rate for each row of the standards, with its tiers. One in force is never
    edited: another price needs another date."""
    tiers = _collect_tiers(planner)
    for row in planner.rows("standards"):
        key = (row["standard_code"], row["date_from"])
        if None in key:
            continue
        rows = tiers.pop(key, [])
        if not planner.claim("rate", key, row, "date_from"):
            continue
        slices = _check_tiers(planner, row, rows)
        _put_rate(planner, row, key, slices, rows)
    for (code, day), rows in tiers.items():
        planner.problems.add(
            rows[0],
            "date_from",
            _lt(
                "standard %(code)s has no price from %(day)s on the sheet of standards",
                code=code,
                day=day.isoformat(),
            ),
        )


def _collect_tiers(planner):
    """(standard code, date) to its rows, in the order of the sheet."""
    tiers = defaultdict(list)
    for row in planner.rows("tiers"):
        planner.check_range(row, "price_unit", _lt("a price cannot be negative"), low=0)
        planner.check_range(
            row,
            "up_to_qty",
            _lt("the limit must be above 0; leave it empty in the last tier"),
            above=0,
        )
        standard = planner.ref(row, "standard_code", "standard")
        if standard and row["date_from"]:
            tiers[row["standard_code"], row["date_from"]].append(row)
    return tiers


def _check_tiers(planner, rate_row, rows):
    """The tiers as (limit, price), rising to a last one that is open."""
    if not rows:
        return ()
    problems = planner.problems
    if rate_row["method"] and rate_row["method"] != "metered":
        problems.add(
            rows[0],
            "standard_code",
            _lt(
                "standard %s is not metered and has no tiers", rows[0]["standard_code"]
            ),
        )
    elif not rate_row["tier_basis"] and "tier_basis" not in rate_row.bad:
        problems.add(
            rate_row,
            "tier_basis",
            _lt("the standard has tiers: say whether each reading or the year counts"),
        )
    last = Decimal(0)
    for row in rows[:-1]:
        limit = row["up_to_qty"]
        if limit is None and "up_to_qty" not in row.bad:
            problems.add(row, "up_to_qty", _lt("only the last tier has no upper limit"))
        elif limit is not None and limit <= last:
            problems.add(
                row,
                "up_to_qty",
                _lt("the limit must be above %s, the one before", str(last)),
            )
        last = limit or last
    if rows[-1]["up_to_qty"] is not None:
        problems.add(
            rows[-1],
            "up_to_qty",
            _lt("the last tier must have no upper limit; leave the cell empty"),
        )
    return tuple((row["up_to_qty"], row["price_unit"]) for row in rows)


def _put_rate(planner, row, key, slices, tier_rows):
    code, day = key
    ref = planner.refs["standard"].get(code)
    values = {
        "price_unit": row["price_unit"],
        "base_amount": row["base_amount"] or Decimal(0),
        "tier_ids": slices,
    }
    existing = planner.snapshot.records["rate"].get((ref, day))
    broken = row.bad or any(tier.bad for tier in tier_rows)
    if existing is None:
        if not broken:
            values.update(standard_id=ref, date_from=day)
            planner.put("rate", key, row, values)
        return
    if existing.values["state"] not in BILLABLE_STATES:
        planner.problems.add(
            row,
            "date_from",
            _lt(
                "the community has a rate of that day that is not in force yet; put it "
                "in force or delete it"
            ),
        )
    elif not broken and any(existing.values[name] != values[name] for name in values):
        planner.problems.add(
            row,
            "price_unit",
            _lt("the rate in force from that day differs; add a row with a later date"),
        )
    planner.put("rate", key, row, {}, existing)
