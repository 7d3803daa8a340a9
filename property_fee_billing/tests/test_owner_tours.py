from datetime import date

from odoo.tests import freeze_time, tagged

from .portal_case import PortalCase
from .tour_case import TourCase


@tagged("post_install", "-at_install")
class TestOwnerTours(PortalCase, TourCase):
    """What owners see and do, in a real browser of a phone's size."""

    browser_size = "375x667"
    touch_enabled = True

    def test_the_statement_closes_with_the_balance_of_the_ledger(self):
        self.make_bill(self.unit, [(self.item, 100)], "2025-12-01")
        self.make_bill(self.unit, [(self.item, 250.24), (self.parking, 150)])
        with freeze_time("2026-01-20"):
            self.take(self.unit, cash=300)
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.owner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(f"{sum(lines.mapped('balance')):.2f}", "200.24")
        self.start_tour(
            "/my/statements", "property_owner_statement", login=self.ann.login
        )

    def test_a_meter_is_read_with_a_photo_and_confirmed_by_staff(self):
        self.community.write({"reading_day_from": 1, "reading_day_to": 31})
        water = self.make_standard("T-W", self.item, 3, method="metered")
        meter = self.env["property.meter"].create(
            {
                "code": "W1",
                "unit_id": self.unit.id,
                "standard_id": water.id,
                "digits": 4,
                "initial_date": "2026-01-01",
                "initial_value": 9990,
            }
        )
        self.start_tour("/my", "property_owner_reading", login=self.ann.login)
        sent = self.env["property.meter.submission"].search([])
        self.assertEqual((sent.meter_id, sent.value), (meter, 9000))
        self.assertTrue(sent.photo)
        sent.is_rollover = True
        sent.with_user(self.cashier).action_confirm()
        self.assertEqual(meter.reading_ids.value, 9000)

    def test_the_public_price_list_is_read_by_anybody(self):
        self.community.complaint_phone = "0571-1234"
        self.standard.community_id = self.community
        self.set_rate(self.standard, "2024-01-01", 2.50)
        path = self.community._get_tariff_url()[len(self.community.get_base_url()) :]
        self.start_tour(path, "property_public_tariff")


@tagged("post_install", "-at_install")
class TestReductionTour(PortalCase, TourCase):
    def test_a_reduction_is_asked_for_granted_and_on_the_next_bill(self):
        first = date.today().replace(day=1)
        self.charge(self.unit, date_from=first)
        self.start_tour("/my/requests", "property_owner_request", login=self.ann.login)
        request = self.env["property.owner.request"].search([])
        self.assertEqual(request.partner_id, self.owner)
        self.start_tour(
            "/odoo/property-owner-requests",
            "property_owner_request_decision",
            login=self.manager.login,
        )
        self.assertEqual(request.state, "approved")
        run = self.bill_month(first.year, first.month)
        bill = run.move_ids.filtered(lambda bill: bill.fee_unit_id == self.unit)
        self.assertEqual(bill.amount_total, 175.17)
        self.authenticate(self.ann.login, self.ann.login)
        page = self.url_open(f"/my/fees/{bill.id}")
        self.assertIn("175.17", page.text)
        concession = self.env["property.concession"].with_context(lang=self.ann.lang)
        reasons = concession._fields["reason"]._description_selection(concession.env)
        self.assertIn(dict(reasons)["vacancy"], page.text)
