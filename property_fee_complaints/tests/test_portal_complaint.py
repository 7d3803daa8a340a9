import io

from PIL import Image

from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.property_fee_billing.tests.portal_case import PortalCase
from odoo.addons.property_fee_billing.tests.tour_case import TourCase


def make_photo(kind="PNG"):
    """A picture as bytes."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(buffer, kind)
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestPortalComplaint(PortalCase):
    """Owners complain, follow, answer, accept, reopen and rate on the portal; each
    their own complaints alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(cls.unit, [(cls.item, 250.24), (cls.parking, 300)])
        cls.foreign_bill = cls.make_bill(cls.units[1], [(cls.item, 99)])
        cls.fee = cls.env.ref("property_fee_complaints.category_fee")
        cls.noise = cls.env.ref("property_fee_complaints.category_noise")
        cls.foreign = cls.env["property.complaint"].create(
            {
                "subject": "Bob's secret",
                "unit_id": cls.units[1].id,
                "category_id": cls.noise.id,
            }
        )

    def send(self, user=None, files=None, **values):
        """Send the form; the complaint it made, if it made one, and the answer."""
        login = (user or self.ann).login
        self.authenticate(login, login)
        before = self.env["property.complaint"].search([])
        values = {
            "category": self.noise.id,
            "subject": "Drums at night",
            "description": "Every night.\nUntil two.",
            "place": f"unit-{self.unit.id}",
            "csrf_token": http.Request.csrf_token(self),
            **values,
        }
        response = self.url_open(
            "/my/complaints/new/send", data=values, files=files, allow_redirects=False
        )
        self.env.invalidate_all()
        return self.env["property.complaint"].search([]) - before, response

    def press(self, complaint, action, user=None, **values):
        """Press a button of a complaint's page."""
        login = (user or self.ann).login
        self.authenticate(login, login)
        response = self.url_open(
            f"/my/complaints/{complaint.id}/{action}",
            data={"csrf_token": http.Request.csrf_token(self), **values},
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return response

    def answer(self, complaint):
        complaint.write({"outcome": "valid", "decision": "<p>We talked to them.</p>"})
        complaint.action_propose()

    # ---------------------------------------------------------------- complain
    def test_a_complaint_about_the_own_flat(self):
        complaint, response = self.send(remedy_sought="apology")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(complaint.channel, "portal")
        self.assertEqual(complaint.partner_id, self.owner)
        self.assertEqual(complaint.unit_id, self.unit)
        self.assertEqual(complaint.community_id, self.community)
        self.assertEqual(complaint.remedy_sought, "apology")
        self.assertIn("Every night.<br>Until two.", complaint.description)
        page = self.visit(f"/my/complaints/{complaint.id}").text
        for text in ("Drums at night", complaint.name, "Thank you for telling us"):
            self.assertIn(text, page)

    def test_a_complaint_about_what_all_share(self):
        complaint, _response = self.send(place=f"community-{self.community.id}")
        self.assertFalse(complaint.unit_id)
        self.assertEqual(complaint.community_id, self.community)

    def test_a_bill_line_is_in_review_at_once(self):
        line = self.bill.invoice_line_ids[0]
        complaint, _response = self.send(
            category=self.fee.id, lines=[line.id], place=""
        )
        self.assertEqual(complaint.unit_id, self.unit)
        self.assertEqual(complaint.line_ids.move_line_id, line)
        self.assertEqual(complaint.dispute_ids.state, "open")
        self.assertEqual(line.fee_amount_disputed, line.price_total)
        self.assertFalse((self.bill.invoice_line_ids - line).fee_amount_disputed)
        page = self.visit(f"/my/complaints/{complaint.id}").text
        self.assertIn("In review", page)
        self.assertIn(f"{line.price_total:.2f}", page)

    def test_the_form_offers_the_own_bills_and_units(self):
        page = self.visit(f"/my/complaints/new?category={self.fee.id}").text
        self.assertIn(self.bill.name, page)
        self.assertNotIn(self.foreign_bill.name, page)
        page = self.visit("/my/complaints/new").text
        self.assertIn("Fee Dispute", page)
        page = self.visit(f"/my/complaints/new?category={self.noise.id}").text
        self.assertIn(self.unit.display_name, page)
        self.assertNotIn(self.units[1].display_name, page)

    def test_what_is_somebody_elses_cannot_be_complained_about(self):
        line = self.foreign_bill.invoice_line_ids
        for values in (
            {"place": f"unit-{self.units[1].id}"},
            {"place": "community-999999"},
            {"place": "nonsense"},
            {"category": self.fee.id, "lines": [line.id]},
            {"category": "999999"},
        ):
            with self.subTest(**values):
                complaint, response = self.send(**values)
                self.assertFalse(complaint)
                self.assertEqual(response.status_code, 404)
        self.assertFalse(line.fee_amount_disputed)

    def test_what_is_missing_is_said_and_nothing_typed_is_lost(self):
        complaint, response = self.send(subject=" ")
        self.assertFalse(complaint)
        self.assertIn("in a few words what it is about", response.text)
        self.assertIn("Until two.", response.text)
        complaint, response = self.send(category=self.fee.id)
        self.assertFalse(complaint)
        self.assertIn("tick what is wrong", response.text)

    def test_who_has_neither_unit_nor_bill_has_no_form(self):
        partner = self.env["res.partner"].create({"name": "Nobody"})
        user = self.make_portal_user(partner)
        self.assertEqual(self.visit("/my/complaints/new", user).status_code, 404)
        complaint, response = self.send(user=user)
        self.assertFalse(complaint)
        self.assertEqual(response.status_code, 404)

    def test_a_former_owner_complains_of_old_bills_only(self):
        self.unit.ownership_ids.date_to = "2026-01-31"
        complaint, response = self.send()
        self.assertFalse(complaint)
        self.assertEqual(response.status_code, 404)
        complaint, _response = self.send(
            category=self.fee.id, lines=self.bill.invoice_line_ids[0].ids
        )
        self.assertEqual(complaint.unit_id, self.unit)

    # ------------------------------------------------------------------- photos
    def test_photos_are_kept_and_shown(self):
        complaint, _response = self.send(
            files=[
                ("photos", ("a.png", make_photo(), "image/png")),
                ("photos", ("b.jpg", make_photo("JPEG"), "image/jpeg")),
            ]
        )
        photo, second = complaint.photo_ids.sorted("name")
        self.assertEqual(second.mimetype, "image/jpeg")
        self.assertEqual(photo.raw, make_photo())
        page = self.visit(f"/my/complaints/{complaint.id}").text
        url = f"/web/image/{photo.id}?access_token={photo.access_token}"
        self.assertTrue(photo.access_token)
        self.assertIn(url, page)
        self.assertEqual(self.visit(url).content, make_photo())
        bob = self.visit(f"/web/content/{photo.id}", self.bob)
        self.assertNotEqual(bob.status_code, 200)

    def test_what_is_no_photo_is_refused(self):
        for name, content, text in (
            ("x.png", b"<script>alert(1)</script>", "is not a photo"),
            ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a photo"),
            ("big.png", make_photo() + b"0" * 15_000_000, "is too large"),
        ):
            with self.subTest(name=name):
                complaint, response = self.send(
                    files=[("photos", (name, content, "image/png"))]
                )
                self.assertFalse(complaint)
                self.assertIn(text, response.text)
        complaint, response = self.send(
            files=[
                ("photos", (f"{n}.png", make_photo(), "image/png")) for n in range(7)
            ]
        )
        self.assertFalse(complaint)
        self.assertIn("at most 6 photos", response.text)

    def test_files_of_the_firm_stay_with_the_firm(self):
        """Odoo lets the portal see files by their secret alone; ours are given the
        secrets of their photos."""
        complaint, _response = self.send()
        evidence = self.env["ir.attachment"].create(
            {
                "name": "Evidence",
                "raw": b"secret",
                "res_model": "property.complaint",
                "res_id": complaint.id,
            }
        )
        complaint.evidence_ids = evidence
        self.assertNotIn("Evidence", self.visit(f"/my/complaints/{complaint.id}").text)
        response = self.visit(f"/web/content/{evidence.id}")
        self.assertNotEqual(response.status_code, 200)
        with self.assertRaises(AccessError):
            evidence.with_user(self.ann).read(["raw"])

    # ------------------------------------------------------------------- follow
    def test_only_the_own_complaints_are_listed(self):
        complaint, _response = self.send()
        page = self.visit("/my/complaints").text
        self.assertIn(complaint.subject, page)
        self.assertNotIn("secret", page)
        self.assertNotIn(
            complaint.subject, self.visit("/my/complaints?filterby=closed").text
        )

    def test_following_a_complaint_does_not_show_it(self):
        self.foreign.message_subscribe(partner_ids=self.owner.ids)
        self.assertNotIn("secret", self.visit("/my/complaints").text)
        page = self.visit(f"/my/complaints/{self.foreign.id}")
        self.assertEqual(page.status_code, 404)

    def test_every_page_and_button_refuses_a_neighbour(self):
        self.answer(self.foreign)
        self.assertEqual(
            self.visit(f"/my/complaints/{self.foreign.id}").status_code, 404
        )
        for action, values in (
            ("accept", {}),
            ("reopen", {"reason": "mine"}),
            ("rate", {"rating": "5"}),
            ("accept", {"access_token": "0" * 36}),
        ):
            with self.subTest(action=action):
                response = self.press(self.foreign, action, **values)
                self.assertEqual(response.status_code, 404)
        self.assertEqual(self.foreign.state, "proposed")

    def test_the_link_in_a_mail_opens_the_one_complaint_without_login(self):
        self.answer(self.foreign)
        token = self.foreign._portal_ensure_token()
        self.authenticate(None, None)
        url = f"/my/complaints/{self.foreign.id}"
        self.assertEqual(self.url_open(url, allow_redirects=False).status_code, 404)
        page = self.url_open(f"{url}?access_token={token}").text
        self.assertIn("We talked to them.", page)
        other, _response = self.send()
        self.authenticate(None, None)
        wrong = self.url_open(f"/my/complaints/{other.id}?access_token={token}")
        self.assertEqual(wrong.status_code, 404)

    def test_a_link_ends_after_90_days_or_when_staff_revoke_it(self):
        token = self.foreign._portal_ensure_token()
        self.authenticate(None, None)
        url = f"/my/complaints/{self.foreign.id}?access_token={token}"
        self.assertEqual(self.url_open(url).status_code, 200)
        for days, status in ((89, 200), (91, 404)):
            now = fields.Datetime.now()
            self.foreign.closed_at = fields.Datetime.subtract(now, days=days)
            self.assertEqual(self.url_open(url).status_code, status, days)
        self.foreign.closed_at = False
        agent = new_test_user(
            self.env, "agent", "property_fee_complaints.group_complaint_agent"
        )
        self.community.member_ids += agent
        self.foreign.with_user(agent).action_revoke_link()
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_owners_read_few_fields_and_write_none(self):
        complaint, _response = self.send()
        complaint.write({"decision": "<p>Draft</p>", "outcome": "not_valid"})
        mine = complaint.with_user(self.ann)
        self.assertEqual(mine.read(["subject", "state"])[0]["state"], "received")
        for name in ("decision", "outcome", "severity", "user_id", "level", "team_id"):
            with self.assertRaises(AccessError, msg=name):
                mine.read([name])
            with self.assertRaises(AccessError, msg=name):
                mine.search([(name, "!=", False)])
        for call in (
            lambda: mine.write({"subject": "x"}),
            mine.action_agree,
            mine.action_close,
            mine.unlink,
            lambda: mine.create({"subject": "x"}),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                call()
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.ann).read(["subject"])

    def test_a_decision_is_shown_once_it_was_sent(self):
        complaint, _response = self.send()
        complaint.write({"outcome": "valid", "decision": "<p>Still a draft</p>"})
        url = f"/my/complaints/{complaint.id}"
        self.assertNotIn("Still a draft", self.visit(url).text)
        complaint.action_propose()
        self.assertIn("Still a draft", self.visit(url).text)

    # ------------------------------------------------------------------- answer
    def test_accepted_it_closes(self):
        complaint, _response = self.send()
        self.answer(complaint)
        self.assertEqual(self.press(complaint, "accept").status_code, 303)
        self.assertEqual(complaint.state, "closed")
        message = complaint.message_ids.filtered(
            lambda message: "I accept" in message.body
        )
        self.assertEqual(message.author_id, self.owner)
        self.assertEqual(complaint.callback_ids.state, "open")

    def test_there_is_nothing_to_accept_before_the_answer(self):
        complaint, _response = self.send()
        response = self.press(complaint, "accept")
        self.assertIn("no answer to accept", response.text)
        self.assertEqual(complaint.state, "received")

    def test_what_is_not_settled_is_looked_into_again(self):
        complaint, _response = self.send()
        self.answer(complaint)
        response = self.press(complaint, "reopen", reason=" ")
        self.assertIn("what is not settled", response.text)
        self.press(complaint, "reopen", reason="Drums again")
        self.assertEqual(complaint.state, "reopened")
        said = complaint.message_ids.filtered(lambda m: "Drums again" in m.body)
        self.assertEqual(said.author_id, self.owner)
        response = self.press(complaint, "reopen", reason="Drums again")
        self.assertIn("looking into it already", response.text)

    def test_rated_once_after_closing(self):
        complaint, _response = self.send()
        response = self.press(complaint, "rate", rating="5")
        self.assertIn("once it is settled", response.text)
        self.answer(complaint)
        complaint.action_agree()
        response = self.press(complaint, "rate", rating="9")
        self.assertIn("one of the five", response.text)
        self.press(complaint, "rate", rating="4", feedback="Quick")
        rating = complaint.rating_ids.filtered("consumed")
        self.assertEqual(rating.rating, 4)
        self.assertEqual(rating.feedback, "Quick")
        self.assertEqual(rating.partner_id, self.owner)
        response = self.press(complaint, "rate", rating="1")
        self.assertIn("rated this already", response.text)
        self.assertEqual(complaint.rating_ids.filtered("consumed").rating, 4)

    def test_a_message_rates_nothing(self):
        complaint, _response = self.send()
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "property.complaint",
                "thread_id": complaint.id,
                "post_data": {"body": "And the bell as well", "rating_value": 5},
            },
        )
        self.env.invalidate_all()
        said = complaint.message_ids.filtered(lambda m: "the bell" in m.body)
        self.assertEqual(said.author_id, self.owner)
        self.assertFalse(complaint.rating_ids)

    def test_the_list_costs_no_query_for_each_complaint(self):
        costs = []
        for number in (2, 12):
            self.env["property.complaint"].create(
                [
                    {
                        "subject": f"Noise {number} {index}",
                        "unit_id": self.unit.id,
                        "partner_id": self.owner.id,
                        "category_id": self.noise.id,
                    }
                    for index in range(number)
                ]
            )
            self.visit("/my/complaints")
            before = self.env.cr.sql_log_count
            self.visit("/my/complaints")
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 3)

    # ---------------------------------------------------------------- standards
    def test_service_standards_are_public_once_published(self):
        standard = self.env["property.service.standard"].create(
            {
                "name": "Kind and quick",
                "community_id": self.community.id,
                "post_id": self.env.ref(
                    "property_fee_complaints.service_post_front_desk"
                ).id,
                "answer_hours": 0.5,
                "politeness": "We stand up.\nWe greet.",
                "item_ids": [(0, 0, {"name": "Greets first"})],
            }
        )
        self.authenticate(None, None)
        url = f"/fees/service/{self.community.tariff_token}"
        self.assertNotIn("Kind and quick", self.url_open(url).text)
        standard.action_publish()
        page = self.url_open(url)
        for text in ("Kind and quick", "30 minutes", "We greet.", "Greets first"):
            self.assertIn(text, page.text)
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertEqual(self.url_open("/fees/service/guess").status_code, 404)


@tagged("post_install", "-at_install")
class TestPortalComplaintTour(PortalCase, TourCase):
    """The same, clicked by an owner in a real browser."""

    def test_an_owner_complains_of_a_bill_accepts_and_rates(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24)])
        self.start_tour("/my", "property_fee_complaints_complain", login=self.ann.login)
        complaint = self.env["property.complaint"].search(
            [("partner_id", "=", self.owner.id)]
        )
        self.assertEqual(complaint.line_ids.move_id, bill)
        self.assertEqual(complaint.photo_ids.name, "stairs.png")
        self.assertEqual(complaint.dispute_ids.state, "open")
        complaint.write(
            {
                "outcome": "not_valid",
                "decision": "<p>The register says 89.37 square metres.</p>",
            }
        )
        complaint.action_propose()
        self.start_tour(
            "/my/complaints", "property_fee_complaints_accept", login=self.ann.login
        )
        self.env.invalidate_all()
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.rating_ids.filtered("consumed").rating, 4)
        self.assertEqual(complaint.dispute_ids.state, "rejected")


@tagged("post_install", "-at_install")
class TestPortalComplaintTourInChinese(TestPortalComplaintTour):
    """The same in Taiwan and Hong Kong."""

    tour_lang = "zh_TW"
