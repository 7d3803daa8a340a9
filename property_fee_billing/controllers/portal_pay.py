from werkzeug.exceptions import Forbidden, NotFound

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.account_payment.controllers.portal import PortalAccount
from odoo.addons.payment import utils as payment_utils

from ..qr_code import make_qr_image
from .portal import PropertyPortal


class PropertyPortalPay(PropertyPortal, PortalAccount, PaymentPortal):
    """Paying several bills at once through Odoo's payment providers.

    A *quote* (property.online.payment) says what is paid. The page signs its payer,
    amount and selection; the transaction route takes nothing else, works the quote out
    anew and refuses what does not fit any more.
    """

    # --------------------------------------------------------------------- page
    @route("/my/fees/pay", type="http", auth="user", website=True, sitemap=False)
    def portal_pay(self, due=None, unit=None, amount=None, **kw):
        """What the chosen bills come to today, and how to pay it.

        :param str due: "open" or "overdue" for all of these, instead of bills
        :param str unit: with ``due``: of this unit only
        :param str amount: a part of the total, where the community allows that
        """
        if due:
            bills = self._get_due_bills(due, unit)
        else:
            chosen = request.httprequest.args.getlist("bill")
            bills = self._get_portal_bills(
                [self._cast_as_int(number) or 0 for number in chosen] or [0]
            )
        selection = "-".join(str(bill.id) for bill in bills)
        values = self._prepare_pay_values(
            bills,
            amount,
            request.env.user.partner_id,
            selection,
            transaction_route=f"/my/fees/transaction/{selection}",
            landing_route="/my/receipts/latest",
        )
        return request.render("property_fee_billing.portal_pay", values)

    def _get_due_bills(self, due, unit):
        """All bills of the visitor with something to pay, or the overdue ones; of one
        community, the one with the oldest bill, as each is paid by itself."""
        Move = request.env["account.move"]
        domain = Move._get_overdue_domain() if due == "overdue" else Domain.TRUE
        if unit:
            domain &= Domain("fee_unit_id", "=", self._cast_as_int(unit) or 0)
        bills = request.env.user.partner_id._get_portal_bills(
            Move._get_unpaid_domain() & domain, order="invoice_date_due, id"
        )
        community = bills[:1].fee_community_id
        return bills.filtered(lambda bill: bill.fee_community_id == community)

    def _prepare_pay_values(self, bills, amount, partner, selection, **routes):
        """Values of the page: the quote, or the problem that keeps it from being paid.

        :param partner: who pays, with more rights
        :param str selection: of the bills, as the transaction route takes it
        """
        values = self._prepare_property_values("property_pay", problem=False, quote={})
        try:
            # the bills were checked; what is reckoned from is not the visitor's
            quote = (
                request.env["property.online.payment"]
                .sudo()
                ._get_quote(bills, self._cast_amount(amount))
            )
        except UserError as error:
            return {**values, "problem": str(error), "bills": bills}
        return {
            **values,
            **self._get_payment_values(quote, partner, selection, **routes),
            "quote": quote,
        }

    def _cast_amount(self, amount):
        """The amount in an address: None where none was given.

        :raise UserError: it is no amount
        """
        if not (amount or "").strip():
            return None
        value = self._cast_as_float(amount.strip().replace(",", ""))
        # "nan" and "inf" are floats too
        if value is None or value != value or abs(value) > 1e12:
            raise UserError(request.env._("%s is not an amount.", amount))
        return value

    def _get_payment_values(
        self, quote, partner, selection, transaction_route, landing_route
    ):
        """What Odoo's payment form needs, and how to pay by bank transfer."""
        currency = quote["currency"]
        return {
            **self._get_common_page_view_values(
                {
                    "partner": partner,
                    "company": quote["community"].company_id,
                    "total_amount": quote["amount"],
                    "currency": currency,
                    "amount_residual": quote["amount"],
                    "landing_route": landing_route,
                    "transaction_route": transaction_route,
                },
                access_token=self._sign(partner, quote["amount"], currency, selection),
            ),
            "amount": quote["amount"],
            "transfer": self._get_transfer(quote),
        }

    # ------------------------------------------------------------ bank transfer
    def _get_transfer(self, quote):
        """How to pay by bank transfer: ``{account, holder, bank, references, qr}``, or
        False where the community has no bank account, or for months ahead: they are
        billed with the money of the provider, not with what arrives some day."""
        if not quote["rows"]:
            return False
        # the visitor's own bills are of it; see below for what is shown
        community = quote["community"].sudo()
        # only the account's number and holder are shown, as on any bill
        journals = community.payment_journal_ids or request.env[
            "account.journal"
        ].sudo().search(community._get_counter_journal_domain(), order="sequence, id")
        account = journals.filtered("bank_account_id")[:1].bank_account_id
        if not account:
            return False
        units = quote["rows"][0]["bill"].fee_unit_id.union(
            *(row["bill"].fee_unit_id for row in quote["rows"])
        )
        reference = ", ".join(filter(None, units.mapped("payment_reference")))
        return {
            "account": account.acc_number,
            "holder": account.acc_holder_name or account.partner_id.name,
            "bank": account.bank_id.name or "",
            "reference": reference,
            "qr": self._get_transfer_qr(account, quote, reference),
        }

    def _get_transfer_qr(self, account, quote, reference):
        """The transfer as a QR code: of the banks' own standard where Odoo knows one
        for the account and currency, else its figures as text."""
        code = account.build_qr_code_base64(
            quote["amount"],
            reference,
            reference,
            quote["currency"],
            quote["rows"][0]["bill"].partner_id,
            silent_errors=True,
        )
        if code:
            return code
        text = "\n".join(
            (
                account.acc_holder_name or account.partner_id.name or "",
                account.acc_number,
                quote["currency"].format(quote["amount"]),
                reference,
            )
        )
        return make_qr_image(request.env, text)

    # -------------------------------------------------------------- transaction
    def _sign(self, partner, amount, currency, selection):
        """What makes sure that payer, amount and selection are those of our page."""
        return payment_utils.generate_access_token(
            partner.id, currency.format(amount), currency.id, selection
        )

    def _check_signature(self, token, partner, amount, currency, selection):
        """
        :raise Forbidden: something was altered
        """
        if not payment_utils.check_access_token(
            token, partner.id, currency.format(amount or 0.0), currency.id, selection
        ):
            raise Forbidden()

    @route("/my/fees/transaction/<string:selection>", type="jsonrpc", auth="user")
    def portal_pay_transaction(self, selection, access_token=None, **kwargs):
        """Begin the payment of bills; called by Odoo's payment form.

        :param str selection: ids of bills, joined by "-"
        :return: processing values, see `payment`
        """
        bills = self._get_portal_bills(
            [self._cast_as_int(number) or 0 for number in selection.split("-")]
        )
        return self._begin_payment(
            bills,
            request.env.user.partner_id,
            selection,
            access_token,
            "/my/receipts/latest",
            kwargs,
        )

    def _begin_payment(
        self, bills, partner, selection, access_token, landing_route, kwargs
    ):
        """Check what the form sent, reckon anew and create the transaction."""
        amount = self._cast_as_float(kwargs.get("amount")) or 0.0
        currency = bills[:1].currency_id
        self._check_signature(access_token, partner, amount, currency, selection)
        try:
            # the bills were checked, see _prepare_pay_values
            quote = (
                request.env["property.online.payment"].sudo()._get_quote(bills, amount)
            )
        except UserError as error:
            raise ValidationError(str(error)) from error
        return self._create_fee_transaction(
            quote, partner, {"bills": quote["choice"]}, landing_route, kwargs
        )

    def _create_fee_transaction(self, quote, partner, choice, landing_route, kwargs):
        """The transaction of a quote, with what its money is for."""
        # the form of the portal sends it for invoices; references are the server's
        kwargs.pop("payment_reference", None)
        self._validate_transaction_kwargs(kwargs)
        self._check_provider(quote, partner, kwargs)
        if request.env.user._is_public() and kwargs.get("flow") == "token":
            # saved means of payment are for their owner, once logged in
            raise Forbidden()
        values = {
            **kwargs,
            "amount": quote["amount"],
            "currency_id": quote["currency"].id,
            "partner_id": partner.id,
            "landing_route": landing_route,
            "is_validation": False,
            "tokenization_requested": bool(
                kwargs.get("tokenization_requested")
                and not request.env.user._is_public()
            ),
        }
        bill_ids = [row["bill"].id for row in quote.get("rows", ())]
        transaction = self._create_transaction(
            reference_prefix=None if bill_ids else quote["unit"].payment_reference,
            custom_create_values={
                "invoice_ids": [(6, 0, bill_ids)],
                "fee_community_id": quote["community"].id,
                "fee_unit_id": quote["unit"].id,
                "fee_date": quote["date"],
                "fee_choice": choice,
            },
            **values,
        )
        return transaction._get_processing_values()

    def _check_provider(self, quote, partner, kwargs):
        """Money goes to the community's company alone.

        :raise Forbidden: the provider is not one that the page offered
        """
        # as the page does, see account_payment
        providers = (
            request.env["payment.provider"]
            .sudo()
            ._get_compatible_providers(
                quote["community"].company_id.id,
                partner.id,
                quote["amount"],
                currency_id=quote["currency"].id,
            )
        )
        if self._cast_as_int(kwargs.get("provider_id")) not in providers.ids:
            raise Forbidden()

    # -------------------------------------------------------------------- after
    @route("/my/receipts/latest", type="http", auth="user", website=True, sitemap=False)
    def portal_latest_receipt(self, **kw):
        """Where a payment ends: its receipt, or how far it is."""
        # Only the visitor's own transactions are looked at.
        transaction = (
            request.env["payment.transaction"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", request.env.user.partner_id.id),
                    ("fee_community_id", "!=", False),
                ],
                order="id desc",
                limit=1,
            )
        )
        if not transaction:
            raise NotFound()
        if transaction.fee_receipt_id:
            return request.redirect(f"/my/receipts/{transaction.fee_receipt_id.id}")
        return request.render(
            "property_fee_billing.portal_payment_state",
            self._prepare_property_values("property_pay", tx=transaction),
        )
