from odoo import models
from odoo.exceptions import UserError

from .money_flow import in_money_flow

# What says to whom and where an entry belongs.
PLACE = {
    "fee_unit_id",
    "fee_community_id",
    "fee_run_id",
    "fee_purpose",
    "fee_receipt_id",
    "fee_session_id",
}


class AccountMove(models.Model):
    """Staff of property fees post and take back by its actions only."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Override of `account`: see ``_check_money_flow``."""
        self._check_money_flow()
        return super()._post(soft=soft)

    def _check_not_fee_bill(self):
        """Extended: who may not post by hand does not take back by hand, either."""
        result = super()._check_not_fee_bill()
        self.filtered(lambda move: move.state == "posted")._check_money_flow()
        return result

    def write(self, vals):
        """Override of `account`: a posted entry stays with its unit and receipt."""
        if vals.keys() & PLACE and not in_money_flow(self.env):
            for move in self:
                if move.state == "posted":
                    raise UserError(
                        self.env._(
                            "%s is posted: its unit, community, run and receipt stay "
                            "as they are.",
                            move.name,
                        )
                    )
        return super().write(vals)

    def _check_money_flow(self):
        """Refuse what staff of property fees would post around its actions."""
        if self and not in_money_flow(self.env) and self.env.user._is_fee_staff():
            raise UserError(
                self.env._(
                    "Your role takes, credits and bills money by the actions of "
                    "Property Fees. %s by itself is for an accountant.",
                    self[0].display_name,
                )
            )
