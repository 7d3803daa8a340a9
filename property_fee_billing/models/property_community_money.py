from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PropertyCommunity(models.Model):
    """How a community takes money."""

    _inherit = "property.community"

    payment_journal_ids = fields.Many2many(
        "account.journal",
        "property_community_payment_journal_rel",
        "community_id",
        "journal_id",
        string="Payment Journals",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        help="Where the counter may take money. Empty: every bank and cash journal of "
        "the company.",
    )
    receipt_sequence_id = fields.Many2one(
        "ir.sequence",
        string="Receipt Numbers",
        copy=False,
        readonly=True,
        help="One series without a gap. Made with the first receipt.",
    )
    allocation_order = fields.Selection(
        [
            ("costs_first", "Costs, Late Fees, then Fees"),
            ("fees_first", "Fees, then Costs and Late Fees"),
            ("due_date", "By Due Date Only"),
        ],
        default="costs_first",
        required=True,
        tracking=True,
        help="What money settles first when the payer does not say. Within each, the "
        "oldest due comes first.",
    )
    allow_partial_payment = fields.Boolean(
        default=True, help="Bills may be paid in part."
    )

    bad_debt_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other'))]",
        help="What is written off is booked here. Empty: that of the company.",
    )
    write_off_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Where write-offs are booked. Empty: that of the company.",
    )

    def _get_bad_debt_account(self):
        """The account that write-offs are booked on.

        :raise UserError: none is set
        """
        self.ensure_one()
        account = self.bad_debt_account_id or self.company_id.fee_bad_debt_account_id
        if not account:
            raise UserError(
                self.env._(
                    "Set the bad-debt account of community %s, or of the company in "
                    "the settings: write-offs are booked there.",
                    self.display_name,
                )
            )
        return account

    def _get_write_off_journal(self):
        """The journal that write-offs are booked in.

        :raise UserError: there is none
        """
        self.ensure_one()
        journal = (
            self.write_off_journal_id
            or self.company_id.fee_write_off_journal_id
            or self.env["account.journal"].search(
                [("type", "=", "general"), ("company_id", "=", self.company_id.id)],
                limit=1,
            )
        )
        if not journal:
            raise UserError(
                self.env._(
                    "Set the write-off journal of community %s, or of the company in "
                    "the settings.",
                    self.display_name,
                )
            )
        return journal

    def _get_counter_journal_domain(self):
        """The journals that this community takes money in."""
        self.ensure_one()
        if self.payment_journal_ids:
            return Domain("id", "in", self.payment_journal_ids.ids)
        return Domain("type", "in", ("bank", "cash", "credit")) & Domain(
            "company_id", "=", self.company_id.id
        )

    def _get_payment_methods(self, payment_type="inbound"):
        """The payment method lines of the counter: of its journals, in its currency.

        Online providers take money by themselves and are not for the counter.
        """
        self.ensure_one()
        journals = (
            self.env["account.journal"]
            .search(self._get_counter_journal_domain(), order="sequence, id")
            .filtered(
                lambda journal: (
                    (journal.currency_id or journal.company_id.currency_id)
                    == self.currency_id
                )
            )
        )
        lines = self.env["account.payment.method.line"]
        for journal in journals:
            lines += journal._get_available_payment_method_lines(payment_type)
        return lines.filtered(lambda line: not line.payment_provider_id)

    def _next_receipt_number(self):
        """The next number of this community's receipts.

        The sequence's row stays locked until the receipt is stored, so that a number
        is lost to nobody.
        """
        self.ensure_one()
        # The number is the receipt's; nobody at the desk may touch sequences.
        community = self.sudo()
        if not community.receipt_sequence_id:
            community.lock_for_update()
            # as above
            community.receipt_sequence_id = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Receipts %s", self.name),
                        "code": "property.receipt",
                        "implementation": "no_gap",
                        "prefix": f"{self.code}-R",
                        "padding": 6,
                        "company_id": self.company_id.id,
                    }
                )
            )
        return community.receipt_sequence_id.next_by_id()

    def _check_money_date(self, date, journals, has_tax=False):
        """Refuse to book money in a closed period: Odoo would move it to another day.

        :param bool has_tax: the entries bear taxes, as bills do
        :raise UserError: naming the day and until when the books are closed
        """
        self.ensure_one()
        for journal in journals:
            locks = self.company_id._get_violated_lock_dates(date, has_tax, journal)
            if locks:
                raise UserError(
                    self.env._(
                        "The books are closed up to %(lock)s: nothing can be booked "
                        "on %(date)s in journal %(journal)s.",
                        lock=locks[-1][0],
                        date=date,
                        journal=journal.display_name,
                    )
                )
