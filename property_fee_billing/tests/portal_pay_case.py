import re
from html import unescape

from .portal_case import PortalCase


class PortalPayCase(PortalCase):
    """Ann and Bob pay online, with Odoo's demo provider: it takes no money and says
    what it is told to say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.provider.write(
            {"state": "test", "is_published": True, "journal_id": cls.bank.id}
        )
        cls.method = cls.provider.payment_method_ids.filtered("active")[:1]

    def form_of(self, url, user=None):
        """What Odoo's payment form of a page would send.

        :return: (route, parameters)
        """
        page = self.visit(url, user)
        self.assertEqual(page.status_code, 200, url)
        return self.read_form(page.text)

    def read_form(self, text):
        found = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', text))
        return unescape(found["transaction-route"]), {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": float(found["amount"]),
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": found["landing-route"],
            "is_validation": False,
            "access_token": found["access-token"],
        }

    def begin(self, url, user=None, **changes):
        """Press the payment form's button on a page.

        :return: the payment.transaction
        """
        route, params = self.form_of(url, user)
        return self.send(route, {**params, **changes})

    def send(self, route, params):
        values = self.make_jsonrpc_request(route, params)
        return self.env["payment.transaction"].search(
            [("reference", "=", values["reference"])]
        )

    def confirm(self, transaction):
        """The provider says that the money is there, and it is booked.

        :return: property.receipt
        """
        self.notify(transaction)
        transaction.invalidate_recordset()
        return transaction.fee_receipt_id

    def notify(self, transaction, state="done"):
        transaction._process(
            "demo", {"reference": transaction.reference, "simulated_state": state}
        )
        transaction._post_process()

    def pay(self, url, user=None):
        """Pay what a page shows.

        :return: property.receipt
        """
        return self.confirm(self.begin(url, user))
