"""QR codes as drawings that a page carries with it: no picture to fetch or to scale."""

from functools import lru_cache

import qrcode
from markupsafe import Markup

#: Blank modules around the code, which readers need (ISO/IEC 18004).
QUIET_ZONE = 4
#: Choosing the best of the eight masks takes four times as long as the rest; readers
#: take any of them.
MASK = 2


@lru_cache(maxsize=64)
def make_qr_svg(text):
    """A QR code as an inline SVG drawing, as wide as what it stands in.

    :param str text: what a reader shall see, such as an address
    :rtype: Markup
    """
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, mask_pattern=MASK
    )
    code.add_data(text)
    code.make()
    size = len(code.modules) + 2 * QUIET_ZONE
    path = "".join(
        f"M{first + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z"
        for row, modules in enumerate(code.modules)
        for first, length in _get_runs(modules)
    )
    return Markup('<svg class="qr" viewBox="0 0 {0} {0}"><path d="{1}"/></svg>').format(
        size, path
    )


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
