from odoo import fields, models


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    fee_discount_until = fields.Date(
        string="Discount Until",
        help="A day on which the early payment discount ends, in place of a number of "
        "days. Bills are not due before it.",
    )

    def _get_last_discount_date(self, date_ref):
        """Override of `account`: the day of its own, if there is one."""
        last = super()._get_last_discount_date(date_ref)
        return last and (self.fee_discount_until or last)

    def _compute_terms(self, date_ref, *args, **kwargs):
        """Override of `account`: the day of its own, if there is one."""
        terms = super()._compute_terms(date_ref, *args, **kwargs)
        if self.early_discount and self.fee_discount_until:
            terms["discount_date"] = self.fee_discount_until
        return terms
