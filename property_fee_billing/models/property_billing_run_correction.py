from odoo import models
from odoo.exceptions import UserError


class PropertyBillingRun(models.Model):
    """Runs whose bills were corrected, and runs that correct."""

    _inherit = "property.billing.run"

    def _check_not_adjusted(self):
        """Extended: a run stays while another corrects its bills, or while it is part
        of an ownership transfer."""
        result = super()._check_not_adjusted()
        line = self.env["property.fee.line"].search(
            [
                ("corrects_id.run_id", "=", self.id),
                ("run_id", "!=", self.id),
                ("state", "=", "posted"),
            ],
            limit=1,
        )
        if line:
            raise UserError(
                self.env._(
                    "Run %(run)s cannot be cancelled: run %(correction)s corrects its "
                    "bill %(bill)s. Cancel that one first.",
                    run=self.name,
                    correction=line.run_id.name,
                    bill=line.corrects_id.move_id.name,
                )
            )
        transfer = self.env["property.ownership.transfer"].search(
            [("run_id", "=", self.id)], limit=1
        )
        if transfer:
            raise UserError(
                self.env._(
                    "Run %(run)s is part of ownership transfer %(transfer)s and stays. "
                    "Transfer the unit back instead.",
                    run=self.name,
                    transfer=transfer.name,
                )
            )
        return result
