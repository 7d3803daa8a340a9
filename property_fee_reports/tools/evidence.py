"""Joins the papers of a case into one PDF, and says exactly what is in it.

A pack is made of pieces: printed parts, and files that prove something. Each keeps
its bytes, its SHA-256 and the pages it has in the joined PDF. Whoever has the pack
can check every piece of it without this software: ``sha256sum -c SHA256SUMS``.
"""

import hashlib
import io
import json
import mimetypes
import re
import zipfile
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

#: A4 at 150 dots an inch, and the margin around a picture.
DPI, WIDTH, HEIGHT, MARGIN = 150, 1240, 1754, 60
#: Files of a zip carry one fixed time, so that the same pieces give the same bytes.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass
class Piece:
    """A printed part, or a file that proves something."""

    part: int
    code: str
    title: str
    path: str
    content: bytes
    mimetype: str = "application/pdf"
    #: first and last page in the joined PDF; None where it cannot be printed
    pages: tuple[int, int] | None = None
    facts: list = field(default_factory=list)

    @property
    def sha256(self):
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_file(self):
        """Whether it is a file that came with a part, not a part itself."""
        return not self.path.startswith("parts/")

    def describe(self):
        """The piece in the manifest."""
        described = {
            "part": self.part,
            "code": self.code,
            "title": self.title,
            "file": self.path,
            "mimetype": self.mimetype,
            "size": len(self.content),
            "sha256": self.sha256,
            "pages": list(self.pages) if self.pages else None,
        }
        return {**described, "facts": self.facts} if self.facts else described


def make_part(number, code, title, content, facts=()):
    """A printed part."""
    path = f"parts/{number:02}-{code}.pdf"
    return Piece(number, code, title, path, content, facts=list(facts))


def make_file(part, code, number, name, content, mimetype):
    """A file that proves something in a part.

    >>> make_file(3, "notices", 7, "../slip of 5/3.jpg", b"", "image/jpeg").path
    'files/03-007-slip_of_5_3.jpg'
    """
    safe = re.sub(r"[^\w.-]+", "_", name.replace("..", "")).strip("._") or "file"
    if "." not in safe:
        safe += mimetypes.guess_extension(mimetype) or ""
    path = f"files/{part:02}-{number:03}-{safe}"
    return Piece(part, code, name, path, content, mimetype)


def render(piece):
    """A piece as PDF, None if it cannot be printed: such a file is in the zip only."""
    if piece.mimetype == "application/pdf":
        try:
            reader = PdfReader(io.BytesIO(piece.content))
            return piece.content if len(reader.pages) else None
        except PyPdfError:
            return None
    if piece.mimetype.startswith("image/"):
        return _render_picture(piece.content)
    return None


def _render_picture(content):
    """A picture on a page of its own, no larger than it is."""
    try:
        picture = Image.open(io.BytesIO(content)).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    picture.thumbnail((WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN))
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    page.paste(picture, ((WIDTH - picture.width) // 2, MARGIN))
    buffer = io.BytesIO()
    page.save(buffer, "PDF", resolution=DPI)
    return buffer.getvalue()


def place(pieces, first_page):
    """Give pieces their pages, from a page on, in their order.

    :return: list of (piece, PDF) of those that can be printed
    """
    printed = []
    page = first_page
    for piece in pieces:
        content = render(piece)
        if content is None:
            continue
        count = len(PdfReader(io.BytesIO(content)).pages)
        piece.pages = (page, page + count - 1)
        page += count
        printed.append((piece, content))
    return printed


def join(index, printed, title):
    """One PDF of the index and all pieces, with a bookmark for each.

    :param bytes index: PDF that comes first
    :param printed: see ``place``
    """
    writer = PdfWriter()
    writer.append(io.BytesIO(index), outline_item=title, import_outline=False)
    for piece, content in printed:
        writer.append(
            io.BytesIO(content), outline_item=piece.title, import_outline=False
        )
    writer.add_metadata({"/Title": title})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def make_manifest(head, filename, content, pieces):
    """What is in a pack, as JSON.

    :param dict head: of which case, when and by whom
    :param bytes content: the joined PDF
    :rtype: bytes
    """
    manifest = {
        **head,
        "document": {
            "file": filename,
            "size": len(content),
            "pages": len(PdfReader(io.BytesIO(content)).pages),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
        "parts": [piece.describe() for piece in pieces if not piece.is_file],
        "files": [piece.describe() for piece in pieces if piece.is_file],
    }
    return json.dumps(manifest, indent=2, ensure_ascii=False).encode()


def make_zip(filename, content, manifest, pieces):
    """The joined PDF, the manifest, every piece, and sums that any computer checks.

    :rtype: bytes
    """
    entries = [(filename, content), ("manifest.json", manifest)]
    entries += [(piece.path, piece.content) for piece in pieces]
    sums = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in entries
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in [*entries, ("SHA256SUMS", sums.encode())]:
            info = zipfile.ZipInfo(path, ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()
