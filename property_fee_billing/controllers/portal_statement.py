from odoo import fields
from odoo.http import request, route

from ..local_time import get_today
from .portal import PropertyPortal


class PropertyPortalStatement(PropertyPortal):
    """The visitor's statements of account."""

    @route("/my/statements", type="http", auth="user", website=True)
    def portal_my_statements(self, **kw):
        """What was billed and paid in the days chosen, by community; downloads of the
        same are added by `property_fee_reports`."""
        statement = self._get_portal_statement(**kw)
        units = request.env.user.partner_id._get_portal_units()
        return request.render(
            "property_fee_billing.portal_my_statements",
            self._prepare_property_values(
                "property_statement",
                statement=statement,
                units=units,
                statements=[
                    part._get_statement_data() for part in statement._get_parts()
                ],
            ),
        )

    def _get_portal_statement(self, date_from=None, date_to=None, unit_id=None, **kw):
        """The statement a visitor asked for: of themselves, whatever the address says.

        :param date_from: ISO text; the first day of the year where it is none
        :param date_to: ISO text; today where it is none
        :param unit_id: one of the visitor's units; all where it is none
        :raise NotFound: the unit is not the visitor's
        """
        today = get_today(request.env.user)
        first = self._read_day(date_from) or today.replace(month=1, day=1)
        last = self._read_day(date_to) or today
        unit = request.env["property.unit"]
        if unit_id:
            unit = self._get_portal_unit(int(unit_id) if unit_id.isdecimal() else 0)
        # A visitor may not read the ledger; the statement is of the visitor's own
        # debts and money alone.
        statements = request.env["property.statement"].sudo()
        return statements.create(
            {
                "partner_id": request.env.user.partner_id.commercial_partner_id.id,
                "unit_id": unit.id,
                "community_id": unit.community_id.id,
                "date_from": min(first, last),
                "date_to": max(first, last),
            }
        )

    def _read_day(self, text):
        """A day out of an address; nothing of what is not one."""
        try:
            return fields.Date.to_date(text or False)
        except ValueError:
            return None
