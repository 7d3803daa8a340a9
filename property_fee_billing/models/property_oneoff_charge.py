from decimal import Decimal

from odoo import api, fields, models

from ..engine import round_half_up
from ..local_time import get_today


class PropertyOneoffCharge(models.Model):
    """Something ordered once, e.g. a repair: quantity x price on its date."""

    _name = "property.oneoff.charge"
    _description = "One-Off Charge"
    _inherit = ["property.fee.source.mixin", "property.unit.mixin", "mail.thread"]
    _fee_line_field = "oneoff_charge_id"
    _order = "date desc, unit_id"

    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('community_id', 'in', (community_id, False))]",
        tracking=True,
    )
    name = fields.Char(string="Description", required=True, tracking=True)
    date = fields.Date(
        required=True,
        default=get_today,
        tracking=True,
        help="Who pays for the unit on this day pays this charge.",
    )
    quantity = fields.Float(digits=(16, 4), default=1.0, required=True, tracking=True)
    price_unit = fields.Float(
        digits=(16, 6), min_display_digits=2, required=True, tracking=True
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    fee_line_ids = fields.One2many("property.fee.line", "oneoff_charge_id")

    _values_positive = models.Constraint(
        "CHECK (quantity > 0 AND price_unit >= 0)",
        "Quantity above zero and a price of zero or more, please.",
    )

    @api.depends("quantity", "price_unit", "unit_id")
    def _compute_amount(self):
        for charge in self:
            exact = Decimal(str(charge.quantity)) * Decimal(str(charge.price_unit))
            places = charge.currency_id.decimal_places if charge.currency_id else 2
            charge.amount = float(round_half_up(exact, places))

    @api.model
    def _get_billed_fields(self):
        return {"unit_id", "item_id", "date", "quantity", "price_unit"}

    @api.model
    def _get_billed_message(self, name):
        return self.env._(
            "Charge %s has been billed. Credit its bill instead of changing it.", name
        )
