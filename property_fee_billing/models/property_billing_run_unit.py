from odoo import api, fields, models


class PropertyBillingRunUnit(models.Model):
    """Preview of a run: a unit whose bill differs from the previous run, and why."""

    _name = "property.billing.run.unit"
    _description = "Billing Run Change by Unit"
    _order = "run_id, is_beyond desc, change, unit_id"

    run_id = fields.Many2one(
        "property.billing.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="cascade"
    )
    unit_id = fields.Many2one("property.unit", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="community_id.currency_id")
    change = fields.Selection(
        [("new", "New"), ("gone", "Gone"), ("changed", "Changed")], required=True
    )
    amount = fields.Monetary()
    previous_amount = fields.Monetary(string="Previous Run")
    difference = fields.Monetary()
    is_beyond = fields.Boolean(
        string="Beyond Threshold",
        help="The total differs by more than the community's attention threshold.",
    )
    causes = fields.Char(string="What Changed", compute="_compute_causes")
    payer_changed = fields.Boolean()
    rate_changed = fields.Boolean()
    concession_changed = fields.Boolean()
    area_changed = fields.Boolean()
    usage_changed = fields.Boolean()
    charges_changed = fields.Boolean(
        help="Other items or periods are charged than in the previous run."
    )

    @api.depends(
        "payer_changed",
        "rate_changed",
        "concession_changed",
        "area_changed",
        "usage_changed",
        "charges_changed",
    )
    def _compute_causes(self):
        labels = self._get_cause_labels()
        for change in self:
            change.causes = ", ".join(
                label for name, label in labels.items() if change[name]
            )

    @api.model
    def _get_cause_labels(self):
        """Field of each cause to what the preview calls it."""
        return {
            "payer_changed": self.env._("payer"),
            "rate_changed": self.env._("rate"),
            "concession_changed": self.env._("concession"),
            "area_changed": self.env._("area"),
            "usage_changed": self.env._("usage"),
            "charges_changed": self.env._("charges"),
        }
