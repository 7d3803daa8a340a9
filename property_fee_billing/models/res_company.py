import pytz

from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

from .property_community import AUTO_BILLING, DEFAULT_VARIANCE_THRESHOLD


class ResCompany(models.Model):
    """What a new community of the company starts with."""

    _inherit = "res.company"

    fee_tz = fields.Selection(
        _tz_get,
        string="Time Zone of the Communities",
        compute="_compute_fee_tz",
        store=True,
        readonly=False,
        help="Where the day begins and ends that due dates, late fees, receipts, "
        "deadlines and scheduled jobs go by, whoever works from wherever. Empty: the "
        "time zone of the user.",
    )
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

    @api.depends("partner_id.country_id")
    def _compute_fee_tz(self):
        """That of the country where it has but one; a choice stays."""
        for company in self:
            zones = _get_zones(company.partner_id.country_id.code)
            company.fee_tz = (
                company.fee_tz
                or company.partner_id.tz
                or (zones[0] if len(zones) == 1 else False)
            )


def _get_zones(country_code):
    """The official time zones of a country.

    Western China has clocks of its own beside the official ones, which are Beijing's.
    """
    if country_code == "CN":
        return ["Asia/Shanghai"]
    return pytz.country_timezones.get(country_code or "", [])
