from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .document_case import DocumentCase


@tagged("post_install", "-at_install")
class TestComplaintDocuments(DocumentCase):
    """The file of a complaint about a bill, and the letter of apology."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = new_test_user(
            cls.env, "file-agent", "property_fee_complaints.group_complaint_agent"
        )
        cls.community.member_ids += cls.agent
        with freeze_time("2026-01-01"):
            cls.charge(cls.unit)
            cls.bill_month(2026, 1)
        bill = cls.env["account.move"].search([("fee_unit_id", "=", cls.unit.id)])
        with freeze_time("2026-01-05 10:00"):
            cls.complaint = (
                cls.env["property.complaint"]
                .with_user(cls.agent)
                .create(
                    {
                        "subject": "My flat is smaller",
                        "description": "<p>The register says 88 m².</p>",
                        "unit_id": cls.unit.id,
                        "category_id": cls.env.ref(
                            "property_fee_complaints.category_fee"
                        ).id,
                        "line_ids": [
                            Command.create({"move_line_id": bill.invoice_line_ids.id})
                        ],
                    }
                )
            )
            cls.letter = cls.env["property.complaint.remedy"].create(
                {
                    "complaint_id": cls.complaint.id,
                    "kind": "apology",
                    "name": "A letter by the manager",
                    "letter": "<p>Dear Ann, we measured wrongly and are sorry.</p>",
                }
            )

    def test_the_file_says_what_was_said_billed_and_promised(self):
        self.complaint.write(
            {
                "findings": "<p>Measured again.</p>",
                "outcome": "valid",
                "decision": "<p>You are right.</p>",
            }
        )
        content = self.print_pdf(
            "report_complaint_file", self.complaint, user=self.agent
        )
        text = "\n".join(self.read_pages(content))
        for words in (
            "Complaint File",
            self.complaint.name,
            "My flat is smaller",
            "The register says 88",
            "Measured again.",
            "You are right.",
            "89.37 m2 × 2.80",
            "250.24",
            "A letter by the manager",
            "Acknowledge",
        ):
            self.assertIn(words, text)

    def test_the_letter_is_in_the_complainants_language(self):
        self.owner.lang = "zh_CN"
        content = self.print_pdf("report_apology", self.letter, user=self.agent)
        (page,) = self.read_pages(content)
        self.assertIn("Dear Ann, we measured wrongly and are sorry.", page)
        self.assertIn(self.complaint.name, page)
        self.assertIn("2026/01/05", page)

    def test_a_letter_without_words_is_not_printed(self):
        action = self.letter.with_user(self.agent).action_print_letter()
        self.assertEqual(action["report_name"], "property_fee_reports.report_apology")
        self.letter.letter = "<p><br></p>"
        with self.assertRaises(UserError):
            self.letter.action_print_letter()
