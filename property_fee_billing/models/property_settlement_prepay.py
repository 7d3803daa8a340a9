from odoo import api, models

from ..local_time import get_today


class PropertySettlement(models.AbstractModel):
    _inherit = "property.settlement"

    @api.model
    def _match_credits(self, credit_lines, bills):
        """Override: credit does not break into a prepayment whose discount still runs,
        as a part payment would lose the owner the discount."""
        today = get_today(self)
        return super()._match_credits(
            credit_lines,
            bills.filtered(
                lambda bill: (
                    bill.fee_run_id.kind != "prepayment"
                    or not self._get_discount(bill, today)
                )
            ),
        )
