import io
import re

from openpyxl import load_workbook

from odoo.tests import freeze_time, tagged

from odoo.addons.property_fee_billing.tests.portal_case import PortalCase

from .document_case import DocumentCase


@tagged("post_install", "-at_install")
class TestStatementDocument(DocumentCase, PortalCase):
    """The statement on paper, as a workbook and in the portal: the same figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(cls.unit, [(cls.item, 100)], "2025-12-01")
        cls.bill = cls.make_bill(
            cls.unit, [(cls.item, 250.24), (cls.parking, 150)], "2026-01-01"
        )
        with freeze_time("2026-01-20"):
            cls.receipt = cls.take(cls.unit, cash=300)
        cls.make_bill(cls.units[1], [(cls.item, 77.77)], "2026-01-01")

    def make_statement(self, user=None, **values):
        return (
            self.env["property.statement"]
            .with_user(user or self.cashier)
            .create(
                {
                    "partner_id": self.owner.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-02-28",
                    **values,
                }
            )
        )

    def test_paper_and_workbook_have_the_closing_balance_of_the_ledger(self):
        statement = self.make_statement()
        (page,) = self.read_pages(self.print_pdf("report_statement", statement))
        for text in ("Statement of Account", "Ann", "Opening Balance", "200.24"):
            self.assertIn(text, page)
        for text in (self.bill.name, self.receipt.name, "500.24", "300.00", "Owed"):
            self.assertIn(text, page)
        self.assertNotIn("77.77", page)
        book = self.read_workbook(statement._make_workbook(), data_only=True)
        cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
        self.assertIn(200.24, cells)
        self.assertIn(400.24, cells)
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.owner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", "2026-02-28"),
            ]
        )
        self.assertAlmostEqual(sum(lines.mapped("balance")), 200.24)

    def test_it_is_in_the_owners_language(self):
        self.owner.lang = "zh_CN"
        document = self.make_statement()._get_printed_documents()[0]
        self.assertEqual(document["lang"], "zh_CN")
        self.assertTrue(document["seal"]["url"])

    def test_an_owner_of_nothing_gets_no_document(self):
        statement = self.make_statement(partner_id=self.cashier.partner_id.id)
        self.assertEqual(statement._get_printed_documents(), [])

    # ------------------------------------------------------------------- portal
    DAYS = "date_from=2026-01-01&date_to=2026-02-28"

    def test_an_owner_reads_the_own_statement_in_the_portal(self):
        page = self.visit(f"/my/statements?{self.DAYS}")
        self.assertEqual(page.status_code, 200)
        self.assertIn('data-amount="200.24"', page.text)
        self.assertIn(self.receipt.name, page.text)
        self.assertNotIn("77.77", page.text)

    def test_an_owner_downloads_the_same_as_file(self):
        answer = self.visit(f"/my/statements/xlsx?{self.DAYS}")
        self.assertEqual(answer.status_code, 200)
        book = load_workbook(io.BytesIO(answer.content), data_only=True)
        cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
        self.assertIn(200.24, cells)
        self.assertNotIn(77.77, cells)
        answer = self.visit(f"/my/statements/pdf?{self.DAYS}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        # under test Odoo hands the page to be printed over, not the print
        self.assertIn("200.24", answer.text)
        self.assertNotIn("77.77", answer.text)
        self.assertEqual(self.visit("/my/statements/exe").status_code, 404)

    def test_nothing_in_the_address_makes_it_somebody_elses(self):
        page = self.visit(
            f"/my/statements?{self.DAYS}&partner_id={self.owners[1].id}"
            f"&community_id={self.community.id}"
        )
        self.assertIn('data-amount="200.24"', page.text)
        self.assertNotIn("77.77", page.text)
        for unit in (self.units[1].id, 0, "x", "-1"):
            page = self.visit(f"/my/statements?unit_id={unit}")
            self.assertEqual(page.status_code, 404, unit)
        page = self.visit(f"/my/statements?unit_id={self.unit.id}&{self.DAYS}")
        self.assertIn('data-amount="200.24"', page.text)

    def test_days_that_are_none_give_this_year(self):
        page = self.visit("/my/statements?date_from=yesterday&date_to=2026-99-99")
        self.assertEqual(page.status_code, 200)
        days = re.findall(r'name="date_from"[^>]*value="([^"]+)"', page.text)
        self.assertTrue(days[0].endswith("-01-01"))
