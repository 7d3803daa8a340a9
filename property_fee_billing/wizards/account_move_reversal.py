from odoo import models
from odoo.exceptions import UserError


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """Override of `account`: bills of units are credited by an adjustment, with
        reason and approval, unless an accountant does it."""
        bill = self.move_ids.filtered("fee_unit_id")[:1]
        if bill and not self.env.user.has_group("account.group_account_user"):
            raise UserError(
                self.env._(
                    "Bill %s is one of a unit: credit its lines by an adjustment, "
                    "with the reason.",
                    bill.name,
                )
            )
        return super().reverse_moves(is_modify)
