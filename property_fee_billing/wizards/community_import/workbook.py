"""An xlsx file to rows of values."""

import io
import warnings
import zipfile
from dataclasses import dataclass, field
from difflib import get_close_matches

import openpyxl

from odoo.tools.translate import LazyTranslate

from .cells import Cell, CellError, clean_text, is_empty, normalize, read_cell
from .problems import Problems, Row, SheetRows
from .safety import MAX_COLUMNS, MAX_ROWS, check_file, not_a_workbook
from .schema import SHEETS, Sheet
from .vocabulary import Vocabulary

_lt = LazyTranslate(__name__)
# what openpyxl runs into when the parts of a file do not fit together
_DAMAGES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    SyntaxError,
    TypeError,
    ValueError,
)


@dataclass
class Book:
    """The sheets found, by their key in the schema."""

    sheets: dict[str, SheetRows] = field(default_factory=dict)

    def rows(self, key: str) -> list[Row]:
        """Rows of a sheet, none when the file does not have it."""
        return self.sheets[key].rows if key in self.sheets else []


def read_workbook(content: bytes, words: Vocabulary, problems: Problems) -> Book:
    """Read every known sheet. Faults of cells go to ``problems``.

    :raises UnreadableFile: when it is not a workbook at all
    """
    check_file(content)
    file = _open(content, data_only=True)
    try:
        reader = _Reader(words, problems, _find_uncalculated(content, words))
        for worksheet in file.worksheets:
            reader.read_sheet(worksheet)
    finally:
        file.close()
    return reader.book


def check_sheets(book: Book, is_new: bool, problems: Problems):
    """Name the sheets that are missing. For a community that exists already only its
    own sheet is needed, so that a file may bring, say, new readings alone."""
    for sheet in SHEETS:
        needed = sheet.key == "community" or (is_new and sheet.needed)
        if needed and sheet.key not in book.sheets:
            problems.add_sheet("", _lt("the sheet %s is missing", sheet.label))


def _open(content, **options):
    try:
        with warnings.catch_warnings():
            # what openpyxl cannot keep (styles, drawings) is not read anyway
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, keep_links=False, **options
            )
    except Exception as error:  # a damaged file fails in any way it likes
        raise not_a_workbook() from error


class _Reader:
    """Reads one sheet after another into ``book``."""

    def __init__(self, words, problems, uncalculated):
        self.words = words
        self.problems = problems
        self.uncalculated = uncalculated
        self.book = Book()

    def read_sheet(self, worksheet):
        """Read a sheet if it is one of the workbook's."""
        title = worksheet.title
        word = normalize(title)
        sheet = self.words.sheets.get(word)
        if sheet is None:
            if word not in self.words.ignored_sheets:
                self.problems.warn_sheet(
                    title, _lt("the sheet is not known and is not read")
                )
            return
        if sheet.key in self.book.sheets:
            first = self.book.sheets[sheet.key].title
            self.problems.add_sheet(
                title, _lt("the sheet is here twice, also as %s", first)
            )
            return
        rows = self.book.sheets[sheet.key] = SheetRows(sheet.key, title)
        columns = None
        for number, cells in _iterate(worksheet, self.problems):
            if columns is None:
                columns = self._read_headers(sheet, rows, number, cells)
            else:
                rows.rows.append(self._read_row(sheet, rows, columns, number, cells))
        if columns is None:
            self.problems.add_sheet(title, _lt("the sheet has no headers"))

    def _read_headers(self, sheet: Sheet, rows, number, cells):
        """Position to column, by the first row that is not blank."""
        columns, unknown = {}, []
        for position, cell in enumerate(cells):
            if is_empty(cell.value):
                continue
            header = clean_text(cell.value)
            column = self.words.columns[sheet.key].get(normalize(header))
            if column is None:
                unknown.append(header)
            elif column.key in rows.headers:
                self.problems.add_sheet(
                    rows.title,
                    _lt(
                        "the column is here twice, also as %s",
                        rows.headers[column.key],
                    ),
                    number,
                    header,
                )
            else:
                columns[position] = column
                rows.headers[column.key] = header
        for column in sheet.columns:
            if column.required and column.key not in rows.headers:
                self.problems.add_sheet(
                    rows.title,
                    _lt("the column %s is missing", column.label),
                    number,
                    column.key,
                )
        self._report_unknown(sheet, rows, number, unknown)
        return columns

    def _report_unknown(self, sheet, rows, number, unknown):
        """A column that is not known is left out, but not one whose header is a slip
        of the pen away from a column that is missing: its cells would be lost."""
        missing = {
            word: column
            for word, column in self.words.columns[sheet.key].items()
            if column.key not in rows.headers
        }
        for header in unknown:
            close = get_close_matches(normalize(header), missing, n=1, cutoff=0.8)
            if close:
                message = _lt(
                    "the column is not known; is it %s?", missing[close[0]].key
                )
                self.problems.add_sheet(rows.title, message, number, header)
            else:
                message = _lt("the column is not known and is not read")
                self.problems.warn_sheet(rows.title, message, number, header)

    def _read_row(self, sheet, rows, columns, number, cells):
        row = Row(rows, number)
        for position, column in columns.items():
            cell = cells[position] if position < len(cells) else None
            value = None
            try:
                value = self._read_value(rows, column, number, position, cell)
            except CellError as error:
                self.problems.add(row, column.key, error.message)
            row.values[column.key] = value
        # a column that is missing as a whole was reported once, with the headers
        row.bad.update(
            column.key
            for column in sheet.columns
            if column.required and column.key not in rows.headers
        )
        return row

    def _read_value(self, rows, column, number, position, cell):
        value = None
        if cell is not None:
            choices = self.words.choices.get(column.choices, {})
            value = read_cell(column, _get_cell(cell), choices)
        if value is None:
            formula = self.uncalculated.get((rows.title, number, position + 1))
            if formula:
                raise CellError(
                    _lt(
                        "the formula %s has no value; open the file in Excel, let it "
                        "calculate, and save it",
                        formula,
                    )
                )
            if column.required:
                raise CellError(_lt("the cell is empty"))
        return value


def _iterate(worksheet, problems):
    """(row number of the sheet, cells) of every row that is not blank."""
    # The size a file states is often wrong; rows are read until there are no more.
    worksheet.reset_dimensions()
    used = 0
    try:
        for number, cells in enumerate(
            worksheet.iter_rows(max_col=MAX_COLUMNS, max_row=None), start=1
        ):
            if number > 1_048_576:
                break
            if all(is_empty(cell.value) for cell in cells):
                continue
            used += 1
            if used > MAX_ROWS + 1:
                problems.add_sheet(
                    worksheet.title,
                    _lt("the sheet has more than %s rows; split the file", MAX_ROWS),
                )
                return
            yield number, cells
    except _DAMAGES as error:
        raise not_a_workbook() from error


def _get_cell(cell) -> Cell:
    if not isinstance(cell.value, (int, float)):
        return Cell(cell.value, error=cell.data_type == "e")
    try:
        shown = cell.number_format or ""
    except _DAMAGES:
        shown = ""  # a style that is not in the file; the value is
    zeros = len(shown) if shown.strip("0") == "" else 0
    return Cell(cell.value, percent="%" in shown, width=zeros)


def _find_uncalculated(content, words):
    """A formula is read by its value. One that was never worked out has none, and
    would pass for an empty cell.

    :return: ``{(sheet title, row, column number): formula}``
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not any(
            b"<f" in archive.read(name)
            for name in archive.namelist()
            if name.startswith("xl/worksheets/")
        ):
            return {}
    formulas, values = _open(content), _open(content, data_only=True)
    try:
        return {
            (sheet.title, cell.row, cell.column): str(cell.value)
            for sheet, valued in zip(
                formulas.worksheets, values.worksheets, strict=True
            )
            if normalize(sheet.title) in words.sheets
            for cell in _iterate_uncalculated(sheet, valued)
        }
    except _DAMAGES as error:
        raise not_a_workbook() from error
    finally:
        formulas.close()
        values.close()


def _iterate_uncalculated(sheet, valued):
    sheet.reset_dimensions()
    valued.reset_dimensions()
    for cells, results in zip(
        sheet.iter_rows(max_col=MAX_COLUMNS),
        valued.iter_rows(max_col=MAX_COLUMNS),
        strict=False,
    ):
        for cell, result in zip(cells, results, strict=False):
            if cell.data_type == "f" and result.value is None:
                yield cell
