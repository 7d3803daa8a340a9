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
    #: room for rows on a page, and on the first one, below what stands there already
    height: float
    first_height: float
    #: what the sums, the amount and the signatures below the rows need
    closing: float
    font_size: float
    line_height: float
    padding: float = 1.8
    side_padding: float = 3.2


A4 = Page(186, 250, 194, 60, 3.18, 4.3)
A5 = Page(190, 114, 81, 42, 3.0, 4.1)
#: A roll of paper, cut below what is printed.
SLIP = Page(72, 10_000, 10_000, 0, 2.8, 3.9)


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
        text = get_text_width(row[column["name"]]) * page.font_size
        lines = max(lines, ceil(text / inside))
    return lines * page.line_height + page.padding


def get_text_height(text, page):
    """How high running text becomes, by its paragraphs."""
    lines = sum(
        max(1, ceil(get_text_width(line) * page.font_size / page.width))
        for line in text.splitlines()
    )
    return lines * page.line_height


def get_text_width(text):
    """Width of a text in font sizes; Chinese characters are twice as wide."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return wide * WIDE + (len(text) - wide) * NARROW
