from odoo import api, fields, models


class PropertyPayerMixin(models.AbstractModel):
    """A record about a unit and a person: who pays for the unit, unless another is
    named."""

    _name = "property.payer.mixin"
    _description = "Concerns a Payer"

    unit_id = fields.Many2one(
        "property.unit", index=True, ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )

    @api.depends("unit_id")
    def _compute_partner_id(self):
        for record in self:
            record.partner_id = record.partner_id or record.unit_id.payer_id
