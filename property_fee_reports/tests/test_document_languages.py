import io
import re
from functools import cache
from unittest.mock import patch

import polib
from lxml import html
from pypdf import PdfWriter

from odoo.tests import tagged
from odoo.tools.misc import file_open

from .document_case import DocumentCase
from .sample_documents import SampleDocuments

MODULES = ("property_fee_billing", "property_fee_complaints", "property_fee_reports")
CHINESE = re.compile("[\u4e00-\u9fff]+")
#: Addresses, and whatever has a figure in it: numbers of documents, hashes, units.
CODES = re.compile(r"https?://\S+|\S+@\S+|[\w./:-]*\d[\w./:-]*")
LATIN = re.compile(r"[A-Za-z]{2,}")
#: What has no other name in Chinese, and codes of standards on the price list.
NAMES = {"SHA", "USD", "EMS", "PM", "RES", "PARK"}


def make_blank_pdf():
    """A PDF of one empty page."""
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(buffer)
    return buffer.getvalue()


@cache
def get_own_characters(lang, other):
    """Characters that our translations into a language use, and those into the other
    one never do."""
    used = {}
    for code in (lang, other):
        used[code] = set()
        for module in MODULES:
            with file_open(f"{module}/i18n/{code}.po", "rb") as file:
                for entry in polib.pofile(file.read().decode()):
                    used[code].update(CHINESE.findall(entry.msgstr))
    return {
        code: set("".join(used[code])) - set("".join(used[rest]))
        for code, rest in ((lang, other), (other, lang))
    }[lang]


@tagged("post_install", "-at_install")
class TestDocumentLanguages(DocumentCase):
    """Every document, printed by staff with English screens for an owner who reads
    something else: one language on a page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.module.module"]._load_module_terms(
            ["account", *MODULES], ["zh_CN", "zh_TW"]
        )
        cls.company.country_id = False
        for number, owner in enumerate(cls.owners):
            owner.ref = f"{number:05}"
        # as the words of the samples know them
        cls.item.code, cls.parking.code = "PM", "PARK"
        cls.standard.code, cls.parking_standard.code = "PM-RES", "PARK-M"
        cls.community.code = "7"
        cls.community.journal_id.code = "7"
        cls.set_rate(cls.standard, "2026-02-15", 3.10)
        for unit in cls.units[:2]:
            cls.charge(unit)
            cls.charge(unit, cls.parking_standard)
        for month in (1, 2, 3):
            cls.bill_month(2026, month)

    def read_documents(self, lang):
        """``{name: text of the page}`` of every document in a language."""
        pages = {}
        parts = []

        def keep(_printer, documents):
            parts.append(documents)
            return make_blank_pdf()

        with patch.object(
            self.env.registry["property.evidence.printer"], "_print", keep
        ):
            for sample in SampleDocuments(self.env, self.units, lang).make():
                self.assertNotIn(sample.name, pages)
                pages[sample.name] = self.read_page(sample.report, sample.records)
        for number, documents in enumerate(parts, 1):
            printer = self.env["property.evidence.printer"].with_context(
                lang=lang, fee_evidence_documents=documents
            )
            pages[f"evidence part {number}"] = self.read_page(
                "property_fee_reports.action_report_evidence",
                printer.browse(self.env.uid),
            )
        return pages

    def read_page(self, report, records):
        """The text of a page, as the web client asks for it."""
        report = self.env.ref(report).with_env(records.env)
        content, _kind = report._render_qweb_html(report, records.ids)
        page = html.document_fromstring(content.decode())
        return " ".join(page.xpath("//text()[not(ancestor::style)]"))

    def test_english_pages_have_no_chinese(self):
        for name, text in self.read_documents("en_US").items():
            with self.subTest(name):
                self.assertGreater(len(LATIN.findall(text)), 15)
                self.assertFalse(CHINESE.findall(text))

    def test_chinese_pages_have_no_english_and_one_script(self):
        for lang, other in (("zh_CN", "zh_TW"), ("zh_TW", "zh_CN")):
            foreign = get_own_characters(other, lang)
            self.assertGreater(len(foreign), 200)
            with self.env.cr.savepoint() as savepoint:
                pages = self.read_documents(lang)
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()
            self.assertGreater(len(pages), 20)
            for name, text in pages.items():
                with self.subTest(f"{name} {lang}"):
                    words = set(LATIN.findall(CODES.sub(" ", text))) - NAMES
                    self.assertFalse(words)
                    self.assertGreater(len("".join(CHINESE.findall(text))), 30)
                    self.assertFalse(foreign & set(text))
