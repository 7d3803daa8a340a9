"""Large workbooks, written row by row.

xlsxwriter's constant memory: a row is on disk once the next one begins. So the rows of
a sheet come from a generator, in order, and a sheet is done before the next begins.
"""

import os
from dataclasses import dataclass, field
from decimal import Decimal

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import quote_sheetname, xl_col_to_name

from .workbook import DATE_FORMAT, SHEET_NAME_FORBIDDEN, SHEET_NAME_SIZE

#: Rows of an Excel sheet, less one for the heads and one for the totals.
MAX_ROWS = 1_048_574
NUMERIC = ("money", "number", "quantity", "percent")


class TooManyRows(ValueError):
    """The rows do not fit on a sheet."""


@dataclass(frozen=True)
class Formula:
    """A cell that calculates, with what it comes to, for readers that do not."""

    text: str
    value: object = 0


@dataclass
class Written:
    """A sheet that is done: where its columns are, and their sums."""

    name: str
    columns: dict
    rows: int = 0
    sums: dict = field(default_factory=dict)

    def get_range(self, column):
        """The cells of a column as formulas name them: ``'Lines'!$C$2:$C$9``."""
        letter = self.columns[column]
        last = max(self.rows, 1) + 1
        return f"{quote_sheetname(self.name)}!${letter}$2:${letter}${last}"


class TableBook:
    """A workbook of tables: heads that stay, filters, totals as formulas.

    :param str path: of the file that is written
    :param int decimals: of the currency
    """

    def __init__(self, path, decimals=2):
        # what begins with = is text all the same: names come from outside
        self.book = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "tmpdir": os.path.dirname(path),
            },
        )
        money = "#,##0" + ("." + "0" * decimals if decimals else "")
        self.number_formats = {
            "money": money,
            "number": "0",
            "quantity": "#,##0.####",
            "percent": "0.0%",
            "date": DATE_FORMAT,
        }
        self.formats = {
            kind: self.book.add_format({"num_format": number})
            for kind, number in self.number_formats.items()
        }
        self.formats["text"] = self.book.add_format()
        self.written = {}

    def add_table(self, key, name, columns, rows, total_label=""):
        """Write a sheet.

        :param str key: by which formulas of other sheets find this one
        :param columns: list of ``{name, label, type, width, total}``; ``type`` is text,
            date, money, number, quantity or percent, ``width`` in characters;
            ``total``: whether its sum stands below
        :param rows: iterable of rows, values in the order of the columns; a value may
            be a `Formula`
        :rtype: Written
        :raise TooManyRows:
        """
        sheet = self.book.add_worksheet(self._get_name(name))
        done = Written(
            sheet.get_name(),
            {
                column["name"]: xl_col_to_name(index)
                for index, column in enumerate(columns)
            },
        )
        self.written[key] = done
        self._write_heads(sheet, columns)
        writers = [self._get_writer(sheet, column) for column in columns]
        sums = {
            index: Decimal(0)
            for index, column in enumerate(columns)
            if column.get("total")
        }
        for row in rows:
            done.rows += 1
            if done.rows > MAX_ROWS:
                raise TooManyRows(done.name)
            for index, value in enumerate(row):
                if value is None or value is False or value == "":
                    continue
                writers[index](done.rows, index, value)
                if index in sums:
                    amount = value.value if isinstance(value, Formula) else value
                    sums[index] += Decimal(str(amount))
        done.sums = {columns[index]["name"]: amount for index, amount in sums.items()}
        if done.rows:
            sheet.autofilter(0, 0, done.rows, len(columns) - 1)
            if sums:
                self._write_totals(sheet, columns, done, sums, total_label)
        return done

    def add_pairs(self, name, pairs, widths=(32, 100)):
        """Write a sheet of two columns: what something is, and what is said of it."""
        sheet = self.book.add_worksheet(self._get_name(name))
        bold = self.book.add_format({"bold": True, "valign": "top"})
        wrapped = self.book.add_format(
            {"text_wrap": True, "valign": "top", "align": "left"}
        )
        day = self.book.add_format({"num_format": DATE_FORMAT, "align": "left"})
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        for row, (label, value) in enumerate(pairs):
            sheet.write_string(row, 0, label, bold)
            if hasattr(value, "year"):
                sheet.write_datetime(row, 1, value, day)
            elif isinstance(value, int):
                sheet.write_number(row, 1, value, wrapped)
            else:
                sheet.write_string(row, 1, value, wrapped)

    def close(self):
        """Finish the file.

        :raise OSError: the disk does not take it
        """
        try:
            self.book.close()
        except FileCreateError as error:
            raise error.args[0] from error

    def _get_name(self, name):
        """A name that Excel takes and that no sheet has yet."""
        clean = name.translate(SHEET_NAME_FORBIDDEN).strip("'")
        taken = {sheet.get_name().lower() for sheet in self.book.worksheets()}
        result, number = clean[:SHEET_NAME_SIZE], 2
        while result.lower() in taken:
            suffix = f" {number}"
            result = clean[: SHEET_NAME_SIZE - len(suffix)] + suffix
            number += 1
        return result

    def _write_heads(self, sheet, columns):
        """The first row, which stays while the others are scrolled."""
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column["width"])
            style = self.book.add_format(
                {
                    "bold": True,
                    "bottom": 1,
                    "bg_color": "#E8F1F4",
                    "text_wrap": True,
                    "valign": "vcenter",
                    "align": "right" if column["type"] in NUMERIC else "left",
                }
            )
            sheet.write_string(0, index, column["label"], style)

    def _get_writer(self, sheet, column):
        """What writes a value of a column: no number or date is text."""
        kind = column["type"]
        style = self.formats[kind]
        plain = sheet.write_string
        if kind == "date":
            plain = sheet.write_datetime
        elif kind in NUMERIC:
            plain = sheet.write_number

        def write(row, index, value):
            if isinstance(value, Formula):
                sheet.write_formula(row, index, value.text, style, value.value)
            else:
                plain(row, index, value, style)

        return write

    def _write_totals(self, sheet, columns, done, sums, label):
        """The last row: the sums as formulas, with what they come to."""
        row = done.rows + 1
        for index, column in enumerate(columns):
            number = self.number_formats.get(column["type"], "General")
            style = self.book.add_format({"bold": True, "top": 1, "num_format": number})
            if index in sums:
                letter = xl_col_to_name(index)
                formula = f"=SUM({letter}2:{letter}{row})"
                sheet.write_formula(row, index, formula, style, float(sums[index]))
            elif index == 0:
                sheet.write_string(row, 0, label, style)
            else:
                sheet.write_blank(row, index, None, style)
