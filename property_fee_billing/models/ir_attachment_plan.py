from odoo import models
from odoo.exceptions import UserError


class IrAttachment(models.Model):
    """Signed payment plans are evidence and stay as they are."""

    _inherit = "ir.attachment"

    def _check_not_evidence(self):
        """Extended: nor what shows that a debtor acknowledged a plan."""
        super()._check_not_evidence()
        # as for notices: a guard must see what the file belongs to
        ids = [
            file.id for file in self.sudo() if file.res_model == "property.payment.plan"
        ]
        if not ids:
            return
        # also for whoever may not see the plan
        plan = (
            self.env["property.payment.plan"]
            .sudo()
            .search(
                [("activated_on", "!=", False), ("acknowledgement_ids", "in", ids)],
                limit=1,
            )
        )
        if plan:
            raise UserError(
                self.env._(
                    "This file shows that payment plan %s was signed.", plan.name
                )
            )
