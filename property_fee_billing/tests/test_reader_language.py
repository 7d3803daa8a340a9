import re
from datetime import date

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .collection_case import CollectionCase

LANGUAGES = ("zh_CN", "zh_TW")
_HAN = re.compile("[\u3400-\u9fff]")


@tagged("post_install", "-at_install")
class TestReaderLanguage(CollectionCase):
    """Texts are in the language of who reads them. Staff work in English here, Ann
    reads zh_TW, Bob zh_CN; the translations are those that come with the addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for language in LANGUAGES:
            cls.env["res.lang"]._activate_lang(language)
        cls.env["ir.module.module"]._load_module_terms(
            ["property_fee_billing"], list(LANGUAGES)
        )
        cls.owners[0].lang = "zh_TW"
        cls.owners[1].lang = "zh_CN"

    def assertChinese(self, text, *names):
        """Assert that a text is Chinese, without an English word but these names."""
        self.assertRegex(text, _HAN)
        words = set(re.findall("[A-Za-z]{2,}", text)) - set(names)
        self.assertFalse(words, text)

    def test_a_line_of_a_bill_is_named_in_the_language_of_its_payer(self):
        self.item.with_context(lang="zh_TW").name = "管理費"
        self.item.with_context(lang="zh_CN").name = "物业服务费"
        for unit in self.units[:3]:
            self.charge(unit)
        moves = self.bill_month(2026, 1).move_ids
        names = {
            move.partner_id: move.invoice_line_ids.filtered("fee_item_id").name
            for move in moves
        }
        self.assertTrue(names[self.owners[0]].startswith("管理費"))
        self.assertTrue(names[self.owners[1]].startswith("物业服务费"))
        self.assertTrue(names[self.owners[2]].startswith(self.item.name))

    def test_why_an_amount_is_so_is_said_to_each_reader_in_their_language(self):
        self.unit.write({"area_source": "register", "area_reference": "118"})
        self.charge(self.unit)
        self.env["property.concession"].create(
            {
                "unit_id": self.unit.id,
                "item_id": self.item.id,
                "reason": "vacancy",
                "factor": 0.7,
                "date_from": "2026-01-11",
                "state": "approved",
            }
        )
        lines = self.bill_month(2026, 1).line_ids
        reduced = lines.filtered(lambda line: line.factor == 0.7)
        self.assertIn("Vacancy", reduced.explanation_text)
        for language, words in (
            ("zh_CN", ("减免原因：空置", "面积依据：不动产登记 118")),
            ("zh_TW", ("減免原因：空置", "面積依據：建物登記 118")),
        ):
            text = reduced.with_context(lang=language).explanation_text
            self.assertChinese(text)
            for word in words:
                self.assertIn(word, text)

    def test_a_late_fee_is_explained_in_the_language_of_the_reader(self):
        late_item = self.env["property.fee.item"].create(
            {
                "code": "T-LATE",
                "name": "Late Fee",
                "fee_class": "late_fee",
                "tax_ids": [Command.clear()],
            }
        )
        self.community.late_fee_policy_id = self.env["property.late.fee.policy"].create(
            {
                "name": "Daily",
                "daily_percent": 0.05,
                "grace_days": 15,
                "fee_item_id": late_item.id,
            }
        )
        bill = self.make_bill(self.unit, [(self.item, 827.90)], "2025-03-31")
        with freeze_time("2025-06-30"):
            for language in LANGUAGES:
                text = bill.with_context(lang=language).late_fee_explanation_text
                self.assertChinese(text)
                self.assertIn("827.90 × 0.05%", text)

    def test_each_level_of_the_ladder_writes_to_debtors_in_their_language(self):
        """The words that come with the addon, of the first notice to the last."""
        levels = self.env.ref(
            "property_fee_billing.dunning_policy_mainland"
        ).level_ids.filtered(lambda level: level.kind != "internal")
        self.assertGreater(len(levels), 5)
        self.community.complaint_phone = "0571-1234"
        names = {self.community.code, *self.community.name.split(), "Ann", "Bob"}
        for owner, unit in zip(self.owners[:2], self.units[:2], strict=False):
            bill = self.make_bill(unit, [(self.item, 250.24)], partner=owner)
            for level in levels:
                notice = self.make_notice(bill, level_id=level.id)
                words = level._render_notices(notice)[notice.id]
                for name, text in words.items():
                    text = re.sub(r"<[^>]*>|https?://\S+", " ", text or "")
                    text = re.sub("|".join([bill.name, notice.name]), "", text)
                    with self.subTest(level=level.name, part=name, lang=owner.lang):
                        if text.strip():
                            self.assertChinese(text, *names)

    def test_an_activity_is_in_the_language_of_whom_it_is_for(self):
        """Also what a job makes, whose user speaks English."""
        self.manager.lang = "zh_CN"
        run = self.make_run(date(2026, 2, 1), date(2026, 2, 28))
        run._notify_prepared()
        activity = run.activity_ids.filtered(lambda one: one.user_id == self.manager)
        self.assertEqual(activity.summary, "检查本月出账批次并过账")

    def test_what_the_engine_refuses_is_said_in_the_language_of_the_user(self):
        standards = self.env["property.fee.standard"].with_context(lang="zh_TW")
        for formula in ("area * rooms", "area *", "area ** 2", "max(area)"):
            with self.assertRaises(ValidationError) as raised:
                standards.create(
                    {
                        "code": "T-F",
                        "name": "公式",
                        "item_id": self.item.id,
                        "method": "formula",
                        "formula": formula,
                        "rate_ids": [Command.clear()],
                    }
                )
            with self.subTest(formula=formula):
                self.assertRegex(str(raised.exception), "[\u3400-\u9fff]{6}")
                self.assertNotRegex(str(raised.exception), "cannot|formula|variable")
