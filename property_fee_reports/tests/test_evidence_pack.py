import doctest
import hashlib
import io
import json
import zipfile
from datetime import date

from PIL import Image
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, freeze_time, new_test_user, tagged

from odoo.addons.property_fee_billing.tests.arrears_case import ArrearsCase

from ..tools import evidence
from .document_case import DocumentCase


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def make_picture(color="red"):
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), color).save(buffer, "JPEG")
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestEvidencePack(DocumentCase, ArrearsCase):
    """Example 6: what a court needs, in one click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        late_item = cls.env["property.fee.item"].create(
            {"code": "T-LATE", "name": "Late Fee", "fee_class": "late_fee"}
        )
        late_item.tax_ids = cls.tax
        cls.community.late_fee_policy_id = cls.env["property.late.fee.policy"].create(
            {
                "name": "0.05 % a day",
                "daily_percent": 0.05,
                "grace_days": 0,
                "fee_item_id": late_item.id,
            }
        )
        cls.standard.rate_ids.publication_proof_ids = cls.attach_file(
            "board.jpg", make_picture("blue"), "image/jpeg"
        )
        cls.standard.document_reference = "Service contract, clause 7"
        cls.charge(cls.unit)
        with freeze_time("2026-01-01"):
            cls.bill_month(2026, 1)
        cls.bill = cls.env["account.move"].search(
            [("fee_unit_id", "=", cls.unit.id), ("move_type", "=", "out_invoice")]
        )
        with freeze_time("2026-02-10"):
            cls.take(cls.unit, bills=[(cls.bill, 50)], cash=50)
        cls.notice = cls.send_notice(cls.bill, "2026-02-12")
        cls.notice._register_delivery(
            date(2026, 2, 13),
            "signed_slip",
            attachments=cls.attach_file("slip.jpg", make_picture(), "image/jpeg")
            | cls.attach_file("scan.tiff2", b"not a picture", "image/tiff")
            | cls.attach_file("note.docx", b"words", "application/octet-stream"),
        )
        cls.case = cls.sync("2026-03-05")
        cls.case.with_context(
            contact_kind="call", contact_result="refuses"
        ).action_log_contact()
        with freeze_time("2026-03-06"):
            cls.env.invalidate_all()
            action = cls.case.action_make_evidence()
            cls.pack = cls.env["property.evidence.pack"].browse(action["res_id"])
            cls.env.flush_all()

    @classmethod
    def attach_file(cls, name, content, mimetype):
        return cls.env["ir.attachment"].create(
            {"name": name, "raw": content, "mimetype": mimetype}
        )

    def get_manifest(self):
        return json.loads(self.pack.manifest_id.raw)

    def get_text(self, part):
        """The text of a part, as it stands in the joined PDF."""
        first, last = part["pages"]
        return "\n".join(self.read_pages(self.pack.pdf_id.raw)[first - 1 : last])

    def test_every_part_and_file_has_its_hash_and_pages(self):
        manifest = self.get_manifest()
        self.assertEqual(
            [part["code"] for part in manifest["parts"]],
            [
                "case",
                "contract",
                "ledger",
                "notices",
                "payments",
                "late-fees",
                "disputes",
            ],
        )
        archive = zipfile.ZipFile(io.BytesIO(self.pack.zip_id.raw))
        for entry in manifest["parts"] + manifest["files"]:
            content = archive.read(entry["file"])
            self.assertEqual(sha256(content), entry["sha256"], entry["file"])
            self.assertEqual(len(content), entry["size"])
        pages = [entry["pages"] for entry in manifest["parts"] + manifest["files"]]
        pages = sorted(entry for entry in pages if entry)
        self.assertEqual(pages[0][0], 2, "after an index of one page")
        for (_first, last), (first, _last) in zip(pages, pages[1:], strict=False):
            self.assertEqual(first, last + 1)
        content = self.pack.pdf_id.raw
        self.assertEqual(manifest["document"]["sha256"], sha256(content))
        self.assertEqual(self.pack.content_hash, sha256(content))
        self.assertEqual(archive.read(manifest["document"]["file"]), content)
        reader = PdfReader(io.BytesIO(content))
        self.assertEqual(len(reader.pages), pages[-1][1])
        self.assertEqual(self.pack.page_count, pages[-1][1])
        self.assertEqual(len(reader.outline), 1 + len(pages))
        self.assertEqual(archive.read("manifest.json"), self.pack.manifest_id.raw)
        sums = dict(
            reversed(line.split("  "))
            for line in archive.read("SHA256SUMS").decode().splitlines()
        )
        self.assertEqual(set(sums), set(archive.namelist()) - {"SHA256SUMS"})
        for path, value in sums.items():
            self.assertEqual(value, sha256(archive.read(path)))

    def test_what_cannot_be_printed_is_in_the_zip(self):
        files = {entry["title"]: entry for entry in self.get_manifest()["files"]}
        self.assertEqual(
            set(files), {"board.jpg", "slip.jpg", "scan.tiff2", "note.docx"}
        )
        self.assertTrue(files["slip.jpg"]["pages"])
        self.assertTrue(files["board.jpg"]["pages"])
        self.assertIsNone(files["scan.tiff2"]["pages"])
        self.assertIsNone(files["note.docx"]["pages"])
        self.assertEqual(files["slip.jpg"]["sha256"], sha256(make_picture()))

    def test_the_parts_say_what_they_should(self):
        texts = {
            part["code"]: self.get_text(part) for part in self.get_manifest()["parts"]
        }
        expected = {
            "case": [self.case.name, "200.24", "Refuses", "Ann"],
            # 89.37 m² at 2.80, by a clause, published with a photo
            "contract": ["89.37", "2.8", "Service contract, clause 7", "board.jpg"],
            "ledger": ["250.24", "50.00", "200.24", "rate of 01/01/2025"],
            "notices": [self.notice.name, "slip.jpg", "Signed Slip"],
            "payments": ["50.00", self.bill.name],
            "disputes": ["Nothing was disputed."],
        }
        for code, words in expected.items():
            text = " ".join(texts[code].split())
            for word in words:
                self.assertIn(word, text, code)
        # due on 31 January: 10 days of 250.24 and 24 of 200.24
        self.assertIn("1.25", texts["late-fees"])
        self.assertIn("2.40", texts["late-fees"])

    def test_a_notice_is_named_with_its_hash(self):
        [part] = [
            part for part in self.get_manifest()["parts"] if part["code"] == "notices"
        ]
        [facts] = part["facts"]
        self.assertEqual(facts["notice"], self.notice.name)
        self.assertEqual(facts["sha256"], self.notice.content_hash)
        self.assertTrue(facts["intact"])
        self.assertTrue(facts["is_proof"])
        self.assertIn(
            self.notice.content_hash[:40], "".join(self.get_text(part).split())
        )

    def test_a_pack_stays_as_it_was_made(self):
        self.assertTrue(self.pack._is_intact())
        with self.assertRaises(UserError):
            self.pack.sudo().page_count = 1
        with self.assertRaises(UserError):
            self.pack.with_user(self.collector).page_count = 1
        with self.assertRaises(UserError):
            self.env["property.evidence.pack"].create(
                {"case_id": self.case.id, "name": "X"}
            )
        self.pack.manifest_id.raw = b"{}"
        self.assertFalse(self.pack._is_intact())
        self.assertEqual(self.pack.action_verify()["params"]["type"], "danger")

    def test_who_makes_and_sees_packs(self):
        auditor = new_test_user(
            self.env, "pack-auditor", "property_fee_billing.group_auditor"
        )
        stranger = new_test_user(
            self.env, "pack-stranger", "property_fee_billing.group_collector"
        )
        self.assertEqual(self.pack.with_user(auditor).name, self.pack.name)
        self.assertTrue(self.pack.with_user(auditor).pdf_id.raw)
        self.assertTrue(self.pack.with_user(self.collector).zip_id.raw)
        self.assertEqual(self.pack.user_id, self.collector)
        with self.assertRaises(AccessError):
            self.case.with_user(auditor).action_make_evidence()
        with self.assertRaises(AccessError):
            self.pack.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            self.pack.pdf_id.with_user(stranger).read(["raw"])
        self.assertEqual(self.case.evidence_pack_count, 1)

    def test_a_pack_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        documents = self.case.with_context(lang="zh_CN")._get_evidence_documents()
        self.assertEqual(len(documents), 7)
        self.assertEqual(documents[0]["documents"][0]["number"], self.case.name)


@tagged("post_install", "-at_install")
class TestEvidence(BaseCase):
    """Pieces by themselves."""

    def test_examples(self):
        self.assertEqual(doctest.testmod(evidence).failed, 0)

    def test_the_same_pieces_give_the_same_zip(self):
        pieces = [evidence.make_part(1, "case", "Case", b"%PDF")]
        first = evidence.make_zip("a.pdf", b"x", b"{}", pieces)
        self.assertEqual(first, evidence.make_zip("a.pdf", b"x", b"{}", pieces))

    def test_a_broken_pdf_is_not_joined(self):
        broken = evidence.make_file(1, "case", 1, "a.pdf", b"no", "application/pdf")
        self.assertEqual(evidence.place([broken], 2), [])
        self.assertIsNone(broken.pages)
