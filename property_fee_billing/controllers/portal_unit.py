from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal import PropertyPortal

# Bills on a page of a unit: a year of months.
BILLS_PER_PAGE = 12


class PropertyPortalUnit(PropertyPortal):
    """The visitor's units."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal`: the card of units."""
        values = super()._prepare_home_portal_values(counters)
        if "property_unit_count" in counters:
            values["property_unit_count"] = len(
                request.env.user.partner_id._get_portal_units()
            )
        return values

    @route("/my/units", type="http", auth="user", website=True)
    def portal_my_units(self, **kw):
        """The visitor's units, with what is open of each."""
        partner = request.env.user.partner_id
        units = partner._get_portal_units()
        domain = Domain("fee_unit_id", "in", units.ids)
        sums = self._get_sums(self._get_unpaid_rows(domain))
        return request.render(
            "property_fee_billing.portal_my_units",
            self._prepare_property_values("property_unit", units=units, sums=sums),
        )

    @route(
        ["/my/units/<int:unit_id>", "/my/units/<int:unit_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_unit(self, unit_id, page=1, **kw):
        """A unit of the visitor."""
        unit = self._get_portal_unit(unit_id)
        values = self._prepare_unit_values(unit, page=page, **kw)
        return request.render("property_fee_billing.portal_unit", values)

    def _prepare_unit_values(self, unit, page=1, **kw):
        """Values of a unit's page. For sections of other addons: override, and extend
        ``portal_unit_sections`` of the template."""
        bills = request.env.user.partner_id._get_portal_bills(
            Domain("fee_unit_id", "=", unit.id), order="invoice_date desc, id desc"
        )
        pager = portal_pager(
            url=f"/my/units/{unit.id}",
            total=len(bills),
            page=page,
            step=BILLS_PER_PAGE,
        )
        shown = bills[pager["offset"] : pager["offset"] + BILLS_PER_PAGE]
        # these bills are the visitor's own; what is reckoned from is not
        payments = request.env["property.online.payment"].sudo()
        rows = payments._get_rows(shown | bills.filtered(payments._is_unpaid))
        return self._prepare_property_values(
            "property_unit",
            unit=unit,
            rows=[row for row in rows if row["bill"] in shown],
            sums=self._get_sums(rows).get(unit.id, {}),
            credit=self._get_credit(unit),
            pager=pager,
            next_months=self._is_payer(unit) and unit.community_id.prepay_month_limit,
        )

    def _get_unpaid_rows(self, domain):
        """Rows of the visitor's bills that have something left to pay; see
        property.online.payment."""
        bills = request.env.user.partner_id._get_portal_bills(
            domain & request.env["account.move"]._get_unpaid_domain(),
            order="invoice_date_due, id",
        )
        # these bills are the visitor's own; what is reckoned from is not
        return request.env["property.online.payment"].sudo()._get_rows(bills)

    def _get_sums(self, rows):
        """``{unit id: {currency, open, to_pay, overdue, late_fee, disputed,
        plan}}``."""
        result = {}
        for row in rows:
            bill = row["bill"]
            sums = result.setdefault(
                bill.fee_unit_id.id,
                {
                    "currency": bill.currency_id,
                    **dict.fromkeys(
                        ("open", "to_pay", "overdue", "late_fee", "disputed", "plan"),
                        0.0,
                    ),
                },
            )
            sums["open"] += row["residual"] + row["late_fee"]
            sums["to_pay"] += row["to_pay"]
            sums["late_fee"] += row["late_fee"]
            sums["disputed"] += row["disputed"]
            if row["state"] == "overdue":
                sums["overdue"] += row["to_pay"]
            if row["is_on_plan"]:
                sums["plan"] += row["residual"]
        return result

    def _get_credit(self, unit):
        """Money of the visitor that is kept for the next bills of the unit."""
        partner = request.env.user.partner_id.commercial_partner_id
        # the visitor's own money, on a unit of theirs
        lines = request.env["property.settlement"].sudo()._get_credits(unit)
        return -sum(
            line.amount_residual_currency
            for line in lines
            if line.partner_id.commercial_partner_id == partner
        )
