from odoo import models


class PropertyBillingRun(models.Model):
    _inherit = "property.billing.run"

    def action_print_bills(self):
        """Print the bill notices of this run in the background."""
        self.ensure_one()
        return self._get_bills_to_print().action_print_batch(self.name)

    def _get_bills_to_print(self):
        """Posted bills that ask for money."""
        return self.env["account.move"].search(
            [
                ("fee_run_id", "=", self.id),
                ("state", "=", "posted"),
                ("move_type", "=", "out_invoice"),
                ("amount_total", ">", 0),
            ]
        )
