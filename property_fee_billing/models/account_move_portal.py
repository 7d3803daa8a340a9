from babel.dates import format_skeleton

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse, get_lang


class AccountMove(models.Model):
    """Bills as their debtors see them."""

    _inherit = "account.move"

    @api.model
    def _get_portal_bill_domain(self, partner):
        """Bills and credit notes of property fees that are addressed to a person, or
        to the company that the person is a contact of.

        A debt stays with its debtor: a former owner still sees and pays the own bills.
        """
        return (
            Domain("fee_unit_id", "!=", False)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("partner_id", "child_of", partner.commercial_partner_id.ids)
        )

    def _get_month_text(self):
        """The month of the bill as the language writes it: ``March 2026``,
        ``2026年3月``."""
        self.ensure_one()
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("yMMMM", self.invoice_date, locale=locale)

    def _get_portal_lines(self):
        """What stands on the bill, each line with why it is that amount.

        :return: list of ``{line, name, date_from, date_to, amount, open, disputed,
            parts}``; ``parts`` has for each fee line the sentence ``why`` and the
            address ``url`` of the published price, or False
        """
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        late_fees = self._get_portal_late_fee_parts()
        return [
            {
                "line": line,
                "name": line.fee_item_id.name or line.name,
                "date_from": line.fee_date_from,
                "date_to": line.fee_date_to,
                "amount": line.price_total,
                "open": line.fee_amount_open,
                "disputed": line.fee_amount_disputed,
                "parts": late_fees.get(line)
                or [
                    {
                        "why": part.explanation_text,
                        "url": part.rate_id
                        and part.rate_id._get_published_url(part.community_id),
                    }
                    for part in line.fee_line_ids.sorted("date_from")
                ],
            }
            for line in lines
        ]

    def _get_portal_late_fee_parts(self):
        """``{line: parts}`` of a bill of late fees; see ``_get_portal_lines``."""
        if not self.late_fee_bill_id:
            return {}
        result = {}
        fees = self.env["property.late.fee"].search([("move_id", "=", self.id)])
        for fee in fees.sorted("date_from"):
            part = {"why": fee.explanation_text, "url": False}
            result.setdefault(fee.move_line_id, []).append(part)
        return result
