"""Choosing some of many, so that nobody can choose and everybody can check.

A key (a unit's code, a complaint's number) and a seed give a fixed position between 0
and 1. The same keys and seed give the same sample on any machine and in any order, and
one more key changes at most one place of it.
"""

import hashlib

_RESOLUTION = 16**16


def position(key, seed=""):
    """Where a key lies between 0 and 1, evenly spread over keys.

    :param str key: what is drawn
    :param str seed: another seed, another order
    :rtype: float

    >>> position("JADE-3-1201", "2026-1") == position("JADE-3-1201", "2026-1")
    True
    >>> 0 <= position("JADE-3-1201", "2026-1") < 1
    True
    """
    digest = hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
    return int(digest[:16], 16) / _RESOLUTION


def draw(keys, size, seed):
    """``size`` of the keys, at random but the same each time.

    :param keys: iterable of str
    :param int size: how many; all if there are fewer
    :param str seed: what the sample is drawn with
    :return: list of keys, in the order drawn

    >>> draw(["c", "a", "b"], 2, "x") == draw(["a", "b", "c"], 2, "x")
    True
    >>> sorted(draw(["a", "b"], 5, "x"))
    ['a', 'b']
    >>> draw(["a", "b"], 0, "x")
    []
    """
    ranked = sorted(set(keys), key=lambda key: (position(key, seed), key))
    return ranked[:size]


def is_chosen(key, percent):
    """Whether a key is among the ``percent`` that are chosen.

    >>> is_chosen("C00001", 100), is_chosen("C00001", 0)
    (True, False)
    """
    return position(key) * 100 < percent
