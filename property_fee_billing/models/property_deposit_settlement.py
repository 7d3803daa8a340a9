from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..local_time import get_today
from .money_flow import money_flow


class PropertyDepositSettlement(models.Model):
    """How a held deposit ends, or a part of it: paid back, kept, or both.

    One credit note takes the part off the liability. What is paid back is paid out
    of it; what is kept is billed on an item of income and settled with it. To keep
    something needs approval above the limit; to pay back what was only held does not.
    """

    _name = "property.deposit.settlement"
    _description = "Settlement of a Deposit"
    _inherit = ["property.approval.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    deposit_id = fields.Many2one(
        "property.deposit", required=True, index=True, ondelete="restrict"
    )
    unit_id = fields.Many2one(related="deposit_id.unit_id", store=True, index=True)
    partner_id = fields.Many2one(related="deposit_id.partner_id", string="Payer")
    community_id = fields.Many2one(
        related="deposit_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="deposit_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="deposit_id.currency_id")
    held_amount = fields.Monetary(related="deposit_id.held_amount")
    date = fields.Date(required=True, default=get_today, tracking=True)
    forfeit_amount = fields.Monetary(
        string="Kept", tracking=True, help="Becomes income, taxes included."
    )
    forfeit_item_id = fields.Many2one(
        "property.fee.item",
        string="Kept As",
        ondelete="restrict",
        check_company=True,
        domain="[('fee_class', '!=', 'deposit'),"
        " ('community_id', 'in', (community_id, False))]",
        tracking=True,
        help="The item of income, with its taxes.",
    )
    refund_amount = fields.Monetary(
        string="Paid Back",
        compute="_compute_refund_amount",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        string="Paid Out By",
        ondelete="restrict",
        domain="[('id', 'in', available_method_ids)]",
        tracking=True,
    )
    available_method_ids = fields.Many2many(
        "account.payment.method.line", compute="_compute_available_method_ids"
    )
    reason = fields.Char(
        string="Explanation",
        tracking=True,
        help="Why something is kept, e.g. the damage. Stands on the documents.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Evidence", help="Photo, inspection record."
    )
    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    forfeit_move_id = fields.Many2one(
        "account.move",
        string="Bill of What Is Kept",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    receipt_id = fields.Many2one(
        "property.receipt",
        string="Payout Voucher",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _amounts_positive = models.Constraint(
        "CHECK (refund_amount >= 0 AND forfeit_amount >= 0)",
        "An amount cannot be negative.",
    )

    @api.depends("deposit_id", "date")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = (
                f"{settlement.deposit_id.name or ''} {settlement.date or ''}"
            )

    @api.depends("deposit_id", "forfeit_amount")
    def _compute_refund_amount(self):
        """All that is held and not kept, until somebody says otherwise."""
        for settlement in self:
            settlement.refund_amount = max(
                0.0, settlement.held_amount - settlement.forfeit_amount
            )

    @api.depends("community_id")
    def _compute_available_method_ids(self):
        for settlement in self:
            community = settlement.community_id
            settlement.available_method_ids = (
                community._get_payment_methods("outbound") if community else False
            )

    # ---------------------------------------------------------------- approval
    def _get_approval_kind(self):
        return "deposit_forfeit"

    def _get_approval_amount(self):
        return self.forfeit_amount

    @api.model
    def _get_flow_fields(self):
        return super()._get_flow_fields() | {
            "credit_move_id",
            "forfeit_move_id",
            "receipt_id",
        }

    def _is_done_by_requester(self):
        """Override: cash leaves the drawer of who asked for it."""
        return (
            bool(self.refund_amount)
            and self.payment_method_line_id.journal_id.type == "cash"
        )

    def _check_request(self):
        """Override: no more than is held, and all that is needed to do it."""
        self.ensure_one()
        deposit = self.deposit_id
        deposit._lock_deposit("held")
        currency = self.currency_id
        total = currency.round(self.refund_amount + self.forfeit_amount)
        if currency.compare_amounts(total, 0) <= 0:
            raise ValidationError(
                self.env._(
                    "Deposit %s: say how much is paid back or kept.", deposit.name
                )
            )
        if currency.compare_amounts(total, deposit.held_amount) > 0:
            raise ValidationError(
                self.env._(
                    "Deposit %(deposit)s: %(amount)s is more than the %(held)s that is "
                    "held.",
                    deposit=deposit.name,
                    amount=currency.format(total),
                    held=currency.format(deposit.held_amount),
                )
            )
        if self.refund_amount:
            self.env["property.payout"]._check_method(
                self.community_id, self.payment_method_line_id
            )
        if self.forfeit_amount:
            self._check_forfeit()

    def _check_forfeit(self):
        """What is kept needs its reason and an item of income."""
        if not (self.reason or "").strip():
            raise ValidationError(
                self.env._(
                    "Deposit %s: say why a part of it is kept.", self.deposit_id.name
                )
            )
        item = self.forfeit_item_id
        if not item or item.fee_class == "deposit":
            raise ValidationError(
                self.env._(
                    "Deposit %s: choose the item of income that the kept part is "
                    "billed as.",
                    self.deposit_id.name,
                )
            )

    # -------------------------------------------------------------------- doing
    @money_flow
    def _do_approved(self):
        """Override: credit the deposit, bill what is kept, pay the rest out."""
        self.ensure_one()
        note = self.deposit_id._credit(
            self.refund_amount + self.forfeit_amount, self.date, self._get_reason()
        )
        values = {"credit_move_id": note.id}
        if self.forfeit_amount:
            values["forfeit_move_id"] = self._bill_forfeit(note).id
        if self.refund_amount:
            values["receipt_id"] = self._pay_back(note).id
        self._write_flow(values)
        self.deposit_id.invalidate_recordset(["state", "held_amount"])

    def _finish(self):
        """Extended: a deposit that is settled needs no reminder."""
        result = super()._finish()
        if self.deposit_id.state == "settled":
            self.deposit_id.activity_unlink(
                ["property_fee_billing.mail_activity_type_deposit"]
            )
        return result

    def _get_reason(self):
        """What stands on the documents."""
        return " ".join(filter(None, (self.deposit_id.name, self.reason)))

    def _get_credit_line(self, note):
        return self.env["property.settlement"]._get_receivable_lines(note)

    def _bill_forfeit(self, note):
        """Bill what is kept, and settle the bill with the credit note alone.

        :return: the account.move
        """
        _charge, bill = self.deposit_id._bill_now(
            self.forfeit_item_id,
            self.forfeit_amount,
            self.date,
            self._get_reason(),
            fee_keep_credits=True,
        )
        currency = self.currency_id
        if currency.compare_amounts(bill.amount_total, self.forfeit_amount):
            raise ValidationError(
                self.env._(
                    "The bill of what is kept of deposit %(deposit)s would be "
                    "%(total)s, not %(amount)s: choose an item whose taxes are "
                    "included in its price.",
                    deposit=self.deposit_id.name,
                    total=currency.format(bill.amount_total),
                    amount=currency.format(self.forfeit_amount),
                )
            )
        debit = self.env["property.settlement"]._get_receivable_lines(bill)
        debit._reconcile_fee_amounts(
            [(debit, self._get_credit_line(note), self.forfeit_amount)]
        )
        return bill

    def _pay_back(self, note):
        """Pay the rest of the credit note out.

        :return: property.receipt of kind payout
        """
        return self.env["property.payout"]._pay_out(
            self.unit_id,
            self.partner_id,
            self.refund_amount,
            self.payment_method_line_id,
            self.date,
            self._get_reason(),
            None,
            credit_lines=self._get_credit_line(note),
        )

    def action_open_credit_note(self):
        """The credit note of the deposit."""
        return self._action_open(self.credit_move_id)

    def action_open_forfeit_bill(self):
        """The bill of what is kept."""
        return self._action_open(self.forfeit_move_id)

    def action_open_receipt(self):
        """The payout voucher."""
        return self._action_open(self.receipt_id)

    def _action_open(self, record):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
