import re
from pathlib import Path
from unittest import SkipTest

import polib

from odoo.tests import BaseCase, tagged

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = _ROOT / "docs" / "terms.md"
LANGUAGES = ("zh_CN", "zh_TW")
#: A codec that has the characters of a script, and only those.
_CODECS = {"zh_CN": "gb2312", "zh_TW": "big5"}
_HAN = "\u3400-\u9fff"
_WIDE = "，。；：？！、（）「」『』“”《》…"
_PLACEHOLDER = re.compile(r"%\(\w+\)[\d.]*[a-z]|%[a-z](?![a-z])|{{.*?}}")
_TAG = re.compile(r"<[^<>]*>|&lt;.*?&gt;")
_QUOTED = re.compile("「[^」]*」|“[^”]*”|《[^》]*》")
#: Stands for a placeholder: no Chinese character, no punctuation, no space.
_SOMETHING = "X"


class TermCase(BaseCase):
    """The translations of the addons beside this one, and the page of terms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.translations = [
            (path.parts[-3], language, entry.msgid, entry.msgstr)
            for language in LANGUAGES
            for path in sorted(_ROOT.glob(f"property_fee_*/i18n/{language}.po"))
            for entry in polib.pofile(str(path))
            if entry.msgstr and not is_code(entry.msgid)
        ]

    def assertNothing(self, found, title):
        """Fail with the list of what was found."""
        if found:
            self.fail("\n  ".join([f"{title}:", *found]))

    def find(self, get_problem):
        """What ``get_problem(language, source, translation)`` says, with its place."""
        return [
            f"{addon} {language}: {problem}: {source!r} {text!r}"
            for addon, language, source, text in self.translations
            if (problem := get_problem(language, source, text))
        ]


@tagged("post_install", "-at_install")
class TestWriting(TermCase):
    """Chinese is written as docs/terms.md says."""

    def test_all_addons_are_looked_at(self):
        addons = {addon for addon, *_rest in self.translations}
        self.assertEqual(
            addons,
            {path.parent.name for path in _ROOT.glob("property_fee_*/__manifest__.py")},
        )

    def test_punctuation_is_full_width(self):
        self.assertNothing(self.find(get_narrow_mark), "Half-width punctuation")

    def test_spaces_stand_beside_latin_text_only(self):
        self.assertNothing(self.find(get_wrong_space), "Spaces")

    def test_both_ends_have_the_space_of_the_source(self):
        self.assertNothing(self.find(get_wrong_ends), "Space at the ends")

    def test_each_script_has_its_own_characters(self):
        self.assertNothing(self.find(get_foreign), "Characters of the other script")

    def test_wrong_writing_is_seen(self):
        for text in ("请选择:甲", "甲,乙", "甲(乙)", "甲...", "%(a)s,甲"):
            self.assertTrue(get_narrow_mark("zh_CN", "", text), text)
        for text in ("甲%s", "%(a)s乙", "第1条", "甲 乙", "甲 ，乙", "甲 5 %"):
            self.assertTrue(get_wrong_space("zh_CN", "", text), text)
        for text in (
            "甲 %(a)s 乙：%s，5% 是 3.5 元。",
            "<b>甲</b> 10:30 至 1,234.56（%）",
            "/my/fees?a=1",
            "“%s”已是 %%",
        ):
            self.assertFalse(get_narrow_mark("zh_CN", "", text), text)
            self.assertFalse(get_wrong_space("zh_CN", "", text), text)
        self.assertTrue(get_narrow_mark("zh_TW", "", "“甲”"))
        self.assertTrue(get_foreign("zh_TW", "", "账單"))
        self.assertTrue(get_foreign("zh_CN", "", "帳单"))
        self.assertFalse(get_foreign("zh_TW", "", "「借贷标志」欄"))
        self.assertTrue(get_wrong_ends("zh_CN", "a ", "甲"))


@tagged("post_install", "-at_install")
class TestTerms(TermCase):
    """The words are those of docs/terms.md."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not _PAGE.exists():
            raise SkipTest("docs/terms.md comes with the repository only")
        cls.page = read_page(_PAGE.read_text())

    def test_terms_are_translated_by_their_word(self):
        terms = get_terms(self.page["Words"])
        self.assertGreater(len(terms), 80)
        self.assertNothing(
            self.find(lambda *what: get_wrong_term(terms, *what)), "Other words"
        )

    def test_words_of_elsewhere_are_not_used(self):
        rows = self.page["Not these words"]

        def get_problem(language, _source, text):
            return ", ".join(
                f"{word} is {instead}"
                for word, (instead,) in rows[language].items()
                if has_word(word, text)
            )

        self.assertNothing(self.find(get_problem), "Words of elsewhere")

    def test_a_term_has_one_translation(self):
        allowed = self.page["One English word, several meanings"]
        used = {}
        for _addon, language, source, text in self.translations:
            used.setdefault((source, language), set()).add(text)
        wrong, differing = [], set()
        for (source, language), texts in used.items():
            if len(texts) > 1:
                differing.add(source)
                words = split(allowed.get(source, ("", ""))[LANGUAGES.index(language)])
                if not texts <= set(words):
                    wrong.append(f"{language}: {source!r} {sorted(texts)}")
        self.assertNothing(wrong, "Several translations of one term")
        self.assertNothing(sorted(set(allowed) - differing), "One translation by now")

    def test_other_words_are_seen(self):
        terms = get_terms(self.page["Words"])
        for source, text in (
            ("Bills of %(unit)s", "发票"),
            ("The late fee", "滞纳金"),
            ("Bill notice", "账单"),
        ):
            self.assertTrue(get_wrong_term(terms, "zh_CN", source, text), source)
        for source, text in (
            ("Bill notices of a unit", "房屋的缴费通知单"),
            ("%(community)s: nothing", "%(community)s：无"),
            ("Billable", "可用"),
        ):
            self.assertFalse(get_wrong_term(terms, "zh_CN", source, text), source)
        self.assertTrue(has_word("单元 (but 单元格)", "此单元"))
        self.assertFalse(has_word("单元 (but 单元格)", "此单元格"))


# ------------------------------------------------------------------ the page


def read_page(text):
    """Tables by the heading above them: first cell to the others. Tables under "Not
    these words" stand below their language."""
    tables, heading, table = {}, None, None
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
            table = tables.setdefault(heading, {})
        elif line.startswith("| not in "):
            language = line.split()[3]
            table = tables[heading].setdefault(language, {})
        elif line.startswith("| ") and not line.startswith(("| ---", "| English ")):
            first, *others = (cell.strip() for cell in line.strip("| ").split("|"))
            for word in split(first):
                table[word] = tuple(others)
    return tables


def split(cell):
    """The words of a cell."""
    return cell.split("、")


def get_terms(rows):
    """``(pattern, English, words by language)``, the longest terms first."""
    return [
        (
            re.compile(rf"(?<![\w-]){get_forms(term)}(?![\w-])", re.IGNORECASE),
            term,
            dict(zip(LANGUAGES, map(split, words), strict=True)),
        )
        for term, words in sorted(rows.items(), key=lambda row: -len(row[0]))
    ]


def get_forms(term):
    """A pattern of singular and plural."""
    if re.search("[^aeiou]y$", term):
        return re.escape(term[:-1]) + "(?:y|ies)"
    if re.search("(?:ch|sh|s|x)$", term):
        return re.escape(term) + "(?:es)?"
    return re.escape(term) + "s?"


# ------------------------------------------------- what is wrong with a translation


def is_code(source):
    """Whether a term is an expression, not a text: the name of a printed file."""
    return source.startswith(("'", "object."))


def get_wrong_term(terms, language, source, text):
    """The terms of the source that are not in the translation by their word."""
    rest = _PLACEHOLDER.sub(" # ", _TAG.sub(" # ", source))
    missing = []
    for pattern, term, words in terms:
        rest, count = pattern.subn(" # ", rest)
        if count and not any(word in text for word in words[language]):
            missing.append(f"{term} is {'、'.join(words[language])}")
    return ", ".join(missing)


def has_word(word, text):
    """Whether a text has a word, but not as the part of another that is named."""
    word, _but, longer = word.rstrip(")").partition(" (but ")
    return word in (text.replace(longer, "") if longer else text)


def get_pieces(text):
    """The texts between the tags, and the texts in their attributes."""
    pieces = _TAG.split(text)
    for tag in _TAG.findall(text):
        pieces += re.findall('"([^"]*)"', tag)
    return [
        _PLACEHOLDER.sub(_SOMETHING, piece).strip()
        for piece in pieces
        if re.search(f"[{_HAN}]", piece)
    ]


def search(pattern, pieces):
    """The first place that fits a pattern."""
    for piece in pieces:
        if match := re.search(pattern, piece):
            return piece[max(match.start() - 5, 0) : match.end() + 5]
    return ""


def get_narrow_mark(language, _source, text):
    """Punctuation of half width beside a Chinese character."""
    pieces = get_pieces(text)
    near = f"[{_HAN}{_WIDE}]"
    quotes = "[“”]" if language == "zh_TW" else "[「」]"
    return (
        search(rf"(?<={near})\s*[,;:?!()]|[,;:?!()]\s*(?={near})", pieces)
        or search(r"\.\.\.", pieces)
        or search(quotes, pieces)
    )


def get_wrong_space(_language, _source, text):
    """A space that is missing beside Latin text, or one that is too much."""
    pieces = get_pieces(text)
    return (
        search(rf"[{_HAN}][A-Za-z0-9]|[A-Za-z0-9²%][{_HAN}]", pieces)
        or search(rf"[{_HAN}] +[{_HAN}]", pieces)
        or search(rf" [{_WIDE}]|[{_WIDE}] ", pieces)
        or search(rf"[{_HAN}{_WIDE}]\n ", pieces)
        or search(r"[0-9X] %", pieces)
    )


def get_wrong_ends(_language, source, text):
    """White space at an end that the source does not have, or the other way round."""
    for side in (r"^\s*", r"\s*$"):
        if re.search(side, source)[0] != re.search(side, text)[0]:
            return "white space"
    return ""


def get_foreign(language, _source, text):
    """Characters that the script of the language does not have."""
    return "".join(
        char
        for char in re.findall(f"[{_HAN}]", _QUOTED.sub("", text))
        if not is_encodable(char, _CODECS[language])
    )


def is_encodable(char, codec):
    """Whether a codec has a character."""
    try:
        return bool(char.encode(codec))
    except UnicodeEncodeError:
        return False
