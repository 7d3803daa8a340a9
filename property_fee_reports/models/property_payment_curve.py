from odoo import fields, models

from odoo.addons.property_fee_billing.models.property_fee_item import FEE_CLASSES


class PropertyPaymentCurve(models.Model):
    """Which share of a month's billing was paid after so many months, and how far the
    forecasts made from it were off in the last twelve months."""

    _name = "property.payment.curve"
    _description = "Payment Curve"
    _order = "fee_class"

    plan_id = fields.Many2one(
        "property.charging.plan", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        related="plan_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    fee_class = fields.Selection(FEE_CLASSES, required=True)
    share_0 = fields.Float(string="Same Month", aggregator=None)
    share_1 = fields.Float(string="After 1 Month", aggregator=None)
    share_2 = fields.Float(string="After 2 Months", aggregator=None)
    share_3 = fields.Float(string="After 3 Months", aggregator=None)
    share_6 = fields.Float(string="After 6 Months", aggregator=None)
    share_12 = fields.Float(string="After 12 Months", aggregator=None)
    months = fields.Integer(string="Months Tested", aggregator=None)
    error = fields.Float(
        string="Forecast Error",
        aggregator=None,
        help="Sum of all misses / what came in, over the months tested. Each month was "
        "forecast from what was known before it.",
    )
    bias = fields.Float(
        string="Forecast Bias",
        aggregator=None,
        help="The same with signs: above zero, too much was expected.",
    )
