"""Text of the cells of files people bring in: spreadsheets, bank files."""

import re
import unicodedata
from decimal import Decimal

from odoo.tools.translate import LazyGettext

# spaces of all kinds, and marks that are there but not seen
_UNSEEN = " \t\r\n\u00a0\u3000\u200b\u200c\u200d\ufeff"


class UnreadableFile(ValueError):
    """A file that cannot be read, or not safely; ``message`` is a sentence."""

    def __init__(self, message: LazyGettext):
        super().__init__()
        self.message = message


class CellError(ValueError):
    """A cell that cannot be used; ``message`` says why, and what to do."""

    def __init__(self, message: LazyGettext):
        super().__init__()
        self.message = message


def normalize(text: str) -> str:
    """The form in which headers and choices are compared.

    >>> normalize(" Unit_Code ") == normalize("unit code")
    True
    """
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\s_\u200b-\u200d\ufeff]+", "", folded)


def number_value(value) -> Decimal:
    """Excel keeps 15 digits; what is beyond them is noise of the binary form."""
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")


def clean_text(value) -> str:
    """Text without what surrounds it unseen; numbers in their shortest writing."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return format(number_value(value).normalize(), "f")
    text = str(value).replace("\0", "").strip(_UNSEEN)
    # An apostrophe in front only says "this is text", to Excel and to us.
    if text[:1] in ("'", "’", "＇"):
        text = text[1:].strip(_UNSEEN)
    return text


def is_empty(value) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not clean_text(value))
