from odoo import fields, models


class ResCompany(models.Model):
    """Revenue deferral of communities without their own settings."""

    _inherit = "res.company"

    fee_deferral_journal_id = fields.Many2one(
        "account.journal",
        string="Deferral Journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
    )
    fee_deferred_revenue_account_id = fields.Many2one(
        "account.account",
        string="Deferred Revenue Account",
        check_company=True,
        domain="[('account_type', 'in', ('liability_current', "
        "'liability_non_current'))]",
    )
