from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.fields import Date
from odoo.tests import tagged

from .portal_pay_case import PortalPayCase
from .tour_case import TourCase


@tagged("post_install", "-at_install")
class TestPortalTours(PortalPayCase, TourCase):
    """What owners do in the portal, in a real browser as narrow as a phone."""

    browser_size = "360x740"
    touch_enabled = True

    def make_open_bills(self):
        return (
            self.make_bill(self.unit, [(self.item, 827.90)], "2026-01-20")
            + self.make_bill(self.unit, [(self.parking, 300)], "2026-02-01")
            + self.make_bill(self.unit, [(self.parking, 50)], "2026-03-01")
        )

    def test_an_owner_pays_three_bills_at_once(self):
        bills = self.make_open_bills()
        self.start_tour(
            "/my/fees?filterby=unpaid", "property_portal_pay", login=self.ann.login
        )
        self.assertEqual(bills.mapped("payment_state"), ["paid"] * 3)
        receipt = self.env["property.receipt"].search(
            [("partner_id", "=", self.owner.id)]
        )
        self.assertEqual(receipt.amount, 1177.90)
        self.assertEqual(receipt.source, "online")

    def test_somebody_with_a_link_pays_without_an_account(self):
        bills = self.make_open_bills()[:2]
        path = urlsplit(bills._get_pay_link()).path
        self.start_tour(path, "property_pay_link", login=None)
        self.assertEqual(bills.mapped("payment_state"), ["paid"] * 2)


@tagged("post_install", "-at_install")
class TestPortalToursInChinese(TestPortalTours):
    """The same in Taiwan and Hong Kong."""

    tour_lang = "zh_TW"


@tagged("post_install", "-at_install")
class TestInvitation(PortalPayCase, TourCase):
    """Owners are invited by staff, all of a community at once, and log in."""

    browser_size = "360x740"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann.unlink()
        cls.owner.email = "ann@example.com"

    def test_a_community_is_invited_at_once(self):
        """Bob has a login, Cid no e-mail address, Dot the address of Ann."""
        double = self.owners[2].copy({"name": "Dot", "email": "ANN@example.com"})
        self.own(self.units[2], double, is_payer=False)
        with patch.object(type(self.env["mail.template"]), "send_mail") as send:
            result = self.community.with_user(self.manager).action_invite_owners()
        send.assert_called_once()
        message = result["params"]["message"]
        self.assertIn("1 invited.", message)
        self.assertIn("1 can log in already.", message)
        self.assertIn("No e-mail address: Cid.", message)
        self.assertIn("another login: Dot.", message)
        user = self.owner.user_ids
        self.assertTrue(user._is_portal())
        self.assertEqual(user.company_id, self.company)

    def test_who_is_invited_already_is_not_invited_again(self):
        self.unit.action_invite_owners()
        user = self.owner.user_ids
        result = self.unit.action_invite_owners()
        self.assertIn("0 invited.", result["params"]["message"])
        self.assertEqual(self.owner.user_ids, user)

    def test_an_invited_owner_logs_in_and_reads_why_a_bill_is_that_amount(self):
        self.charge(self.unit, date_from=Date.today().replace(day=1))
        today = Date.today()
        self.bill_month(today.year, today.month)
        self.unit.with_user(self.manager).action_invite_owners()
        url = self.owner._get_signup_url()
        parts = urlsplit(url)
        self.start_tour(
            f"{parts.path}?{parts.query}", "property_portal_first_login", login=None
        )
        self.assertTrue(self.owner.user_ids.login_date)
