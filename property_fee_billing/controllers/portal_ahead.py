from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route

from ..local_time import get_today
from .portal_pay import PropertyPortalPay

# What the page opens with.
DEFAULT_MONTHS = 3


class PropertyPortalAhead(PropertyPortalPay):
    """Paying months ahead: what they come to now, billed once their money is here."""

    @route(
        "/my/units/<int:unit_id>/ahead",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def portal_pay_ahead(self, unit_id, months=None, offer=None, **kw):
        """What months ahead of a unit come to, and how to pay them."""
        unit = self._get_ahead_unit(unit_id)
        months, offer_id = self._cast_as_int(months) or 0, self._cast_as_int(offer) or 0
        data = self._get_ahead_data(unit, months, offer_id)
        values = self._prepare_property_values(
            "property_ahead",
            unit=unit,
            data=data,
            problem=" ".join(data["problems"]),
            quote={},
            choices=self._get_ahead_choices(unit),
        )
        if not data["problems"] and data["to_pay"] > 0:
            quote = self._get_ahead_quote(unit, data)
            selection = self._get_ahead_selection(unit, data)
            values.update(
                quote=quote,
                **self._get_payment_values(
                    quote,
                    request.env.user.partner_id,
                    selection,
                    f"/my/units/{unit.id}/ahead/transaction/{selection}",
                    "/my/receipts/latest",
                ),
            )
        return request.render("property_fee_billing.portal_pay_ahead", values)

    def _get_ahead_unit(self, unit_id):
        """A unit that the visitor pays for: bills ahead are made out to its payer.

        :raise NotFound: it is not theirs, or somebody else pays
        """
        unit = self._get_portal_unit(unit_id)
        if not self._is_payer(unit):
            raise NotFound()
        return unit

    def _get_ahead_choices(self, unit):
        """Numbers of months that can be chosen, within the community's limit."""
        limit = unit.community_id.prepay_month_limit
        return [months for months in (1, 2, 3, 6, 12, 24) if months <= limit]

    def _get_ahead_data(self, unit, months, offer_id):
        """See ``property.prepayment.prepare``; nothing is stored."""
        # The counter's own reckoning; the unit and its payer were checked.
        Prepayment = request.env["property.prepayment"].sudo()
        today = get_today(unit)
        # what is offered to everybody in the community
        offers = request.env["property.prepay.offer"].sudo()
        offer = offers._get_open_offers(unit.community_id, today).filtered(
            lambda offer: offer.id == offer_id
        )
        charges = Prepayment._get_charges(unit, offer)
        months = offer.months or months or DEFAULT_MONTHS
        return Prepayment._get_data(unit, months, offer, charges)

    def _get_ahead_quote(self, unit, data):
        """The quote of months ahead; see property.online.payment."""
        return {
            "community": unit.community_id,
            "unit": unit,
            "currency": unit.community_id.currency_id,
            "date": get_today(unit),
            "rows": [],
            "total": data["to_pay"],
            "amount": data["to_pay"],
        }

    def _get_ahead_selection(self, unit, data):
        """The choice as the transaction route takes it: months and offer."""
        return f"{data['months']}-{data['offer_id'] or 0}"

    @route(
        "/my/units/<int:unit_id>/ahead/transaction/<string:selection>",
        type="jsonrpc",
        auth="user",
    )
    def portal_ahead_transaction(self, unit_id, selection, access_token=None, **kwargs):
        """Begin the payment of months ahead; called by Odoo's payment form.

        :param str selection: months and offer, joined by "-"
        """
        unit = self._get_ahead_unit(unit_id)
        months, _dash, offer = selection.partition("-")
        data = self._get_ahead_data(
            unit, self._cast_as_int(months) or 0, self._cast_as_int(offer) or 0
        )
        partner = request.env.user.partner_id
        quote = self._get_ahead_quote(unit, data)
        amount = self._cast_as_float(kwargs.get("amount")) or 0.0
        self._check_signature(
            access_token, partner, amount, quote["currency"], selection
        )
        try:
            self._check_ahead(data, quote, amount)
        except UserError as error:
            raise ValidationError(str(error)) from error
        choice = {"ahead": {"months": data["months"], "offer": data["offer_id"]}}
        return self._create_fee_transaction(
            quote, partner, choice, "/my/receipts/latest", kwargs
        )

    def _check_ahead(self, data, quote, amount):
        """Refuse what cannot be paid ahead, or costs something else by now."""
        if data["problems"]:
            raise UserError(data["problems"][0])
        if quote["currency"].compare_amounts(amount, quote["amount"]):
            raise UserError(
                request.env._(
                    "These months come to %s now. Look at them again.",
                    quote["currency"].format(quote["amount"]),
                )
            )
