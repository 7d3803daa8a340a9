from odoo import fields, models


class PropertyUnit(models.Model):
    """Transfers of a unit from payer to payer."""

    _inherit = "property.unit"

    transfer_count = fields.Integer(compute="_compute_transfer_count")

    def _compute_transfer_count(self):
        counts = dict(
            self.env["property.ownership.transfer"]._read_group(
                [("unit_id", "in", self.ids)], ["unit_id"], ["__count"]
            )
        )
        for unit in self:
            unit.transfer_count = counts.get(unit, 0)

    def action_open_transfers(self):
        """The transfers of the unit, or a new one."""
        action = self._action_open(
            "property_fee_billing.property_ownership_transfer_action"
        )
        Transfer = self.env["property.ownership.transfer"]
        if not self.transfer_count and Transfer.has_access("create"):
            action["views"] = [(False, "form")]
        return action
