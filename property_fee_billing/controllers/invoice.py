from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.payment import utils as payment_utils

from .portal_pay import PropertyPortalPay


class PropertyInvoice(PropertyPortalPay):
    """Odoo's own invoice pages, where an owner lands there: they ask for totals, know
    no late fee and settle by their own rules, so property bills go to our pages."""

    def _get_overdue_invoices_domain(self, partner_id=None):
        """Override of `account`: property bills are paid by our pages."""
        domain = super()._get_overdue_invoices_domain(partner_id)
        return list(Domain(domain) & Domain("fee_unit_id", "=", False))

    @route()
    def portal_my_overdue_invoices(self, access_token=None, **kw):
        """Override of `account_payment`: overdue property bills first, by our page."""
        user = request.env.user
        if not user._is_public():
            overdue = request.env["account.move"]._get_overdue_domain()
            if user.partner_id._get_portal_bills(overdue, limit=1):
                return request.redirect("/my/fees/pay?due=overdue")
        return super().portal_my_overdue_invoices(access_token=access_token, **kw)

    @route()
    def portal_my_invoice_detail(
        self, invoice_id, access_token=None, report_type=None, **kw
    ):
        """Override of `account`: a property bill has its own page; its document is
        that of `account`."""
        if not report_type and (bill := self._get_fee_bill(invoice_id, access_token)):
            query = f"?access_token={access_token}" if access_token else ""
            return request.redirect(f"/my/fees/{bill.id}{query}")
        return super().portal_my_invoice_detail(
            invoice_id, access_token=access_token, report_type=report_type, **kw
        )

    def _get_fee_bill(self, invoice_id, access_token):
        """The property bill of this id, if it is one that the visitor may see; else an
        empty one, and `account` answers."""
        try:
            bill = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            return request.env["account.move"]
        is_shown = bill.fee_unit_id and bill.state == "posted"
        return bill if is_shown else request.env["account.move"]

    @route()
    def invoice_transaction(self, invoice_id, access_token, **kwargs):
        """Override of `account_payment`: of a property bill exactly what is to be paid
        today is taken, as our own pages work it out."""
        bill = self._get_fee_bill(invoice_id, access_token)
        if not bill:
            return super().invoice_transaction(invoice_id, access_token, **kwargs)
        # the bill was checked, see _prepare_pay_values
        quote = request.env["property.online.payment"].sudo()._get_quote(bill)
        amount = self._cast_as_float(kwargs.get("amount")) or 0.0
        if quote["currency"].compare_amounts(amount, quote["amount"]):
            raise ValidationError(
                request.env._(
                    "Bill %(bill)s comes to %(amount)s today.",
                    bill=bill.name,
                    amount=quote["currency"].format(quote["amount"]),
                )
            )
        kwargs.pop("name_next_installment", None)
        logged_in = not request.env.user._is_public()
        partner = request.env.user.partner_id if logged_in else bill.partner_id
        choice = {"bills": quote["choice"]}
        landing_route = bill.get_portal_url()
        return self._create_fee_transaction(
            quote, partner, choice, landing_route, kwargs
        )

    @route()
    def payment_pay(self, *args, amount=None, invoice_id=None, access_token=None, **kw):
        """Override of `account_payment`: a payment link of a property bill opens our
        page, which knows what is to be paid today."""
        number = self._cast_as_int(invoice_id)
        if number:
            # Only looked at; the link's own signature lets the visitor in, as in
            # account_payment.
            bill = request.env["account.move"].sudo().browse(number).exists()
            if bill.fee_unit_id and payment_utils.check_access_token(
                access_token,
                bill.partner_id.id,
                self._cast_as_float(amount),
                bill.currency_id.id,
            ):
                return request.redirect(bill._get_pay_link())
        return super().payment_pay(
            *args,
            amount=amount,
            invoice_id=invoice_id,
            access_token=access_token,
            **kw,
        )
