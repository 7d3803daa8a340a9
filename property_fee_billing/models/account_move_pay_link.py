from odoo import models

from ..qr_code import make_qr_image


class AccountMove(models.Model):
    """Links to pay bills without an account; see property.pay.link."""

    _inherit = "account.move"

    def _get_pay_link(self):
        """The address of a page that shows these bills, of one debtor and community,
        and takes their payment. For letters and messages:
        ``object.bill_ids._get_pay_link()``.

        :rtype: str
        """
        self.check_access("read")
        return self.env["property.pay.link"]._get_links([self]).url if self else ""

    def _get_pay_links(self):
        """As ``_get_pay_link``, of each bill by itself; for many at once.

        :return: ``{bill id: address}``
        """
        self.check_access("read")
        links = self.env["property.pay.link"]._get_links(list(self))
        return {bill.id: link.url for bill, link in zip(self, links, strict=True)}

    def _get_pay_link_qr(self):
        """The address of ``_get_pay_link`` as a QR code, as the address of a picture
        (``<img t-att-src="..."/>``).

        :rtype: str
        """
        return make_qr_image(self.env, self._get_pay_link())

    def action_fee_pay_link(self):
        """Show the payment link of these bills, made if there is none."""
        self.check_access("read")
        link = self.env["property.pay.link"]._get_links([self])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Link"),
            "res_model": "property.pay.link",
            "res_id": link.id,
            "views": [(False, "form")],
            "target": "new",
        }
