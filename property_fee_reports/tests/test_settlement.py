from odoo.tests import tagged

from .document_case import DocumentCase

REPORT = "report_settlement"


@tagged("post_install", "-at_install")
class TestSettlementStatement(DocumentCase):
    """E9: flat 3-1202, April to June 2025 billed to Bob at 827.90, is Beth's from
    11 May 2025: 364.99 and 462.91."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat, cls.bob = cls.units[1], cls.owners[1]
        cls.beth = cls.env["res.partner"].create({"name": "Beth"})
        cls.charge(cls.flat, date_from="2025-04-01", interval_months=3)
        run = cls.make_run("2025-04-01", "2025-06-30")
        run.action_compute()
        run.action_post()
        cls.take(cls.flat, cash=900)
        cls.transfer = (
            cls.env["property.ownership.transfer"]
            .with_user(cls.manager)
            .create(
                {
                    "unit_id": cls.flat.id,
                    "date": "2025-05-11",
                    "booking_date": "2025-07-01",
                    "new_partner_id": cls.beth.id,
                    "credit_choice": "move",
                    "handover_reference": "Agreement No. 12",
                    "note": "Keys handed over.",
                }
            )
        )
        cls.transfer.action_preview()

    def print(self, **options):
        content = self.print_pdf(REPORT, self.transfer, self.manager, **options)
        self.assertEqual(self.get_size(content), (210, 297))
        return self.read_pages(content)

    def test_the_preview_is_marked_as_a_draft(self):
        (page,) = self.print()
        self.assertIn("DRAFT", page)
        self.assertIn("nothing is booked yet", page)

    def test_what_both_parties_sign(self):
        self.transfer.action_confirm()
        (page,) = self.print()
        self.assertNotIn("DRAFT", page)
        for text in (
            self.transfer.name,
            "3-1202",
            "Bob",
            "Beth",
            "05/10/2025",
            "05/11/2025",
            "Agreement No. 12",
            "Moved to the New Payer",
            "827.90",
            "364.99",
            "462.91",
            "535.01",
            "Owed After",
            "Prepaid Money",
            "72.10",
            "Keys handed over.",
            "Company Seal",
        ):
            self.assertIn(text, page)

    def test_figures_are_those_of_the_transfer_and_add_up(self):
        self.transfer.action_confirm()
        data = self.transfer._get_settlement_data()
        balances, lines, _bills, prepaid, _deposits = (
            self.transfer._get_document_data()["tables"]
        )
        for party, payer in zip(("old", "new"), data["payers"], strict=True):
            *steps, after = [row[party] for row in balances["rows"]]
            self.assertAlmostEqual(sum(steps), after)
            self.assertEqual(after, payer["balance"]["after"])
        self.assertEqual(lines["total"]["difference"], 0)
        self.assertEqual(lines["total"]["due"], 827.90)
        self.assertEqual(prepaid["total"]["open"], 72.10)

    def test_it_is_in_the_language_of_the_parties(self):
        (self.bob + self.beth).lang = "zh_CN"
        (document,) = self.transfer._get_printed_documents()
        self.assertEqual(document["lang"], "zh_CN")
        self.bob.lang = "en_US"
        (document,) = self.transfer._get_printed_documents()
        self.assertEqual(document["lang"], "en_US")

    def test_the_workbook_has_the_same_figures(self):
        self.transfer.action_confirm()
        (sheet,) = self.read_workbook(
            self.transfer._make_workbook(), data_only=True
        ).worksheets
        cells = [[cell for cell in row if cell is not None] for row in sheet.values]
        self.assertIn(["Owed After", 0, -72.10 + 0], cells)

    def test_the_button(self):
        action = self.transfer.action_print_settlement()
        self.assertEqual(action["report_name"], f"property_fee_reports.{REPORT}")
