"""Files that visitors of the portal send."""

import io
from base64 import b64encode

from PIL import Image

from odoo.exceptions import ValidationError
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

#: Bytes of one file. A phone's photo has 3 to 8 million.
MAX_SIZE = 15_000_000
#: Width times height; Odoo takes no more either. A small file can unpack to more than
#: the server has memory.
MAX_PIXELS = 50_000_000
IMAGES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
DOCUMENTS = IMAGES | {"application/pdf"}


def read_upload(file, images_only=False):
    """A file of a form, by what is in it and not by its name.

    :param file: werkzeug FileStorage, or nothing
    :return: ``{name, raw, mimetype}``, ``raw`` for an image field in base64; None
        where no file was chosen
    :raise ValidationError: too large, or of another kind
    """
    if not file or not getattr(file, "filename", ""):
        return None
    content = file.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        raise ValidationError(
            request.env._("%s is too large: 15 MB at most, please.", file.filename)
        )
    mimetype = guess_mimetype(content)
    if mimetype not in (IMAGES if images_only else DOCUMENTS):
        raise ValidationError(
            request.env._("%s is not a photo.", file.filename)
            if images_only
            else request.env._("%s is neither a photo nor a PDF.", file.filename)
        )
    if mimetype in IMAGES and not _is_sane_image(content):
        raise ValidationError(
            request.env._(
                "%s is damaged, or has more than 50 million pixels.", file.filename
            )
        )
    raw = b64encode(content) if images_only else content
    return {"name": file.filename, "raw": raw, "mimetype": mimetype}


def _is_sane_image(content):
    """Whether an image can be opened and is not too large; only its head is read."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return width * height <= MAX_PIXELS
