from odoo import api, fields, models


class PropertyBillingRunItem(models.Model):
    """Preview of a run: total of one item against the previous run."""

    _name = "property.billing.run.item"
    _description = "Billing Run Total by Item"
    _order = "run_id, item_id"

    run_id = fields.Many2one(
        "property.billing.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one("property.fee.item", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="community_id.currency_id")
    unit_count = fields.Integer(string="Units")
    line_count = fields.Integer(string="Fee Lines")
    amount = fields.Monetary()
    previous_amount = fields.Monetary(string="Previous Run")
    difference = fields.Monetary()
    catch_up_amount = fields.Monetary(
        string="Catch-Up", help="Part that was billable before this run's first day."
    )
    difference_percent = fields.Float(
        compute="_compute_difference_percent", string="Difference (%)"
    )

    @api.depends("difference", "previous_amount")
    def _compute_difference_percent(self):
        for total in self:
            total.difference_percent = (
                100 * total.difference / total.previous_amount
                if total.previous_amount
                else 0.0
            )
