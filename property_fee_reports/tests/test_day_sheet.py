import base64
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .document_case import DocumentCase

SESSION_REPORT = "report_cashier_session"
DAYS_REPORT = "report_day_sheet"


@tagged("post_install", "-at_install")
class TestDaySheet(DocumentCase):
    """What the cashier hands over with the drawer, and the accountant checks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(cls.unit, [(cls.item, 827.90), (cls.parking, 150)])
        cls.first = cls.take(cls.unit, cash=600, bank=377.90)
        cls.second = cls.take(cls.units[1], cash=20)
        cls.void = cls.take(cls.units[2], cash=45)
        cls.void.with_user(cls.cashier)._void("Wrong unit")

    def get_document(self):
        return self.session.with_user(self.cashier)._get_document_data()

    def get_table(self, document, title):
        (table,) = [each for each in document["tables"] if each["title"] == title]
        return table

    def open_wizard(self, **values):
        return (
            self.env["property.day.sheet.wizard"]
            .with_user(self.cashier)
            .create({"community_id": self.community.id, **values})
        )

    def test_every_counting_is_there_and_equals_the_journals(self):
        document = self.get_document()
        check = self.get_table(document, "Countings")
        self.assertEqual([row["amount"] for row in check["rows"]], [997.90] * 4)
        self.assertTrue(check["agrees"])
        methods = self.get_table(document, "By Method")
        for row, journal in zip(methods["rows"], self.cash + self.bank, strict=True):
            account = (
                journal.inbound_payment_method_line_ids.payment_account_id
                or self.first.payment_ids.filtered(
                    lambda payment, journal=journal: payment.journal_id == journal
                ).outstanding_account_id
            )
            lines = self.env["account.move.line"].search(
                [
                    ("account_id", "in", account.ids),
                    ("journal_id", "=", journal.id),
                    ("parent_state", "=", "posted"),
                ]
            )
            self.assertEqual(row["amount"], round(sum(lines.mapped("balance")), 2))
        items = self.get_table(document, "By Item")
        self.assertEqual(
            {row["name"]: row["amount"] for row in items["rows"]},
            {"Property Service": 827.90, "Parking": 150, "Kept as Credit": 20},
        )
        staff = self.get_table(document, "By Staff")
        self.assertEqual(staff["total"]["amount"], 997.90)

    def test_void_receipts_are_listed_and_count_nothing(self):
        rows = self.get_table(self.get_document(), "Receipts")["rows"]
        self.assertEqual(
            [(row["number"], row["amount"], row["counted"]) for row in rows],
            [
                (self.first.name, 977.90, 977.90),
                (self.second.name, 20, 20),
                (self.void.name, 45, 0),
            ],
        )
        self.assertEqual(rows[-1]["remark"], "Void: Wrong unit")

    def test_countings_that_differ_are_pointed_out(self):
        sheet = type(self.env["property.day.sheet"])
        items = [{"kind": "credit", "item": self.env["property.fee.item"], "amount": 5}]
        with patch.object(sheet, "_get_items", return_value=items):
            check = self.get_table(self.get_document(), "Countings")
            (page, *_list) = self.read_pages(
                self.print_pdf(SESSION_REPORT, self.session)
            )
        self.assertFalse(check["agrees"])
        self.assertEqual(check["rows"][-1]["difference"], -992.90)
        self.assertIn("The countings differ by", page)
        self.assertIn("992.90", page)

    def test_the_drawer_from_count_to_count(self):
        cash = self.get_table(self.get_document(), "Cash in the Drawer")
        self.assertEqual([row["amount"] for row in cash["rows"]], [100, 620, 720])
        self.session.counted_amount = 719
        self.session.difference_reason = "Change given wrong"
        self.cash.loss_account_id = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        self.session.action_close()
        cash = self.get_table(self.get_document(), "Cash in the Drawer")
        self.assertEqual(
            [row["amount"] for row in cash["rows"]], [100, 620, 720, 719, -1]
        )
        self.assertIn("Change given wrong", cash["note"])

    def test_the_page_says_it_all(self):
        content = self.print_pdf(SESSION_REPORT, self.session)
        self.assertEqual(self.get_size(content), (210, 297))
        summary, receipts = self.read_pages(content)
        for text in (
            self.session.name,
            "Drawer",
            "997.90",
            "720.00",
            "countings agree",
        ):
            self.assertIn(text, summary)
        for receipt in self.first + self.second + self.void:
            self.assertIn(receipt.name, receipts)
        self.assertIn("Void", receipts)

    def test_the_page_in_chinese(self):
        self.cashier.lang = "zh_TW"
        self.owners[1].name = "陳小華"
        pages = self.read_pages(
            self.print_pdf(
                SESSION_REPORT, self.session.with_user(self.cashier), lang="zh_TW"
            )
        )
        self.assertIn("陳小華", pages[-1])
        self.assertIn("997.90", pages[0])

    def test_the_workbook_has_the_same_figures(self):
        document = self.get_document()
        content = self.session.with_user(self.cashier)._make_workbook()
        values = self.read_workbook(content, data_only=True)
        formulas = self.read_workbook(content)
        self.assertEqual(len(values.sheetnames), 2)
        summary, listing = values.worksheets
        cells = [[cell for cell in row if cell is not None] for row in summary.values]
        for table in document["tables"][:-1]:
            for row in table["rows"]:
                wanted = [row[column["name"]] for column in table["columns"]]
                self.assertIn(wanted, cells)
        receipts = document["tables"][-1]
        for row, found in zip(
            receipts["rows"], list(listing.values)[1:-1], strict=True
        ):
            wanted = [row[column["name"]] or None for column in receipts["columns"]]
            found = [each.date() if hasattr(each, "date") else each for each in found]
            self.assertEqual([each or None for each in found], wanted)
        self.assertIsInstance(listing["H2"].value, int | float)
        self.assertEqual(listing["I5"].value, 997.90)
        self.assertEqual(formulas.worksheets[1]["I5"].value, "=SUM(I2:I4)")
        self.assertEqual(formulas.worksheets[1].freeze_panes, "A2")

    def test_days_and_sessions_give_the_same(self):
        today = self.first.date
        wizard = self.open_wizard(date_from=today, date_to=today)
        check = self.get_table(wizard._get_document_data(), "Countings")
        self.assertEqual(check["rows"][0]["amount"], 997.90)
        (page, *_list) = self.read_pages(self.print_pdf(DAYS_REPORT, wizard))
        self.assertIn("Day Sheet", page)
        self.assertIn("997.90", page)
        yesterday = date.fromordinal(today.toordinal() - 1)
        empty = self.open_wizard(date_from=yesterday, date_to=yesterday)
        pages = self.read_pages(self.print_pdf(DAYS_REPORT, empty))
        self.assertEqual(len(pages), 1)

    def test_the_wizard_knows_the_cashiers_community(self):
        with Form(
            self.env["property.day.sheet.wizard"].with_user(self.cashier)
        ) as form:
            self.assertEqual(form.community_id, self.community)
        action = form.record.action_print()
        self.assertEqual(action["type"], "ir.actions.report")

    def test_the_file_is_named_and_can_be_downloaded(self):
        action = self.session.with_user(self.cashier).action_download_day_sheet()
        wizard = self.env["property.day.sheet.wizard"].search(
            [("session_id", "=", self.session.id)]
        )
        self.assertIn(f"/{wizard.id}/file", action["url"])
        self.assertTrue(wizard.filename.endswith(".xlsx"))
        self.assertTrue(self.read_workbook(base64.b64decode(wizard.file)).sheetnames)

    def test_refusals(self):
        for message, values in (
            (
                "first day must not",
                {"date_from": "2026-02-02", "date_to": "2026-02-01"},
            ),
            ("Choose a session", {"date_from": False}),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                self.open_wizard(**values)
        other = self.env["property.community"].create({"code": "X", "name": "Other"})
        with self.assertRaisesRegex(ValidationError, "not one of community"):
            self.env["property.day.sheet.wizard"].create(
                {"community_id": other.id, "session_id": self.session.id}
            )

    def test_another_communitys_sheet_is_not_for_everybody(self):
        stranger = new_test_user(
            self.env, "stranger", "property_fee_billing.group_cashier"
        )
        wizard = self.open_wizard().sudo()
        with self.assertRaises(AccessError):
            wizard.with_user(stranger).sudo(False)._get_document_data()
        with self.assertRaises(AccessError):
            self.session.with_user(stranger)._get_document_data()
