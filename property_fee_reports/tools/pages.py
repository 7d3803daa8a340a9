"""Which rows of a table go on which page.

The wkhtmltopdf of Linux distributions neither repeats the head of a table on the next
page nor keeps a row in one piece. So tables are cut here, by an estimate of how high
each row becomes, and every part gets its head.
"""

import unicodedata
from dataclasses import dataclass
from math import ceil

#: Widths of characters in parts of the font's size, on the safe side.
WIDE, NARROW = 1.02, 0.62


@dataclass(frozen=True)
class Page:
    """A paper size as the styles of the documents fill it; all in millimetres."""

    width: float
    #: room for rows on a page, and on the first one, below so many lines of facts
    height: float
    first_height: float
    fact_lines: int
    #: what signatures need
    signature_height: float
    font_size: float
    line_height: float
    padding: float = 1.8
    side_padding: float = 3.2
    #: how wide a fact is
    fact_width: float = 80

    def count_lines(self, text, width):
        """On how many lines a text stands."""
        return max(1, ceil(get_text_width(text) * self.font_size / width))


#: Room in millimetres for the title of a table and the names of its columns; for the
#: frame with the amount; for the one that says how to pay, without its rows, and with a
#: QR code.
TITLE_HEIGHT, AMOUNT_HEIGHT, PAYMENT_HEIGHT, CODE_HEIGHT = 16, 15, 14, 45

A4 = Page(186, 250, 220, 3, 16, 3.18, 4.3)
A5 = Page(190, 118, 90, 2, 10, 3.0, 4.1)
#: A roll of paper, cut below what is printed.
SLIP = Page(72, 10_000, 10_000, 0, 0, 2.8, 3.9)


@dataclass(frozen=True)
class Table:
    """A table that is to be laid out."""

    #: as `split_rows` takes them
    rows: list
    columns: list
    #: room for sums and notes right below the last row, in millimetres
    foot: float = 0
    #: whether it has pages of its own
    is_apart: bool = False


@dataclass(frozen=True)
class Part:
    """The rows of a table on one page."""

    positions: list
    #: whether a page begins with it
    is_next: bool


def lay_out(tables, page, room, closing):
    """Lay tables one below the other: each fills what the one before it has left.

    :param tables: list of `Table`
    :param room: room for rows on the first page
    :param closing: room needed below the last of the tables that follow each other
    :return: list of lists of `Part`, one for each table
    """
    last = max((n for n, table in enumerate(tables) if not table.is_apart), default=-1)
    result = []
    for number, table in enumerate(tables):
        below = table.foot
        if table.is_apart:
            below += page.line_height
        elif number == last:
            below += closing
        heights = [get_row_height(row, table.columns, page) for row in table.rows]
        start = room - TITLE_HEIGHT if number else room
        first = sum(heights[:1]) + (below if len(heights) < 2 else 0)
        is_next = table.is_apart or first > start
        if is_next:
            start = page.height
        parts = split_rows(table.rows, table.columns, page, start, below)
        result.append([Part(part, is_next or n > 0) for n, part in enumerate(parts)])
        room = page.height if len(parts) > 1 else start
        room -= sum(heights[position] for position in parts[-1]) + table.foot
    return result


def split_rows(rows, columns, page, first_height, closing):
    """Cut rows into parts that each fit on a page.

    :param rows: list of ``{column name: text as printed}``
    :param columns: list of ``{name, width}``, widths in percent of the page
    :param first_height: room for rows on the first page
    :param closing: room needed below the last row; a page has rows above it, so that
        no sum stands alone
    :return: list of lists of positions in ``rows``; one empty list without rows
    """
    parts = [[]]
    room = first_height
    last = len(rows) - 1
    for position, row in enumerate(rows):
        needed = height = get_row_height(row, columns, page)
        if position == last:
            needed += closing
        if needed > room and parts[-1]:
            parts.append([])
            room = page.height
        parts[-1].append(position)
        room -= height
    return parts


def get_row_height(row, columns, page):
    """How high a row becomes, by its longest cell."""
    lines = 1
    for column in columns:
        inside = page.width * column["width"] / 100 - page.side_padding
        lines = max(lines, page.count_lines(row[column["name"]], inside))
    return lines * page.line_height + page.padding


def get_text_height(text, page):
    """How high running text becomes, by its paragraphs."""
    lines = sum(page.count_lines(line, page.width) for line in text.splitlines())
    return lines * page.line_height


def get_text_width(text):
    """Width of a text in font sizes; Chinese characters are twice as wide."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return wide * WIDE + (len(text) - wide) * NARROW
