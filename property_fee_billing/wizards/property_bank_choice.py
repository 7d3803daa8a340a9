from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.property_fee_item import FEE_CLASSES


class PropertyBankChoice(models.TransientModel):
    """Says by hand what a bank line is for: a unit, its bills, a purpose."""

    _name = "property.bank.choice"
    _description = "What a Bank Line Is For"

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Line",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="statement_line_id.company_id")
    currency_id = fields.Many2one(related="statement_line_id.currency_id")
    date = fields.Date(related="statement_line_id.date")
    amount = fields.Monetary(related="statement_line_id.amount")
    payment_ref = fields.Char(related="statement_line_id.payment_ref", string="Text")
    partner_name = fields.Char(related="statement_line_id.partner_name", string="From")
    unit_id = fields.Many2one(
        "property.unit",
        required=True,
        domain="[('company_id', '=', company_id)]",
        help="What is beyond the bills is kept for this unit.",
    )
    community_id = fields.Many2one(related="unit_id.community_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Whom the receipt is made out to, and whose the credit is.",
    )
    bill_ids = fields.Many2many(
        "account.move",
        string="Bills",
        domain="[('fee_community_id', '=', community_id), "
        "('move_type', '=', 'out_invoice'), ('state', '=', 'posted'), "
        "('payment_state', 'in', ('not_paid', 'partial'))]",
        help="Settled in the community's order. Empty: all open bills of the unit, or, "
        "with a purpose, none.",
    )
    bills_amount = fields.Monetary(
        string="Open of These Bills", compute="_compute_bills_amount"
    )
    with_late_fee = fields.Boolean(
        string="Late Fee Too",
        help="Bill the late fee of these bills up to the day of the money, and settle "
        "it.",
    )
    late_fee = fields.Monetary(compute="_compute_bills_amount")
    purpose = fields.Selection(
        FEE_CLASSES, help="What is left is kept for this kind of fee. Empty: for any."
    )

    @api.depends("unit_id")
    def _compute_partner_id(self):
        for choice in self:
            choice.partner_id = choice.unit_id.payer_id

    @api.depends("bill_ids", "statement_line_id")
    def _compute_bills_amount(self):
        for choice in self:
            bills = choice.bill_ids._origin
            choice.bills_amount = sum(bills.mapped("amount_residual"))
            fees = bills._get_late_fee_amounts(choice.date) if choice.date else {}
            choice.late_fee = sum(fees.values())

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        """Bills of another unit are not meant any more."""
        self.bill_ids = self.bill_ids.filtered(
            lambda bill: bill.fee_unit_id == self.unit_id
        )

    def action_accept(self):
        """Match the line with what was chosen."""
        self.ensure_one()
        line = self.statement_line_id
        line._check_may_match(self.community_id)
        self.unit_id.check_access("read")
        self._check_bills()
        self.env["property.bank.reconciler"]._reconcile([self._prepare_plan()])
        return {"type": "ir.actions.act_window_close"}

    def _check_bills(self):
        for bill in self.bill_ids:
            if bill.fee_unit_id.community_id != self.community_id or (
                bill.move_type != "out_invoice" or bill.state != "posted"
            ):
                raise ValidationError(
                    self.env._(
                        "%(bill)s is not an open bill of %(community)s.",
                        bill=bill.display_name,
                        community=self.community_id.display_name,
                    )
                )

    def _prepare_plan(self):
        """See property.bank.reconciler."""
        return {
            "line": self.statement_line_id,
            "community": self.community_id,
            "unit": self.unit_id,
            "partner": self.partner_id,
            "bills": self.bill_ids,
            "late_fee_bills": self.bill_ids
            if self.with_late_fee
            else self.bill_ids[:0],
            "purpose": self.purpose,
            "is_designated": bool(self.bill_ids),
            "note": self.env._("Matched by hand."),
        }
