"""What is done to printed pages afterwards.

The wkhtmltopdf of Linux distributions knows neither footers nor the height of a roll
of paper. So each document begins and ends with a mark that no reader sees: a dot of a
colour of its own (``.begin-mark`` and ``.end-mark`` of the styles), found again in the
drawing commands of the page.
"""

import io
import re

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
)

#: Colours of the marks as PDF writes them: #fefdfc and #fcfdfe.
BEGIN = re.compile(rb"0\.99607\d* 0\.9921\d* 0\.98823\d* (?:scn|rg)")
END = re.compile(
    rb"0\.98823\d* 0\.9921\d* 0\.99607\d* (?:scn|rg)\s(?:/GSa gs\s)?q\s"
    rb"([-\d.]+) 0 0 [-\d.]+ [-\d.]+ ([-\d.]+) cm\s"
    rb"[-\d.]+ ([-\d.]+) [-\d.]+ ([-\d.]+) re"
)
#: How the page is laid on paper: the first transformation of its commands.
PAGE = re.compile(rb"([-\d.]+) 0 0 (-[\d.]+) [-\d.]+ ([-\d.]+) cm")
FONT = NameObject("/FeePageNumber")
FONT_SIZE, BOTTOM = 8, 14


def number_pages(content):
    """Write "2 / 3" below the pages of documents that have more than one.

    :param bytes content: a PDF of documents one after the other
    :rtype: bytes
    """
    reader = PdfReader(io.BytesIO(content))
    counts = []
    for page in reader.pages:
        if not counts or BEGIN.search(_get_commands(page)):
            counts.append(0)
        counts[-1] += 1
    if max(counts, default=0) < 2:
        return content
    writer = PdfWriter(clone_from=reader)
    pages = iter(writer.pages)
    for count in counts:
        for number in range(1, count + 1):
            page = next(pages)
            if count > 1:
                _write_below(writer, page, f"{number} / {count}")
    return _get_content(writer)


def cut_pages(content, margin):
    """Cut off what is blank below each document, as a roll of paper is cut.

    :param float margin: what is left below the document, in points
    :rtype: bytes
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    for page in writer.pages:
        commands = _get_commands(page)
        mark, layout = END.search(commands), PAGE.search(commands)
        if not mark or not layout:
            continue
        scale, shift, top, height = (float(part) for part in mark.groups())
        page_scale, page_shift = float(layout[2]), float(layout[3])
        bottom = page_shift + page_scale * (scale * (top + height) + shift) - margin
        left, _bottom, right, upper = page.mediabox
        page.mediabox = RectangleObject((left, max(bottom, 0), right, upper))
        page.cropbox = page.mediabox
    return _get_content(writer)


def merge_pdfs(contents):
    """PDFs one after the other, as one.

    :param contents: list of bytes
    :return: (bytes, number of pages)
    """
    writer = PdfWriter()
    for content in contents:
        writer.append(PdfReader(io.BytesIO(content)), import_outline=False)
    return _get_content(writer), len(writer.pages)


def count_pages(content):
    """How many pages a PDF has."""
    return len(PdfReader(io.BytesIO(content)).pages)


def _get_commands(page):
    """The drawing commands of a page; none of an empty one."""
    contents = page.get_contents()
    # a stream without entries of its own is false, whatever it holds
    return b"" if contents is None else contents.get_data()


def _get_content(writer):
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _write_below(writer, page, text):
    """Write a short text of figures in the middle of the lower margin.

    Helvetica, which every reader has: nothing to embed. What the page draws is put in
    brackets, so that its transformations end with it.
    """
    resources = page[NameObject("/Resources")].get_object()
    fonts = resources.setdefault(NameObject("/Font"), DictionaryObject()).get_object()
    fonts[FONT] = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    left = float(page.mediabox.width) / 2 - len(text) * FONT_SIZE / 4
    before, after = DecodedStreamObject(), DecodedStreamObject()
    before.set_data(b"q\n")
    after.set_data(
        f"\nQ q BT {FONT} {FONT_SIZE} Tf {FloatObject(left)} {BOTTOM} Td "
        f"({text}) Tj ET Q".encode()
    )
    drawn = page[NameObject("/Contents")].get_object()
    drawn = drawn if isinstance(drawn, ArrayObject) else [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(before), *drawn, writer._add_object(after)]
    )
