from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, freeze_time, mute_logger, tagged

from .portal_pay_case import PortalPayCase


@tagged("post_install", "-at_install")
@freeze_time("2026-02-10")
class TestPayLink(PortalPayCase):
    """Whoever has a link of bills sees and pays these bills, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner.write({"name": "Ann Example", "phone": "139 0000 1111"})
        cls.bills = cls.make_bill(cls.unit, [(cls.item, 827.90)], "2026-01-20")
        cls.bills += cls.make_bill(cls.unit, [(cls.parking, 300)], "2026-02-01")
        cls.other = cls.make_bill(cls.unit, [(cls.parking, 55.55)], "2026-02-02")
        cls.link = cls.env["property.pay.link"]._get_links([cls.bills])
        cls.path = f"/pay/{cls.link._get_token()}"

    def open(self, path=None):
        return self.url_open(path or self.path, allow_redirects=False)

    def test_it_opens_just_its_bills(self):
        page = self.open()
        self.assertEqual(page.status_code, 200)
        for bill in self.bills:
            self.assertIn(bill.name, page.text)
        self.assertNotIn(self.other.name, page.text)
        self.assertNotIn("55.55", page.text)
        self.assertEqual(self.link.visit_count, 1)

    def test_it_shows_a_masked_name_and_no_other_personal_data(self):
        text = self.open().text
        self.assertIn("A**", text)
        for secret in ("Ann Example", "nn E", "139 0000", "3-1201", "Tower 3"):
            self.assertNotIn(secret, text)

    def test_its_bills_are_paid_without_an_account(self):
        route, params = self.read_form(self.open().text)
        self.assertEqual(params["amount"], 1127.90)
        receipt = self.confirm(self.send(route, params))
        self.assertEqual(receipt.partner_id, self.owner)
        self.assertEqual(self.bills.mapped("payment_state"), ["paid", "paid"])
        self.assertIn("nothing to pay", self.open().text)

    def test_an_altered_amount_is_refused(self):
        route, params = self.read_form(self.open().text)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.send(route, {**params, "amount": 1})

    def test_the_debtors_saved_cards_are_not_for_the_holder_of_a_link(self):
        token = self.env["payment.token"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "payment_details": "4242 card",
                "partner_id": self.owner.id,
                "provider_ref": "x",
                "demo_simulated_state": "done",
            }
        )
        text = self.open().text
        self.assertNotIn("4242", text)
        route, params = self.read_form(text)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.send(route, {**params, "flow": "token", "token_id": token.id})

    def assert_closed(self, path=None):
        page = self.open(path)
        self.assertEqual(page.status_code, 404)
        self.assertNotIn(self.bills[0].name, page.text)
        return page.text

    def test_tampered_expired_and_revoked_links_are_closed_alike(self):
        signature = self.path[-32:]
        number = self.path[: -len(signature)]
        changed = ("0" if signature[0] != "0" else "1") + signature[1:]
        other = self.env["property.pay.link"]._get_links([self.other])
        texts = {
            self.assert_closed(number + changed),
            self.assert_closed(number + signature[:-1]),
            self.assert_closed(f"/pay/{other.id}-{signature}"),
            self.assert_closed(f"/pay/999999-{signature}"),
            self.assert_closed("/pay/x"),
        }
        route, params = self.read_form(self.open().text)
        self.link.action_revoke()
        texts.add(self.assert_closed())
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.send(route, params)
        with freeze_time("2027-02-10"):
            texts.add(self.assert_closed(f"/pay/{other._get_token()}"))
        # nothing tells them apart, not even by the address written into the page
        self.assertEqual(len({self.strip(text) for text in texts}), 1)

    def strip(self, text):
        """The page without what is different on every page."""
        return text[text.index("<h1") : text.index("</h1>") + 200]

    def test_the_same_bills_get_the_same_link_until_it_is_revoked(self):
        Link = self.env["property.pay.link"]
        self.assertEqual(Link._get_links([self.bills]), self.link)
        self.assertEqual(self.bills._get_pay_link(), self.link.url)
        self.link.action_revoke()
        self.assertNotEqual(Link._get_links([self.bills]), self.link)

    def test_links_of_many_bills_take_a_constant_number_of_queries(self):
        bills = self.bills + self.other
        bills[:1]._get_pay_links()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            links = bills._get_pay_links()
            self.env.flush_all()
        self.assertEqual(len(set(links.values())), 3)

    def test_staff_revoke_and_who_and_when_is_kept(self):
        self.link.with_user(self.cashier).action_revoke()
        self.assertEqual(self.link.revoked_by_id, self.cashier)
        self.assertTrue(self.link.revoked_at)
        with self.assertRaises(AccessError):
            self.link.with_user(self.ann).action_revoke()
        with self.assertRaises(AccessError):
            self.link.with_user(self.cashier).expires_on = "2030-01-01"
