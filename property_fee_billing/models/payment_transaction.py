from odoo import SUPERUSER_ID, fields, models
from odoo.tools import SQL


class PaymentTransaction(models.Model):
    """Online payments of property fees."""

    _inherit = "payment.transaction"

    fee_community_id = fields.Many2one(
        "property.community",
        string="Community",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    fee_unit_id = fields.Many2one(
        "property.unit",
        string="Property Unit",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Money beyond the bills is kept for this unit.",
    )
    fee_date = fields.Date(
        string="Amount Of", readonly=True, help="The day the amount was worked out for."
    )
    fee_choice = fields.Json(
        readonly=True,
        help="What the amount is for: bills, each with amount, discount and late fee, "
        "or months ahead.",
    )
    fee_receipt_id = fields.Many2one(
        "property.receipt",
        string="Receipt",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    def _get_fee_source(self):
        """The transaction that says what the money is for: of a capture its source."""
        self.ensure_one()
        source = self.source_transaction_id
        return source if source and source.operation == self.operation else self

    def _get_fee_method_line(self):
        """The payment method line that the provider's money is booked with."""
        provider = self.provider_id
        return provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == provider
        )[:1]

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: bills of property fees are settled as at the
        counter, up to what was asked of each, and receipted. Told twice, it books
        once."""
        self.ensure_one()
        source = self._get_fee_source()
        source._complete_fee_choice()
        if not source.fee_choice or self.amount <= 0:
            return super()._create_payment(**extra_create_values)
        # Two notifications may be worked on at once: the second waits here for the
        # first, and is then sent back by the database to look again.
        self.env.cr.execute(
            SQL("SELECT id FROM payment_transaction WHERE id = %s FOR UPDATE", self.id)
        )
        # The system books what came in, whoever's page brought the news: the payer has
        # no right to entries, late fees or receipts.
        transaction = self.with_user(SUPERUSER_ID).sudo()
        transaction = transaction.with_company(source.fee_community_id.company_id)
        payment = transaction.env["property.online.payment"]._settle(transaction)
        self.payment_id = payment.id
        return self.payment_id

    def _complete_fee_choice(self):
        """Have a payment of property bills that came by a page of Odoo's own settled by
        our rules: see property.online.payment."""
        bills = self.invoice_ids
        if self.fee_choice or not bills or self.amount <= 0:
            return
        communities = bills.fee_community_id
        if len(communities) != 1 or not all(bill.fee_unit_id for bill in bills):
            return
        self.write(
            {
                "fee_community_id": communities.id,
                "fee_unit_id": bills[0].fee_unit_id.id,
                "fee_choice": {
                    "bills": self.env["property.online.payment"]._guess_choice(
                        bills, self.amount
                    )
                },
            }
        )
