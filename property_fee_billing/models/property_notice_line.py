from odoo import api, fields, models
from odoo.exceptions import UserError

from ..local_time import get_today


class PropertyNoticeLine(models.Model):
    """What a notice demands of one bill."""

    _name = "property.notice.line"
    _description = "Bill on a Notice"
    _order = "date_due, id"
    _check_company_auto = True

    notice_id = fields.Many2one(
        "property.notice", required=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'),"
        " ('fee_unit_id', '=', parent.unit_id)]",
    )
    amount = fields.Monetary(
        required=True, help="What is demanded of the bill, without what is disputed."
    )
    late_fee = fields.Monetary(help="Late fee up to the day of the notice.")
    date_due = fields.Date(string="Due Date", required=True)
    level_id = fields.Many2one(
        related="notice_id.level_id", store=True, index=True, precompute=True
    )
    is_void = fields.Boolean(
        compute="_compute_is_void",
        store=True,
        precompute=True,
        help="Of a notice that was cancelled or did not arrive.",
    )
    unit_id = fields.Many2one(related="notice_id.unit_id")
    community_id = fields.Many2one(
        related="notice_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="notice_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="notice_id.currency_id")
    state = fields.Selection(related="notice_id.state")

    _once_per_level = models.UniqueIndex(
        "(level_id, move_id) WHERE level_id IS NOT NULL AND is_void IS NOT TRUE",
        "This bill already has a notice of this level.",
    )

    @api.depends("notice_id.state")
    def _compute_is_void(self):
        for line in self:
            line.is_void = line.notice_id.state in ("failed", "cancelled")

    @api.onchange("move_id")
    def _onchange_move_id(self):
        """What is open of the bill, as a run would demand it."""
        if self.move_id:
            values = self._prepare_lines(self.move_id._origin, get_today(self))
            self.update(values[0] if values else {"amount": 0.0})

    @api.model
    def _prepare_lines(self, bills, date):
        """Values of the lines that demand bills on a day; none where nothing is left.

        :param bills: account.move
        :param date: the day up to which late fees are counted
        :return: list of values without ``notice_id``
        """
        disputed = bills._get_disputed_amounts()
        late_fees = bills._get_late_fee_amounts(date)
        values = []
        for bill in bills:
            amount = bill.currency_id.round(
                bill.amount_residual - disputed.get(bill.id, 0.0)
            )
            if bill.currency_id.compare_amounts(amount, 0) > 0:
                values.append(
                    {
                        "move_id": bill.id,
                        "amount": amount,
                        "late_fee": late_fees.get(bill.id, 0.0),
                        "date_due": bill.invoice_date_due or bill.date,
                    }
                )
        return values

    def _get_content(self):
        """The line as it is hashed: bill, amounts and due date as text."""
        digits = self.currency_id.decimal_places
        return [
            self.move_id.name or "",
            f"{self.amount:.{digits}f}",
            f"{self.late_fee:.{digits}f}",
            str(self.date_due),
        ]

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        """Lines are added to drafts only."""
        # the unique index must know which lines are void by now
        self.flush_model(["is_void"])
        lines = super().create(vals_list)
        lines.notice_id._check_draft()
        return lines

    def write(self, vals):
        """Lines of what was sent stay as they are."""
        self.notice_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for line in self:
            if line.notice_id.content_hash:
                raise UserError(
                    self.env._(
                        "Notice %s has been sent and stays as it is. Make another one.",
                        line.notice_id.name,
                    )
                )
