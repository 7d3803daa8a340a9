"""Community, buildings, units, and who owns them and pays."""

from collections import defaultdict
from datetime import date

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Types that are charged by area as a rule: an area of 0 is a slip there.
AREA_TYPES = ("apartment", "shop", "office")


def plan_community(planner):
    """The one row that says which community the file is about."""
    problems = planner.problems
    rows = planner.rows("community")
    if not rows and "community" in planner.book.sheets:
        title = planner.book.sheets["community"].title
        problems.add_sheet(title, _lt("the sheet has no row; it needs one"))
    for row in rows[1:]:
        problems.add(row, "community_code", _lt("a file holds one community only"))
    for row in rows[:1]:
        existing = planner.snapshot.community
        currency = row["currency"] and row["currency"].upper()
        if currency and currency not in planner.snapshot.currencies:
            problems.add(row, "currency", _lt("%s is not a currency", currency))
        elif existing and currency and currency != existing.values["currency_id"]:
            problems.add(
                row,
                "currency",
                _lt(
                    "the community bills in %s, which an import does not change",
                    existing.values["currency_id"],
                ),
            )
        elif currency and currency != planner.snapshot.company_currency:
            problems.warn(
                row,
                "currency",
                _lt(
                    "the company keeps its books in %s: bills are converted at the "
                    "rate of their day, so keep the rates up to date",
                    planner.snapshot.company_currency,
                ),
            )
        planner.check_active(existing, row, "community_code")
        values = {
            "name": row["name"],
            "address": row["address"],
            "currency_id": currency,
        }
        planner.put("community", row["community_code"], row, values, existing)


def plan_buildings(planner):
    """Buildings by their code."""
    for row in planner.rows("buildings"):
        planner.put_coded("building", row, "building_code", {"name": row["name"]})


def plan_units(planner):
    """Units by their code, with an area where fees rest on one."""
    negative = _lt("an area cannot be negative")
    for row in planner.rows("units"):
        planner.check_range(row, "charge_area", negative, low=0)
        planner.check_range(row, "inner_area", negative, low=0)
        building = planner.ref(row, "building", "building")
        values = {
            "building_id": building,
            "floor": row["floor"],
            "unit_type": row["unit_type"],
            "charge_area": row["charge_area"],
            "inner_area": row["inner_area"],
            "occupancy": row["occupancy"],
        }
        code = row["unit_code"]
        existing = planner.snapshot.records["unit"].get(code)
        area = row["charge_area"]
        if area is None and existing:
            area = existing.values["charge_area"]
        if row["unit_type"] in AREA_TYPES and not area and "charge_area" not in row.bad:
            planner.problems.add(
                row, "charge_area", _lt("the charged area must be above 0")
            )
        planner.put_coded("unit", row, "unit_code", values)


def plan_owners(planner):
    """People and what they own, rent or develop; at most one payer on any day."""
    people = _collect_people(planner)
    _plan_people(planner, people)
    for row in planner.rows("owners"):
        planner.check_dates(row)
        unit = planner.ref(row, "unit_code", "unit")
        key = (row["unit_code"], row["owner_code"], row["role"], row["date_from"])
        if unit is None or {"owner_code", "role", "date_from"} & row.bad:
            continue
        if not planner.claim("ownership", key, row, "unit_code"):
            continue
        existing = planner.snapshot.records["ownership"].get(key)
        values = {"is_payer": row["payer"], "date_to": row["date_to"]}
        planner.put("ownership", key, row, values, existing)
    _check_payers(planner)


def _collect_people(planner):
    """Owner code to its rows; each says the same name, phone and email, or none."""
    people = defaultdict(list)
    for row in planner.rows("owners"):
        if row["email"] and "@" not in row["email"]:
            planner.problems.add(
                row, "email", _lt("%s is not an email address", row["email"])
            )
        if row["owner_code"]:
            people[row["owner_code"]].append(row)
    for code, rows in people.items():
        for column in ("owner_name", "phone", "email"):
            told = [row for row in rows if row[column]]
            for row in told[1:]:
                if row[column] != told[0][column]:
                    planner.problems.add(
                        row,
                        column,
                        _lt(
                            "owner %(code)s is %(here)s here and %(there)s in row "
                            "%(row)s; two people need two codes",
                            code=code,
                            here=row[column],
                            there=told[0][column],
                            row=told[0].number,
                        ),
                    )
    return people


def _plan_people(planner, people):
    for code, rows in people.items():
        first = rows[0]
        known = planner.snapshot.partners.get(code, [])
        existing = known[0] if known else None
        if len(known) > 1:
            planner.problems.add(
                first,
                "owner_code",
                _lt(
                    "several contacts of the community have this code: %s",
                    ", ".join(person.values["name"] for person in known),
                ),
            )
        planner.check_active(existing, first, "owner_code")
        told = {
            column: next((row[column] for row in rows if row[column]), None)
            for column in ("owner_name", "phone", "email")
        }
        name = told.pop("owner_name")
        if existing and name and name != existing.values["name"]:
            planner.problems.add(
                first,
                "owner_name",
                _lt(
                    "owner %(code)s of the community is %(known)s, not %(name)s; give "
                    "a new owner a new code, or rename the contact",
                    code=code,
                    known=existing.values["name"],
                    name=name,
                ),
            )
        values = {"name": name, **told}
        if existing is None:
            values["is_company"] = any(row["role"] == "developer" for row in rows)
        planner.put("partner", code, first, values, existing)


def _check_payers(planner):
    """On any day a unit has at most one payer, of the file and the community
    together. The later of two rows that overlap is the one reported."""
    spans = defaultdict(list)
    keys = {**planner.snapshot.records["ownership"], **planner.final["ownership"]}
    for key in keys:
        values = planner.get("ownership", key)
        row = planner.row_of("ownership", key)
        if values["is_payer"] and not (row and {"date_to", "payer"} & row.bad):
            unit_code, _owner, _role, first = key
            spans[unit_code].append(
                (first or date.min, values["date_to"] or date.max, key, row)
            )
    for unit_code, payers in spans.items():
        _report_overlaps(planner, unit_code, payers)


def _report_overlaps(planner, unit_code, payers):
    payers.sort(key=lambda payer: (payer[0], payer[3].number if payer[3] else 0))
    longest = payers[0]
    for payer in payers[1:]:
        if payer[0] <= longest[1]:
            # Report on a row of the file; two of the database cannot overlap.
            here, other = (payer, longest) if payer[3] else (longest, payer)
            if here[3] and other[3] and here[3].number < other[3].number:
                here, other = other, here
            if here[3]:
                planner.problems.add(
                    here[3], "payer", _overlap(planner, unit_code, other)
                )
        if payer[1] > longest[1]:
            longest = payer


def _overlap(planner, unit_code, other):
    first, last, key, row = other
    who = row["owner_name"] if row else planner.get("ownership", key)["name"]
    words = {
        "unit": unit_code,
        "who": who or "",
        "first": "…" if first == date.min else first.isoformat(),
        "last": "…" if last == date.max else last.isoformat(),
    }
    if row:
        return _lt(
            "unit %(unit)s has a payer in this time already: row %(row)s, %(who)s "
            "(%(first)s – %(last)s); end one before the other begins",
            row=row.number,
            **words,
        )
    return _lt(
        "unit %(unit)s has a payer in this time already: %(who)s of the community "
        "(%(first)s – %(last)s); end one before the other begins",
        **words,
    )
