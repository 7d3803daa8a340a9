from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PropertyFeeDisputeLine(models.Model):
    """How much of one bill line is disputed."""

    _name = "property.fee.dispute.line"
    _description = "Disputed Bill Line"
    _order = "id"
    _check_company_auto = True

    dispute_id = fields.Many2one(
        "property.fee.dispute", required=True, index=True, ondelete="cascade"
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Bill Line",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('fee_unit_id', '=', parent.unit_id), ('fee_item_id', '!=', False),"
        " ('display_type', '=', 'product'), ('parent_state', '=', 'posted'),"
        " ('move_type', '=', 'out_invoice')]",
    )
    move_id = fields.Many2one(
        related="move_line_id.move_id", string="Bill", store=True, index=True
    )
    amount = fields.Monetary(
        string="Disputed",
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="By default what is open of the line.",
    )
    amount_total = fields.Monetary(
        related="move_line_id.price_total", string="Amount of Line"
    )
    state = fields.Selection(related="dispute_id.state", store=True, precompute=True)
    community_id = fields.Many2one(
        related="dispute_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="dispute_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="dispute_id.currency_id")

    _open_once = models.UniqueIndex(
        "(move_line_id) WHERE state = 'open'",
        "This bill line is in a dispute already.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A disputed amount must be above zero."
    )

    @api.depends("move_line_id")
    def _compute_amount(self):
        for line in self:
            line.amount = line.move_line_id.fee_amount_open

    def _is_held(self, date):
        """Whether the amount is held on a day."""
        first, last = self.dispute_id._get_hold()
        return first <= date <= last

    @api.constrains("move_line_id", "amount")
    def _check_amount(self):
        """Lines of posted bills of the unit and debtor, for no more than they are."""
        for line in self:
            dispute, bill = line.dispute_id, line.move_id
            if (
                bill.move_type != "out_invoice"
                or bill.state != "posted"
                or bill.fee_unit_id != dispute.unit_id
                or bill.commercial_partner_id
                != dispute.partner_id.commercial_partner_id
                or not line.move_line_id.fee_item_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(line)s is on no posted bill of %(partner)s for unit "
                        "%(unit)s.",
                        line=line.move_line_id.display_name,
                        partner=dispute.partner_id.display_name,
                        unit=dispute.unit_id.display_name,
                    )
                )
            price = line.move_line_id.price_total
            if line.currency_id.compare_amounts(line.amount, price) > 0:
                raise ValidationError(
                    self.env._(
                        "%(line)s: %(amount)s is more than the %(price)s that was "
                        "billed.",
                        line=line.move_line_id.display_name,
                        amount=line.currency_id.format(line.amount),
                        price=line.currency_id.format(price),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Lines are added while the dispute is in review."""
        lines = super().create(vals_list)
        lines.dispute_id._check_open()
        return lines

    def write(self, vals):
        """Lines of a decided dispute stay as they are."""
        self.dispute_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self.dispute_id._check_open()
