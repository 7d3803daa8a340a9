from odoo import fields, models


class PropertyReceipt(models.Model):
    """Receipts for money that came by bank."""

    _inherit = "property.receipt"

    bank_line_id = fields.Many2one(
        "account.bank.statement.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The line of the bank statement that brought the money.",
    )

    def _reverse_money(self, date, session):
        """Override: money at the bank stays there; its line waits to be matched again.

        Its bills are open again, and credit of it is gone.
        """
        if self.source != "bank" or not self.bank_line_id:
            return super()._reverse_money(date, session)
        # Who may void need not be allowed to write entries of the bank.
        line = self.sudo().bank_line_id
        self.community_id._check_money_date(line.date, line.journal_id)
        # the partner came with the match, and goes with it
        line.with_context(skip_account_move_synchronization=True).partner_id = False
        line.with_context(fee_receipt_void=True).action_undo_reconciliation()
        line._put_back_undone(self.env._("Receipt %s is void.", self.name))
        return self.env["account.move"]
