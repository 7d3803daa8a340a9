from odoo import models


class AccountPaymentTermLine(models.Model):
    _inherit = "account.payment.term.line"

    def _get_due_date(self, date_ref):
        """Override of `account`: not before a discount of a fixed day ends."""
        due = super()._get_due_date(date_ref)
        term = self.payment_id
        if term.early_discount and term.fee_discount_until:
            return max(due, term.fee_discount_until)
        return due
