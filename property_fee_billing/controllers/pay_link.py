from werkzeug.exceptions import NotFound

from odoo.http import request, route

from .portal_pay import PropertyPortalPay


class PropertyPayLink(PropertyPortalPay):
    """Paying certain bills without an account, by a link; see property.pay.link."""

    @route(
        "/pay/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=False,
    )
    def pay_link(self, token, amount=None, **kw):
        """The bills of a link and how to pay them. What opens no link opens the same
        page, whatever the reason."""
        link = request.env["property.pay.link"]._find(token)
        if not link:
            return request.render(
                "property_fee_billing.pay_link_invalid", {}, status=404
            )
        link._note_visit()
        values = self._prepare_pay_values(
            link.bill_ids,
            amount,
            link.partner_id,
            self._get_link_selection(link),
            transaction_route=f"/pay/{token}/transaction",
            landing_route=f"/pay/{token}",
        )
        response = request.render(
            "property_fee_billing.pay_link",
            {
                **values,
                "link": link,
                "token": token,
                **self._get_anonymous_values(values),
            },
        )
        # the address is the key: it goes to nobody else, and into no index
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _get_link_selection(self, link):
        """The bills of a link, as they are signed."""
        return f"link-{link.id}"

    def _get_anonymous_values(self, values):
        """The debtor's saved means of payment are not offered to whoever has a link,
        and none is saved."""
        providers = values.get("providers_sudo", ())
        return {
            "tokens_sudo": request.env["payment.token"],
            "show_tokenize_input_mapping": {
                provider.id: False for provider in providers
            },
        }

    @route("/pay/<string:token>/transaction", type="jsonrpc", auth="public")
    def pay_link_transaction(self, token, access_token=None, **kwargs):
        """Begin the payment of a link's bills; called by Odoo's payment form."""
        link = request.env["property.pay.link"]._find(token)
        if not link:
            raise NotFound()
        kwargs.update(tokenization_requested=False)
        if kwargs.get("flow") == "token":
            raise NotFound()
        return self._begin_payment(
            link.bill_ids,
            link.partner_id,
            self._get_link_selection(link),
            access_token,
            f"/pay/{token}",
            kwargs,
        )
