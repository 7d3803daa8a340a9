from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_fee_rate import BILLABLE_STATES


class PropertyFeeRateTier(models.Model):
    """One slice of usage and its price, e.g. up to 18 t at 2.50."""

    _name = "property.fee.rate.tier"
    _description = "Fee Rate Tier"
    # the open tier, without upper limit, stands last
    _inherit = ["property.audited.mixin"]
    _order = "rate_id, is_open, up_to_qty"
    _audit_kind = "price"
    _audit_columns = ("up_to_qty", "price_unit")
    _audit_name = ("standard_id=property_fee_standard.code", "date_from")
    _audit_reason = ("decision_reference",)
    _audit_parent = "rate_id=property_fee_rate"

    rate_id = fields.Many2one(
        "property.fee.rate", required=True, index=True, ondelete="cascade"
    )
    up_to_qty = fields.Float(
        string="Up To",
        digits=(16, 4),
        help="Upper limit of the slice, included. 0: no upper limit.",
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    price_unit = fields.Float(digits=(16, 6), min_display_digits=2, required=True)

    _limit_unique = models.Constraint(
        "UNIQUE (rate_id, up_to_qty)", "Two tiers of a rate have the same upper limit."
    )
    _values_positive = models.Constraint(
        "CHECK (up_to_qty >= 0 AND price_unit >= 0)",
        "Limits and prices of tiers cannot be negative.",
    )

    @api.depends("up_to_qty")
    def _compute_is_open(self):
        for tier in self:
            tier.is_open = not tier.up_to_qty

    @api.depends("up_to_qty", "price_unit")
    def _compute_display_name(self):
        """``up to 18: 2.5``, ``above: 4`` for lists that show tiers as tags."""
        for tier in self:
            price = f"{tier.price_unit:g}"
            tier.display_name = (
                self.env._("above: %(price)s", price=price)
                if tier.is_open
                else self.env._(
                    "up to %(limit)s: %(price)s",
                    limit=f"{tier.up_to_qty:g}",
                    price=price,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse tiers added to a rate already in force."""
        tiers = super().create(vals_list)
        if not self.env.context.get("new_fee_rate"):
            tiers._check_rate_editable()
        return tiers

    def write(self, vals):
        """Refuse changes to the tiers of a rate in force."""
        self._check_rate_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_rate_editable()

    def _check_rate_editable(self):
        for rate in self.rate_id:
            if rate.state in BILLABLE_STATES:
                raise UserError(
                    self.env._(
                        "Rate %s is in force: its tiers cannot be edited.",
                        rate.display_name,
                    )
                )
            rate._check_price_open()
