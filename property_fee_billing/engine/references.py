# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""References in what payers write: unit codes, payment references, bill numbers.

People leave separators out or put others in: ``JADE-3-1201`` arrives as
``jade31201``, ``JADE 3 1201`` or ``JADE3栋1201室``. A reference is found whatever
stands where its separators are, but never as a part of a longer number, and not with a
separator in a place where it has none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

#: What may stand between the parts of a reference, or be left out.
SEPARATORS = frozenset(" \t\r\n-_/\\#:;,·、，。～~—–号號栋棟幢座楼樓室房单單元")


@dataclass(frozen=True)
class Match:
    """A reference found. ``is_loose``: only digits, and none of its separators, so
    that any number could be meant."""

    reference: str
    is_loose: bool


def _fold(text: str) -> tuple[str, frozenset[int]]:
    """A text without separators.

    :return: the characters kept; the positions that a separator stood before
    """
    kept: list[str] = []
    parted = set()
    for character in unicodedata.normalize("NFKC", text).upper():
        if character in SEPARATORS:
            parted.add(len(kept))
        else:
            kept.append(character)
    return "".join(kept), frozenset(parted)


def _kind(character: str) -> str:
    """Characters of one kind next to each other belong to one word."""
    if not character.isascii():
        return ""
    return "digit" if character.isdigit() else "letter" if character.isalpha() else ""


class References:
    """Many references, to be found in many texts.

    >>> index = References([(1, "JADE-3-1201"), (2, "JADE-3-120")])
    >>> sorted(index.find("fee jade3 1201 March"))
    [1]
    >>> index.find("JADE-3-12011"), index.find("JADE-31-201")
    ({}, {})
    """

    def __init__(self, pairs: Iterable[tuple[Hashable, str]]):
        self._entries: dict[str, list] = {}
        for key, text in pairs:
            folded, parted = _fold(text or "")
            if folded:
                self._entries.setdefault(folded, []).append((key, text, parted))
        self._lengths = sorted({len(text) for text in self._entries}, reverse=True)

    def find(self, text: str) -> dict[Hashable, Match]:
        """The references in a text, by key; one within a longer one is left out."""
        folded, parted = _fold(text or "")
        found = {}
        covered = []
        for length in self._lengths:
            for start in range(len(folded) - length + 1):
                end = start + length
                entries = self._entries.get(folded[start:end])
                if not entries or any(a <= start and end <= b for a, b in covered):
                    continue
                if _is_inside_word(folded, parted, start, end):
                    continue
                inner = {place - start for place in parted if start < place < end}
                fitting = [entry for entry in entries if inner <= _places(entry)]
                for key, reference, places in fitting:
                    loose = folded[start:end].isdigit() and not (inner and places)
                    found.setdefault(key, Match(reference, loose))
                if fitting:
                    covered.append((start, end))
        return found


def _places(entry) -> set[int]:
    """Where a reference may be parted: at its separators, and between letters and
    digits."""
    _key, reference, parted = entry
    folded, __ = _fold(reference)
    return parted | {
        place
        for place in range(1, len(folded))
        if _kind(folded[place]) != _kind(folded[place - 1])
    }


def _is_inside_word(folded, parted, start, end) -> bool:
    """Whether a letter or digit goes on before or after a piece of text."""

    def goes_on(place):
        if place in parted or not 0 < place < len(folded):
            return False
        kind = _kind(folded[place])
        return bool(kind) and kind == _kind(folded[place - 1])

    return goes_on(start) or goes_on(end)
