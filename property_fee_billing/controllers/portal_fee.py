from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..local_time import get_today
from .portal import PropertyPortal


class PropertyPortalFee(PropertyPortal):
    """The visitor's bills: the list, and one bill with why it is that amount."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal`: the card of fees."""
        values = super()._prepare_home_portal_values(counters)
        if "property_bill_count" in counters:
            partner = request.env.user.partner_id
            values["property_bill_count"] = len(partner._get_portal_bills(limit=1))
        if "property_overdue_count" in counters:
            overdue = request.env["account.move"]._get_overdue_domain()
            values["property_overdue_count"] = len(
                request.env.user.partner_id._get_portal_bills(overdue)
            )
        return values

    def _get_fee_sortings(self):
        return {
            "date": {
                "label": request.env._("Newest"),
                "order": "invoice_date desc, id desc",
            },
            "due": {
                "label": request.env._("Due Date"),
                "order": "invoice_date_due, id",
            },
            "unit": {
                "label": request.env._("Unit"),
                "order": "fee_unit_id, invoice_date desc, id desc",
            },
            "open": {
                "label": request.env._("Amount Open"),
                "order": "amount_residual desc, id desc",
            },
        }

    def _get_fee_filters(self):
        today = get_today(request.env.user)
        Move = request.env["account.move"]
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "unpaid": {
                "label": request.env._("To Pay"),
                "domain": Move._get_unpaid_domain(),
            },
            "overdue": {
                "label": request.env._("Overdue"),
                "domain": Move._get_overdue_domain(today),
            },
            "disputed": {
                "label": request.env._("In Review"),
                "domain": Domain("fee_dispute_line_ids.state", "=", "open"),
            },
            "plan": {
                "label": request.env._("On a Payment Plan"),
                "domain": Domain("fee_plan_ids.state", "=", "active"),
            },
            "paid": {
                "label": request.env._("Paid"),
                "domain": Domain("payment_state", "in", ("paid", "in_payment")),
            },
        }

    def _get_fee_inputs(self):
        return {
            "name": {"input": "name", "label": request.env._("Bill Number")},
            "unit": {"input": "unit", "label": request.env._("Unit")},
            "item": {"input": "item", "label": request.env._("Fee")},
        }

    def _get_fee_search_domain(self, search, search_in):
        fields = {
            "name": "name",
            "unit": "fee_unit_id.code",
            "item": "invoice_line_ids.fee_item_id.name",
        }
        return Domain(fields[search_in], "ilike", search) if search else Domain.TRUE

    @route(
        ["/my/fees", "/my/fees/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_fees(
        self, page=1, sortby=None, filterby=None, search=None, search_in=None, **kw
    ):
        """The visitor's bills, to look at or to tick and pay."""
        sortings, filters = self._get_fee_sortings(), self._get_fee_filters()
        inputs = self._get_fee_inputs()
        sortby = self._get_choice(sortings, sortby, "date")
        filterby = self._get_choice(filters, filterby, "all")
        search_in = self._get_choice(inputs, search_in, "name")
        domain = filters[filterby]["domain"]
        domain &= self._get_fee_search_domain(search, search_in)
        partner = request.env.user.partner_id
        # the domain has the visitor's own bills alone
        Move = request.env["account.move"].sudo()
        pager = portal_pager(
            url="/my/fees",
            url_args={
                "sortby": sortby,
                "filterby": filterby,
                "search": search,
                "search_in": search_in,
            },
            total=Move.search_count(Move._get_portal_bill_domain(partner) & domain),
            page=page,
            step=self._items_per_page,
        )
        bills = partner._get_portal_bills(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        # as in _get_unpaid_rows
        rows = request.env["property.online.payment"].sudo()._get_rows(bills)
        return request.render(
            "property_fee_billing.portal_my_fees",
            self._prepare_property_values(
                "property_fee",
                rows=rows,
                pager=pager,
                default_url="/my/fees",
                searchbar_sortings=sortings,
                sortby=sortby,
                searchbar_filters=filters,
                filterby=filterby,
                searchbar_inputs=inputs,
                search=search,
                search_in=search_in,
            ),
        )

    @route("/my/fees/<int:bill_id>", type="http", auth="public", website=True)
    def portal_fee(self, bill_id, access_token=None, **kw):
        """One bill, with why each amount is what it is; by its own token also for who
        is not logged in, as Odoo's mails link to invoices."""
        bill = self._get_bill(bill_id, access_token)
        # as in _get_unpaid_rows
        (row,) = request.env["property.online.payment"].sudo()._get_rows(bill)
        return request.render(
            "property_fee_billing.portal_fee",
            self._prepare_property_values(
                "property_fee",
                bill=bill,
                row=row,
                lines=bill._get_portal_lines(),
                late_fee_why=bill.late_fee_explanation_text if row["late_fee"] else "",
                receipts=self._get_bill_receipts(bill),
                # who came by a token pays by a link of the same bill
                pay_url=f"/my/fees/pay?bill={bill.id}"
                if self._is_own(bill)
                else bill._get_pay_link(),
                access_token=access_token,
            ),
        )

    def _get_bill(self, bill_id, access_token):
        """A bill that the visitor, or whoever has its token, may see.

        :raise NotFound: it is none of theirs
        """
        try:
            bill = self._document_check_access("account.move", bill_id, access_token)
        except (AccessError, MissingError) as error:
            raise NotFound() from error
        if not bill.fee_unit_id or bill.state != "posted":
            raise NotFound()
        return bill

    def _is_own(self, bill):
        """Whether the bill is addressed to the visitor."""
        partner = request.env.user.partner_id
        return not request.env.user._is_public() and bool(
            partner._get_portal_bills(Domain("id", "=", bill.id))
        )

    def _get_bill_receipts(self, bill):
        """The visitor's receipts for money that settled the bill."""
        if request.env.user._is_public():
            return request.env["property.receipt"]
        return request.env.user.partner_id._get_portal_receipts(
            Domain("line_ids.move_id", "=", bill.id)
        )
