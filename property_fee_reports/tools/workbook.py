"""Documents as a workbook, from the same plain structures as the printed pages."""

import io

import xlsxwriter

#: Excel allows no more for the name of a sheet, and none of these characters.
SHEET_NAME_SIZE = 31
SHEET_NAME_FORBIDDEN = str.maketrans("[]:*?/\\", "-------")
MAX_WIDTH = 40
DATE_FORMAT = "yyyy-mm-dd"


def make_workbook(documents):
    """An XLSX file of documents as `property.document.mixin` makes them.

    Facts and tables of a document stand on one sheet, tables with a ``sheet`` on their
    own. Figures are numbers, days are dates, and the totals of tables are formulas that
    have their value with them, for readers that do not calculate.

    :rtype: bytes
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        names = set()
        for document in documents:
            writer = _DocumentWriter(book, document, names)
            writer.write_sheets()
    return buffer.getvalue()


class _DocumentWriter:
    """Writes one document."""

    def __init__(self, book, document, names):
        self.book = book
        self.document = document
        self.names = names
        decimals = document["currency"]["decimals"]
        money = "#,##0" + ("." + "0" * decimals if decimals else "")
        self.formats = {
            "text": {"text_wrap": True, "valign": "top"},
            "number": {"num_format": "0", "valign": "top"},
            "money": {"num_format": money, "valign": "top"},
            "date": {"num_format": DATE_FORMAT, "valign": "top", "align": "left"},
        }
        self._made = {}

    def _style(self, kind, **more):
        """The cell format of a type of value, made once."""
        key = (kind, *sorted(more.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({**self.formats[kind], **more})
        return self._made[key]

    def write_sheets(self):
        """Write the sheets of the document."""
        document = self.document
        sheet = self._add_sheet(document["number"] or document["title"])
        row = self._write_head(sheet)
        own_sheets = []
        for table in document["tables"]:
            if table.get("sheet"):
                own_sheets.append(table)
            elif table["rows"] or table.get("summary"):
                row = self._write_table(sheet, table, row) + 1
        if document["amount"]:
            row = self._write_amount(sheet, row)
        for note in document["notes"]:
            sheet.write_string(row, 0, note)
            row += 1
        if document["seal"]:
            sheet.write_url(row, 0, document["seal"]["url"])
            row += 1
        sheet.autofit(MAX_WIDTH * 7)
        for table in own_sheets:
            sheet = self._add_sheet(table["sheet"])
            self._write_table(sheet, {**table, "title": ""}, 0)
            sheet.freeze_panes(1, 0)
            sheet.autofit(MAX_WIDTH * 7)

    def _add_sheet(self, name):
        """A sheet with a name that Excel takes and that is not there yet."""
        clean = name.translate(SHEET_NAME_FORBIDDEN)
        result, number = clean[:SHEET_NAME_SIZE], 2
        while result.lower() in self.names:
            suffix = f" {number}"
            result = clean[: SHEET_NAME_SIZE - len(suffix)] + suffix
            number += 1
        self.names.add(result.lower())
        sheet = self.book.add_worksheet(result)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _write_head(self, sheet):
        """Title, issuer, marks and facts; the next free row."""
        document = self.document
        title = " ".join(filter(None, (document["title"], document["number"])))
        sheet.write_string(0, 0, title, self._style("text", bold=True, font_size=14))
        places = (document["company"]["name"], document["community"]["name"])
        sheet.write_string(1, 0, " · ".join(places))
        row = 2
        for mark in document["marks"]:
            words = ": ".join(filter(None, (mark["text"], mark["note"])))
            sheet.write_string(row, 0, words, self._style("text", bold=True))
            row += 1
        for fact in document["facts"]:
            sheet.write_string(row, 0, fact["label"])
            self._write_value(sheet, row, 1, fact["value"], fact["type"])
            row += 1
        return row + 1

    def _write_table(self, sheet, table, row):
        """One table; the next free row."""
        if table["title"]:
            sheet.write_string(row, 0, table["title"], self._style("text", bold=True))
            row += 1
        columns = table["columns"]
        for index, column in enumerate(columns):
            align = "right" if column["type"] in ("money", "number") else "left"
            style = self._style("text", bold=True, bottom=1, align=align)
            sheet.write_string(row, index, column["label"], style)
        first = row = row + 1
        for values in table["rows"]:
            bold = {"bold": True} if values.get("strong") else {}
            for index, column in enumerate(columns):
                value = values.get(column["name"])
                self._write_value(sheet, row, index, value, column["type"], **bold)
            row += 1
        if table.get("total") and table["rows"]:
            self._write_total(sheet, table, first, row)
            row += 1
        for line in table.get("summary", ()):
            sheet.write_string(row, 0, line["label"])
            last = len(columns) - 1
            self._write_value(sheet, row, last, line["value"], line["type"])
            row += 1
        if table.get("note"):
            sheet.write_string(row, 0, table["note"])
            row += 1
        return row

    def _write_total(self, sheet, table, first, row):
        """The line of totals: formulas over the rows from ``first`` to this one."""
        for index, column in enumerate(table["columns"]):
            style = self._style(column["type"], bold=True, top=1)
            value = table["total"].get(column["name"])
            if column["type"] in ("money", "number") and value is not None:
                cells = xlsxwriter.utility.xl_range(first, index, row - 1, index)
                sheet.write_formula(row, index, f"=SUM({cells})", style, value)
            else:
                sheet.write_string(row, index, value or "", style)

    def _write_amount(self, sheet, row):
        """The amount in figures and words; the next free row."""
        amount = self.document["amount"]
        sheet.write_string(row, 0, amount["label"], self._style("text", bold=True))
        self._write_value(sheet, row, 1, amount["value"], "money", bold=True)
        sheet.write_string(row, 2, amount["words"])
        return row + 2

    def _write_value(self, sheet, row, column, value, kind, **style):
        """A cell of its own type: no number or date is text."""
        cell_format = self._style(kind, **style)
        if value is None or value is False or value == "":
            sheet.write_blank(row, column, None, cell_format)
        elif kind == "date":
            sheet.write_datetime(row, column, value, cell_format)
        elif kind in ("money", "number"):
            sheet.write_number(row, column, value, cell_format)
        else:
            sheet.write_string(row, column, str(value), cell_format)
