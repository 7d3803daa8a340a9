"""Days and money as they stand in bank files, read exactly or refused."""

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from odoo.tools.translate import LazyTranslate

from ..file_text import CellError, clean_text, is_empty, number_value

_lt = LazyTranslate(__name__)

#: Writings of a day that say by themselves what is what.
_CLEAR_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
#: Writings that are used for one another; a file is read by the one that fits all.
_UNCLEAR_FORMATS = (
    ("%d/%m/%Y", "%m/%d/%Y"),
    ("%d-%m-%Y", "%m-%d-%Y"),
    ("%d.%m.%Y",),
    ("%d/%m/%y", "%m/%d/%y"),
    ("%d %b %Y",),
    ("%d-%b-%Y",),
)
_TIME = re.compile(r"[T ]*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?\Z", re.I)
_DENSE_TIME = re.compile(r"(\d{8})\d{6}\Z")
_YEARS = range(2000, 2100)
_CURRENCY_SIGNS = re.compile(r"^(RMB|CNY|[A-Z]{3}|[¥$€£])\s*|\s*(元|[A-Z]{3})$", re.I)
_CREDIT_WORDS = ("CR", "C", "贷", "貸", "收", "收入", "转入", "存入", "CREDIT", "贷方")
_DEBIT_WORDS = ("DR", "D", "借", "支", "支出", "转出", "支取", "DEBIT", "借方", "付")
_DASHES = frozenset(("-", "--", "—", "——", "/", "\\"))
SEPARATORS = {"comma": ",", "dot": ".", "space": " ", "none": ""}
_MAX_DIGITS = 12


def _plain(value) -> str:
    """Text with fullwidth forms made plain, and one kind of minus."""
    text = unicodedata.normalize("NFKC", clean_text(value))
    return re.sub("[\u2212\u2013\u2010\u2011]", "-", text).strip()


def read_money(value, separator="comma", decimals=2):
    """An amount of money, exact.

    Fullwidth digits, currency signs, thousands in groups, a minus before or after,
    brackets for negatives and CR/DR behind are understood.

    :param separator: what stands between thousands, a key of SEPARATORS; with "dot"
        the comma is the decimal sign
    :return: Decimal, None for an empty cell or a dash
    :raises CellError: for anything that is not one clear amount

    >>> read_money("（１，２３４．５０）")
    Decimal('-1234.50')
    """
    if is_empty(value):
        return None
    if isinstance(value, (bool, date, datetime)):
        raise CellError(_lt("%s is not an amount of money", clean_text(value)))
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise CellError(_lt("%s is not an amount of money", str(value)))
        return _check_number(number_value(value), clean_text(value), decimals)
    text = _plain(value)
    if text in _DASHES:
        return None
    sign, text = _split_sign(text)
    number = sign * _read_digits(text, separator, clean_text(value))
    return _check_number(number, clean_text(value), decimals)


def _split_sign(text):
    """(1 or -1, the rest) of a text with a sign, brackets or CR/DR."""
    sign = 1
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1].strip()
    upper = text.upper()
    for words, factor in ((("CR", "贷"), 1), (("DR", "借"), -1)):
        for word in words:
            if upper.endswith(word):
                sign, text = sign * factor, text[: -len(word)].strip()
                return sign, text
    text = _CURRENCY_SIGNS.sub("", text).strip()
    for mark, factor in (("-", -1), ("+", 1)):
        if text.startswith(mark):
            sign, text = sign * factor, text[1:].strip()
            break
        if text.endswith(mark):
            sign, text = sign * factor, text[:-1].strip()
            break
    return sign, _CURRENCY_SIGNS.sub("", text).strip()


def _read_digits(text, separator, shown):
    """The number of a text without sign."""
    point = "," if separator == "dot" else "."
    mark = SEPARATORS[separator]
    if mark:
        # thousands are groups of three, all of them; anything else has two meanings
        group = re.escape(mark) if mark != " " else r"[ \u00a0']"
        pattern = rf"(\d+|\d{{1,3}}({group}\d{{3}})+)({re.escape(point)}\d*)?\Z"
    else:
        pattern = rf"\d+({re.escape(point)}\d*)?\Z"
    if not re.match(pattern, text) and not re.match(rf"{re.escape(point)}\d+\Z", text):
        raise CellError(
            _lt(
                "%s is not one clear amount of money; check the thousands separator "
                "of the bank format",
                shown,
            )
            if re.search(r"\d", text)
            else _lt("%s is not an amount of money", shown)
        )
    if mark:
        text = re.sub(r"[ \u00a0']" if mark == " " else re.escape(mark), "", text)
    return Decimal(text.replace(point, "."))


def _check_number(number, shown, decimals):
    if abs(number) >= 10**_MAX_DIGITS:
        raise CellError(_lt("%s is too large", shown))
    if number != round(number, decimals):
        raise CellError(
            _lt(
                "%(number)s has more than %(decimals)s decimals",
                number=shown,
                decimals=decimals,
            )
        )
    return number


def read_direction(value) -> int:
    """1 for money in (credit), -1 for money out (debit), by the bank's word for it."""
    word = _plain(value).upper() if not is_empty(value) else ""
    if word in _CREDIT_WORDS or word == "+":
        return 1
    if word in _DEBIT_WORDS or word == "-":
        return -1
    raise CellError(
        _lt("%s does not say whether money came in or went out", word or "-")
    )


def read_text(value) -> str:
    """Text of a cell in one line; a number as it looks."""
    if is_empty(value):
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return " ".join(clean_text(value).split())


def find_date_format(values, formats=()):
    """The writings of days that fit all days of a file.

    :param values: the cells of the date column
    :param formats: writings the bank format names; with them nothing is guessed
    :return: list of formats to read by
    :raises CellError: when two writings fit, and give different days
    """
    if formats:
        return list(formats)
    texts = [
        _strip_time(value)
        for value in values
        if not is_empty(value) and not isinstance(value, (date, datetime))
    ]
    unclear = [text for text in texts if not _parse(text, _CLEAR_FORMATS)]
    if not unclear:
        return list(_CLEAR_FORMATS)
    for group in _UNCLEAR_FORMATS:
        fitting = [
            writing
            for writing in group
            if all(_parse(text, (writing,)) for text in unclear)
        ]
        days = {
            tuple(_parse(text, (writing,)) for text in unclear) for writing in fitting
        }
        if len(days) > 1:
            raise CellError(
                _lt(
                    "%s does not say which number is the day and which the month; set "
                    "the date format, such as %%d/%%m/%%Y, in the bank format",
                    unclear[0],
                )
            )
        if fitting:
            return [*_CLEAR_FORMATS, fitting[0]]
    return list(_CLEAR_FORMATS)


def read_date(value, formats):
    """The day of a cell; a time is left out.

    :raises CellError: when it is empty or no day
    """
    if is_empty(value):
        raise CellError(_lt("the cell is empty"))
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    else:
        found = _parse(_strip_time(value), formats)
    if not found:
        raise CellError(_lt("%s is not a date", clean_text(value)))
    if found.year not in _YEARS:
        raise CellError(_lt("the year of %s cannot be right", found.isoformat()))
    return found


def _strip_time(value):
    text = _TIME.sub("", _plain(value)).strip()
    match = _DENSE_TIME.match(text)
    return match[1] if match else text


def _parse(text, formats):
    for writing in formats:
        try:
            found = datetime.strptime(text, writing).date()
        except ValueError:
            continue
        # %Y%m%d would take 2026115 for a day, too
        if writing != "%Y%m%d" or len(text) == 8:
            return found
    return None
