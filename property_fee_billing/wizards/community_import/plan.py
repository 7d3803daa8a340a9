"""What an import will do: records to create, to change, and those that stay."""

from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from odoo.tools.translate import LazyGettext, LazyTranslate

from .problems import Row

_lt = LazyTranslate(__name__)

#: Kinds of records in the order they are written, with their names for the preview.
KINDS = {
    "community": _lt("Communities"),
    "building": _lt("Buildings"),
    "unit": _lt("Units"),
    "partner": _lt("Owners and other people"),
    "ownership": _lt("Ownerships"),
    "item": _lt("Fee items"),
    "standard": _lt("Standards"),
    "rate": _lt("Rates"),
    "charge": _lt("Recurring charges"),
    "concession": _lt("Concessions"),
    "meter": _lt("Meters"),
    "reading": _lt("Readings"),
    "shared_cost": _lt("Shared costs"),
    "oneoff": _lt("One-off charges"),
}


class Ref(NamedTuple):
    """A record that another one points to: by its database id when it exists and its
    code is not enough to tell it (items, standards), else by its code."""

    kind: str
    token: int | str


@dataclass(frozen=True, eq=False)
class Existing:
    """A record of the database in the terms of the workbook.

    ``locked`` fields may not change any more; ``lock_reason`` says why.
    """

    id: int
    values: dict[str, Any]
    active: bool = True
    locked: frozenset[str] = frozenset()
    lock_reason: LazyGettext | None = None


@dataclass(frozen=True, eq=False)
class Change:
    """A record to create (``existing`` is None) or to change by ``values``."""

    key: Hashable
    values: dict[str, Any]
    row: Row
    existing: Existing | None = None


@dataclass
class Plan:
    """Changes by kind of record."""

    creates: dict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    updates: dict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    unchanged: Counter = field(default_factory=Counter)

    def add(self, kind: str, change: Change):
        """Put a change where it belongs; one without values changes nothing."""
        if change.existing is None:
            self.creates[kind].append(change)
        elif change.values:
            self.updates[kind].append(change)
        else:
            self.unchanged[kind] += 1

    def get_counts(self):
        """``[(kind, created, changed, unchanged)]`` of the kinds in the file."""
        counts = (
            (
                kind,
                len(self.creates.get(kind, ())),
                len(self.updates.get(kind, ())),
                self.unchanged[kind],
            )
            for kind in KINDS
        )
        return [count for count in counts if any(count[1:])]
