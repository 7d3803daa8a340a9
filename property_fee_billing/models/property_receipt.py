from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..local_time import get_today
from .money_flow import in_money_flow, money_flow


class PropertyReceipt(models.Model):
    """What the payer holds: money taken (or paid out) and what it settled.

    Numbers have no gap within a community. A receipt never changes; it is voided with
    a reason, which takes the money back by reversing the entries of its payments.
    """

    _name = "property.receipt"
    _description = "Receipt"
    _inherit = ["mail.thread", "property.audited.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id.name", "unit_id.code"]
    _audit_kind = "void"
    _audit_columns = ("amount", "state")
    _audit_reason = ("void_reason",)
    # a receipt is no change: it is in the list of receipts
    _audit_insert = None

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, index="trigram"
    )
    kind = fields.Selection(
        [("receipt", "Receipt"), ("payout", "Payout Voucher")],
        required=True,
        readonly=True,
        default="receipt",
    )
    source = fields.Selection(
        [("counter", "Counter"), ("bank", "Bank"), ("online", "Online")],
        required=True,
        readonly=True,
        default="counter",
    )
    state = fields.Selection(
        [("issued", "Issued"), ("void", "Void")],
        required=True,
        readonly=True,
        default="issued",
        tracking=True,
    )
    community_id = fields.Many2one(
        "property.community",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    unit_id = fields.Many2one(
        "property.unit",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The unit that money beyond the bills is kept for.",
    )
    date = fields.Date(required=True, readonly=True)
    session_id = fields.Many2one(
        "property.cashier.session",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users", string="Staff", readonly=True, default=lambda self: self.env.user
    )
    payment_ids = fields.One2many("account.payment", "fee_receipt_id", readonly=True)
    move_ids = fields.One2many("account.move", "fee_receipt_id", readonly=True)
    line_ids = fields.One2many("property.receipt.line", "receipt_id", readonly=True)
    amount = fields.Monetary(
        required=True, readonly=True, help="Money taken, in all ways together."
    )
    net_amount = fields.Monetary(
        string="Net",
        compute="_compute_net_amount",
        store=True,
        help="Money that came in and stayed: below zero for a payout, zero once void.",
    )
    discount_amount = fields.Monetary(
        readonly=True, help="Discount for paying early, on top of the money."
    )
    credit_amount = fields.Monetary(
        string="Kept as Credit", readonly=True, help="What is left for the next bills."
    )
    purpose = fields.Selection(
        selection=lambda self: (
            self.env["property.fee.item"]._fields["fee_class"].selection
        ),
        readonly=True,
        help="What the credit is kept for.",
    )
    is_designated = fields.Boolean(
        string="Chosen by the Payer",
        readonly=True,
        help="The payer named the bills; else the oldest due were settled first.",
    )
    method_names = fields.Char(
        string="Methods", compute="_compute_method_names", help="How it was paid."
    )
    note = fields.Char(readonly=True)
    request_key = fields.Char(
        readonly=True,
        copy=False,
        help="Of the request that took the money: sent again, it takes nothing twice.",
    )
    print_count = fields.Integer(
        readonly=True, copy=False, help="From the second print on it is a copy."
    )
    void_reason = fields.Char(readonly=True, copy=False, tracking=True)
    void_user_id = fields.Many2one("res.users", readonly=True, copy=False)
    void_date = fields.Date(readonly=True, copy=False, index="btree_not_null")

    _number_unique = models.Constraint(
        "UNIQUE (community_id, name)",
        "This community already has a receipt with this number.",
    )
    _request_once = models.UniqueIndex(
        "(session_id, request_key) WHERE request_key IS NOT NULL",
        "This money was taken already.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a receipt must be above zero."
    )

    @api.depends("payment_ids")
    def _compute_method_names(self):
        for receipt in self:
            names = receipt.payment_ids.mapped(receipt._get_method_name)
            receipt.method_names = ", ".join(
                dict.fromkeys(names or receipt.move_ids.journal_id.mapped("name"))
            )

    @api.model
    def _get_method_name(self, payment):
        """How a payment was made: the journal says it, and the method unless it is
        Odoo's manual one."""
        line = payment.payment_method_line_id
        name = payment.journal_id.name
        return name if line.code in (False, "manual") else f"{name} {line.name}"

    @api.depends("amount", "kind", "state")
    def _compute_net_amount(self):
        for receipt in self:
            receipt.net_amount = (
                0.0 if receipt.state == "void" else receipt._get_sign() * receipt.amount
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the receipts, each community its own series without a gap."""
        if not in_money_flow(self.env):
            raise UserError(self.env._("A receipt is made by taking money."))
        for vals in vals_list:
            community = self.env["property.community"].browse(vals["community_id"])
            vals["name"] = community._next_receipt_number()
        return super().create(vals_list)

    def write(self, vals):
        """A receipt stays as it was issued; voiding it marks it."""
        free = ("message_", "activity_", "print_count")
        if not in_money_flow(self.env) and any(
            not name.startswith(free) for name in vals
        ):
            raise UserError(
                self.env._("Receipt %s stays as it was issued.", self[:1].name)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(
                self.env._(
                    "Receipt %s cannot be deleted. Void it, with the reason.",
                    self[0].name,
                )
            )

    def _get_sign(self):
        """1 for money taken, -1 for money paid out."""
        self.ensure_one()
        return 1 if self.kind == "receipt" else -1

    # ------------------------------------------------------------------ lines
    def _store_lines(self, moves):
        """Note what the money of ``moves`` settled, item by item, and what was kept.

        :param moves: the entries of the receipt's payments, reconciled
        """
        self.ensure_one()
        # whoever issues the receipt may see what its money settled
        allocations = (
            self.env["property.payment.allocation"]
            .sudo()
            .search([("settled_by_id", "in", moves.ids)], order="id")
        )
        totals = {}
        for allocation in allocations:
            line = allocation.move_line_id
            totals[line] = totals.get(line, 0.0) + allocation.amount
        values = [
            {
                "receipt_id": self.id,
                "move_line_id": line.id,
                "move_id": line.move_id.id,
                "item_id": line.fee_item_id.id,
                "unit_id": line.fee_unit_id.id,
                "date_from": line.fee_date_from,
                "date_to": line.fee_date_to,
                "amount": amount,
            }
            for line, amount in totals.items()
        ]
        self.env["property.receipt.line"].create(values)

    # ------------------------------------------------------------------- void
    def action_open_void(self):
        """Ask for the reason, then void."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Void Receipt %s", self.name),
            "res_model": "property.receipt.void",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_receipt_id": self.id},
        }

    @money_flow
    def _void(self, reason):
        """Take the receipt back: its bills are open again, its money is reversed.

        :raise UserError: void already, or in a closed period
        """
        for receipt in self:
            receipt.check_access("write")
            if not (reason or "").strip():
                raise ValidationError(
                    self.env._("Say why receipt %s is void.", receipt.name)
                )
            receipt.lock_for_update()
            receipt.invalidate_recordset(["state"])
            if receipt.state == "void":
                raise UserError(self.env._("Receipt %s is void already.", receipt.name))
            session = receipt._get_void_session()
            date = get_today(receipt)
            receipt._reverse_money(date, session)
            receipt.write(
                {
                    "state": "void",
                    "void_reason": reason.strip(),
                    "void_user_id": self.env.uid,
                    "void_date": date,
                }
            )

    def _get_void_session(self):
        """What passed a drawer is voided in an open session: the drawer changes."""
        self.ensure_one()
        if self.source != "counter" or not self.session_id:
            return self.env["property.cashier.session"]
        return self.env["property.cashier.session"]._get_open(self.community_id)

    def _reverse_money(self, date, session):
        """Open the bills again and reverse the entries of the payments."""
        self.ensure_one()
        # Cashiers may void what they may take; the entries are not theirs to write.
        moves = self.payment_ids.move_id.sudo()
        self.community_id._check_money_date(date, moves.journal_id)
        self._check_not_at_bank()
        moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).remove_move_reconcile()
        reversals = moves._reverse_moves(
            [
                {
                    "date": date,
                    "ref": self.env._("Void of receipt %s", self.name),
                    "fee_receipt_id": self.id,
                    "fee_session_id": session.id,
                    "fee_unit_id": move.fee_unit_id.id,
                    "fee_community_id": self.community_id.id,
                }
                for move in moves
            ],
            cancel=True,
        )
        # the mark on the payments goes with the entries reversed above
        self.payment_ids.sudo().state = "canceled"
        return reversals

    def _check_not_at_bank(self):
        """Money the bank has confirmed cannot be taken back by voiding."""
        for payment in self.payment_ids:
            liquidity, _counterpart, _write_off = payment._seek_for_lines()
            if liquidity.matched_debit_ids or liquidity.matched_credit_ids:
                raise UserError(
                    self.env._(
                        "Receipt %(receipt)s: the bank statement has %(payment)s "
                        "already. Refund it, or undo the bank match first.",
                        receipt=self.name,
                        payment=payment.display_name,
                    )
                )

    # ---------------------------------------------------------------- actions
    def action_print(self):
        """The receipt's document: here Odoo's own payment receipt, for each payment;
        `property_fee_reports` prints the whole receipt."""
        return self.env.ref("account.action_report_payment_receipt").report_action(
            self.payment_ids
        )

    def action_open_payments(self):
        """The payments of the receipt."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments"),
            "res_model": "account.payment",
            "views": [(False, "list"), (False, "form")],
            "domain": [("fee_receipt_id", "in", self.ids)],
        }

    def action_open_entries(self):
        """All journal entries of the receipt, reversals too."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Entries"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("fee_receipt_id", "in", self.ids)],
        }
