from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import Request
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .portal_case import PortalCase

PDF = b"%PDF-1.4 evidence"


class RequestCase(PortalCase):
    """Ann asks; a fee manager, a cashier and a collector decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env, "collector", "property_fee_billing.group_collector"
        )
        cls.community.member_ids |= cls.collector
        cls.charge(cls.unit)

    def ask(self, kind, **values):
        return self.env["property.owner.request"].create(
            {
                "kind": kind,
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                **values,
            }
        )

    def ask_for_reduction(self, **values):
        return self.ask(
            "concession",
            item_id=self.item.id,
            date_from="2026-01-01",
            note="Abroad",
            **values,
        )


@tagged("post_install", "-at_install")
class TestOwnerRequest(RequestCase):
    """Approving a request does it."""

    def test_a_reduction_is_on_the_next_bill(self):
        request = self.ask_for_reduction()
        self.assertEqual(request.user_id, self.manager)
        self.assertEqual(request.activity_ids.user_id, self.manager)
        request = request.with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "how much is still to pay"):
            request.action_approve()
        request.factor = 0.7
        request.action_approve()
        self.assertEqual(request.state, "approved")
        self.assertFalse(request.activity_ids)
        self.assertEqual(request.concession_id.approved_by_id, self.manager)
        run = self.bill_month(2026, 1)
        line = run.line_ids.filtered(lambda line: line.unit_id == self.unit)
        self.assertEqual(line.amount, 175.17)
        self.assertIn("concession: Vacancy", line.explanation_text)

    def test_a_plan_is_drafted_over_what_is_open(self):
        self.bill_month(2026, 1)
        request = self.ask("plan", instalment_count=4, note="x")
        request.with_user(self.collector).action_approve()
        plan = request.plan_id
        self.assertEqual((plan.state, plan.amount), ("draft", 250.24))
        self.assertEqual(plan.line_ids.mapped("amount"), [62.56] * 4)

    def test_without_debts_there_is_no_plan(self):
        request = self.ask("plan", instalment_count=3, note="x")
        with self.assertRaisesRegex(ValidationError, "nothing is open"):
            request.with_user(self.collector).action_approve()
        self.assertEqual(request.state, "new")

    def test_contact_data_change_and_what_was_is_kept(self):
        self.owner.phone = "111"
        request = self.ask("contact", new_phone="222", new_email="ann@example.com")
        request.with_user(self.cashier).action_approve()
        self.assertEqual(
            (self.owner.phone, self.owner.email), ("222", "ann@example.com")
        )
        self.assertIn("111", request.contact_before)
        # whoever follows a request need not see it
        self.assertNotIn("111", "".join(request.message_ids.mapped("body")))
        with self.assertRaises(UserError):
            request.contact_before = "333"
        with self.assertRaisesRegex(ValidationError, "is no e-mail address"):
            self.ask("contact", new_email="nobody").action_approve()

    def test_an_invoice_title_is_stored(self):
        request = self.ask("fapiao", fapiao_type="company", fapiao_title="Ann Ltd")
        request = request.with_user(self.cashier)
        with self.assertRaisesRegex(ValidationError, "taxpayer number"):
            request.action_approve()
        request.fapiao_tax_number = "91330000"
        request.action_approve()
        self.assertEqual(
            (self.owner.fapiao_title, self.owner.fapiao_tax_number),
            ("Ann Ltd", "91330000"),
        )

    def test_only_the_role_of_the_kind_decides_and_never_on_the_own(self):
        request = self.ask_for_reduction(factor=0.5)
        with self.assertRaisesRegex(UserError, "decided by the role Fee Manager"):
            request.with_user(self.cashier).action_approve()
        self.manager.partner_id = self.owner
        with self.assertRaisesRegex(UserError, "is your own"):
            request.with_user(self.manager).action_approve()

    def test_it_is_decided_once_and_by_its_buttons(self):
        request = self.ask("contact", new_phone="222").with_user(self.cashier)
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            request.state = "approved"
        with self.assertRaisesRegex(ValidationError, "the owner reads it"):
            request.action_refuse()
        request.decision_note = "Call us"
        request.action_refuse()
        with self.assertRaisesRegex(UserError, "decided already"):
            request.action_approve()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            request.new_phone = "333"
        self.assertNotEqual(self.owner.phone, "222")

    def test_every_kind_of_the_registry_is_whole(self):
        model = self.env["property.owner.request"]
        kinds = model._get_kinds()
        self.assertEqual(
            set(kinds), {value for value, _label in model._fields["kind"].selection}
        )
        for kind in kinds.values():
            self.env.ref(kind["group"])
            for name in ("check", "do", "summary"):
                self.assertTrue(callable(getattr(model, kind[name])))
            for field in kind["fields"]:
                self.assertIn(field["name"], model._fields)

    def test_the_portal_has_no_rights_on_requests(self):
        request = self.ask("contact", new_phone="222")
        for user in (self.ann, self.bob):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                request.with_user(user).read(["note"])


@tagged("post_install", "-at_install")
class TestPortalRequest(RequestCase):
    """Owners ask with their phone."""

    def setUp(self):
        super().setUp()
        self.authenticate("portal-ann", "portal-ann")

    def post(self, url, files=None, **data):
        return self.url_open(
            url, data={"csrf_token": Request.csrf_token(self), **data}, files=files
        )

    def asked(self):
        return self.env["property.owner.request"].search(
            [("partner_id", "=", self.owner.id)]
        )

    def reduction(self, **data):
        evidence = data.pop("evidence", PDF)
        return self.post(
            "/my/requests/new/concession",
            files={"evidence_ids": ("meter.pdf", evidence)} if evidence else None,
            **{
                "unit_id": str(self.unit.id),
                "concession_reason": "vacancy",
                "item_id": str(self.item.id),
                "date_from": "2026-01-01",
                "note": "Abroad",
                **data,
            },
        )

    @freeze_time("2026-01-10")
    def test_a_form_of_each_kind_opens(self):
        page = self.url_open("/my/requests").text
        for kind in self.env["property.owner.request"]._get_kinds():
            self.assertIn(f"/my/requests/new/{kind}", page)
            self.assertEqual(self.url_open(f"/my/requests/new/{kind}").status_code, 200)
        self.assertEqual(self.url_open("/my/requests/new/gift").status_code, 404)

    def test_a_reduction_is_asked_for_with_evidence(self):
        answer = self.reduction(factor="0.1", state="approved")
        self.assertIn("Thank you", answer.text)
        request = self.asked()
        self.assertEqual((request.item_id, request.state), (self.item, "new"))
        self.assertEqual(request.factor, 1, "what is not of the form is not taken")
        self.assertEqual(request.evidence_ids.raw, PDF)
        self.assertEqual(request.evidence_ids.res_id, request.id)

    def test_what_is_missing_or_wrong_is_told_and_nothing_kept(self):
        for data, words in (
            ({"evidence": None}, "Evidence"),
            ({"evidence": b"MZ\x90\x00"}, "neither a photo nor a PDF"),
            ({"note": " "}, "please fill this in"),
            ({"date_from": "soon"}, "cannot be read"),
            ({"item_id": str(self.parking.id)}, "choose from the list"),
            ({"concession_reason": "love"}, "choose from the list"),
        ):
            self.assertIn(words, self.reduction(**data).text, data)
        self.assertFalse(self.asked())

    def test_a_unit_of_somebody_else_cannot_be_asked_about(self):
        answer = self.reduction(unit_id=str(self.units[1].id))
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.asked())

    def test_a_request_is_taken_back_by_who_made_it(self):
        mine = self.ask("contact", new_phone="222")
        self.authenticate("portal-bob", "portal-bob")
        url = f"/my/requests/{mine.id}/withdraw"
        self.assertEqual(self.post(url).status_code, 404)
        self.assertNotIn(mine.name, self.url_open("/my/requests").text)
        self.authenticate("portal-ann", "portal-ann")
        self.post(url)
        self.assertEqual(mine.state, "withdrawn")
        self.assertEqual(self.post(url).status_code, 404)

    def test_the_answer_is_read_in_the_portal(self):
        request = self.ask("contact", new_phone="222")
        request.decision_note = "Number is wrong"
        request.with_user(self.cashier).action_refuse()
        self.assertIn("Number is wrong", self.url_open("/my/requests").text)
