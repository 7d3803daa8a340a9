from odoo import api, fields, models
from odoo.tools import SQL, format_date


class PropertyReceipt(models.Model):
    """A receipt can be checked by its code: the money must be in the books."""

    _name = "property.receipt"
    _inherit = ["property.receipt", "property.document.seal"]

    ledger_amount = fields.Monetary(
        compute="_compute_ledger_amount",
        help="Money of the posted entries of this receipt, as the journals have it.",
    )

    @api.depends("amount", "state")
    def _compute_ledger_amount(self):
        """The money side of the entries, many receipts at once."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.fee_receipt_id, SUM(l.amount_currency)
                  FROM account_move m
                  JOIN account_move_line l ON l.move_id = m.id
                  JOIN account_journal j ON j.id = m.journal_id
                  LEFT JOIN account_move o ON o.id = m.reversed_entry_id
                  LEFT JOIN account_payment p
                    ON p.id = COALESCE(m.origin_payment_id, o.origin_payment_id)
                 WHERE m.fee_receipt_id = ANY(%s) AND m.state = 'posted'
                   AND l.account_id
                       = COALESCE(p.outstanding_account_id, j.default_account_id)
                 GROUP BY m.fee_receipt_id
                """,
                self.ids,
            )
        )
        amounts = dict(rows)
        for receipt in self:
            amount = float(amounts.get(receipt.id, 0))
            receipt.ledger_amount = receipt._get_sign() * amount

    def _get_seal_title(self):
        """Override of `property.document.seal`."""
        if self.kind == "payout":
            return self.env._("Payout Voucher")
        return self.env._("Receipt")

    def _get_seal_values(self):
        """Override of `property.document.seal`: the money of its entries."""
        return self.date, self.ledger_amount

    def _get_seal_problem(self):
        """Override of `property.document.seal`."""
        if self.state != "void":
            return ""
        return self.env._(
            "Receipt %(receipt)s was voided on %(date)s: the money was taken back.",
            receipt=self.name,
            date=format_date(self.env, self.void_date),
        )
