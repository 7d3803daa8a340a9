from odoo import models
from odoo.fields import Domain

# What the lists of bills show and reckon with: an entry has a hundred fields more.
PORTAL_BILL_FIELDS = (
    "name",
    "state",
    "move_type",
    "payment_state",
    "date",
    "invoice_date",
    "invoice_date_due",
    "amount_total",
    "amount_total_signed",
    "amount_residual",
    "currency_id",
    "company_id",
    "partner_id",
    "invoice_payment_term_id",
    "fee_unit_id",
    "fee_community_id",
    "late_fee_bill_id",
)
# What the pages of units show.
PORTAL_UNIT_FIELDS = ("code", "community_id", "company_id")


class ResPartner(models.Model):
    """What of the portal is this person's.

    With more rights throughout: the domains say it all. Portal pages show nothing else,
    and staff who live in a community need no role in it to see what is their own.
    """

    _inherit = "res.partner"

    def _get_portal_units(self):
        """The units this person has today; see ``property.unit._get_portal_domain``."""
        self.ensure_one()
        # see the class
        Unit = self.env["property.unit"].sudo()
        return Unit.search_fetch(
            Unit._get_portal_domain(self),
            PORTAL_UNIT_FIELDS,
            order="community_id, code",
        )

    def _get_portal_bills(self, domain=Domain.TRUE, **search):
        """The bills addressed to this person; see
        ``account.move._get_portal_bill_domain``.

        :param domain: to look among them
        :param search: order, limit and offset as of ``search``
        """
        self.ensure_one()
        # see the class
        Move = self.env["account.move"].sudo()
        return Move.search_fetch(
            Move._get_portal_bill_domain(self) & domain, PORTAL_BILL_FIELDS, **search
        )

    def _get_portal_receipts(self, domain=Domain.TRUE, **search):
        """The receipts of this person's money."""
        self.ensure_one()
        # see the class
        Receipt = self.env["property.receipt"].sudo()
        return Receipt.search(Receipt._get_portal_domain(self) & domain, **search)
