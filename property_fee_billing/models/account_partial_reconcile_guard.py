from odoo import api, models
from odoo.exceptions import UserError

from .money_flow import in_money_flow


class AccountPartialReconcile(models.Model):
    """What money settled is chosen where it is taken, not by pairing entries."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: see ``_check_money_flow``."""
        self._check_money_flow()
        return super().create(vals_list)

    def unlink(self):
        """Override of `account`: see ``_check_money_flow``."""
        # Odoo calls this for new drafts, too, with nothing
        if self:
            self._check_money_flow()
        return super().unlink()

    def _check_money_flow(self):
        if not in_money_flow(self.env) and self.env.user._is_fee_staff():
            raise UserError(
                self.env._(
                    "Money settles bills at the counter and by the bank import. To "
                    "pair entries by hand is for an accountant."
                )
            )
