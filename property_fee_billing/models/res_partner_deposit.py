from odoo import api, fields, models


class ResPartner(models.Model):
    """Deposits of people."""

    _inherit = "res.partner"

    deposit_ids = fields.One2many(
        "property.deposit",
        "partner_id",
        groups="property_fee_billing.group_front_desk,"
        "property_fee_billing.group_auditor",
    )
    deposit_held_amount = fields.Monetary(
        string="Deposits Held",
        compute="_compute_deposit_held_amount",
        groups="property_fee_billing.group_front_desk,"
        "property_fee_billing.group_auditor",
    )

    @api.depends("deposit_ids.held_amount")
    def _compute_deposit_held_amount(self):
        figures = self.env["property.deposit"]._get_figures("partner_id", self)
        for partner in self:
            partner.deposit_held_amount = figures.get(partner, (0, 0.0))[1]

    def action_open_deposits(self):
        """Open the deposits this partner paid."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_deposit_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
