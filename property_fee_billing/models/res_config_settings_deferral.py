from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    fee_deferral_journal_id = fields.Many2one(
        related="company_id.fee_deferral_journal_id", readonly=False
    )
    fee_deferred_revenue_account_id = fields.Many2one(
        related="company_id.fee_deferred_revenue_account_id", readonly=False
    )
