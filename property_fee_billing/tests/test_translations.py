import io
import re

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open
from odoo.tools.translate import PoFileWriter, TranslationModuleReader

LANGUAGES = ("zh_CN", "zh_TW")
#: Terms that are the same in these languages.
UNTRANSLATED = {
    *("ID", "m²", '<span class="ms-1">m²</span>'),
    # keys, and names of formats
    *("Enter", "Esc", "F2", "F3", "F4"),
    *("CSV", "Excel", "Excel (.xlsx)", "PDF", "Zip", "A5", "QR Code"),
    *("UTF-8", "UTF-16", "SHA-256"),
}
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[\d.]*[a-z](?![a-z])|%%")
_TAG = re.compile(r"<[^>]+>")
#: What of a tag may be translated.
_TEXT_ATTRIBUTE = re.compile(r'(title|placeholder|aria-label|alt)="[^"]*"')
_ADVICE = (
    "Export the terms again as docs/developer.md says, and translate the new ones."
)


class TranslationCase(TransactionCase):
    """Terms of our addons as the registry has them, and as the files have them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modules = cls.env["ir.module.module"].search(
            [
                ("name", "=like", r"property\_fee\_%"),
                ("state", "=", "installed"),
                ("author", "=", "Property Fee Contributors"),
            ]
        )
        cls.modules = modules.mapped("name")
        # one at a time: a model that two of them extend is exported for one only
        cls.terms = {
            module: cls.get_entries(TranslationModuleReader(cls.env.cr, [module]))
            for module in cls.modules
        }

    @staticmethod
    def get_entries(rows):
        """What Odoo would write to a template: term to the set of its places. A
        translation reaches only the places that are listed with it."""
        buffer = io.BytesIO()
        PoFileWriter(buffer, None).write_rows(rows)
        catalog = polib.pofile(buffer.getvalue().decode())
        return {entry.msgid: get_places(entry) for entry in catalog}

    @staticmethod
    def read_file(module, name):
        """The entries of a file of an addon."""
        with file_open(f"{module}/i18n/{name}", "rb") as file:
            return list(polib.pofile(file.read().decode()))

    def get_files(self):
        """``(module, file name, language)`` of all that must be there."""
        for module in self.modules:
            yield module, f"{module}.pot", None
            for language in LANGUAGES:
                yield module, f"{language}.po", language

    def assertNothing(self, found, title):
        """Fail with the list of what was found, each with its file."""
        if found:
            self.fail("\n  ".join([f"{title}:", *found]) + f"\n{_ADVICE}")


@tagged("post_install", "-at_install")
class TestTranslations(TranslationCase):
    """Every term is in the files, translated, and nothing else is."""

    def test_all_addons_are_looked_at(self):
        self.assertIn("property_fee_billing", self.modules)
        self.assertGreater(len(self.terms["property_fee_billing"]), 900)

    def test_every_term_is_in_the_files(self):
        missing = []
        for module, name, _language in self.get_files():
            known = {entry.msgid for entry in self.read_file(module, name)}
            missing += [
                f"{module}/i18n/{name}: {term!r}"
                for term in self.terms[module]
                if term not in known
            ]
        self.assertNothing(missing, "Terms that are not in the file")

    def test_no_term_is_stale(self):
        stale = []
        for module, name, _language in self.get_files():
            stale += [
                f"{module}/i18n/{name}: {entry.msgid!r}"
                for entry in self.read_file(module, name)
                if entry.obsolete or entry.msgid not in self.terms[module]
            ]
        self.assertNothing(stale, "Terms that the addon no longer has")

    def test_every_place_of_a_term_is_in_the_files(self):
        wrong = []
        for module, name, _language in self.get_files():
            terms = self.terms[module]
            for entry in self.read_file(module, name):
                if entry.msgid in terms and get_places(entry) != terms[entry.msgid]:
                    places = get_places(entry) ^ terms[entry.msgid]
                    wrong.append(
                        f"{module}/i18n/{name}: {entry.msgid!r} {sorted(places)}"
                    )
        self.assertNothing(wrong, "Terms used in other places than the file says")

    def test_every_term_is_translated(self):
        untranslated = []
        for module, name, language in self.get_files():
            if language:
                untranslated += [
                    f"{module}/i18n/{name}: {entry.msgid!r}"
                    for entry in self.read_file(module, name)
                    if not is_translated(entry)
                ]
        self.assertNothing(untranslated, "Terms without a translation")

    def test_no_translation_is_fuzzy_or_given_twice(self):
        wrong = []
        for module, name, _language in self.get_files():
            seen = set()
            for entry in self.read_file(module, name):
                if entry.fuzzy or entry.msgid in seen:
                    wrong.append(f"{module}/i18n/{name}: {entry.msgid!r}")
                seen.add(entry.msgid)
        self.assertNothing(wrong, "Fuzzy or double terms")

    def test_placeholders_and_tags_are_kept(self):
        wrong = []
        for module, name, language in self.get_files():
            if language:
                wrong += [
                    f"{module}/i18n/{name}: {entry.msgid!r} {entry.msgstr!r}"
                    for entry in self.read_file(module, name)
                    if entry.msgstr
                    and get_marks(entry.msgid) != get_marks(entry.msgstr)
                ]
        self.assertNothing(wrong, "Placeholders or tags differ")


@tagged("post_install", "-at_install")
class TestChecks(TransactionCase):
    """The checks see what they are there for."""

    def test_a_missing_and_a_copied_translation_are_seen(self):
        for text in ("", "Unit"):
            self.assertFalse(is_translated(polib.POEntry(msgid="Unit", msgstr=text)))
        self.assertTrue(is_translated(polib.POEntry(msgid="Unit", msgstr="房屋")))
        self.assertTrue(is_translated(polib.POEntry(msgid="m²", msgstr="m²")))

    def test_a_lost_placeholder_or_tag_is_seen(self):
        source = '%(a)s of %s, 5 %% <b title="x">y</b>'
        for text in (
            '%(b)s / %s, 5 %% <b title="x">y</b>',
            '%(a)s / , 5 %% <b title="x">y</b>',
            '%(a)s / %s, 5 % <b title="x">y</b>',
            '%(a).0f of %s, 5 %% <b title="x">y</b>',
            "%(a)s / %s, 5 %% y",
        ):
            self.assertNotEqual(get_marks(source), get_marks(text), text)
        text = '5 %% %s %(a)s <b title="甲">乙</b>'
        self.assertEqual(get_marks(source), get_marks(text))
        self.assertNotEqual(get_marks("%s of %g"), get_marks("%g / %s"))


def get_places(entry):
    """Where a term is used: a field of a record, or a source file."""
    return {name for name, _line in entry.occurrences}


def is_translated(entry):
    """Whether an entry has a translation that is not just its source again."""
    if entry.msgid in UNTRANSLATED or entry.msgid.startswith("object."):
        # the latter are names of fields, shown as what may be put in a text
        return True
    return bool(entry.msgstr) and entry.msgstr != entry.msgid


def has_same_marks(entry):
    """Whether a translation has the placeholders and tags of its source."""
    return not entry.msgstr or get_marks(entry.msgid) == get_marks(entry.msgstr)


def get_marks(text):
    """Placeholders and tags of a text, in any order: languages differ in theirs. Those
    without a name come in the order of the source."""
    tags = (_TEXT_ATTRIBUTE.sub(r"\1", tag) for tag in _TAG.findall(text))
    placeholders = _PLACEHOLDER.findall(text)
    unnamed = [mark for mark in placeholders if mark[1] not in "(%"]
    return sorted(placeholders), unnamed, sorted(tags)
