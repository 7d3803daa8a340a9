# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sentences of the engine that people read, ready to be said in their language."""

from __future__ import annotations


class Sentence(str):
    """An English sentence that remembers how it was made.

    Import it ``as _lt``: tools that collect texts for translation look for that name.

    :param text: the sentence with ``%(name)s`` where a value goes
    :param values: what stands there

    >>> sentence = Sentence("The variable %(name)s is empty.", name="floor")
    >>> sentence, sentence.values
    ('The variable floor is empty.', {'name': 'floor'})
    """

    text: str
    values: dict[str, str]

    def __new__(cls, text: str, **values: str) -> Sentence:
        """The sentence in English, with its text and values kept."""
        sentence = super().__new__(cls, text % values if values else text)
        sentence.text = text
        sentence.values = values
        return sentence
