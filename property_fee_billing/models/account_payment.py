from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_fee_item import FEE_CLASSES


class AccountPayment(models.Model):
    _inherit = "account.payment"

    fee_community_id = fields.Many2one(
        "property.community",
        string="Community",
        index="btree_not_null",
        ondelete="restrict",
    )
    fee_unit_id = fields.Many2one(
        "property.unit",
        string="Property Unit",
        index="btree_not_null",
        ondelete="restrict",
        help="Money beyond the bills is kept for this unit and settles its next bills.",
    )
    fee_purpose = fields.Selection(
        FEE_CLASSES,
        string="Purpose",
        help="Money beyond the bills is kept for this kind of fee and settles no "
        "other. Empty: for any.",
    )
    fee_receipt_id = fields.Many2one(
        "property.receipt",
        string="Receipt",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    fee_session_id = fields.Many2one(
        "property.cashier.session",
        string="Cashier Session",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    @api.depends("fee_receipt_id")
    def _compute_outstanding_account_id(self):
        """Override of `account`: cash is in the drawer at once; everything else is
        outstanding until the bank has it."""
        result = super()._compute_outstanding_account_id()
        for payment in self:
            if payment.fee_receipt_id and payment.journal_id.type == "cash":
                payment.outstanding_account_id = payment.journal_id.default_account_id
        return result

    def _generate_move_vals(
        self, write_off_line_vals=None, force_balance=None, line_ids=None
    ):
        """Override of `account`: the entry says for which unit and purpose it is."""
        values = super()._generate_move_vals(
            write_off_line_vals, force_balance, line_ids
        )
        return {
            **values,
            "fee_unit_id": self.fee_unit_id.id,
            "fee_community_id": self.fee_community_id.id,
            "fee_purpose": self.fee_purpose,
            "fee_receipt_id": self.fee_receipt_id.id,
            "fee_session_id": self.fee_session_id.id,
        }

    def _prepare_fee_lines(self, items):
        """Journal items of a payment that settles bills, and keeps the rest.

        :param items: see property.settlement
        :return: commands: the money, the bills, the discounts, the rest
        """
        self.ensure_one()
        settlement = self.env["property.settlement"]
        money, rest, *_other = self._prepare_move_line_default_vals()
        against = settlement._prepare_counterparts(items, self.date)
        left = -self.amount - sum(line["amount_currency"] for line in against)
        lines = [money, *against]
        if not self.currency_id.is_zero(left):
            lines.append({**rest, "amount_currency": self.currency_id.round(left)})
        for line in lines:
            for name in ("debit", "credit"):
                line.pop(name, None)
        return settlement._complete_balances(lines, self.company_id, self.date)

    def action_draft(self):
        """Override of `account`: a receipted payment is voided, not edited."""
        self._check_not_receipted()
        return super().action_draft()

    def action_cancel(self):
        """Override of `account`: a receipted payment is voided, not cancelled."""
        self._check_not_receipted()
        return super().action_cancel()

    def _check_not_receipted(self):
        """Money that was receipted is taken back by voiding the receipt."""
        for payment in self.filtered("fee_receipt_id"):
            raise UserError(
                self.env._(
                    "Payment %(payment)s stands on receipt %(receipt)s. Void the "
                    "receipt, with the reason.",
                    payment=payment.display_name,
                    receipt=payment.fee_receipt_id.name,
                )
            )
