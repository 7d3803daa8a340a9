from odoo import fields, models
from odoo.exceptions import UserError


class PropertyCommunity(models.Model):
    """How far ahead a community takes money, and when it earns it."""

    _inherit = "property.community"

    prepay_month_limit = fields.Integer(
        string="Months Ahead",
        default=12,
        required=True,
        tracking=True,
        help="How many months after the current one may be paid ahead, months given "
        "included. Local rules limit it, e.g. to a year. 0: none.",
    )
    deferral_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        tracking=True,
        help="Where the revenue of months to come is deferred. Empty: the company's.",
    )
    deferred_revenue_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain="[('account_type', 'in', ('liability_current', "
        "'liability_non_current'))]",
        tracking=True,
        help="Holds the revenue of months to come. Empty: the company's.",
    )

    _prepay_month_limit_positive = models.Constraint(
        "CHECK (prepay_month_limit >= 0)",
        "The months that may be paid ahead cannot be below zero.",
    )

    def _get_deferral_setup(self):
        """Journal and account of revenue deferral, empty where not set."""
        self.ensure_one()
        company = self.company_id
        return (
            self.deferral_journal_id or company.fee_deferral_journal_id,
            self.deferred_revenue_account_id or company.fee_deferred_revenue_account_id,
        )

    def _check_deferral_setup(self):
        """Journal and account of revenue deferral.

        :raise UserError: naming what is not set
        """
        journal, account = self._get_deferral_setup()
        if not journal or not account:
            raise UserError(
                self.env._(
                    "Set the deferral journal and the deferred revenue account of "
                    "community %s, or of its company.",
                    self.display_name,
                )
            )
        return journal, account
