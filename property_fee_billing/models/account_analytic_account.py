from odoo import models

from .property_bulk_mixin import POST_KEY


class AccountAnalyticAccount(models.Model):
    _inherit = "account.analytic.account"

    def exists(self):
        """Override of the ORM: in the posting of a batch, asked once per account
        instead of once per journal item."""
        plan = self.env.context.get(POST_KEY)
        if plan is None:
            return super().exists()
        key = (self._ids, self.env)
        if key not in plan.existing:
            plan.existing[key] = super().exists()
        return plan.existing[key]
