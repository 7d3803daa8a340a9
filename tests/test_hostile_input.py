import inspect
import io
import struct
import time
import zipfile
import zlib
from base64 import b64encode
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import patch

import openpyxl

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, mute_logger, new_test_user, tagged

from odoo.addons.property_fee_billing.bank_file.table import read_table
from odoo.addons.property_fee_billing.controllers import uploads
from odoo.addons.property_fee_billing.engine import FormulaError, check_formula
from odoo.addons.property_fee_billing.file_text import UnreadableFile
from odoo.addons.property_fee_billing.tests.portal_case import PortalCase
from odoo.addons.property_fee_billing.wizards.community_import.safety import check_file
from odoo.addons.property_fee_billing.wizards.community_import.template import (
    make_problem_list,
)

from .attack_case import Attacker

SCRIPT = "<script>alert(7)</script>\"'><img src=x onerror=alert(8)>"
LEAKS = ("<script>alert(7)", "<img src=x", "\"'><img")
CELLS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "=1+1", "\t=1+1")


def make_png(width, height):
    """A PNG that says it is so large, and is a few bytes."""

    def chunk(kind, data):
        checked = kind + data
        return (
            struct.pack(">I", len(data))
            + checked
            + struct.pack(">I", zlib.crc32(checked))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@tagged("post_install", "-at_install")
class TestHostileFiles(PortalCase):
    """Files that want to exhaust or to run: each is refused with one sentence."""

    def assert_refused(self, error, words, function, *args):
        start = time.monotonic()
        with self.assertRaises(error) as refusal:
            function(*args)
        # a busy machine takes its time; what this is about would take for ever
        self.assertLess(time.monotonic() - start, 120)
        problem = refusal.exception
        sentence = str(getattr(problem, "message", "") or problem)
        self.assertRegex(sentence, words)
        self.assertNotIn("\n", sentence)

    def test_formulas_that_would_never_end(self):
        for text in (
            "9**9**9",
            "'x' * 9999999999",
            "(" * 300 + "area" + ")" * 300,
            "-" * 290 + "area",
            "area" + " + area" * 200,
            "().__class__.__mro__[1].__subclasses__()",
            "[x for x in range(9999999999)]",
            "max(*[1] * 999999999)",
            "f'{area.__class__}'",
            "area if (lambda: 1)() else 2",
            "9999999999999999999 * area",
        ):
            with self.subTest(formula=text[:40]):
                self.assert_refused(FormulaError, r"\.$", check_formula, text)

    def make_bomb(self, **parts):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            for name, content in parts.items():
                archive.writestr(f"xl/{name}.xml", content)
        return buffer.getvalue()

    def test_workbooks_that_unpack_to_no_end(self):
        bomb = self.make_bomb(sheet=b"\0" * (420 << 20))
        self.assertLess(len(bomb), 1 << 20)
        for read in (check_file, lambda content: list(read_table(content, "xlsx"))):
            self.assert_refused(UnreadableFile, "unpacks to more than", read, bomb)

    def test_workbooks_with_entities(self):
        lol = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
        self.assert_refused(
            UnreadableFile, "document type", check_file, self.make_bomb(sheet=lol)
        )

    def test_a_workbook_that_says_it_has_a_million_columns(self):
        book = openpyxl.Workbook()
        book.active["A1"] = "Date"
        buffer = io.BytesIO()
        book.save(buffer)
        source = zipfile.ZipFile(io.BytesIO(buffer.getvalue()))
        changed = io.BytesIO()
        with zipfile.ZipFile(changed, "w") as archive:
            for name in source.namelist():
                content = source.read(name)
                if name.endswith("sheet1.xml"):
                    content = content.replace(b'ref="A1"', b'ref="A1:XFD1048576"')
                archive.writestr(name, content)
        start = time.monotonic()
        rows = list(read_table(changed.getvalue(), "xlsx"))
        self.assertLess(time.monotonic() - start, 10)
        self.assertLessEqual(len(rows), 1)

    def test_bank_files_too_large_or_of_no_encoding(self):
        large = b"date,amount\n" + b"2026-01-01,1.00\n" * 4_000_000
        self.assert_refused(
            UnreadableFile,
            "larger than",
            lambda: list(read_table(large, "csv")),
        )
        for content in (b"\xff\xfe\x00\xd8\x00\xd8", bytes(range(256)) * 4, b"\0" * 99):
            with self.subTest(content=content[:8]):
                wizard = (
                    self.env["property.bank.import"]
                    .with_user(self.manager)
                    .create(
                        {
                            "journal_id": self.bank.id,
                            "file": b64encode(content),
                            "filename": "statement.csv",
                        }
                    )
                )
                before = self.env["account.bank.statement.line"].search_count([])
                try:
                    wizard.action_import()
                except UserError as error:
                    self.assertNotIn("Traceback", str(error))
                else:
                    self.assertTrue(wizard.problem_ids)
                after = self.env["account.bank.statement.line"].search_count([])
                self.assertEqual(after, before)

    def test_pictures_that_are_none_or_a_bomb(self):
        for name, content, words in (
            ("dial.png", b"<svg onload='alert(1)'/>", "is not a photo"),
            ("dial.png", b"<html><script>1</script></html>", "is not a photo"),
            ("dial.jpg", b"%PDF-1.4", "is not a photo"),
            ("dial.png", make_png(60_000, 60_000), "50 million pixels"),
            ("dial.png", make_png(9_000, 9_000), "50 million pixels"),
            ("dial.png", b"\x89PNG\r\n\x1a\nrest", "damaged|not a photo"),
        ):
            with self.subTest(words=words, content=content[:12]):
                stream = io.BytesIO(content)
                file = SimpleNamespace(filename=name, read=stream.read)
                with self.patch_request():
                    self.assert_refused(
                        ValidationError, words, uploads.read_upload, file, True
                    )

    def patch_request(self):
        """The sentences need somebody's language, and nothing else of a request."""
        return patch.object(uploads, "request", SimpleNamespace(env=self.env))


@tagged("post_install", "-at_install")
class TestHostileTexts(PortalCase):
    """What people type is text, wherever it ends up."""

    def test_templates_of_notices_reach_nothing_but_placeholders(self):
        """By Odoo's own check, made when they are written: who is no template editor
        may use the placeholders of the list."""
        policy = self.env["property.dunning.policy"].create({"name": "Reminders"})
        level = self.env["property.dunning.level"].create(
            {"policy_id": policy.id, "name": "First", "days": 10}
        )
        writer = new_test_user(
            self.env, "writer", "property_fee_billing.group_fee_manager"
        )
        mine = level.with_user(writer)
        mine.body = '<p>Dear <t t-out="object.partner_id.name"/></p>'
        for name, text in (
            ("body", '<p><t t-out="object.env.cr"/></p>'),
            ("body", '<p><t t-out="object.sudo().unlink()"/></p>'),
            ("body", '<p><t t-out="object.partner_id.phone"/></p>'),
            ("body", '<p><t t-out="9**9**9"/></p>'),
            ("body", '<p><t t-foreach="object.env[\'res.users\']" t-as="u">x</t></p>'),
            ("subject", "{{ object.env['res.users'].sudo().search([]) }}"),
            ("text", "{{ object.partner_id.__class__ }}"),
        ):
            with (
                self.subTest(text=text),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                mine[name] = text
                mine.env.flush_all()

    def test_cells_of_our_workbooks_never_calculate(self):
        problems = [(text, 1, text, text) for text in CELLS]
        self.assert_text(make_problem_list(self.env, problems))

    def assert_text(self, content):
        book = openpyxl.load_workbook(io.BytesIO(content))
        seen = 0
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value and str(cell.value).strip() in {
                        text.strip() for text in CELLS
                    }:
                        seen += 1
                        self.assertEqual(cell.data_type, "s", cell.value)
        self.assertTrue(seen)

    def test_nor_do_those_of_workbooks_of_figures(self):
        if "property.workbook" not in self.env:
            self.skipTest("property_fee_reports is not installed")
        from odoo.addons.property_fee_reports.tools.table_book import TableBook

        path = f"{self.enterContext(TemporaryDirectory())}/book.xlsx"
        book = TableBook(path)
        columns = [{"name": "a", "label": "=1+1", "type": "text", "width": 10}]
        book.add_table("a", "=1+1", columns, [[text] for text in CELLS])
        book.add_pairs("Pairs", [(text, text) for text in CELLS])
        book.close()
        with open(path, "rb") as file:
            self.assert_text(file.read())


@tagged("post_install", "-at_install")
@freeze_time("2026-02-10")
class TestScriptsInNames(Attacker, PortalCase):
    """Ann's own pages, with everything that has a name called by a script. Pages come
    from the routing map."""

    @classmethod
    def set_victim(cls):
        cls.victim, cls.unit = cls.owners[0], cls.units[0]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.victim.name = SCRIPT
        cls.unit.code = f"3{SCRIPT}"
        for record in (
            cls.community,
            cls.building,
            cls.item,
            cls.standard,
            cls.announcement,
            cls.company,
            cls.cash,
        ):
            record.name = SCRIPT
        cls.bill.invoice_line_ids.name = SCRIPT
        cls.env.flush_all()

    def test_no_page_runs_them(self):
        seen = 0
        self.authenticate(self.ann.login, self.ann.login)
        for rule, method in self.our_routes():
            routing = rule.endpoint.routing
            if routing["type"] != "http" or "GET" not in (
                routing.get("methods") or ["GET"]
            ):
                continue
            in_path = {name: self.give(name, rule.rule) for name in rule.arguments}
            query = {
                name: self.give(name, rule.rule)
                for name in inspect.signature(method).parameters
                if name in self.victims and name not in in_path
            }
            query.pop("access_token", None)
            path = rule.build(in_path, append_unknown=False)[1]
            with self.subTest(route=rule.rule), mute_logger("odoo.http"):
                answer = self.url_open(path, params=query)
                seen += answer.status_code == 200 and "alert(7)" in answer.text
                if "html" in answer.headers.get("Content-Type", ""):
                    for leak in LEAKS:
                        self.assertNotIn(leak, answer.text)
        self.assertGreater(seen, 5, "the names are on the pages, as text")
