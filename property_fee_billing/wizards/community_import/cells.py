"""What a cell means, by the kind of its column.

Spreadsheets come as they are: numbers as text, codes that Excel made numbers of,
dates in three writings, full-width digits. What has one meaning is read; what has
two is refused with both named, because a guess would end up on somebody's bill.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from odoo.tools.translate import LazyTranslate

from ...file_text import CellError, clean_text, is_empty, normalize, number_value
from . import schema

_lt = LazyTranslate(__name__)

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)\Z")
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?\Z")
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+\Z")
_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\Z"
_YEAR_FIRST = (
    re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME),
    re.compile(r"(\d{4})(年)(\d{1,2})月(\d{1,2})[日号]?" + _TIME),
    re.compile(r"(\d{4})()(\d{2})(\d{2})\Z"),
)
_YEAR_LAST = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})\Z")
_YES = frozenset(("y", "yes", "true", "1", "是", "√", "✓"))
_NO = frozenset(("n", "no", "false", "0", "否", "×"))
_LIST_MARKS = re.compile(r"[,，、;；\n]")
_MAX_DIGITS = 12
_YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Cell:
    """A cell as the file has it.

    ``percent``: shown with a percent sign; ``width``: shown with leading zeros up to so
    many digits; ``error``: the value is an error such as #N/A.
    """

    value: Any
    percent: bool = False
    width: int = 0
    error: bool = False


def read_cell(column: schema.Column, cell: Cell, choices: Mapping[str, str]):
    """The value of a cell, None when it is empty.

    :param choices: for a choice column, normalized word to selection key
    :raises CellError: when the cell has no value, or more than one, of that kind
    """
    if cell.error:
        raise CellError(_lt("the cell shows the error %s", str(cell.value)))
    if is_empty(cell.value):
        return None
    return READERS[column.kind](column, cell, choices)


def _read_code(column, cell, choices):
    """Codes that Excel turned into numbers come back as they look: 1, not 1.0, and
    0101 where the cell shows it so; one turned into a date cannot be told any more."""
    if isinstance(cell.value, (date, datetime)):
        raise CellError(
            _lt(
                "the cell is a date; if Excel made one of a code such as 3-1, format "
                "the cell as text and type the code again"
            )
        )
    text = _read_text(column, cell, choices)
    return text.zfill(cell.width) if cell.width and text.isdecimal() else text


def _read_text(column, cell, choices):
    if isinstance(cell.value, datetime):
        return cell.value.date().isoformat()
    return " ".join(clean_text(cell.value).split())


def _read_date(column, cell, choices):
    if isinstance(cell.value, datetime):
        return _in_range(cell.value.date())
    if isinstance(cell.value, date):
        return _in_range(cell.value)
    text = unicodedata.normalize("NFKC", clean_text(cell.value))
    for pattern in _YEAR_FIRST:
        if match := pattern.match(text):
            year, _mark, month, day = match.groups()
            try:
                found = date(int(year), int(month), int(day))
            except ValueError as error:
                raise CellError(_lt("%s is not a day of the calendar", text)) from error
            return _in_range(found)
    if _YEAR_LAST.match(text):
        raise CellError(
            _lt(
                "%s does not say which number is the day and which the month; write "
                "the year first, as in 2026-01-31",
                text,
            )
        )
    raise CellError(_lt("%s is not a date; write it as 2026-01-31", text))


def _in_range(day: date) -> date:
    if day.year not in _YEARS:
        raise CellError(_lt("the year of %s cannot be right", day.isoformat()))
    return day


def _read_number(column, cell, choices):
    return _checked_decimals(column, _parse_number(cell.value), cell.value)


def _parse_number(value) -> Decimal:
    """A number, given as one or as text. The dot is the decimal sign, the comma
    stands between groups of three digits only."""
    if isinstance(value, (bool, date, datetime)):
        raise CellError(_lt("%s is not a number", clean_text(value)))
    if isinstance(value, (int, float)) and math.isfinite(value):
        return number_value(value)
    text = unicodedata.normalize("NFKC", clean_text(value)).replace("\u2212", "-")
    if _PLAIN_NUMBER.match(text):
        return Decimal(text)
    if _GROUPED_NUMBER.match(text):
        return Decimal(text.replace(",", ""))
    if _COMMA_NUMBER.match(text):
        raise CellError(
            _lt(
                "%(text)s can be read as %(decimal)s or as %(whole)s; write the number "
                "without a comma",
                text=text,
                decimal=text.replace(",", "."),
                whole=text.replace(",", ""),
            )
        )
    raise CellError(_lt("%s is not a number", text))


def _checked_decimals(column, number: Decimal, shown) -> Decimal:
    """Refuse what could only be kept rounded, or not at all."""
    if abs(number) >= 10**_MAX_DIGITS:
        raise CellError(_lt("%s is too large", clean_text(shown)))
    if number != round(number, column.decimals):
        raise CellError(
            _lt(
                "%(number)s has more than %(decimals)s decimals; round it",
                number=clean_text(shown),
                decimals=column.decimals,
            )
        )
    return number


def _read_integer(column, cell, choices):
    number = _parse_number(cell.value)
    if number != int(number) or abs(number) >= 10**9:
        raise CellError(_lt("%s is not a whole number", clean_text(cell.value)))
    return int(number)


def _split_percent(cell):
    """(number, whether it carries a percent sign) of ``6%`` or a percent cell."""
    if isinstance(cell.value, str):
        text = unicodedata.normalize("NFKC", clean_text(cell.value))
        if text.endswith("%"):
            return _parse_number(text[:-1]), True
        return _parse_number(text), False
    number = _parse_number(cell.value)
    return (number * 100, True) if cell.percent else (number, False)


def _read_percent(column, cell, choices):
    """6, ``6%`` and a cell of 0.06 shown as 6 % are all six percent."""
    number, signed = _split_percent(cell)
    if not signed and 0 < number < 1:
        raise CellError(
            _lt(
                "%(number)s can be read as %(low)s %% or as %(high)s %%; write the "
                "percent sign",
                number=clean_text(cell.value),
                low=format(number.normalize(), "f"),
                high=format((number * 100).normalize(), "f"),
            )
        )
    return _checked_decimals(column, number, cell.value)


def _read_factor(column, cell, choices):
    """0.7 and ``70%`` are the same."""
    number, signed = _split_percent(cell)
    return _checked_decimals(column, number / 100 if signed else number, cell.value)


def _read_flag(column, cell, choices):
    word = normalize(clean_text(cell.value))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError(_lt("%s is neither Y nor N", clean_text(cell.value)))


def _read_choice(column, cell, choices):
    return _find_choice(clean_text(cell.value), choices)


def _find_choice(text, choices):
    word = normalize(text)
    if word not in choices:
        raise CellError(
            _lt(
                "%(text)s is not one of %(choices)s",
                text=text,
                choices=", ".join(choices.labels),
            )
        )
    return choices[word]


def _read_choices(column, cell, choices):
    parts = _split_list(cell.value)
    return frozenset(_find_choice(part, choices) for part in parts)


def _read_codes(column, cell, choices):
    _read_code(column, cell, choices)  # refuses dates
    return frozenset(_split_list(cell.value))


def _split_list(value):
    parts = (clean_text(part) for part in _LIST_MARKS.split(clean_text(value)))
    return [part for part in parts if part]


READERS: dict[str, Callable] = {
    schema.CODE: _read_code,
    schema.TEXT: _read_text,
    schema.DATE: _read_date,
    schema.NUMBER: _read_number,
    schema.INTEGER: _read_integer,
    schema.PERCENT: _read_percent,
    schema.FACTOR: _read_factor,
    schema.FLAG: _read_flag,
    schema.CHOICE: _read_choice,
    schema.CHOICES: _read_choices,
    schema.CODES: _read_codes,
}
