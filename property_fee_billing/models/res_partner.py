from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    ownership_ids = fields.One2many("property.ownership", "partner_id")
    property_unit_count = fields.Integer(
        string="Units",
        compute="_compute_property_unit_count",
        groups="property_fee_billing.group_front_desk,"
        "property_fee_billing.group_auditor",
    )

    @api.depends("ownership_ids")
    def _compute_property_unit_count(self):
        counts = dict(
            self.env["property.ownership"]._read_group(
                [("partner_id", "in", self.ids)],
                ["partner_id"],
                ["unit_id:count_distinct"],
            )
        )
        for partner in self:
            partner.property_unit_count = counts.get(partner, 0)

    def action_open_property_units(self):
        """Open the units this partner owns or rents."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_ownership_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
