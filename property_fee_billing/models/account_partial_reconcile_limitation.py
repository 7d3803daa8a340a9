from odoo import api, models

# Journals in which money is booked. A credit note or a write-off is no payment.
MONEY_JOURNALS = ("bank", "cash", "credit")


class AccountPartialReconcile(models.Model):
    """Part payments start the limitation of a bill anew."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: note which bills are paid in part."""
        partials = super().create(vals_list)
        partials._note_part_payments()
        return partials

    def unlink(self):
        """Override of `account`: a payment that is taken back restarts nothing."""
        # whoever may take a payment back changes what follows from it
        events = (
            self.env["property.limitation.event"]
            .sudo()
            .search([("partial_id", "in", self.ids)])
        )
        bills = events.move_id
        events.unlink()
        result = super().unlink()
        bills._recompute_limitation()
        return result

    def _note_part_payments(self):
        """Restart the clock of bills that money settled in part.

        A bill that is paid in full has no clock to restart. Money that came before
        the due date, such as an advance, changes nothing.
        """
        values = []
        for partial in self:
            bill = partial.debit_move_id.move_id
            payment = partial.credit_move_id.move_id
            if (
                bill.fee_unit_id
                and bill.move_type == "out_invoice"
                and payment.journal_id.type in MONEY_JOURNALS
                and partial.debit_move_id.amount_residual > 0
                and bill.invoice_date_due
                and payment.date > bill.invoice_date_due
            ):
                values.append(
                    {
                        "move_id": bill.id,
                        "date": payment.date,
                        "kind": "part_payment",
                        "origin_ref": f"account.move,{payment.id}",
                        "partial_id": partial.id,
                    }
                )
        if values:
            self.env["account.move"]._note_limitation_events(values)
