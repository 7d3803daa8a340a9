"""Workbooks we make: an empty one to fill in, and the list of errors."""

import io

import xlsxwriter

from odoo.tools.translate import LazyTranslate

from ...lazy_text import say
from . import schema
from .schema import DEFINITIONS_LABEL, SHEETS

_lt = LazyTranslate(__name__)

_KINDS = {
    schema.CODE: _lt("Code, as text"),
    schema.TEXT: _lt("Text"),
    schema.DATE: _lt("Date: 2026-01-31"),
    schema.NUMBER: _lt("Number with up to %s decimals"),
    schema.INTEGER: _lt("Whole number"),
    schema.PERCENT: _lt("Percent"),
    schema.FACTOR: _lt("Factor"),
    schema.FLAG: _lt("Y or N"),
    schema.CHOICE: _lt("One of: %s"),
    schema.CHOICES: _lt("Any of: %s"),
    schema.CODES: _lt("Codes with a comma between, as text"),
}
_DEFINITION_HEADERS = (
    _lt("Sheet"),
    _lt("Column"),
    _lt("Key"),
    _lt("Needed"),
    _lt("What to Write"),
    _lt("Remark"),
)
_PROBLEM_HEADERS = (
    _lt("Sheet"),
    _lt("Row"),
    _lt("Column"),
    _lt("Reason"),
)
_DATE_FORMAT = "yyyy-mm-dd"
_FILLABLE_ROWS = 5000


def make_template(env) -> bytes:
    """An empty workbook in the user's language: a sheet for each subject, lists to
    choose from, and what each column means."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E7E9ED"}),
            "needed": book.add_format(
                {"bold": True, "bg_color": "#E7E9ED", "font_color": "#B3261E"}
            ),
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": _DATE_FORMAT}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        for sheet in SHEETS:
            _add_sheet(env, book, sheet, formats)
        _add_definitions(env, book, formats)
    return buffer.getvalue()


def make_problem_list(env, problems) -> bytes:
    """The errors as a workbook, to work through beside the original.

    :param problems: ``[(sheet, row, column, message)]``
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E7E9ED"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet(env._("Errors"))
        page.freeze_panes(1, 0)
        for position, label in enumerate(_PROBLEM_HEADERS):
            page.write_string(0, position, say(env, label), head)
        for line, (sheet, row, column, message) in enumerate(problems, start=1):
            # write_string: what looks like a formula in the file stays text here
            page.write_string(line, 0, sheet or "")
            if row:
                page.write_number(line, 1, row)
            page.write_string(line, 2, column or "")
            page.write_string(line, 3, message, wrap)
        page.set_column(0, 0, 18)
        page.set_column(1, 1, 8)
        page.set_column(2, 2, 22)
        page.set_column(3, 3, 90)
    return buffer.getvalue()


def _add_sheet(env, book, sheet, formats):
    page = book.add_worksheet(say(env, sheet.label))
    page.freeze_panes(1, 0)
    for position, column in enumerate(sheet.columns):
        head = formats["needed" if column.required else "head"]
        label = say(env, column.label)
        page.write_string(0, position, label, head)
        cells = None
        if column.kind in (schema.CODE, schema.CODES):
            cells = formats["text"]
        elif column.kind == schema.DATE:
            cells = formats["date"]
        # a CJK character is as wide as two others
        page.set_column(position, position, max(12, 2 * len(label)), cells)
        words = _get_list(env, column)
        if words:
            page.data_validation(
                1,
                position,
                _FILLABLE_ROWS,
                position,
                {"validate": "list", "source": words, "error_type": "warning"},
            )


def _get_list(env, column):
    """What to choose from in a cell, in the user's language."""
    if column.kind == schema.FLAG:
        return ["Y", "N"]
    return get_choice_labels(env, column) if column.kind == schema.CHOICE else []


def get_choice_labels(env, column):
    """Labels of the choices of a column in the user's language."""
    if not column.choices:
        return []
    model, name = column.choices.rsplit(".", 1)
    return [
        label for _key, label in env["ir.model.fields"].get_field_selection(model, name)
    ]


def _add_definitions(env, book, formats):
    page = book.add_worksheet(say(env, DEFINITIONS_LABEL))
    page.freeze_panes(1, 0)
    for position, label in enumerate(_DEFINITION_HEADERS):
        page.write_string(0, position, say(env, label), formats["head"])
    yes = env._("yes")
    line = 0
    for sheet in SHEETS:
        for column in sheet.columns:
            line += 1
            cells = (
                say(env, sheet.label),
                say(env, column.label),
                column.key,
                yes if column.required else "",
                _describe_kind(env, column),
                say(env, column.note) if column.note else "",
            )
            for position, text in enumerate(cells):
                page.write_string(line, position, text, formats["wrap"])
    for position, width in enumerate((18, 18, 18, 8, 50, 60)):
        page.set_column(position, position, width)


def _describe_kind(env, column):
    text = say(env, _KINDS[column.kind])
    if column.kind == schema.NUMBER:
        return text % column.decimals
    if column.kind in (schema.CHOICE, schema.CHOICES):
        return text % ", ".join(get_choice_labels(env, column))
    return text
