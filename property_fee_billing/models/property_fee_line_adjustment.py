from odoo import fields, models


class PropertyFeeLine(models.Model):
    """What of fee lines was credited: the line itself stays as it was posted."""

    _inherit = "property.fee.line"

    amount_credited = fields.Monetary(
        related="move_line_id.fee_amount_credited", string="Credited"
    )
