"""The words a sheet, a column or a choice may be named by in the file."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...lazy_text import say
from .cells import normalize
from .schema import DEFINITIONS_LABEL, SHEETS, Column, Sheet


class Choices(dict):
    """Word to key of a selection field; ``labels`` are those of the user's language,
    to be named when a word is none of them."""

    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """Normalized word to what it names, over all installed languages."""

    sheets: Mapping[str, Sheet]
    columns: Mapping[str, Mapping[str, Column]]
    choices: Mapping[str, Choices]
    ignored_sheets: frozenset[str]


def load_vocabulary(env) -> Vocabulary:
    """Keys, English labels and the labels of every installed language."""
    langs = ["en_US", *(code for code, _name in env["res.lang"].get_installed())]
    langs = list(dict.fromkeys(langs))
    fields = {
        column.choices for sheet in SHEETS for column in sheet.columns if column.choices
    }
    return Vocabulary(
        sheets={
            normalize(word): sheet
            for sheet in SHEETS
            for word in _get_words(env, sheet, langs)
        },
        columns={
            sheet.key: {
                normalize(word): column
                for column in sheet.columns
                for word in _get_words(env, column, langs)
            }
            for sheet in SHEETS
        },
        choices={name: _get_choices(env, name, langs) for name in fields},
        ignored_sheets=frozenset(
            normalize(word) for word in _translate(env, DEFINITIONS_LABEL, langs)
        ),
    )


def _get_words(env, thing, langs):
    return [*_translate(env, thing.label, langs), thing.key]


def _translate(env, label, langs):
    return [say(env(context={**env.context, "lang": lang}), label) for lang in langs]


def _get_choices(env, name, langs):
    """Word to key for the selection field ``model.field``; keys win over labels."""
    model, field = name.rsplit(".", 1)
    words = Choices()
    for lang in langs:
        selection = env["ir.model.fields"].with_context(lang=lang)
        for key, label in selection.get_field_selection(model, field):
            words.setdefault(normalize(label), key)
    words.update({normalize(key): key for key in set(words.values())})
    own = env["ir.model.fields"].get_field_selection(model, field)
    words.labels = tuple(label for _key, label in own)
    return words
