"""Checks of a file before anything in it is parsed."""

import io
import zipfile
import zlib

from odoo.tools.translate import LazyTranslate

from ...file_text import UnreadableFile

_lt = LazyTranslate(__name__)

MAX_FILE_MB = 30
MAX_UNPACKED_MB = 400
MAX_ROWS = 200_000
MAX_COLUMNS = 200
# OOXML forbids a document type; only an attack with entities needs one.
_DOCTYPES = tuple(
    "<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16le", "utf-16be")
)
_CHUNK = 1 << 20


def check_file(content: bytes):
    """Refuse what is not an xlsx file, or unpacks to more than the limits.

    :raises UnreadableFile: with the reason
    """
    if not content:
        raise UnreadableFile(_lt("The file is empty."))
    if len(content) > MAX_FILE_MB << 20:
        raise UnreadableFile(
            _lt(
                "The file is larger than %s MB. Split the workbook by building.",
                MAX_FILE_MB,
            )
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        raise not_a_workbook() from error


def not_a_workbook() -> UnreadableFile:
    """The refusal of a file that cannot be opened."""
    return UnreadableFile(
        _lt(
            "The file is not an Excel workbook (.xlsx), or it is damaged or locked by "
            "a password. Save it as .xlsx without a password and try again."
        )
    )


def _check_archive(archive):
    if "[Content_Types].xml" not in archive.namelist():
        raise not_a_workbook()
    unpacked = 0
    for info in archive.infolist():
        # The size in the directory may lie, so what comes out is counted.
        with archive.open(info) as part:
            tail = b""
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED_MB << 20:
                    raise UnreadableFile(
                        _lt(
                            "The file unpacks to more than %s MB. Remove empty "
                            "formatted rows or split the workbook by building.",
                            MAX_UNPACKED_MB,
                        )
                    )
                window = tail + chunk
                if info.filename.endswith((".xml", ".rels")) and any(
                    doctype in window for doctype in _DOCTYPES
                ):
                    raise UnreadableFile(
                        _lt(
                            "The file holds a document type declaration, which no "
                            "Excel workbook has. It was not opened."
                        )
                    )
                tail = window[-32:]
