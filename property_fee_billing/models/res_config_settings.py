from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    fee_tz = fields.Selection(related="company_id.fee_tz", readonly=False)
    fee_payment_term_id = fields.Many2one(
        related="company_id.fee_payment_term_id", readonly=False
    )
    fee_auto_billing = fields.Selection(
        related="company_id.fee_auto_billing", readonly=False
    )
    fee_variance_threshold = fields.Float(
        related="company_id.fee_variance_threshold", readonly=False
    )
    fee_bad_debt_account_id = fields.Many2one(
        related="company_id.fee_bad_debt_account_id", readonly=False
    )
    fee_write_off_journal_id = fields.Many2one(
        related="company_id.fee_write_off_journal_id", readonly=False
    )
    # Odoo Community has the rule and no screen for it
    fiscalyear_lock_date = fields.Date(
        related="company_id.fiscalyear_lock_date",
        readonly=False,
        string="Books Closed Through",
        help="Nothing is booked on these days any more; corrections are dated later. "
        "Bank lines up to this day have to be matched first.",
    )
