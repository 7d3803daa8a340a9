"""From rows to a plan: the shared steps of every sheet.

The subjects follow in ``places``, ``tariff`` and ``charging``; each takes a planner
and adds the changes of its sheets, or the faults that forbid them.
"""

from collections import defaultdict
from datetime import date

from odoo.tools.translate import LazyTranslate

from . import charging, places, tariff
from .plan import Change, Plan, Ref
from .problems import Problems, Row
from .snapshot import Snapshot
from .workbook import Book

_lt = LazyTranslate(__name__)

STEPS = (
    places.plan_community,
    places.plan_buildings,
    places.plan_units,
    places.plan_owners,
    tariff.plan_items,
    tariff.plan_standards,
    tariff.plan_rates,
    charging.plan_charges,
    charging.plan_concessions,
    charging.plan_meters,
    charging.plan_readings,
    charging.plan_shared_costs,
    charging.plan_oneoffs,
)
_UNKNOWN = {
    "building": lambda code: _lt(
        "there is no building %s in the workbook or the community", code
    ),
    "unit": lambda code: _lt(
        "there is no unit %s in the workbook or the community", code
    ),
    "item": lambda code: _lt(
        "there is no fee item %s in the workbook or the community", code
    ),
    "standard": lambda code: _lt(
        "there is no standard %s in the workbook or the community", code
    ),
    "meter": lambda code: _lt(
        "there is no meter %s in the workbook or the community", code
    ),
}


def make_plan(book: Book, snapshot: Snapshot, problems: Problems) -> Plan:
    """Check every row against the file and the community, and plan the changes."""
    planner = Planner(book, snapshot, problems)
    for step in STEPS:
        step(planner)
    return planner.plan


def get_days(book: Book) -> tuple[date, date]:
    """First and last day of the readings and one-off charges of the file."""
    days = [
        row["date"]
        for key in ("readings", "one_off_charges")
        for row in book.rows(key)
        if row["date"]
    ]
    return (min(days), max(days)) if days else (date.max, date.min)


class Planner:
    """The state of one planning: what is known so far, and what will be."""

    def __init__(self, book: Book, snapshot: Snapshot, problems: Problems):
        self.book = book
        self.snapshot = snapshot
        self.problems = problems
        self.plan = Plan()
        #: kind -> key -> values as they will be after the import
        self.final = defaultdict(dict)
        #: kind -> code -> Ref, of items and standards
        self.refs = defaultdict(dict)
        self._first_rows = defaultdict(dict)

    def rows(self, key: str) -> list[Row]:
        """Rows of a sheet."""
        return self.book.rows(key)

    def claim(self, kind, key, row, column) -> bool:
        """Whether this row is the first of the file with that key; else a fault."""
        first = self._first_rows[kind].setdefault(key, row)
        if first is row:
            return True
        self.problems.add(row, column, _lt("the same as row %s", first.number))
        return False

    def row_of(self, kind, key) -> Row | None:
        """The row of the file that brought a record."""
        return self._first_rows[kind].get(key)

    def put(self, kind, key, row, values, existing=None):
        """Plan one record: create it, change what differs, or leave it.

        An empty cell never erases what the database has.
        """
        old = existing.values if existing else {}
        given = {name: value for name, value in values.items() if value is not None}
        self.final[kind][key] = {**values, **old, **given}
        if existing is None:
            if not row.bad:
                self.plan.add(kind, Change(key, given, row))
            return
        differing = {
            name: value for name, value in given.items() if old.get(name) != value
        }
        locked = sorted(existing.locked & differing.keys())
        if locked:
            self.problems.add(row, self._column(row, locked[0]), existing.lock_reason)
        elif not row.bad:
            self.plan.add(kind, Change(key, differing, row, existing))

    def put_coded(self, kind, row, column, values):
        """Plan a record that its code tells, after checking the code is free."""
        code = row[column]
        if code is None or not self.claim(kind, code, row, column):
            return
        existing = self.snapshot.records[kind].get(code)
        self.check_active(existing, row, column)
        self.put(kind, code, row, values, existing)

    def check_active(self, existing, row, column):
        """An archived record is not brought back behind somebody's back."""
        if existing and not existing.active:
            self.problems.add(
                row,
                column,
                _lt("%s is archived; restore it before the import", str(row[column])),
            )

    def get(self, kind, key):
        """Values a record will have, of the file or of the community."""
        if key in self.final[kind]:
            return self.final[kind][key]
        existing = self.snapshot.records[kind].get(key)
        return existing.values if existing else None

    def ref(self, row, column, kind, code=None) -> Ref | None:
        """What a cell refers to; a fault when there is no such record."""
        code = row[column] if code is None else code
        if code is None:
            return None
        ref = self._find(kind, code)
        if ref is None:
            self.problems.add(row, column, _UNKNOWN[kind](code))
        return ref

    def _find(self, kind, code):
        if code in self.refs[kind]:
            return self.refs[kind][code]
        if kind not in ("item", "standard"):
            existing = self.snapshot.records[kind].get(code)
            known = code in self.final[kind] or (existing and existing.active)
            return Ref(kind, code) if known else None
        existing = self._get_existing(kind, code)
        return Ref(kind, existing.id) if existing else None

    def _get_existing(self, kind, code):
        """An item or standard of the database, the community's own before a shared
        one. An archived one is not for new charges."""
        own = self.snapshot.records[kind].get(code)
        existing = own or self.snapshot.shared[kind].get(code)
        return existing if existing and existing.active else None

    def values_of(self, ref, code):
        """Values of the item or standard a cell refers to."""
        if ref is None:
            return {}
        if code in self.final[ref.kind]:
            return self.final[ref.kind][code]
        existing = self._get_existing(ref.kind, code)
        return existing.values if existing else {}

    def check_dates(self, row):
        """The last day is not before the first."""
        first, last = row["date_from"], row["date_to"]
        if first and last and last < first:
            self.problems.add(
                row,
                "date_to",
                _lt(
                    "%(last)s is before the first day %(first)s",
                    last=last.isoformat(),
                    first=first.isoformat(),
                ),
            )

    def check_range(self, row, column, message, low=None, high=None, above=None):
        """A number from ``low`` to ``high``, or above ``above``."""
        value = row[column]
        if value is None:
            return
        if (
            (low is not None and value < low)
            or (high is not None and value > high)
            or (above is not None and value <= above)
        ):
            self.problems.add(row, column, message)

    @staticmethod
    def _column(row, name):
        """Column of a field: they differ by the ending of relations only."""
        headers = row.sheet.headers
        short = name.removesuffix("_id").removesuffix("_ids")
        for key in (name, short, f"{short}_code"):
            if key in headers:
                return key
        return name
