from odoo import api, fields, models

PASS_THROUGH_CLASSES = ("metered", "shared", "deposit")


class PropertyFeeItem(models.Model):
    """Whose money a fee is."""

    _inherit = "property.fee.item"

    is_pass_through = fields.Boolean(
        string="Passed On",
        compute="_compute_is_pass_through",
        store=True,
        readonly=False,
        precompute=True,
        help="Collected for others or held for the payer: meters, shared costs, "
        "deposits. Collection rates leave it out unless asked for.",
    )

    @api.depends("fee_class")
    def _compute_is_pass_through(self):
        for item in self:
            item.is_pass_through = item.fee_class in PASS_THROUGH_CLASSES
