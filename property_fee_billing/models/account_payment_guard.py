from odoo import api, models
from odoo.exceptions import UserError

from .money_flow import in_money_flow

FREE = ("message_", "activity_")
# Odoo notes these by itself, also on payments that stand on a receipt.
NOTED = {"is_sent", "is_reconciled", "is_matched"}


class AccountPayment(models.Model):
    """Money that was receipted stays as it is."""

    _inherit = "account.payment"

    def write(self, vals):
        """Override of `account`: what stands on a receipt is voided, not edited."""
        changed = {
            name for name in vals if not name.startswith(FREE) and name not in NOTED
        }
        if changed and not in_money_flow(self.env):
            self._check_not_receipted()
        return super().write(vals)

    def action_post(self):
        """Override of `account`: see account.move ``_check_money_flow``."""
        self._check_money_flow()
        return super().action_post()

    def action_validate(self):
        """Override of `account`: see account.move ``_check_money_flow``."""
        self._check_money_flow()
        return super().action_validate()

    def _check_money_flow(self):
        if self and not in_money_flow(self.env) and self.env.user._is_fee_staff():
            raise UserError(
                self.env._(
                    "Money is taken at the counter or by the bank import, with a "
                    "receipt. A payment by itself is for an accountant."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_receipted(self):
        self._check_not_receipted()
