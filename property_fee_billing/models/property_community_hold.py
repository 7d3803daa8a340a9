from odoo import fields, models


class PropertyCommunity(models.Model):
    """What disputes and payment plans do to late fees and reminders."""

    _inherit = "property.community"

    late_fee_for_held_days = fields.Boolean(
        string="Late Fee for Held Days",
        tracking=True,
        help="Charge the late fee of the days of a dispute after all when it is "
        "rejected or withdrawn. By default these days stay free.",
    )
    plan_grace_days = fields.Integer(
        string="Days a Plan Survives",
        default=5,
        tracking=True,
        help="A payment plan ends when an instalment is unpaid for more than this many "
        "days.",
    )

    _plan_grace_days_positive = models.Constraint(
        "CHECK (plan_grace_days >= 0)",
        "The days that a payment plan survives cannot be negative.",
    )
