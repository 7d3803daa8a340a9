from odoo import fields, models


class PropertyBillingRun(models.Model):
    _inherit = "property.billing.run"

    prepay_offer_id = fields.Many2one(
        "property.prepay.offer",
        string="Offer",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="What the prepayment was billed with.",
    )
