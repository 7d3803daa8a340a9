from odoo.tests import freeze_time, tagged

from .document_case import DocumentCase


@tagged("post_install", "-at_install")
class TestTariffSheet(DocumentCase):
    """The price list that hangs on the notice board."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.community.write({"complaint_phone": "0571-1234", "address": "Jade Road 1"})
        cls.standard.write(
            {"grade": "Grade 2", "service_content": "<p>Guard at the gate</p>"}
        )
        cls.charge(cls.unit)
        cls.charge(cls.unit, cls.parking_standard)

    def make_sheet(self, **values):
        return (
            self.env["property.tariff.sheet"]
            .with_user(self.cashier)
            .create({"community_id": self.community.id, **values})
        )

    @freeze_time("2026-07-20")
    def test_the_sheet_says_what_is_charged_and_whom_to_ask(self):
        self.set_rate(self.standard, "2026-07-16", 3.10)
        pages = self.read_pages(
            self.print_pdf("report_tariff_sheet", self.make_sheet())
        )
        for text in ("Published Prices", "Jade Garden", "$3.10 per m", "$300.00 per"):
            self.assertIn(text, pages[0])
        for text in ("0571-1234", "Guard at the gate", "Contract", "Owners"):
            self.assertIn(text, pages[0])
        self.assertIn("$2.80 per m", pages[1])
        sheet = self.make_sheet(with_history=False)
        pages = self.read_pages(self.print_pdf("report_tariff_sheet", sheet))
        self.assertEqual(len(pages), 1)
        self.assertNotIn("2.80", pages[0])

    def test_the_code_on_it_leads_to_the_public_page(self):
        document = self.make_sheet()._get_printed_documents()[0]
        self.assertEqual(document["seal"]["url"], self.community._get_tariff_url())

    def test_the_workbook_has_the_same_prices(self):
        book = self.read_workbook(self.make_sheet()._make_workbook())
        cells = [
            cell
            for row in book.worksheets[0].iter_rows(values_only=True)
            for cell in row
        ]
        self.assertIn("$2.80 per m² and month", cells)
        self.assertIn("$300.00 per month", cells)
