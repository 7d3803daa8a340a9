"""The bytes of a bank file to rows of cells."""

import codecs
import csv
import io
import warnings

import openpyxl

from odoo.tools.translate import LazyTranslate

from ..file_text import UnreadableFile, is_empty
from .columns import WORDS

_lt = LazyTranslate(__name__)

MAX_FILE_MB = 10
MAX_ROWS = 50_000
MAX_COLUMNS = 60
#: Tried in turn. What decodes as gb18030 may decode as big5 too: see ``_decode``.
ENCODINGS = ("utf-8-sig", "utf-16", "gb18030", "big5")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read_table(content: bytes, kind="auto", encoding="auto", delimiter="auto"):
    """Rows of a file, each a (row number of the file, list of cells).

    Rows with nothing in them are left out; numbers of rows are those an editor shows.

    :param kind: "csv", "xlsx" or "auto"
    :raises UnreadableFile: with the reason
    """
    if not content:
        raise UnreadableFile(_lt("The file is empty."))
    if len(content) > MAX_FILE_MB << 20:
        raise UnreadableFile(
            _lt("The file is larger than %s MB. Split it by month.", MAX_FILE_MB)
        )
    if content.startswith(_OLD_EXCEL):
        raise UnreadableFile(
            _lt("This is an old Excel file (.xls). Save it as .xlsx or .csv.")
        )
    if kind == "auto":
        kind = "xlsx" if content.startswith(b"PK") else "csv"
    rows = (
        _read_xlsx(content)
        if kind == "xlsx"
        else _read_csv(content, encoding, delimiter)
    )
    result = []
    for number, cells in rows:
        if len(result) >= MAX_ROWS:
            raise UnreadableFile(
                _lt("The file has more than %s rows. Split it by month.", MAX_ROWS)
            )
        if any(not is_empty(cell) for cell in cells):
            result.append((number, cells[:MAX_COLUMNS]))
    if not result:
        raise UnreadableFile(_lt("The file is empty."))
    return result


def _read_csv(content, encoding, delimiter):
    text = _decode(content, encoding)
    mark = DELIMITERS.get(delimiter) or _find_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    before = 0
    try:
        for cells in reader:
            # a cell with line breaks takes several lines; the row is its first
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableFile(
            _lt(
                "The file is not a table of text: it breaks off at line %s.", before + 1
            )
        ) from error


def _decode(content, encoding):
    """Text of the file. Simplified and traditional Chinese writings share their
    bytes: the one that gives more of the words banks use in headers is right."""
    if encoding != "auto":
        names = (encoding,)
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names = ("utf-16",)
    else:
        names = ("utf-8-sig", "gb18030", "big5")
    texts = []
    for name in names:
        try:
            texts.append(content.decode(name))
        except (UnicodeError, LookupError):
            continue
        if name == "utf-8-sig":
            break
    if not texts:
        raise UnreadableFile(
            _lt(
                "The characters of the file cannot be read. Save it as CSV in UTF-8 "
                "and try again."
            )
        )
    text = max(texts, key=_count_known_words) if len(texts) > 1 else texts[0]
    if "\0" in text:
        raise UnreadableFile(_lt("The file is neither a CSV nor an XLSX file."))
    return text


def _count_known_words(text):
    head = text[:4000]
    words = {word for words in WORDS.values() for word in words.split("|")}
    return sum(word in head for word in words if not word.isascii())


def _find_delimiter(text):
    """The mark that parts most of the first lines into the most cells."""
    lines = [line for line in text.splitlines()[:40] if line.strip()]

    def score(mark):
        counts = sorted(
            (len(row) for row in csv.reader(lines, delimiter=mark)), reverse=True
        )
        return sum(counts[: max(1, len(counts) // 2)])

    return max(DELIMITERS.values(), key=score)


def _read_xlsx(content):
    # not before: the wizards read bank files, and this is one of theirs
    from ..wizards.community_import.safety import check_file

    check_file(content)
    try:
        with warnings.catch_warnings():
            # styles and drawings are not read anyway
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, keep_links=False, data_only=True
            )
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = [
            (number, list(cells))
            for number, cells in enumerate(
                sheet.iter_rows(
                    max_col=MAX_COLUMNS, max_row=MAX_ROWS + 100, values_only=True
                ),
                start=1,
            )
        ]
        book.close()
    except Exception as error:  # a damaged file fails in any way it likes
        raise UnreadableFile(
            _lt("The file is no Excel workbook, or it is damaged. Save it again.")
        ) from error
    yield from rows
