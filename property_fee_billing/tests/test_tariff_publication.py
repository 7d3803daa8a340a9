from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common import PropertyFeeCommon


class PublicationCase(PropertyFeeCommon):
    """Jade Garden bills published prices only, for rates from 2026 on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.community.write(
            {"tariff_rule_from": "2026-01-01", "complaint_phone": "0571-1234"}
        )
        cls.auditor = new_test_user(
            cls.env, "second-manager", "property_fee_billing.group_fee_manager"
        )
        cls.community.member_ids = [Command.link(cls.auditor.id)]

    @classmethod
    def draft(cls, date_from="2026-07-16", price=3.10, **values):
        return (
            cls.env["property.fee.rate"]
            .with_user(cls.manager)
            .create(
                {
                    "standard_id": cls.standard.id,
                    "date_from": date_from,
                    "price_unit": price,
                    **values,
                }
            )
        )

    @classmethod
    def add_proof(cls, rate):
        rate.publication_proof_ids = [
            Command.create({"name": "board.jpg", "raw": b"photo"})
        ]

    def publish(self, rate):
        rate.audit_reference = "Report 2025"
        rate.with_user(self.auditor).action_audit()
        self.add_proof(rate)
        rate.action_publish()


@tagged("post_install", "-at_install")
class TestPublication(PublicationCase):
    """How a price becomes one that owners must pay."""

    @freeze_time("2026-06-01")
    def test_a_price_goes_through_every_step_with_its_evidence(self):
        rate = self.draft()
        with self.assertRaisesRegex(UserError, "from Draft to In Force"):
            rate.action_put_in_force()
        with self.assertRaisesRegex(UserError, "from Draft to Published"):
            rate.action_publish()
        with self.assertRaisesRegex(ValidationError, "name the report"):
            rate.action_audit()
        rate.audit_reference = "Report 2025"
        with self.assertRaisesRegex(UserError, "somebody else must audit"):
            rate.action_audit()
        rate.with_user(self.auditor).action_audit()
        self.assertEqual(rate.audited_by_id, self.auditor)
        with self.assertRaisesRegex(ValidationError, "attach the proof"):
            rate.action_publish()
        self.add_proof(rate)
        rate.action_publish()
        self.assertEqual(str(rate.date_earliest), "2026-07-01")
        self.assertEqual(str(rate.activity_ids.date_deadline), "2026-07-01")
        with self.assertRaisesRegex(ValidationError, "enter the resolution"):
            rate.action_decide()
        rate.decision_reference = "Assembly 2026-3"
        rate.action_decide()
        self.assertEqual(str(rate.activity_ids.date_deadline), "2026-07-16")
        rate.action_put_in_force()
        self.assertEqual(rate.state, "in_force")
        self.assertFalse(rate.activity_ids)

    def test_a_price_published_too_late_may_not_start(self):
        with freeze_time("2026-06-17"):
            rate = self.draft()
            with self.assertRaisesRegex(ValidationError, "07/17/2026 at the earliest"):
                self.publish(rate)
        with freeze_time("2026-06-16"):
            rate.action_publish()
        self.assertEqual(rate.state, "published")

    @freeze_time("2026-06-01")
    def test_what_was_published_cannot_change(self):
        rate = self.draft()
        self.publish(rate)
        with self.assertRaisesRegex(UserError, "is published: what was checked"):
            rate.price_unit = 4
        rate.action_reset_to_draft()
        self.assertFalse(rate.publication_date)
        rate.price_unit = 4

    @freeze_time("2026-06-01")
    def test_no_state_can_be_written_past_the_steps(self):
        rate = self.draft()
        with self.assertRaisesRegex(UserError, "from Draft to In Force"):
            rate.write({"state": "in_force"})
        with self.assertRaisesRegex(UserError, "from Draft to Decided"):
            rate.write({"state": "decided", "decision_reference": "x"})
        with self.assertRaisesRegex(UserError, "from In Force to Draft"):
            self.standard.rate_ids.filtered(
                lambda rate: rate.state == "in_force"
            ).write({"state": "draft"})

    def test_where_nothing_is_asked_for_the_steps_may_be_skipped(self):
        rate = self.draft("2025-06-01")
        self.assertFalse(rate.is_bound)
        rate.action_put_in_force()
        self.assertEqual(rate.state, "in_force")

    def test_the_front_desk_decides_on_no_price(self):
        clerk = new_test_user(
            self.env, "clerk", "property_fee_billing.group_front_desk"
        )
        self.community.member_ids = [Command.link(clerk.id)]
        with self.assertRaisesRegex(UserError, "not allowed to modify"):
            self.draft().with_user(clerk).action_audit()

    @freeze_time("2026-06-01")
    def test_the_publication_of_a_rate_in_force_stays(self):
        rate = self.draft()
        self.publish(rate)
        rate.decision_reference = "Assembly 2026-3"
        rate.action_decide()
        rate.action_put_in_force()
        with self.assertRaisesRegex(UserError, "stay as they were recorded"):
            rate.publication_date = "2026-05-01"
        rate.publication_date = "2026-06-01"


@tagged("post_install", "-at_install")
class TestBillingPublishedPrices(PublicationCase):
    """Billing refuses what was not published in time, and bills it once it was."""

    def test_the_segment_of_an_unpublished_price_is_refused_with_its_amount(self):
        # 89.37 m2, 2.80 to 15 July, then 3.10: 121.08 + 142.99 (of 264.07 exact)
        rate = self.set_rate(self.standard, "2026-07-16", 3.10)
        self.charge(self.unit, date_from="2026-07-01")
        run = self.make_run("2026-07-01", "2026-07-31")
        run.action_compute()
        self.assertEqual(
            self.amounts(run.line_ids), [("2026-07-01", "2026-07-15", 121.08)]
        )
        refusal = run.refusal_ids
        self.assertEqual(refusal.reason, "not_published")
        self.assertEqual(str(refusal.date_from), "2026-07-16")
        self.assertEqual(refusal.amount, 142.99)
        self.assertIn("Publish the rate in time", refusal.message)
        rate.publication_date = "2026-06-16"
        run.action_compute()
        self.assertEqual(
            self.amounts(run.line_ids),
            [
                ("2026-07-01", "2026-07-15", 121.08),
                ("2026-07-16", "2026-07-31", 142.99),
            ],
        )
        self.assertFalse(run.refusal_ids)

    def test_a_day_short_of_the_notice_is_too_late(self):
        rate = self.set_rate(self.standard, "2026-07-01", 3.10)
        rate.publication_date = "2026-06-02"
        self.charge(self.unit, date_from="2026-07-01")
        run = self.make_run("2026-07-01", "2026-07-31")
        run.action_compute()
        self.assertEqual(run.refusal_ids.reason, "not_published")

    def test_usage_at_an_unpublished_price_is_refused_too(self):
        water = self.make_standard("T-W", self.item, 3, method="metered")
        self.set_rate(water, "2026-07-01", 4)
        meter = self.env["property.meter"].create(
            {
                "code": "W1",
                "unit_id": self.unit.id,
                "standard_id": water.id,
                "initial_date": "2026-06-30",
                "initial_value": 0,
            }
        )
        self.env["property.meter.reading"].create(
            {"meter_id": meter.id, "date": "2026-07-31", "value": 10}
        )
        run = self.make_run("2026-07-01", "2026-07-31")
        run.action_compute()
        self.assertFalse(run.line_ids)
        self.assertEqual(run.refusal_ids.reason, "not_published")
        self.assertEqual(run.refusal_ids.amount, 40)

    def test_other_communities_bill_as_before(self):
        self.community.tariff_rule_from = False
        self.set_rate(self.standard, "2026-07-16", 3.10)
        self.charge(self.unit, date_from="2026-07-01")
        run = self.make_run("2026-07-01", "2026-07-31")
        run.action_compute()
        self.assertEqual(len(run.line_ids), 2)


@tagged("post_install", "-at_install")
class TestPublishedTariff(HttpCase, PublicationCase):
    """The public price list."""

    @freeze_time("2026-07-20")
    def test_the_list_has_what_price_display_rules_ask_for(self):
        self.standard.write(
            {
                "community_id": self.community.id,
                "service_content": "<p>Guard at the gate</p>",
                "grade": "Grade 2",
                "basis": "government",
                "document_reference": "Notice 12",
            }
        )
        self.set_rate(self.standard, "2026-07-16", 3.105)
        self.draft("2027-01-01", 3.3, state="published")
        self.draft("2028-01-01", 9.9)
        data = self.env["property.tariff"]._get_tariff(self.community)
        [item] = data["items"]
        [standard] = item["standards"]
        self.assertEqual(item["name"], "Property Service")
        self.assertEqual(data["phone"], "0571-1234")
        self.assertEqual(
            [(rate["status"], rate["price"]) for rate in standard["rates"]],
            [
                ("current", "$3.105 per m² and month"),
                ("announced", "$3.30 per m² and month"),
                ("past", "$2.80 per m² and month"),
            ],
        )
        self.assertEqual(standard["basis"], "Government Guide Price")
        self.assertEqual(standard["charged_to"], "Owners")

    def test_a_standard_of_all_communities_shows_where_it_is_used(self):
        tariff = self.env["property.tariff"]
        self.assertEqual(tariff._get_tariff(self.community)["items"], [])
        self.charge(self.unit)
        [item] = tariff._get_tariff(self.community)["items"]
        self.assertEqual(item["standards"][0]["code"], "T-PM-A")

    def get_path(self):
        return self.community._get_tariff_url()[len(self.community.get_base_url()) :]

    def test_anybody_with_the_link_sees_the_prices(self):
        self.charge(self.unit)
        rate = self.standard.rate_ids
        url = rate._get_published_url(self.community)
        self.assertTrue(url.endswith(f"#rate-{rate.id}"))
        answer = self.url_open(self.get_path())
        self.assertIn("2.80 per m² and month", answer.text)
        self.assertIn(f'id="rate-{rate.id}"', answer.text)
        self.assertIn("0571-1234", answer.text)
        self.assertNotIn("Ann", answer.text)
        self.assertEqual(answer.headers["X-Robots-Tag"], "noindex, nofollow")

    def test_a_draft_has_no_public_link(self):
        self.assertEqual(self.draft()._get_published_url(self.community), "")

    def test_a_renewed_link_makes_the_old_one_worthless(self):
        old = self.get_path()
        self.community.action_renew_tariff_link()
        self.assertEqual(self.url_open(old).status_code, 404)
        self.assertEqual(self.url_open(self.get_path()).status_code, 200)

    def test_a_readable_address_is_opt_in_and_well_formed(self):
        self.assertEqual(self.url_open("/fees/tariff/jade-garden").status_code, 404)
        self.community.tariff_slug = "jade-garden"
        self.assertEqual(self.get_path(), "/fees/tariff/jade-garden")
        answer = self.url_open(self.get_path())
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("X-Robots-Tag", answer.headers)
        with self.assertRaisesRegex(ValidationError, "small letters"):
            self.community.tariff_slug = "Jade Garden!"
        self.assertEqual(self.url_open("/fees/tariff/False").status_code, 404)
