from odoo import api, fields, models


class PropertyUnit(models.Model):
    """Deposits and adjustments of units."""

    _inherit = "property.unit"

    deposit_ids = fields.One2many("property.deposit", "unit_id")
    deposit_count = fields.Integer(compute="_compute_deposits")
    deposit_held_amount = fields.Monetary(
        string="Deposits Held", compute="_compute_deposits"
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    adjustment_count = fields.Integer(compute="_compute_adjustment_count")

    @api.depends("deposit_ids.held_amount")
    def _compute_deposits(self):
        figures = self.env["property.deposit"]._get_figures("unit_id", self)
        for unit in self:
            unit.deposit_count, unit.deposit_held_amount = figures.get(unit, (0, 0.0))

    def _compute_adjustment_count(self):
        Adjustment = self.env["property.adjustment"]
        counts = {}
        if Adjustment.has_access("read"):
            counts = dict(
                Adjustment._read_group(
                    [("unit_id", "in", self.ids)], ["unit_id"], ["__count"]
                )
            )
        for unit in self:
            unit.adjustment_count = counts.get(unit, 0)

    def action_open_deposits(self):
        """Open the unit's deposits."""
        return self._action_open("property_fee_billing.property_deposit_action")

    def action_open_adjustments(self):
        """Open the unit's adjustments."""
        return self._action_open("property_fee_billing.property_adjustment_action")

    def action_new_deposit(self):
        """Take a deposit for this unit."""
        return self._action_new("property.deposit", {})

    def action_new_refund(self):
        """Pay out credit of this unit."""
        return self._action_new("property.adjustment", {"default_kind": "refund"})

    def _action_new(self, model, context):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New"),
            "res_model": model,
            "views": [(False, "form")],
            "context": {**context, "default_unit_id": self.id},
        }
