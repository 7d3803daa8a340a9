from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .property_adjustment import CREDITING


class PropertyAdjustmentLine(models.Model):
    """How much of a bill line is credited, or of a bill written off."""

    _name = "property.adjustment.line"
    _description = "Adjustment Line"
    _order = "adjustment_id, id"
    _check_company_auto = True

    adjustment_id = fields.Many2one(
        "property.adjustment", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="adjustment_id.state")
    kind = fields.Selection(related="adjustment_id.kind")
    unit_id = fields.Many2one(related="adjustment_id.unit_id")
    community_id = fields.Many2one(related="adjustment_id.community_id")
    company_id = fields.Many2one(related="adjustment_id.company_id")
    currency_id = fields.Many2one(related="adjustment_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        compute="_compute_move_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'),"
        " ('fee_unit_id', '=', unit_id)]",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Bill Line",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('move_id', '=', move_id), ('fee_item_id', '!=', False)]",
    )
    item_id = fields.Many2one(related="move_line_id.fee_item_id")
    date_from = fields.Date(related="move_line_id.fee_date_from", string="Period From")
    date_to = fields.Date(related="move_line_id.fee_date_to", string="Period To")
    amount_billed = fields.Monetary(
        string="Billed", compute="_compute_amounts", help="Taxes included."
    )
    amount_open = fields.Monetary(string="Open", compute="_compute_amounts")
    amount_left = fields.Monetary(
        string="At Most",
        compute="_compute_amounts",
        help="What can still be credited or written off.",
    )
    amount = fields.Monetary(required=True, help="Taxes included.")

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "An amount cannot be negative."
    )

    @api.depends("move_line_id")
    def _compute_move_id(self):
        for line in self:
            line.move_id = line.move_line_id.move_id or line.move_id

    @api.depends("move_id", "move_line_id", "kind", "state")
    def _compute_amounts(self):
        for line in self:
            bill_line = line.move_line_id
            if line.kind in CREDITING:
                line.amount_billed = bill_line.price_total
                line.amount_open = bill_line.fee_amount_open
                line.amount_left = max(
                    0.0, bill_line.price_total - bill_line.fee_amount_credited
                )
            else:
                line.amount_billed = line.move_id.amount_total
                line.amount_open = line.move_id.amount_residual
                line.amount_left = line.move_id.amount_residual

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        """Lines are added to drafts only."""
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        """Lines change in drafts only."""
        self._check_draft()
        result = super().write(vals)
        self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self._check_draft()

    def _check_draft(self):
        for adjustment in self.adjustment_id:
            if adjustment.state != "draft":
                raise UserError(
                    self.env._(
                        "%s has been submitted and stays as it is. Take it back to "
                        "draft first, if it is not done.",
                        adjustment.display_name,
                    )
                )

    # ------------------------------------------------------------------ checks
    def _check_credit(self, bill):
        """Lines of one bill, no deposit, and no more than is left of each.

        :param bill: the locked account.move
        """
        lines = self.move_line_id
        if self.move_id != bill or len(lines) != len(self):
            raise ValidationError(
                self.env._(
                    "Choose lines of one bill, each once: the credit note is for that "
                    "bill."
                )
            )
        self._check_no_deposit(lines)
        lines.invalidate_recordset(["fee_amount_credited"])
        for line in self:
            if not line.item_id or line.move_line_id.display_type != "product":
                raise ValidationError(
                    self.env._("%s is no fee.", line.move_line_id.display_name)
                )
            line._check_at_most(line.move_line_id.name)
        credited = sum(
            bill.reversal_move_ids.filtered(lambda note: note.state == "posted").mapped(
                "amount_total"
            )
        )
        self._check_sum(bill, bill.amount_total - credited)

    def _check_write_off(self):
        """No deposit, and no more than is open of each bill."""
        self._check_no_deposit(self.move_id.invoice_line_ids)
        for bill in self.move_id:
            lines = self.filtered(lambda line, bill=bill: line.move_id == bill)
            lines._check_sum(bill, bill.amount_residual)

    def _check_no_deposit(self, bill_lines):
        """A deposit is given back or kept by settling it."""
        deposit = self.env["property.deposit"].search(
            [("move_id", "in", bill_lines.move_id.ids)], limit=1
        )
        if deposit:
            raise ValidationError(
                self.env._(
                    "Bill %(bill)s is that of deposit %(deposit)s: settle or cancel "
                    "the deposit instead.",
                    bill=deposit.move_id.name,
                    deposit=deposit.name,
                )
            )

    def _check_at_most(self, name):
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount, self.amount_left) > 0:
            self._raise_too_much(name, self.amount, self.amount_left)

    def _check_sum(self, bill, limit):
        """All lines of a bill together stay within ``limit``."""
        amount = sum(self.mapped("amount"))
        if bill.currency_id.compare_amounts(amount, limit) > 0:
            self._raise_too_much(bill.name, amount, limit)

    def _raise_too_much(self, name, amount, limit):
        currency = self.currency_id[:1]
        raise ValidationError(
            self.env._(
                "%(name)s: %(amount)s is more than the %(limit)s that is left.",
                name=name,
                amount=currency.format(amount),
                limit=currency.format(max(limit, 0.0)),
            )
        )
