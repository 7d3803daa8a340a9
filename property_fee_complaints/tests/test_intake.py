import base64

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, mute_logger, tagged

from .complaint_case import ComplaintCase

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)
MAIL = """Return-Path: <ann@example.com>
To: {to}
From: Ann <ann@example.com>
Subject: Water on the stairs
Message-ID: <{number}@example.com>
Date: Mon, 05 Jan 2026 10:00:00 +0000
Content-Type: text/plain; charset=UTF-8

The stairs are wet since Sunday.
"""


@tagged("post_install", "-at_install")
class TestIntake(ComplaintCase):
    """Complaints come in by every channel and find who works on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {"name": "complaints.example.com"}
        )
        cls.company.alias_domain_id = cls.domain
        cls.team.write({"alias_name": "jade", "alias_domain_id": cls.domain.id})

    def receive(self, number, to="jade@complaints.example.com"):
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(
                False, MAIL.format(to=to, number=number)
            )
        return self.env["property.complaint"].search(
            [("subject", "=", "Water on the stairs")], order="id desc", limit=1
        )

    def test_a_mail_to_the_team_is_a_complaint_of_the_senders_unit(self):
        complaint = self.receive("1")
        self.assertEqual(
            (complaint.channel, complaint.team_id, complaint.unit_id),
            ("email", self.team, self.unit),
        )
        self.assertEqual(complaint.partner_id, self.owner)
        self.assertIn("wet since Sunday", complaint.description)
        self.assertIn("received", self.mails(complaint)[:1].subject)

    def test_who_has_several_units_is_asked_which(self):
        self.own(self.units[1], self.owner, is_payer=False)
        complaint = self.receive("2")
        self.assertFalse(complaint.unit_id)
        self.assertEqual(complaint.community_id, self.community)

    def test_a_community_without_a_team_of_its_own_has_the_general_one(self):
        general = self.env["property.complaint.team"].create({"name": "All"})
        other = self.env["property.community"].create({"code": "OAK", "name": "Oak"})
        complaint = self.env["property.complaint"].create(
            {"subject": "Gate", "community_id": other.id}
        )
        self.assertEqual(complaint.team_id, general)
        self.assertEqual(self.complain("2026-01-05 10:00").team_id, self.team)

    # ------------------------------------------------------------- assignment
    def intake(self, number):
        return self.env["property.complaint"].create(
            [
                {"subject": f"No {index}", "unit_id": self.unit.id}
                for index in range(number)
            ]
        )

    def test_in_turn(self):
        self.team.assignment = "round_robin"
        first, second = self.agent, self.second_agent
        self.assertEqual(
            [complaint.user_id for complaint in self.intake(3)], [first, second, first]
        )
        self.assertEqual(self.intake(1).user_id, second)
        self.assertEqual(self.intake(1).user_id, first)

    def test_by_load(self):
        self.complain("2026-01-05 10:00", user_id=self.agent.id)
        self.complain("2026-01-05 10:00", user_id=self.agent.id)
        self.team.assignment = "load"
        users = [complaint.user_id for complaint in self.intake(4)]
        self.assertEqual(users.count(self.second_agent), 3)
        self.assertEqual(users[:2], [self.second_agent] * 2)

    def test_by_hand_nobody_gets_it(self):
        self.assertFalse(self.intake(1).user_id)

    def test_who_may_not_see_the_community_gets_nothing_of_it(self):
        self.team.assignment = "round_robin"
        self.community.member_ids = [Command.unlink(self.agent.id)]
        self.assertEqual(
            {complaint.user_id for complaint in self.intake(2)}, {self.second_agent}
        )

    # ----------------------------------------------------------------- WeChat
    def message(self, **values):
        return self.env["property.complaint"]._receive_message(
            self.team, {"id": "m-1", "text": "Lift stands still\nSince 8", **values}
        )

    def test_a_message_is_a_complaint_once(self):
        self.owner.phone = "+86 138 0000 1111"
        complaint = self.message(
            unit="3-1201",
            phone="138-0000-1111",
            category="eng_lift",
            photos=[{"name": "lift.png", "data": PIXEL}],
        )
        self.assertEqual(self.message(), complaint)
        self.assertEqual(
            (complaint.channel, complaint.unit_id, complaint.partner_id),
            ("wechat", self.unit, self.owner),
        )
        self.assertEqual(complaint.subcategory_id, self.category("eng_lift"))
        self.assertEqual(complaint.subject, "Lift stands still")
        self.assertEqual(complaint.message_ids.attachment_ids.name, "lift.png")

    def test_an_unknown_number_makes_nobody_the_complainant(self):
        complaint = self.message(unit="JADE-3-1201", phone="139 9999 9999", name="Zoe")
        self.assertEqual(complaint.unit_id, self.unit)
        self.assertFalse(complaint.partner_id)
        self.assertIn("Zoe", complaint.description)

    def test_what_is_no_picture_is_refused(self):
        script = base64.b64encode(b"<script>alert(1)</script>").decode()
        for data in (script, "not base64!"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.message(photos=[{"name": "photo", "data": data}])

    def test_nothing_is_taken_without_an_id_or_a_text(self):
        for values in ({"id": ""}, {"text": " "}):
            with self.assertRaises(ValidationError):
                self.message(**values)


@tagged("post_install", "-at_install")
class TestWechatAddress(ComplaintCase, HttpCase):
    """The address that messages are posted to."""

    def post(self, token, **message):
        return self.url_open(
            f"/property/complaints/wechat/{token}",
            json={"jsonrpc": "2.0", "method": "call", "params": message},
        ).json()

    def test_the_token_of_the_team_opens_it_and_nothing_else(self):
        self.team.action_make_wechat_token()
        token = self.team.wechat_token
        answer = self.post(token, id="m-7", text="No water", unit="3-1201")["result"]
        complaint = self.env["property.complaint"].search(
            [("name", "=", answer["number"])]
        )
        self.assertEqual(complaint.unit_id, self.unit)
        again = self.post(token, id="m-7", text="No water")["result"]
        self.assertEqual(again["number"], answer["number"])
        self.assertIn("error", self.post(token, id="m-8")["result"])
        with mute_logger("odoo.http"):
            self.assertIn("error", self.post("wrong", id="m-9", text="No water"))
        self.team.action_make_wechat_token()
        with mute_logger("odoo.http"):
            self.assertIn("error", self.post(token, id="m-9", text="No water"))
