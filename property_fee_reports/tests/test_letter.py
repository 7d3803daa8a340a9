from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .document_case import DocumentCase

REPORT = "property_fee_billing.property_notice_document"


@tagged("post_install", "-at_install")
class TestLetter(DocumentCase):
    """Reminders and demands as letters: the words that were sent, nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.manager
        cls.charge(cls.unit)
        cls.january = cls.bill_month(2026, 1).move_ids
        cls.february = cls.bill_month(2026, 2).move_ids
        cls.demand = cls.env.ref("property_fee_billing.dunning_level_demand")

    @classmethod
    def make_notice(cls, level, bills, **values):
        lines = cls.env["property.notice.line"]._prepare_lines(bills, "2026-06-30")
        return cls.env["property.notice"].create(
            {
                "unit_id": cls.unit.id,
                "partner_id": cls.owner.id,
                "level_id": level.id if level else False,
                "line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )

    @classmethod
    def print_letter(cls, notices):
        content, _kind = (
            cls.env["ir.actions.report"]
            .with_user(cls.collector)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(REPORT, notices.ids)
        )
        return cls.read_pages(content)

    @freeze_time("2026-06-30")
    def test_a_demand_says_what_is_demanded_of_which_bill_and_by_when(self):
        notice = self.make_notice(self.demand, self.january + self.february)
        notice.with_user(self.collector)._send()
        (page,) = self.print_letter(notice)
        for text in (
            "Formal Demand",
            notice.name,
            "Ann",
            "JADE 3-1201",
            self.january.name,
            self.february.name,
            "500.48",
            "Five Hundred",
            "07/15/2026",
            "made for the whole claim",
            "Received By",
            f"SHA-256 {notice.content_hash}",
            "JADE-3-1201",
        ):
            self.assertIn(text, page)
        self.assertNotIn("DRAFT", page)
        self.assertTrue(notice._is_intact())

    @freeze_time("2026-06-30")
    def test_it_prints_the_words_that_were_sent_whatever_the_level_says_now(self):
        notice = self.make_notice(self.demand, self.january)
        notice.with_user(self.collector)._send()
        self.demand.body = "<p>Other words.</p>"
        self.take(self.unit, bills=[(self.january, 250.24)], bank=250.24)
        (page,) = self.print_letter(notice)
        self.assertIn("We demand that you pay", page)
        self.assertIn("250.24", page)
        self.assertNotIn("Other words", page)

    def test_a_draft_says_that_it_is_one(self):
        notice = self.make_notice(self.demand, self.january)
        self.assertIn("DRAFT", self.print_letter(notice)[0])

    def test_words_without_a_table_get_the_bills_with_their_late_fee(self):
        notice = self.make_notice(
            False, self.january, body="<p>Please pay.</p>", channel="letter"
        )
        notice.line_ids.late_fee = 3.75
        (page,) = self.print_letter(notice)
        for text in ("Please pay.", "01/01/2026", "3.75", "253.99"):
            self.assertIn(text, page)
        (table,) = notice._get_document_data()["tables"]
        self.assertEqual(table["total"]["total"], notice.amount_total)

    def test_it_is_in_the_debtors_language(self):
        for lang, words in (
            ("zh_CN", "贰佰伍拾元贰角肆分"),
            ("zh_TW", "貳佰伍拾元貳角肆分"),
        ):
            with self.subTest(lang):
                self.owner.lang = lang
                (page,) = self.print_letter(self.make_notice(False, self.january))
                self.assertIn(words, page)

    def test_no_row_of_a_long_table_is_lost(self):
        bills = self.january + self.february
        for month in range(3, 13):
            bills += self.make_bill(
                self.unit, [(self.item, 10 + month)], f"2026-{month:02}-01"
            )
        notice = self.make_notice(self.demand, bills)
        text = "".join(self.print_letter(notice))
        for bill in bills:
            self.assertEqual(text.count(bill.name), 1)
