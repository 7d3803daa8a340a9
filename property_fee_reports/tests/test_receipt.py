from odoo.tests import new_test_user, tagged

from .document_case import DocumentCase

REPORT = "report_property_receipt"


@tagged("post_install", "-at_install")
class TestReceiptDocument(DocumentCase):
    """The paper a payer takes home."""

    def print(self, receipts, **options):
        return self.read_pages(self.print_pdf(REPORT, receipts, **options))

    def take_quarter(self):
        """827.90 of service and 150.00 of parking, paid with 1,000.00."""
        self.bill = self.make_bill(
            self.unit, [(self.item, 827.90), (self.parking, 150)]
        )
        return self.take(self.unit, cash=600, bank=400, purpose="parking")

    def test_everything_a_reader_must_see_is_on_one_a5_page(self):
        receipt = self.take_quarter()
        content = self.print_pdf(REPORT, receipt)
        self.assertEqual(self.get_size(content), (210, 148))
        (page,) = self.read_pages(content)
        for text in (
            self.company.name,
            "Jade Garden",
            receipt.name,
            "Ann",
            "3-1201",
            self.bill.name,
            "Property Service",
            "01/01/2026",
            "827.90",
            "Parking",
            "150.00",
            "977.90",
            "Kept as Credit",
            "22.10",
            "Drawer",
            "600.00",
            "Bank",
            "400.00",
            "One Thousand",
            "1,000.00",
            self.cashier.name,
            "Settled in the community's order",
        ):
            self.assertIn(text, page)
        self.assertNotIn("Copy", page)
        self.assertNotIn("VOID", page)

    def test_figures_add_up_and_equal_the_entries(self):
        receipt = self.take_quarter()
        document = receipt._get_document_data()
        (table,) = document["tables"]
        total = table["total"]["amount"]
        self.assertEqual(total, sum(row["amount"] for row in table["rows"]))
        rest = sum(line["value"] for line in table["summary"])
        self.assertEqual(total + rest, document["amount"]["value"])
        accounts = receipt.payment_ids.mapped("outstanding_account_id")
        money = receipt.payment_ids.move_id.line_ids.filtered(
            lambda line: line.account_id in accounts
        )
        self.assertEqual(sum(money.mapped("balance")), document["amount"]["value"])

    def test_words_are_in_the_payers_language(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90)])
        receipt = self.take(self.unit, bills=[(bill, 827.90)], cash=827.90)
        for lang, words, day in (
            ("en_US", "Eight Hundred And Twenty-Seven", "01/01/2026"),
            ("zh_CN", "捌佰贰拾柒元玖角整", "2026"),
            ("zh_TW", "捌佰貳拾柒元玖角整", "2026"),
        ):
            with self.subTest(lang):
                self.owner.lang = lang
                (page,) = self.print(receipt)
                self.assertIn(words, page)
                self.assertIn("827.90", page)
                self.assertIn(day, page)

    def test_the_second_print_is_a_copy_and_the_chatter_knows_who(self):
        receipt = self.take_quarter()
        self.assertNotIn("Copy", self.print(receipt)[0])
        self.assertIn("Copy 2", self.print(receipt, user=self.manager)[0])
        self.assertEqual(receipt.print_count, 2)
        notes = receipt.message_ids.filtered(lambda note: "Printed by" in note.body)
        self.assertEqual(
            notes.sorted("id").author_id,
            (self.cashier | self.manager).partner_id,
        )

    def test_a_void_receipt_says_so_and_why(self):
        receipt = self.take_quarter()
        receipt.with_user(self.cashier)._void("Wrong unit")
        (page,) = self.print(receipt)
        self.assertIn("VOID", page)
        self.assertIn("Wrong unit", page)

    def test_several_receipts_are_one_file_each_in_its_language(self):
        receipts = self.env["property.receipt"]
        for unit, amount in zip(self.units, (10, 20, 30), strict=True):
            receipts |= self.take(unit, cash=amount)
        self.owners[1].lang = "zh_CN"
        pages = self.print(receipts)
        self.assertEqual(len(pages), 3)
        for receipt, page in zip(receipts, pages, strict=True):
            self.assertIn(receipt.name, page)
        self.assertIn("Ten ", pages[0])
        self.assertIn("贰拾元整", pages[1])
        self.assertEqual(receipts.mapped("print_count"), [1, 1, 1])

    def test_a_long_receipt_goes_on_with_its_head_and_loses_no_line(self):
        for month in range(1, 13):
            self.make_bill(
                self.unit,
                [(self.item, 275.97), (self.parking, 300)],
                f"2026-{month:02}-01",
            )
        receipt = self.take(self.unit, cash=7000)
        pages = self.print(receipt)
        self.assertEqual(len(pages), 2)
        for page in pages:
            self.assertIn(receipt.name, page)
            self.assertIn("Period", page)
        text = "".join(pages)
        for line in receipt.line_ids:
            self.assertIn(line.move_id.name, text)
        self.assertEqual(text.count("275.97"), 12)
        self.assertIn("Seven Thousand", pages[-1])
        # a sum never stands alone on a page
        self.assertIn("275.97", pages[-1])

    def test_a_payout_voucher(self):
        self.take(self.unit, cash=300)
        receipt = (
            self.env["property.payout"]
            .with_user(self.cashier)
            ._pay_out(
                self.unit,
                self.owner,
                120,
                self.cash.outbound_payment_method_line_ids[:1],
                "2026-02-01",
                "Moved out",
                self.session,
            )
        )
        (page,) = self.print(receipt)
        for text in ("Payout Voucher", "Payee", "Moved out", "Out of the Credit"):
            self.assertIn(text, page)
        self.assertIn("One Hundred And Twenty ", page)

    def test_the_front_desk_prints_without_the_right_to_read_payments(self):
        desk = new_test_user(
            self.env, "front-desk", "property_fee_billing.group_front_desk"
        )
        self.community.member_ids += desk
        receipt = self.take_quarter()
        (page,) = self.print(receipt, user=desk)
        self.assertIn("Drawer", page)
        self.assertIn(self.bill.name, page)

    def test_the_button_prints_this_document(self):
        receipt = self.take_quarter().with_user(self.cashier)
        action = receipt.action_print()
        self.assertEqual(action["report_name"], f"property_fee_reports.{REPORT}")
        self.assertEqual(action["type"], "ir.actions.report")

    def test_on_a_roll_it_is_cut_below_the_last_line(self):
        self.community.receipt_paper = "slip"
        receipt = self.take_quarter()
        action = receipt.with_user(self.cashier).action_print()
        self.assertEqual(action["report_name"], "property_fee_reports.report_slip")
        content = self.print_pdf("report_slip", receipt)
        width, height = self.get_size(content)
        self.assertEqual(width, 80)
        self.assertTrue(60 < height < 140, height)
        (page,) = self.read_pages(content)
        for text in (receipt.name, "Ann", "827.90", "977.90", "22.10", "1,000.00"):
            self.assertIn(text, page)
        longer = self.take(
            self.unit, bills=[(self.make_bill(self.unit, [(self.item, 5)]), 5)], cash=5
        )
        for number in range(5):
            self.make_bill(self.unit, [(self.item, 10 + number)], "2026-02-01")
        longest = self.take(self.unit, cash=60)
        sizes = [
            self.get_size(self.print_pdf("report_slip", each))[1]
            for each in (longer, longest)
        ]
        self.assertLess(*sizes)

    def test_printing_many_reads_no_more_for_each(self):
        def count(number):
            receipts = self.env["property.receipt"]
            for _number in range(number):
                receipts |= self.take(self.unit, cash=10)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipts.with_user(self.cashier)._get_printed_documents()
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertLessEqual(count(12) - count(2), 10)
