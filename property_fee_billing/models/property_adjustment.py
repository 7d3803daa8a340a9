from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..local_time import get_today

KINDS = [
    ("credit_note", "Credit Note"),
    ("waiver", "Waiver"),
    ("write_off", "Write-Off"),
    ("refund", "Refund"),
]
REASONS = [
    ("billing_error", "Billing Error"),
    ("service_failure", "Service Failure"),
    ("complaint", "Complaint Settled"),
    ("hardship", "Hardship"),
    ("goodwill", "Goodwill"),
    ("agreement", "Settlement or Court Ruling"),
    ("uncollectible", "Uncollectible"),
    ("overpaid", "Paid Too Much"),
    ("moved_out", "Moved Out"),
    ("other", "Other"),
]
# Kinds that name lines of one bill and give a credit note.
CREDITING = ("credit_note", "waiver")


class PropertyAdjustment(models.Model):
    """A correction of what an owner owes or has to their credit, with its reason.

    The bill stays as it is: a credit note or an entry stands against it. Who may do
    how much alone is set by approval limits.
    """

    _name = "property.adjustment"
    _description = "Adjustment"
    _inherit = [
        "property.approval.mixin",
        "property.numbered.mixin",
        "property.unit.mixin",
        "property.audited.mixin",
    ]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "unit_id.code", "partner_id.name"]
    _audit_kind = "waiver"
    _audit_columns = ("kind", "amount", "state")
    _audit_reason = ("reason_code", "reason")

    kind = fields.Selection(KINDS, required=True, default="credit_note", tracking=True)
    bill_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'),"
        " ('fee_unit_id', '!=', False)]",
        tracking=True,
        help="The bill whose lines are credited.",
    )
    unit_id = fields.Many2one(
        compute="_compute_from_bill",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        compute="_compute_from_bill",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Whose debt or credit it is.",
    )
    date = fields.Date(
        required=True,
        default=get_today,
        tracking=True,
        help="Day on which it is booked.",
    )
    reason_code = fields.Selection(
        REASONS, string="Reason", required=True, tracking=True
    )
    reason = fields.Char(
        string="Explanation",
        required=True,
        tracking=True,
        help="Stands on the document that is made.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Evidence", help="Application, photo, ruling."
    )
    line_ids = fields.One2many("property.adjustment.line", "adjustment_id", copy=True)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Taxes included.",
    )
    credit_open = fields.Monetary(
        string="Open Credit",
        compute="_compute_credit_open",
        help="What this owner has to their credit on this unit.",
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
    move_id = fields.Many2one(
        "account.move",
        string="Document",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The credit note or the entry that was made.",
    )
    receipt_id = fields.Many2one(
        "property.receipt",
        string="Payout Voucher",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # ---------------------------------------------------------------- computes
    @api.depends("bill_id")
    def _compute_from_bill(self):
        for adjustment in self:
            bill = adjustment.bill_id
            adjustment.unit_id = bill.fee_unit_id or adjustment.unit_id
            adjustment.partner_id = (
                bill.partner_id or adjustment.partner_id or adjustment.unit_id.payer_id
            )

    @api.depends("kind", "line_ids.amount")
    def _compute_amount(self):
        for adjustment in self:
            if adjustment.kind != "refund":
                adjustment.amount = sum(adjustment.line_ids.mapped("amount"))

    @api.depends("kind", "unit_id", "partner_id", "state")
    def _compute_credit_open(self):
        payout = self.env["property.payout"]
        for adjustment in self:
            adjustment.credit_open = (
                payout._get_open_amount(adjustment.unit_id, adjustment.partner_id)
                if adjustment.kind == "refund" and adjustment.partner_id
                else 0.0
            )

    @api.depends("community_id")
    def _compute_available_method_ids(self):
        for adjustment in self:
            community = adjustment.community_id
            adjustment.available_method_ids = (
                community._get_payment_methods("outbound") if community else False
            )

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        """The payer of another unit."""
        if not self.bill_id:
            self.partner_id = self.unit_id.payer_id

    @api.onchange("bill_id", "kind")
    def _onchange_bill_id(self):
        """Offer the lines of the bill, or the bill itself to write it off."""
        self.line_ids = [Command.clear()] + [
            Command.create(values) for values in self._prepare_lines()
        ]

    def _prepare_lines(self):
        """Values of the lines to choose from, nothing chosen yet; of a write-off, all
        that is open."""
        bill = self.bill_id
        if not bill or self.kind == "refund":
            return []
        if self.kind == "write_off":
            return [{"move_id": bill.id, "amount": bill.amount_residual}]
        return [
            {"move_id": bill.id, "move_line_id": line.id, "amount": 0.0}
            for line in bill.invoice_line_ids
            if line.fee_item_id
        ]

    # ---------------------------------------------------------------- approval
    def _get_approval_kind(self):
        return self.kind

    def _get_approval_amount(self):
        return self.amount

    @api.model
    def _get_flow_fields(self):
        return super()._get_flow_fields() | {"move_id", "receipt_id"}

    def _is_done_by_requester(self):
        """Override: cash leaves the drawer of who asked for it."""
        return (
            self.kind == "refund"
            and self.payment_method_line_id.journal_id.type == "cash"
        )

    def action_submit(self):
        """Override: lines with no amount were not chosen."""
        for adjustment in self.filtered(lambda record: record.state == "draft"):
            adjustment.line_ids.filtered(lambda line: not line.amount).unlink()
        return super().action_submit()

    def _check_request(self):
        """Override: what cannot be done is refused before anybody is asked."""
        self.ensure_one()
        if not self.reason.strip():
            raise ValidationError(self.env._("Give the reason in words."))
        if self.kind == "refund":
            self._check_refund()
        else:
            self._check_lines()

    def _check_refund(self):
        payout = self.env["property.payout"]
        payout._check_method(self.community_id, self.payment_method_line_id)
        payout._take_credits(
            self.unit_id,
            self.partner_id,
            self.amount,
            payout._get_open_credits(self.unit_id, self.partner_id),
        )

    def _check_lines(self):
        """Bills of this unit and owner, and no more than there is."""
        if not self.line_ids:
            raise ValidationError(
                self.env._("Say how much, on at least one line of the bill.")
            )
        bills = self.line_ids.move_id
        self.env["property.settlement"]._lock_bills(bills)
        owner = self.partner_id.commercial_partner_id
        for bill in bills:
            if (
                bill.move_type != "out_invoice"
                or bill.state != "posted"
                or bill.fee_unit_id != self.unit_id
                or bill.commercial_partner_id != owner
            ):
                raise ValidationError(
                    self.env._(
                        "%(bill)s is no posted bill of %(partner)s for unit %(unit)s.",
                        bill=bill.display_name,
                        partner=self.partner_id.display_name,
                        unit=self.unit_id.display_name,
                    )
                )
        if self.kind in CREDITING:
            self.line_ids._check_credit(self.bill_id)
        else:
            self.line_ids._check_write_off()

    # -------------------------------------------------------------------- doing
    def _do_approved(self):
        """Override: make the document."""
        self.ensure_one()
        if self.kind == "refund":
            receipt = self._refund_credit(
                self.unit_id,
                self.partner_id,
                self.amount,
                self.payment_method_line_id,
                self.date,
                self.reason,
            )
            self._write_flow({"receipt_id": receipt.id})
        else:
            move = self._write_off() if self.kind == "write_off" else self._credit()
            self._write_flow({"move_id": move.id})

    def _credit(self):
        """Credit the chosen lines; what is beyond the bill is credit of the owner,
        which settles their other open bills of the unit."""
        note = self.env["property.credit.note"]._credit_lines(
            self.bill_id,
            [(line.move_line_id, line.amount) for line in self.line_ids],
            self.date,
            self._get_document_reason(),
        )
        self.env["property.settlement"]._settle_with_credits(note)
        return note

    def _write_off(self):
        """Write the chosen bills off."""
        return self.env["property.write.off"]._write_off(
            [
                {"bill": line.move_id, "amount": line.amount, "discount": 0.0}
                for line in self.line_ids
            ],
            self.unit_id,
            self.date,
            self._get_document_reason(),
        )

    def _get_document_reason(self):
        """What stands on the document: number and reason."""
        return f"{self.name} {self.reason}"

    @api.model
    def _refund_credit(
        self, unit, partner, amount, method_line, date, reason, session=None
    ):
        """Pay out an owner's credit; see property.payout ``_pay_out``.

        :return: property.receipt of kind payout
        """
        return self.env["property.payout"]._pay_out(
            unit, partner, amount, method_line, date, reason, session
        )

    # ----------------------------------------------------------------- actions
    def action_take_all(self):
        """Choose all that can still be credited, of every line."""
        for adjustment in self.filtered(lambda record: record.state == "draft"):
            for line in adjustment.line_ids:
                line.amount = line.amount_left

    def action_open_document(self):
        """The credit note, entry or voucher that was made."""
        self.ensure_one()
        record = self.move_id or self.receipt_id
        if not record:
            raise UserError(self.env._("%s has no document yet.", self.name))
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
