from odoo import api, models


class PropertyPaymentAllocation(models.Model):
    """Money settles what is disputed of a bill last, unless the payer chose it."""

    _inherit = "property.payment.allocation"

    @api.model
    def _allocate(self, partials):
        """Extended: look up once what disputes hold of all the bills."""
        lines = partials.debit_move_id.move_id.invoice_line_ids
        holds = {
            line_id: amount for line_id, (_, amount) in lines._get_disputes().items()
        }
        return super(
            PropertyPaymentAllocation, self.with_context(fee_line_holds=holds)
        )._allocate(partials)

    @api.model
    def _get_steps(self, partial, lines, left):
        """Extended: first the same steps without what is held. A credit note is not
        money: it may be the answer to the dispute."""
        steps = super()._get_steps(partial, lines, left)
        holds = self.env.context.get("fee_line_holds")
        move = partial.credit_move_id.move_id
        if not holds or move.move_type == "out_refund":
            return steps
        chosen = self.env.context.get("fee_line_choice") or {}
        undisputed = [
            (
                line,
                limit
                if line.id in chosen
                else max(0.0, min(limit, left[line.id] - holds.get(line.id, 0.0))),
            )
            for line, limit in steps
        ]
        return undisputed + steps
