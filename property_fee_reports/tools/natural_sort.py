"""The order in which people look for units."""

import re

_PARTS = re.compile(r"(\d+)")


def get_natural_key(text):
    """A key that sorts 3-2 before 3-10.

    >>> sorted(["3-10", "3-2", "A1"], key=get_natural_key)
    ['3-2', '3-10', 'A1']
    """
    parts = _PARTS.split(text or "")
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part
    ]
