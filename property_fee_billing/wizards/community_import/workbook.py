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
    book = Book()
    file = _open(content, data_only=True)
    try:
        for worksheet in file.worksheets:
            _read_sheet(worksheet, book, words, problems)
    finally:
        file.close()
    _refuse_uncalculated(content, words, problems)
    return book


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


def _read_sheet(worksheet, book, words, problems):
    title = worksheet.title
    word = normalize(title)
    sheet = words.sheets.get(word)
    if sheet is None:
        if word not in words.ignored_sheets:
            problems.warn_sheet(title, _lt("the sheet is not known and is not read"))
        return
    if sheet.key in book.sheets:
        first = book.sheets[sheet.key].title
        problems.add_sheet(title, _lt("the sheet is here twice, also as %s", first))
        return
    rows = book.sheets[sheet.key] = SheetRows(sheet.key, title)
    columns = None
    for number, cells in _iterate(worksheet, problems):
        if columns is None:
            columns = _read_headers(sheet, rows, number, cells, words, problems)
        else:
            rows.rows.append(_read_row(rows, columns, number, cells, words, problems))
    if columns is None:
        problems.add_sheet(title, _lt("the sheet has no headers"))


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
    except (ValueError, KeyError, IndexError, TypeError, SyntaxError) as error:
        raise not_a_workbook() from error


def _read_headers(sheet: Sheet, rows, number, cells, words, problems):
    """Position to column, by the first row that is not blank."""
    columns, unknown = {}, []
    for position, cell in enumerate(cells):
        if is_empty(cell.value):
            continue
        header = clean_text(cell.value)
        column = words.columns[sheet.key].get(normalize(header))
        if column is None:
            unknown.append(header)
        elif column.key in rows.headers:
            problems.add_sheet(
                rows.title,
                _lt("the column is here twice, also as %s", rows.headers[column.key]),
                number,
                header,
            )
        else:
            columns[position] = column
            rows.headers[column.key] = header
    for column in sheet.columns:
        if column.required and column.key not in rows.headers:
            problems.add_sheet(
                rows.title,
                _lt("the column %s is missing", column.label),
                number,
                column.key,
            )
    _report_unknown(sheet, rows, number, unknown, words, problems)
    return columns


def _report_unknown(sheet, rows, number, unknown, words, problems):
    """A column that is not known is left out, but not one whose header is a slip of
    the pen away from a column that is missing: its cells would be lost silently."""
    missing = {
        word: column
        for word, column in words.columns[sheet.key].items()
        if column.key not in rows.headers
    }
    for header in unknown:
        close = get_close_matches(normalize(header), missing, n=1, cutoff=0.8)
        if close:
            problems.add_sheet(
                rows.title,
                _lt("the column is not known; is it %s?", missing[close[0]].key),
                number,
                header,
            )
        else:
            problems.warn_sheet(
                rows.title,
                _lt("the column is not known and is not read"),
                number,
                header,
            )


def _read_row(rows, columns, number, cells, words, problems):
    row = Row(rows, number)
    for position, column in columns.items():
        cell = cells[position] if position < len(cells) else None
        value = None
        try:
            if cell is not None:
                choices = words.choices.get(column.choices, {})
                value = read_cell(column, _get_cell(cell), choices)
            if value is None and column.required:
                raise CellError(_lt("the cell is empty"))
        except CellError as error:
            problems.add(row, column.key, error.message)
        row.values[column.key] = value
    # a column that is missing as a whole was reported once, with the headers
    sheet = next(sheet for sheet in SHEETS if sheet.key == rows.key)
    row.bad.update(
        column.key
        for column in sheet.columns
        if column.required and column.key not in rows.headers
    )
    return row


def _get_cell(cell) -> Cell:
    if not isinstance(cell.value, (int, float)):
        return Cell(cell.value, error=cell.data_type == "e")
    shown = cell.number_format or ""
    zeros = len(shown) if shown.strip("0") == "" else 0
    return Cell(cell.value, percent="%" in shown, width=zeros)


def _refuse_uncalculated(content, words, problems):
    """A formula is read by its value. One that was never worked out has none, and
    would pass for an empty cell: say so instead."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not any(
            b"<f" in archive.read(name)
            for name in archive.namelist()
            if name.startswith("xl/worksheets/")
        ):
            return
    formulas, values = _open(content), _open(content, data_only=True)
    try:
        for sheet, valued in zip(formulas.worksheets, values.worksheets, strict=True):
            if normalize(sheet.title) not in words.sheets:
                continue
            for number, column, formula in _iterate_uncalculated(sheet, valued):
                problems.add_sheet(
                    sheet.title,
                    _lt(
                        "the formula %s has no value; open the file in Excel, let it "
                        "calculate, and save it",
                        formula,
                    ),
                    number,
                    column,
                )
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
                yield cell.row, cell.column_letter, str(cell.value)
