"""Where a fault is, and what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from odoo.tools.translate import LazyGettext


@dataclass(eq=False)
class Row:
    """A row of a sheet, its cells read by their kind.

    ``values`` has a key for every column of the sheet; None is an empty cell, or one
    that is named in ``bad`` because it could not be read.
    """

    sheet: "SheetRows"
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def __getitem__(self, key):
        return self.values.get(key)


@dataclass(eq=False)
class SheetRows:
    """A sheet as the file has it: its title, its headers by column key, its rows."""

    key: str
    title: str
    headers: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Problem:
    """One fault. Row 0 and an empty column mean the sheet as a whole."""

    sheet: str
    row: int
    column: str
    message: LazyGettext


class Problems:
    """All faults of a file, in the order they were found, and its warnings."""

    def __init__(self):
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def add(self, row: Row, key: str, message: LazyGettext):
        """A fault in the cell of column ``key``; the row will not be imported."""
        row.bad.add(key)
        self.errors.append(self._at(row, key, message))

    def add_sheet(self, title: str, message: LazyGettext, row=0, column=""):
        """A fault of a sheet, its headers, or the whole file (empty title)."""
        self.errors.append(Problem(title, row, column, message))

    def warn(self, row: Row, key: str, message: LazyGettext):
        """Something to look at that does not stop the import."""
        self.warnings.append(self._at(row, key, message))

    def warn_sheet(self, title: str, message: LazyGettext, row=0, column=""):
        """A warning about a sheet or a header."""
        self.warnings.append(Problem(title, row, column, message))

    @staticmethod
    def _at(row, key, message):
        return Problem(
            row.sheet.title, row.number, row.sheet.headers.get(key, key), message
        )
