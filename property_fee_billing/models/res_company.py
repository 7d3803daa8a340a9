from odoo import fields, models

from .property_community import AUTO_BILLING, DEFAULT_VARIANCE_THRESHOLD


class ResCompany(models.Model):
    """What a new community of the company starts with."""

    _inherit = "res.company"

    fee_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Term of New Communities",
        check_company=True,
    )
    fee_auto_billing = fields.Selection(
        AUTO_BILLING,
        string="Monthly Billing of New Communities",
        required=True,
        default="prepare",
    )
    fee_variance_threshold = fields.Float(
        string="Attention Threshold of New Communities (%)",
        default=DEFAULT_VARIANCE_THRESHOLD,
    )
    fee_bad_debt_account_id = fields.Many2one(
        "account.account",
        string="Bad-Debt Account",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other'))]",
    )
    fee_write_off_journal_id = fields.Many2one(
        "account.journal",
        string="Write-Off Journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
    )
