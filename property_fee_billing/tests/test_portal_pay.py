from odoo.tests import JsonRpcException, freeze_time, mute_logger, tagged

from odoo.addons.payment.utils import generate_access_token

from .portal_pay_case import PortalPayCase


@tagged("post_install", "-at_install")
@freeze_time("2026-02-10")
class TestPortalPay(PortalPayCase):
    """Owners pay their bills online; the server alone decides amounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.january = cls.make_bill(cls.unit, [(cls.item, 827.90)], "2026-01-20")
        cls.february = cls.make_bill(cls.unit, [(cls.parking, 300)], "2026-02-01")
        cls.bobs = cls.make_bill(cls.units[1], [(cls.item, 100)], "2026-02-01")

    def pay_url(self, *bills, **query):
        parts = [f"bill={bill.id}" for bill in bills]
        parts += [f"{name}={value}" for name, value in query.items()]
        return f"/my/fees/pay?{'&'.join(parts)}"

    def test_several_bills_are_paid_at_once_with_one_receipt(self):
        receipt = self.pay(self.pay_url(self.january, self.february))
        self.assertEqual(receipt.amount, 1127.90)
        self.assertEqual(receipt.source, "online")
        self.assertEqual(receipt.partner_id, self.owner)
        self.assertEqual(
            receipt.line_ids.mapped(lambda line: (line.move_id.id, line.amount)),
            [(self.january.id, 827.90), (self.february.id, 300)],
        )
        self.assertEqual(
            (self.january + self.february).mapped("payment_state"), ["paid", "paid"]
        )
        self.assertEqual(receipt.payment_ids.payment_transaction_id.amount, 1127.90)
        self.assertEqual(self.visit(f"/my/receipts/{receipt.id}").status_code, 200)

    def test_online_and_counter_receipts_share_one_series(self):
        first = self.take(self.unit, bills=[(self.february, 300)], cash=300)
        second = self.pay(self.pay_url(self.january))
        self.assertEqual(int(second.name[-6:]), int(first.name[-6:]) + 1)

    def test_a_part_paid_bill_asks_for_its_rest(self):
        self.take(self.unit, bills=[(self.january, 400)], cash=400)
        self.assertEqual(self.pay(self.pay_url(self.january)).amount, 427.90)
        self.assertEqual(self.january.payment_state, "paid")

    def test_a_part_is_taken_where_the_community_allows_it(self):
        receipt = self.pay(self.pay_url(self.january, self.february, amount="900"))
        self.assertEqual(self.january.amount_residual, 0)
        self.assertEqual(self.february.amount_residual, 227.90)
        self.assertEqual(receipt.credit_amount, 0)
        self.community.allow_partial_payment = False
        page = self.visit(self.pay_url(self.february, amount="100"))
        self.assertIn("takes no part payments", page.text)

    def test_an_altered_amount_is_refused(self):
        route, params = self.form_of(self.pay_url(self.january))
        for amount in (0.01, 827.89, 827.91, -1, 0, "nan", None):
            with (
                self.subTest(amount=amount),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self.send(route, {**params, "amount": amount})
        self.assertFalse(
            self.env["payment.transaction"].search([("partner_id", "=", self.owner.id)])
        )

    def test_other_bills_cannot_be_paid_with_the_signature_of_these(self):
        route, params = self.form_of(self.pay_url(self.january))
        altered = route.replace(str(self.january.id), str(self.february.id))
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.send(altered, params)

    def test_a_field_of_the_transaction_cannot_be_smuggled_in(self):
        route, params = self.form_of(self.pay_url(self.january))
        for extra in (
            {"fee_choice": {}},
            {"partner_id": self.owners[1].id},
            {"currency_id": 1},
            {"state": "done"},
        ):
            with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                self.send(route, {**params, **extra})

    def test_a_provider_that_was_not_offered_is_refused(self):
        route, params = self.form_of(self.pay_url(self.january))
        self.provider.is_published = False
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.send(route, params)

    def test_what_was_paid_meanwhile_is_not_asked_again(self):
        route, params = self.form_of(self.pay_url(self.january))
        self.take(self.unit, bills=[(self.january, 400)], cash=400)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.send(route, params)

    def test_money_for_what_was_paid_meanwhile_is_kept_as_credit(self):
        transaction = self.begin(self.pay_url(self.january, self.february))
        self.take(self.unit, bills=[(self.january, 827.90)], cash=827.90)
        receipt = self.confirm(transaction)
        self.assertEqual(receipt.credit_amount, 827.90)
        self.assertEqual(self.february.payment_state, "paid")

    def test_the_same_notification_twice_books_once(self):
        transaction = self.begin(self.pay_url(self.january))
        for _time in range(3):
            self.notify(transaction)
        receipts = self.env["property.receipt"].search(
            [("community_id", "=", self.community.id), ("source", "=", "online")]
        )
        self.assertEqual(receipts.mapped("amount"), [827.90])
        self.assertEqual(len(receipts.payment_ids), 1)

    def test_a_cancelled_payment_books_nothing(self):
        transaction = self.begin(self.pay_url(self.january))
        self.notify(transaction, "cancel")
        self.assertFalse(transaction.payment_id)
        self.assertEqual(self.january.amount_residual, 827.90)

    def test_somebody_elses_bill_is_not_there(self):
        self.assertEqual(self.visit(self.pay_url(self.bobs)).status_code, 404)
        both = self.visit(self.pay_url(self.january, self.bobs))
        self.assertEqual(both.status_code, 404)

    def test_disputed_amounts_are_not_asked(self):
        self.env["property.fee.dispute"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "reason_code": "amount",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "move_line_id": self.january.invoice_line_ids.id,
                            "amount": 200,
                        },
                    )
                ],
            }
        )
        self.assertEqual(self.pay(self.pay_url(self.january)).amount, 627.90)
        self.assertEqual(self.january.amount_residual, 200)

    def test_a_former_owner_still_pays_the_own_bills(self):
        self.unit.ownership_ids.date_to = "2026-01-31"
        self.own(self.unit, self.owners[2], "2026-02-01")
        self.assertEqual(self.visit(f"/my/units/{self.unit.id}").status_code, 404)
        self.assertEqual(self.pay(self.pay_url(self.january)).amount, 827.90)

    def test_everything_open_of_a_unit_is_one_button(self):
        receipt = self.pay(f"/my/fees/pay?due=open&unit={self.unit.id}")
        self.assertEqual(receipt.amount, 1127.90)

    def test_a_bank_transfer_names_the_units_reference(self):
        self.bank.set_bank_account("6222000011112222")
        page = self.visit(self.pay_url(self.january))
        self.assertIn("JADE-3-1201", page.text)
        self.assertIn("6222000011112222", page.text)
        self.assertIn("data:image/svg+xml;base64,", page.text)

    def test_months_ahead_are_billed_when_their_money_is_here(self):
        self.bank.set_bank_account("6222000011112222")
        self.charge(self.unit, date_from="2026-02-01")
        before = self.env["account.move"].search_count(
            [("fee_unit_id", "=", self.unit.id)]
        )
        transaction = self.begin(f"/my/units/{self.unit.id}/ahead?months=3")
        self.assertEqual(transaction.amount, 750.71)
        count = self.env["account.move"].search_count(
            [("fee_unit_id", "=", self.unit.id)]
        )
        self.assertEqual(count, before)
        receipt = self.confirm(transaction)
        self.assertEqual(receipt.amount, 750.71)
        bill = receipt.line_ids.move_id
        self.assertEqual(bill.fee_run_id.kind, "prepayment")
        self.assertEqual(bill.payment_state, "paid")

    def test_money_for_months_that_cannot_be_billed_any_more_is_kept(self):
        self.charge(self.unit, date_from="2026-02-01")
        transaction = self.begin(f"/my/units/{self.unit.id}/ahead?months=3")
        self.community.prepay_month_limit = 0
        receipt = self.confirm(transaction)
        self.assertEqual(receipt.credit_amount, 750.71)
        self.assertTrue(transaction.state_message)


@tagged("post_install", "-at_install")
class TestInvoicePages(PortalPayCase):
    """Odoo's own pages of invoices charge totals: of property bills ours answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-01-20"):
            cls.bill = cls.make_bill(cls.unit, [(cls.item, 827.90)], "2026-01-20")
            cls.take(cls.unit, bills=[(cls.bill, 400)], cash=400)

    def test_the_overdue_page_leads_to_ours_which_asks_for_the_rest(self):
        with freeze_time("2026-03-10"):
            page = self.visit("/my/invoices/overdue")
            self.assertTrue(page.headers["Location"].endswith("due=overdue"))
            _route, params = self.form_of("/my/fees/pay?due=overdue")
        self.assertEqual(params["amount"], 427.90)

    def test_the_overdue_route_takes_no_money_for_property_bills(self):
        with freeze_time("2026-03-10"):
            _route, params = self.form_of("/my/fees/pay?due=overdue")
            params.pop("access_token")
            with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                self.send(
                    "/invoice/transaction/overdue",
                    {**params, "payment_reference": "x"},
                )

    def test_the_page_of_an_invoice_leads_to_the_bill(self):
        page = self.visit(f"/my/invoices/{self.bill.id}")
        self.assertTrue(page.headers["Location"].endswith(f"/my/fees/{self.bill.id}"))

    def test_the_route_of_an_invoice_takes_exactly_what_is_to_be_paid(self):
        with freeze_time("2026-02-10"):
            _route, params = self.form_of(f"/my/fees/pay?bill={self.bill.id}")
            params["access_token"] = self.bill._portal_ensure_token()
            route = f"/invoice/transaction/{self.bill.id}"
            for amount in (827.90, 427.89, 1):
                with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                    self.send(route, {**params, "amount": amount})
            receipt = self.confirm(self.send(route, params))
        self.assertEqual(receipt.amount, 427.90)

    def test_links_of_odoo_lead_to_ours(self):
        """The one that staff make, and the older one that names partner and amount."""
        wizard = self.env["payment.link.wizard"].create(
            {"res_model": "account.move", "res_id": self.bill.id, "amount": 100}
        )
        address = wizard.link[wizard.link.index("/my/invoices") :]
        page = self.url_open(address, allow_redirects=False)
        self.assertIn(f"/my/fees/{self.bill.id}?access_token", page.headers["Location"])
        page = self.url_open(page.headers["Location"], allow_redirects=False)
        self.assertIn(self.bill._get_pay_link(), page.text)
        token = generate_access_token(
            self.owner.id, 100.0, self.bill.currency_id.id, env=self.env
        )
        page = self.url_open(
            f"/payment/pay?invoice_id={self.bill.id}&amount=100&access_token={token}"
            f"&partner_id={self.owner.id}&currency_id={self.bill.currency_id.id}",
            allow_redirects=False,
        )
        self.assertTrue(
            self.bill._get_pay_link().endswith(page.headers["Location"]),
            page.headers["Location"],
        )
