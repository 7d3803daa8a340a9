from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: note which lines of a bill are settled."""
        partials = super().create(vals_list)
        partials._allocate_to_fee_lines()
        return partials

    def _allocate_to_fee_lines(self):
        """Spread what settles a bill over its lines, for good."""
        on_bills = self.filtered(
            lambda partial: (
                partial.debit_move_id.fee_unit_id
                and partial.debit_move_id.move_id.move_type == "out_invoice"
            )
        )
        if on_bills:
            # Whoever reconciles, a bank clerk too, settles bill lines; the
            # allocation is what the system derives from it.
            self.env["property.payment.allocation"].sudo()._allocate(on_bills)
