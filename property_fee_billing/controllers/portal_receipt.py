from werkzeug.exceptions import NotFound

from odoo.fields import Domain
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal import PropertyPortal


class PropertyPortalReceipt(PropertyPortal):
    """Receipts for the visitor's money."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal`: the card of receipts."""
        values = super()._prepare_home_portal_values(counters)
        if "property_receipt_count" in counters:
            partner = request.env.user.partner_id
            values["property_receipt_count"] = len(
                partner._get_portal_receipts(limit=1)
            )
        return values

    def _get_receipt_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "date desc, id desc"},
            "amount": {
                "label": request.env._("Amount"),
                "order": "amount desc, id desc",
            },
            "name": {"label": request.env._("Number"), "order": "name desc"},
        }

    def _get_receipt_filters(self):
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "issued": {
                "label": request.env._("Valid"),
                "domain": Domain("state", "=", "issued"),
            },
            "void": {
                "label": request.env._("Void"),
                "domain": Domain("state", "=", "void"),
            },
        }

    @route(
        ["/my/receipts", "/my/receipts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_receipts(self, page=1, sortby=None, filterby=None, search=None, **kw):
        """The visitor's receipts; the search is for their numbers."""
        sortings, filters = self._get_receipt_sortings(), self._get_receipt_filters()
        sortby = self._get_choice(sortings, sortby, "date")
        filterby = self._get_choice(filters, filterby, "all")
        domain = filters[filterby]["domain"]
        if search:
            domain &= Domain("name", "ilike", search)
        partner = request.env.user.partner_id
        # the domain has the visitor's own receipts alone
        Receipt = request.env["property.receipt"].sudo()
        pager = portal_pager(
            url="/my/receipts",
            url_args={"sortby": sortby, "filterby": filterby, "search": search},
            total=Receipt.search_count(Receipt._get_portal_domain(partner) & domain),
            page=page,
            step=self._items_per_page,
        )
        receipts = partner._get_portal_receipts(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        return request.render(
            "property_fee_billing.portal_my_receipts",
            self._prepare_property_values(
                "property_receipt",
                receipts=receipts,
                pager=pager,
                default_url="/my/receipts",
                searchbar_sortings=sortings,
                sortby=sortby,
                searchbar_filters=filters,
                filterby=filterby,
                searchbar_inputs={
                    "name": {"input": "name", "label": request.env._("Number")}
                },
                search=search,
                search_in="name",
            ),
        )

    @route("/my/receipts/<int:receipt_id>", type="http", auth="user", website=True)
    def portal_receipt(self, receipt_id, **kw):
        """One receipt: what the money settled, and what is kept."""
        receipt = self._get_portal_receipt(receipt_id)
        return request.render(
            "property_fee_billing.portal_receipt",
            self._prepare_property_values(
                "property_receipt",
                receipt=receipt,
                receipt_bills=request.env.user.partner_id._get_portal_bills(
                    Domain("id", "in", receipt.line_ids.move_id.ids)
                ),
                can_print=bool(receipt._get_portal_report()),
            ),
        )

    @route("/my/receipts/<int:receipt_id>/pdf", type="http", auth="user", website=True)
    def portal_receipt_pdf(self, receipt_id, **kw):
        """The receipt on paper, where an addon prints receipts."""
        receipt = self._get_portal_receipt(receipt_id)
        report = receipt._get_portal_report()
        if not report:
            raise NotFound()
        # the receipt was checked; reports are rendered with more rights, as in `portal`
        content, _type = (
            request.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf(report, receipt.ids)
        )
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{receipt.name}.pdf")),
            ],
        )
