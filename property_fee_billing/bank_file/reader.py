"""Rows of a bank file to lines of money, with what is wrong."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo.tools.translate import LazyGettext, LazyTranslate

from ..file_text import CellError, clean_text, is_empty, normalize
from . import values
from .columns import WORDS, find_columns, is_header, suggest_mapping

_lt = LazyTranslate(__name__)

#: A header is looked for in so many rows.
HEADER_ROWS = 40
#: Words that open the rows of totals at the foot of a file.
_TOTAL_WORDS = frozenset(
    ("合计", "总计", "小计", "合計", "總計", "小計", "total", "totals", "sum")
)


@dataclass(frozen=True)
class Shape:
    """How a bank writes its files.

    :ivar mapping: role to header words, see `columns`
    :ivar header_row: number of the header's row; 0 to look for it, -1 for none
    :ivar skip_rows: rows left out at the top, before anything is looked for
    :ivar date_formats: as of ``strptime``; empty to find out
    :ivar separator: between thousands, see `values.SEPARATORS`
    :ivar is_reversed: money in is negative
    :ivar is_balance_checked: refuse a file whose running balance does not fit
    """

    mapping: dict[str, str]
    header_row: int = 0
    skip_rows: int = 0
    date_formats: tuple[str, ...] = ()
    separator: str = "comma"
    is_reversed: bool = False
    is_balance_checked: bool = True


@dataclass
class Line:
    """One line of money; ``amount`` is positive for money in."""

    row: int
    date: date
    amount: Decimal
    payer_name: str = ""
    payer_account: str = ""
    memo: str = ""
    transaction_id: str = ""
    balance: Decimal | None = None
    key: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong; row 0 means the file as a whole."""

    row: int
    column: str
    message: LazyGettext


@dataclass
class Result:
    """The lines of a file, the oldest first, and every problem found."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    has_balances: bool = False

    @property
    def total(self) -> Decimal:
        """Sum of all lines."""
        return sum((line.amount for line in self.lines), Decimal(0))


def find_shape(rows, shapes):
    """The first shape whose header is in the file.

    :param rows: see `table.read_table`
    :param shapes: list of (anything, Shape)
    :return: the pair, or (None, a Shape by the words known), or None
    """
    for name, shape in shapes:
        if shape.header_row >= 0 and _find_header(rows, shape)[1]:
            return name, shape
    shape = Shape(WORDS)
    position, found = _find_header(rows, shape)
    if not found:
        return None
    return None, Shape(suggest_mapping(rows[position][1]))


def _find_header(rows, shape):
    """(position in ``rows``, columns by role) of the header row; no columns when it is
    not there. A file without header starts at position -1."""
    if shape.header_row < 0:
        return -1, find_columns(None, shape.mapping)
    for position, (number, cells) in enumerate(rows[: HEADER_ROWS + shape.skip_rows]):
        if number <= shape.skip_rows:
            continue
        if shape.header_row and number != shape.header_row:
            continue
        found = find_columns(cells, shape.mapping)
        if is_header(found):
            return position, found
    return -1, {}


def read_lines(rows, shape: Shape, currency="", decimals=2) -> Result:
    """All lines of a file.

    :param rows: see `table.read_table`
    :param currency: code that a currency column must have
    """
    position, found = _find_header(rows, shape)
    if not is_header(found):
        message = _lt(
            "the columns of the date and of the amount were not found; choose another "
            "bank format, or name them in this one"
        )
        return Result(problems=[Problem(0, "", message)])
    return _Reader(rows, position, found, shape, currency, decimals).read_all()


class _Reader:
    """Reads the rows below a header."""

    def __init__(self, rows, position, found, shape, currency, decimals):
        self.rows = [row for row in rows[position + 1 :] if row[0] > shape.skip_rows]
        self.header = rows[position][1] if position >= 0 else []
        self.found = found
        self.shape = shape
        self.currency = normalize(currency)
        self.decimals = decimals
        self.result = Result(mapping=shape.mapping, has_balances="balance" in found)

    def read_all(self):
        self.rows = [row for row in self.rows if not self._is_total(row[1])]
        try:
            formats = values.find_date_format(
                [self._cell(cells, "date") for _number, cells in self.rows],
                self.shape.date_formats,
            )
        except CellError as error:
            self._add(0, "date", error)
            return self.result
        for number, cells in self.rows:
            line = self._read_line(number, cells, formats)
            if line:
                self.result.lines.append(line)
        if not self.result.lines and not self.result.problems:
            self.result.problems.append(
                Problem(0, "", _lt("there are no lines below the header"))
            )
        if not self.result.problems:
            self._order_lines()
            set_keys(self.result.lines)
        return self.result

    def _is_total(self, cells):
        """Whether a row is no line but the sum of some."""
        first = next((cell for cell in cells if not is_empty(cell)), "")
        word = normalize(clean_text(first)).rstrip(":")
        return (
            word in _TOTAL_WORDS
            and is_empty(self._cell(cells, "date"))
            or (word in _TOTAL_WORDS and self.found["date"][0] == cells.index(first))
        )

    def _cell(self, cells, role):
        for position in self.found.get(role, ())[:1]:
            return cells[position] if position < len(cells) else None
        return None

    def _texts(self, cells, role):
        found = (
            values.read_text(cells[position])
            for position in self.found.get(role, ())
            if position < len(cells)
        )
        return " ".join(dict.fromkeys(text for text in found if text))

    def _add(self, number, role, error):
        column = role
        for position in self.found.get(role, ())[:1]:
            header = self.header[position] if position < len(self.header) else None
            column = clean_text(header) if header else f"#{position + 1}"
        self.result.problems.append(Problem(number, column, error.message))

    def _read_line(self, number, cells, formats):
        """The line of a row, None when something in it cannot be used."""
        before = len(self.result.problems)
        day = self._try(
            number, "date", lambda cell: values.read_date(cell, formats), cells
        )
        amount = self._read_amount(number, cells)
        balance = self._try(number, "balance", self._money, cells)
        self._check_currency(number, cells)
        if len(self.result.problems) > before or amount is None:
            return None
        return Line(
            row=number,
            date=day,
            amount=amount,
            payer_name=self._texts(cells, "payer_name"),
            payer_account=self._texts(cells, "payer_account"),
            memo=self._texts(cells, "memo"),
            transaction_id=self._texts(cells, "transaction_id"),
            balance=balance,
        )

    def _try(self, number, role, read, cells):
        if role not in self.found:
            return None
        try:
            return read(self._cell(cells, role))
        except CellError as error:
            self._add(number, role, error)
            return None

    def _money(self, cell):
        return values.read_money(cell, self.shape.separator, self.decimals)

    def _read_amount(self, number, cells):
        """The signed amount; None when it was refused, or is zero: some banks list
        lines of nothing, such as a message."""
        problems = len(self.result.problems)
        role, amount = "amount", None
        if "credit" in self.found:
            role = "credit"
            amount = self._read_two_columns(number, cells)
        else:
            amount = self._try(number, "amount", self._money, cells)
            if amount and "direction" in self.found:
                sign = self._try(number, "direction", values.read_direction, cells)
                # a bank that signs its amounts and names the direction says it twice
                amount = abs(amount) * sign if sign else None
        if len(self.result.problems) > problems:
            return None
        if amount is None:
            self._add(number, role, CellError(_lt("there is no amount")))
            return None
        if not amount:
            return None
        return -amount if self.shape.is_reversed else amount

    def _read_two_columns(self, number, cells):
        """Credit less debit; a bank fills one of the two."""
        credit = self._try(number, "credit", self._money, cells)
        debit = self._try(number, "debit", self._money, cells)
        if credit and debit:
            message = _lt("there is money in and money out in one row")
            self._add(number, "credit", CellError(message))
            return None
        if credit:
            return credit
        if debit:
            # in their own column some banks write money out as negative
            return -abs(debit)
        return credit if credit is not None else debit

    def _check_currency(self, number, cells):
        text = self._texts(cells, "currency")
        word = normalize(text)
        same = {
            "cny": ("cny", "rmb", "人民币", "人民幣"),
            "twd": ("twd", "ntd", "新台幣"),
        }
        if (
            word
            and self.currency
            and word not in same.get(self.currency, (self.currency,))
        ):
            error = CellError(
                _lt(
                    "the line is in %(found)s, the journal in %(journal)s",
                    found=text,
                    journal=self.currency.upper(),
                )
            )
            self._add(number, "currency", error)

    # ---------------------------------------------------------------- balances
    def _order_lines(self):
        """Put the oldest first, and check that the balances run from line to line."""
        lines = self.result.lines
        if not self.result.has_balances or any(line.balance is None for line in lines):
            self.result.has_balances = False
            if lines[0].date > lines[-1].date:
                lines.reverse()
            return
        upwards, downwards = _find_breaks(lines), _find_breaks(lines[::-1])
        is_newest_first = lines[0].date > lines[-1].date
        if (len(downwards), not is_newest_first) < (len(upwards), is_newest_first):
            lines.reverse()
            upwards = downwards
        if not upwards:
            return
        self.result.has_balances = False
        if self.shape.is_balance_checked:
            before, line = upwards[0]
            error = CellError(
                _lt(
                    "the balance is %(found)s but %(before)s and %(amount)s make "
                    "%(expected)s: a line is missing or not in order",
                    found=str(line.balance),
                    before=str(before.balance),
                    amount=str(line.amount),
                    expected=str(before.balance + line.amount),
                )
            )
            self._add(line.row, "balance", error)


def _find_breaks(lines):
    """Pairs of neighbours whose balances do not fit the amount between them."""
    return [
        (before, line)
        for before, line in zip(lines, lines[1:], strict=False)
        if before.balance + line.amount != line.balance
    ]


def set_keys(lines):
    """Give each line the key by which it is known again in another file.

    It is the bank's transaction id with the amount, else all that the line says; equal
    lines are numbered in their order. So a file that overlaps another adds only what
    is new, whatever else the files have in common.
    """
    seen = Counter()
    for line in lines:
        if line.transaction_id:
            parts = ("id", line.transaction_id, line.amount)
        else:
            parts = (
                line.date,
                line.amount,
                normalize(line.payer_name),
                normalize(line.memo),
                "" if line.balance is None else line.balance,
            )
        text = "\x1f".join(_get_key_part(part) for part in parts)
        seen[text] += 1
        digest = hashlib.sha256(f"{text}\x1f{seen[text]}".encode()).hexdigest()
        line.key = digest[:40]


def _get_key_part(part):
    """The same text for the same amount, however it was written."""
    if isinstance(part, Decimal):
        return format(part.normalize(), "f") if part else "0"
    return str(part)
