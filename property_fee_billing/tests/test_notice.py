from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..engine.unlawful import find_threat
from .collection_case import CollectionCase

THREATS = (
    "We will cut off your water.",
    "cut-off the w a t e r",
    "c u t o f f y o u r w a t e r",
    "ｃｕｔ ｏｆｆ ｙｏｕｒ ｐｏｗｅｒ",
    "Your <b>electri</b>city will be disconnected",
    "we shall shut off the he&#97;ting",
    "Your key card will be deactivated.",
    "Parking access will be suspended",
    "no entry: we deny your car access to the garage",
    "You will be locked out",
    "逾期未缴将停水停电",
    "停 水、断*电",
    "停。水",
    "停\u200b止\u200b供\u200b暖",
    "暂停向贵户供应燃气",
    "水、电将予以停供",
    "限制门禁和电梯使用",
    "禁止您的车辆进入小区",
    "門禁卡將失效",
    "電梯卡將予停用",
    "斷水斷電",
    "您的磁扣將被消磁",
    "拉闸",
)
LAWFUL = (
    "Please pay the water and power charges of 300.00 by 31 March.",
    "Your parking fee is overdue; the late fee stops when you pay.",
    "We may bring the claim before the court.",
    "请缴清水费、电费和停车费，逾期按日计收违约金。",
    "请停止拖欠公摊水电费。",
    "关于电梯费、门禁卡工本费的说明",
    "您可在物业服务中心大门旁缴费",
    "限您于收到本函之日起十五日内缴清停车费",
    "請於期限前繳清水電公攤費",
)


@tagged("post_install", "-at_install")
class TestNotice(CollectionCase):
    """A notice: what is sent never changes; what shows that it arrived is kept."""

    def setUp(self):
        super().setUp()
        self.bill = self.make_bill(self.unit, [(self.item, 250.24)], "2026-01-01")

    def test_threats_to_utilities_and_access_are_found(self):
        for text in THREATS:
            self.assertTrue(find_threat(text), text)

    def test_lawful_words_pass(self):
        for text in LAWFUL:
            self.assertIsNone(find_threat(text), text)

    def test_a_threat_is_stored_nowhere(self):
        """In no template, in no language, in no free text."""
        for name in ("name", "subject", "body", "text"):
            with self.assertRaises(ValidationError):
                self.reminder[name] = "逾期将停水"
        self.env["res.lang"]._activate_lang("zh_CN")
        with self.assertRaises(ValidationError):
            self.reminder.with_context(lang="zh_CN").subject = "將關閉電梯"
        with self.assertRaises(ValidationError):
            self.reminder.update_field_translations("body", {"zh_CN": "<p>断电</p>"})
        with self.assertRaises(ValidationError):
            self.make_notice(self.bill, body="<p>We will cut your water</p>")
        notice = self.make_notice(self.bill)
        with self.assertRaises(ValidationError):
            notice.text = "c.u.t off p.o.w.e.r"

    def test_the_standard_ladder_is_lawful_and_names_nobody(self):
        ladder = self.env.ref("property_fee_billing.dunning_policy_mainland")
        ladder.level_ids._check_lawful()
        self.assertEqual(
            ladder._get_levels().mapped("days"), [-7, 3, 15, 30, 45, 60, 75, 100]
        )
        self.assertNotIn("board", ladder.level_ids.mapped("channel"))

    def test_what_was_sent_never_changes(self):
        notice = self.send_notice(self.bill, "2026-02-20")
        self.assertEqual(notice.content_hash, notice._get_content_hash())
        self.assertTrue(notice._is_intact())
        for values in (
            {"body": "<p>Else</p>"},
            {"address": "elsewhere"},
            {"deadline": "2026-12-31"},
            {"line_ids": [Command.clear()]},
            {"state": "draft"},
            {"delivered_on": "2026-02-21"},
            {"content_hash": "0"},
        ):
            with self.assertRaises(UserError):
                notice.write(values)
        with self.assertRaises(UserError):
            notice.line_ids.amount = 1
        with self.assertRaises(UserError):
            notice.line_ids.unlink()
        with self.assertRaises(UserError):
            notice.unlink()

    def test_the_hash_covers_amounts_and_attachments(self):
        file = self.attach("bill.pdf")
        notice = self.make_notice(
            self.bill, attachment_ids=[Command.set(file.ids)], channel="email"
        )
        file.write({"res_model": notice._name, "res_id": notice.id})
        notice.action_send()
        with self.assertRaises(UserError):
            file.raw = b"other"
        with self.assertRaises(UserError):
            file.unlink()
        self.env.cr.execute(
            "UPDATE property_notice_line SET amount = 1 WHERE notice_id = %s",
            (notice.id,),
        )
        notice.line_ids.invalidate_recordset()
        self.assertFalse(notice._is_intact())

    def test_a_notice_gets_its_number_and_deadline_when_sent(self):
        notice = self.make_notice(self.bill)
        self.assertEqual(notice.name, "New")
        with freeze_time("2026-02-20"):
            notice.action_send()
        self.assertRegex(notice.name, r"^N2026-\d{6}$")
        self.assertEqual(str(notice.deadline), "2026-03-07")
        self.assertEqual(notice.state, "ready")
        self.assertFalse(notice.sent_on)
        with freeze_time("2026-02-21"):
            notice.action_dispatch()
        self.assertEqual(str(notice.sent_on.date()), "2026-02-21")

    def test_an_email_leaves_through_odoo(self):
        notice = self.send_notice(self.bill, "2026-02-20", channel="email")
        mail = self.get_mails(notice)
        self.assertEqual(mail.res_id, notice.id)
        self.assertEqual(mail.email_to, self.owner.email_normalized)
        self.assertEqual(mail.body_html, notice.body)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(notice.message_ref, mail.message_id)
        self.assertEqual(notice.state, "sent")
        mail._postprocess_sent_message([self.owner], [], failure_reason=False)
        self.assertEqual(notice.state, "sent")
        self.assertFalse(notice.is_proof)

    def test_an_email_that_fails_counts_as_not_sent(self):
        notice = self.send_notice(self.bill, "2026-02-20", channel="email")
        mail = self.get_mails(notice)
        mail._postprocess_sent_message(
            [], [], failure_reason="No such user", failure_type="mail_smtp"
        )
        self.assertEqual(notice.state, "failed")
        self.assertEqual(notice.failure_reason, "No such user")
        self.assertTrue(notice.line_ids.is_void)
        mail._postprocess_sent_message([self.owner], [])
        self.assertEqual(notice.state, "sent")

    def test_an_sms_is_delivered_when_the_provider_says_so(self):
        if "sms.sms" not in self.env:
            self.skipTest("sms is not installed")
        self.owner.phone = "+86 138 0000 0000"
        notice = self.send_notice(
            self.bill, "2026-02-20", channel="sms", text="Please pay."
        )
        sms = self.env["sms.sms"].search([("uuid", "=", notice.message_ref)])
        self.assertEqual(sms.body, "Please pay.")
        self.assertEqual(sms.number, "+8613800000000")
        with freeze_time("2026-02-21"):
            sms.sms_tracker_id._action_update_from_sms_state("sent")
        self.assertEqual(notice.state, "delivered")
        self.assertEqual(str(notice.delivered_on), "2026-02-21")
        self.assertEqual(notice.provider_message_id, sms.uuid)
        self.assertTrue(notice.is_proof)

    def test_words_may_hold_a_link_to_pay_without_an_account(self):
        self.reminder.text = "Please pay {{ object.total_text }}: {{ object.pay_url }}"
        values = {"level_id": self.reminder.id, "channel": "sms", "text": False}
        self.owner.phone = "+86 138 0000 0000"
        notice = self.send_notice(self.bill, "2026-02-20", body=False, **values)
        link = self.env["property.pay.link"].search(
            [("partner_id", "=", self.owner.id)]
        )
        self.assertEqual(link.bill_ids, self.bill)
        self.assertTrue(notice.text.endswith(f": {link.url}"), notice.text)

    def test_a_portal_message_stands_on_the_bill(self):
        before = self.bill.message_ids
        notice = self.send_notice(self.bill, "2026-02-20", channel="portal")
        message = self.bill.message_ids - before
        self.assertEqual(message.partner_ids, self.owner)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertIn("Please pay", message.body)
        self.assertEqual(notice.state, "sent")

    def test_delivery_is_recorded_with_what_shows_it(self):
        notice = self.send_notice(self.bill, "2026-02-20")
        values = {
            "notice_ids": [Command.set(notice.ids)],
            "date": "2026-02-22",
            "evidence_kind": "signed_slip",
            "delivered_to": "co_resident",
        }
        wizard = self.env["property.notice.delivery"].with_user(self.collector)
        with self.assertRaises(UserError):
            wizard.create(values).action_apply()
        with self.assertRaises(UserError):
            wizard.create({**values, "date": "2026-02-19"}).action_apply()
        file = self.env["ir.attachment"].with_user(self.collector)
        file = file.create({"name": "slip.jpg", "raw": b"photo"})
        wizard.create(
            {**values, "attachment_ids": [Command.set(file.ids)]}
        ).action_apply()
        self.assertTrue(notice.is_proof)
        self.assertEqual(notice.delivered_to, "co_resident")
        self.assertEqual(notice.evidence_attachment_ids.raw, b"photo")
        with self.assertRaises(UserError):
            notice.evidence_attachment_ids.unlink()
        with self.assertRaises(UserError):
            notice._register_delivery("2026-02-23", "signed_slip")

    def test_what_came_back_is_written_again_by_another_way(self):
        notice = self.send_notice(self.bill, "2026-02-20", level_id=self.reminder.id)
        # one message per level and bill
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.send_notice(self.bill, "2026-02-21", level_id=self.reminder.id)
        notice.action_fail()
        again = self.send_notice(self.bill, "2026-02-21", level_id=self.reminder.id)
        self.assertEqual(again.state, "sent")
        with self.assertRaises(UserError):
            notice._register_delivery("2026-02-22", "reply")

    def test_a_lawyers_letter_follows_an_expired_demand(self):
        """Example 10: the legal stage is locked until a delivered demand expired."""
        letter = {"kind": "lawyer_letter", "channel": "registered"}
        with self.assertRaises(UserError):
            self.send_notice(self.bill, "2026-03-01", **letter)
        demand = self.send_notice(self.bill, "2026-03-01")
        with self.assertRaises(UserError):
            self.send_notice(self.bill, "2026-04-01", **letter)
        demand._register_delivery(
            "2026-03-02", "signed_slip", attachments=self.attach()
        )
        self.assertEqual(str(demand.deadline), "2026-03-16")
        with self.assertRaises(UserError):
            self.send_notice(self.bill, "2026-03-16", **letter)
        sent = self.send_notice(self.bill, "2026-03-17", **letter)
        self.assertEqual(sent.state, "sent")

    def test_no_level_of_the_legal_stage_goes_without_a_demand(self):
        self.assertTrue(self.legal.requires_expired_demand)
        with self.assertRaises(ValidationError):
            self.legal.requires_expired_demand = False
        with self.assertRaises(ValidationError):
            self.demand.deadline_days = 0

    def test_the_cashier_sends_nothing(self):
        notice = self.make_notice(self.bill)
        with self.assertRaises(AccessError):
            notice.with_user(self.cashier).action_send()
        notice.with_user(self.collector).action_send()
        self.assertEqual(notice.state, "ready")

    def test_words_of_the_level_in_the_debtors_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.reminder.with_context(
            lang="zh_CN"
        ).subject = "{{ object.unit_id.code }} 缴费提醒"
        self.owner.lang = "zh_CN"
        notice = self.send_notice(
            self.bill,
            "2026-02-20",
            level_id=self.reminder.id,
            channel="email",
            subject=False,
            body=False,
        )
        self.assertEqual(notice.subject, f"{self.unit.code} 缴费提醒")
        self.assertEqual(notice.channel, "email")
        self.assertIn("250.24", notice.body)
        self.assertIn(self.bill.name, notice.body)
