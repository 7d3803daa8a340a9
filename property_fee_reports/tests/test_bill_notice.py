from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.pdf_pages import merge_pdfs
from .document_case import DocumentCase

REPORT = "report_bill_notice"


@tagged("post_install", "-at_install")
class TestBillNotice(DocumentCase):
    """The bill that an owner gets on paper: 89.37 m² at 2.80, January to March 2026
    billed month by month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge(cls.unit)
        cls.bank.bank_account_id = cls.env["res.partner.bank"].create(
            {
                "acc_number": "6222 0000 1234",
                "partner_id": cls.company.partner_id.id,
                "bank_id": cls.env["res.bank"].create({"name": "Harbour Bank"}).id,
            }
        )
        cls.bill = cls.bill_month(2026, 1).move_ids

    def print(self, bills=None, **options):
        return self.read_pages(self.print_pdf(REPORT, bills or self.bill, **options))

    def test_everything_an_owner_must_know_is_on_one_page(self):
        content = self.print_pdf(REPORT, self.bill)
        self.assertEqual(self.get_size(content), (210, 297))
        (page,) = self.read_pages(content)
        for text in (
            "Bill Notice",
            self.bill.name,
            "Ann",
            "3-1201",
            "Property Service",
            "89.37 m2 × 2.80",
            "250.24",
            "Two Hundred And Fifty",
            "Pay By",
            "Harbour Bank",
            "6222 0000 1234",
            "JADE-3-1201",
            "See and Pay",
        ):
            self.assertIn(text, page)
        self.assertNotRegex(page, "1 ?/ ?1")

    def test_its_figures_are_those_of_the_ledger(self):
        self.take(self.unit, bills=[(self.bill, 100)], cash=100)
        document = self.bill._get_document_data()
        (table,) = document["tables"]
        self.assertEqual(table["total"]["amount"], self.bill.amount_total)
        self.assertEqual(table["summary"][0]["value"], -100)
        receivable = self.bill.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(document["amount"]["value"], receivable.amount_residual)
        self.assertEqual(document["amount"]["value"], 150.24)

    def test_it_is_in_the_payers_language(self):
        for lang, words in (
            ("zh_CN", "贰佰伍拾元贰角肆分"),
            ("zh_TW", "貳佰伍拾元貳角肆分"),
        ):
            with self.subTest(lang):
                self.owner.lang = lang
                (page,) = self.print()
                self.assertIn(words, page)
                self.assertIn("89.37 m2 × 2.80", page)

    def test_earlier_bills_are_named_with_what_is_open_of_them(self):
        second = self.bill_month(2026, 2).move_ids
        third = self.bill_month(2026, 3).move_ids
        self.take(self.unit, bills=[(self.bill, 50)], cash=50)
        self.assertEqual(
            (self.bill + second + third).mapped("fee_earlier_count"), [0, 1, 2]
        )
        (page,) = self.print(third)
        self.assertIn("2 earlier bills are open too", page)
        self.assertIn("450.48", page)

    def test_a_paid_bill_asks_for_nothing(self):
        self.take(self.unit, bills=[(self.bill, 250.24)], bank=250.24)
        (page,) = self.print()
        self.assertIn("PAID", page)
        self.assertNotIn("How to Pay", page)
        self.assertNotIn("To Pay", page)

    def test_bills_are_sorted_as_they_are_handed_out(self):
        tower = self.env["property.building"].create(
            {"code": "12", "name": "Tower 12", "community_id": self.community.id}
        )
        units = self.env["property.unit"].create(
            [
                {"code": code, "building_id": building.id, "charge_area": 10}
                for code, building in (
                    ("12-1", tower),
                    ("3-13001", self.building),
                    ("3-901", self.building),
                )
            ]
        )
        for unit in units:
            self.own(unit, self.owner)
            self.charge(unit)
        bills = self.bill + self.bill_month(2026, 2).move_ids
        pages = self.print(bills.sorted("id", reverse=True))
        found = [
            next(code for code in codes if f" {code} " in page.replace("\n", " \n "))
            for codes in [["3-901", "3-1201", "3-13001", "12-1"]]
            for page in pages
        ]
        self.assertEqual(found, ["3-901", "3-1201", "3-1201", "3-13001", "12-1"])

    def test_a_long_bill_has_numbered_pages(self):
        bill = self.make_bill(
            self.unit, [(self.item, 10 + number) for number in range(60)], "2026-02-01"
        )
        pages = self.print(self.bill + bill)
        self.assertGreater(len(pages), 2)
        count = len(pages) - 1
        self.assertNotRegex(pages[0], "1 ?/ ?1")
        for number, page in enumerate(pages[1:], 1):
            self.assertRegex(page, rf"\n +{number} ?/ ?{count}\n")
            self.assertIn("Why This Amount", page)

    def test_merged_files_have_all_pages(self):
        content = self.print_pdf(REPORT, self.bill)
        merged, count = merge_pdfs([content, content])
        self.assertEqual(count, 2)
        first, second = self.read_pages(merged)
        self.assertEqual(first, second)

    def test_an_invoice_of_something_else_is_refused(self):
        invoice = self.env["account.move"].create({"move_type": "out_invoice"})
        with self.assertRaisesRegex(UserError, "not a bill of property fees"):
            invoice._get_document_data()

    def test_printing_many_reads_no_more_for_each(self):
        units = self.env["property.unit"].create(
            [
                {
                    "code": f"3-2{number:03}",
                    "building_id": self.building.id,
                    "charge_area": 50,
                }
                for number in range(12)
            ]
        )
        for unit in units:
            self.own(unit, self.owner)
            self.charge(unit)
        bills = self.bill_month(2026, 2).move_ids

        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            bills[:number].with_user(self.cashier)._get_printed_documents()
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertLessEqual(count(12) - count(2), 10)
