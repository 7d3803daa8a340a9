"""QR codes for pages and paper."""

from base64 import b64encode
from functools import lru_cache

import qrcode

#: Blank modules around the code, which readers need (ISO/IEC 18004).
QUIET_ZONE = 4
#: Choosing the best of the eight masks takes four times as long as all the rest;
#: readers take any of them.
MASK = 2
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
    '<rect width="{size}" height="{size}" fill="#fff"/>'
    '<path stroke="#000" d="{path}"/></svg>'
)


def make_qr_image(env, text):
    """A QR code as a data URI, to be shown without another request.

    A drawing, not a picture: sharp in any size, a fraction of the time and of the room
    in a file of a thousand letters.

    :param env: any environment
    :param str text: what the code says, usually an URL
    """
    return _draw(text)


@lru_cache(maxsize=64)
def _draw(text):
    """See ``make_qr_image``."""
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, mask_pattern=MASK
    )
    code.add_data(text)
    code.make()
    path = "".join(
        f"M{first + QUIET_ZONE} {row + QUIET_ZONE}.5h{length}"
        for row, modules in enumerate(code.modules)
        for first, length in _get_runs(modules)
    )
    svg = SVG.format(size=len(code.modules) + 2 * QUIET_ZONE, path=path)
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _get_runs(modules):
    """``(first, length)`` of each run of dark modules of a row."""
    runs = []
    for position, dark in enumerate(modules):
        if not dark:
            continue
        if runs and sum(runs[-1]) == position:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((position, 1))
    return runs
