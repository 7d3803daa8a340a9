from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.property_fee_billing.local_time import get_today

KINDS = [
    ("explanation", "Explanation"),
    ("correction", "Correction"),
    ("apology", "Apology Letter"),
    ("free_service", "Free Service"),
    ("goodwill", "Goodwill Credit"),
    ("waiver", "Waiver"),
    ("refund", "Refund"),
]
# Always money; a correction is money where it names a bill line.
MONEY = ("goodwill", "waiver", "refund")
# What each becomes in accounting: kind of adjustment, and its reason.
ADJUSTMENTS = {
    "correction": ("credit_note", "billing_error"),
    "goodwill": ("waiver", "goodwill"),
    "waiver": ("waiver", "complaint"),
    "refund": ("credit_note", "complaint"),
}
MANAGER = "property_fee_complaints.group_complaint_manager"


class PropertyComplaintRemedy(models.Model):
    """One thing that is done for the complainant.

    What costs money becomes an adjustment, which is approved as every adjustment is and
    makes a credit note; a refund then pays out the credit. It is done when the document
    is posted.
    """

    _name = "property.complaint.remedy"
    _description = "Remedy of a Complaint"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    complaint_id = fields.Many2one(
        "property.complaint", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        related="complaint_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="complaint_id.currency_id")
    unit_id = fields.Many2one(related="complaint_id.unit_id")
    kind = fields.Selection(KINDS, required=True)
    name = fields.Char(string="What Is Done", required=True)
    date = fields.Date(string="Promised On", required=True, default=get_today)
    letter = fields.Html(help="The words of the letter of apology.")
    is_money = fields.Boolean(compute="_compute_is_money")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Bill Line",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('fee_unit_id', '=', unit_id), ('fee_item_id', '!=', False),"
        " ('display_type', '=', 'product'), ('parent_state', '=', 'posted'),"
        " ('move_type', '=', 'out_invoice')]",
        help="The line that is credited.",
    )
    amount = fields.Monetary(help="Taxes included.")
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        string="Paid Out By",
        ondelete="restrict",
        domain="[('id', 'in', available_method_ids)]",
    )
    available_method_ids = fields.Many2many(
        "account.payment.method.line", compute="_compute_available_method_ids"
    )
    adjustment_id = fields.Many2one(
        "property.adjustment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    payout_id = fields.Many2one(
        "property.adjustment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    move_id = fields.Many2one(related="adjustment_id.move_id", string="Credit Note")
    done_on = fields.Date(readonly=True, copy=False)
    is_cancelled = fields.Boolean(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Promised"),
            ("waiting", "To Approve"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a remedy cannot be negative."
    )

    # ---------------------------------------------------------------- computes
    @api.depends("kind", "name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for remedy in self:
            remedy.display_name = f"{kinds.get(remedy.kind, '')}: {remedy.name or ''}"

    @api.depends("kind", "move_line_id")
    def _compute_is_money(self):
        for remedy in self:
            remedy.is_money = remedy.kind in MONEY or (
                remedy.kind == "correction" and bool(remedy.move_line_id)
            )

    @api.depends("community_id")
    def _compute_available_method_ids(self):
        for remedy in self:
            community = remedy.community_id
            remedy.available_method_ids = (
                community._get_payment_methods("outbound") if community else False
            )

    @api.depends("is_cancelled", "done_on", "adjustment_id.state", "payout_id.state")
    def _compute_state(self):
        for remedy in self:
            states = {remedy.adjustment_id.state, remedy.payout_id.state} - {False}
            if remedy.is_cancelled:
                remedy.state = "cancelled"
            elif remedy.done_on:
                remedy.state = "done"
            elif "refused" in states:
                remedy.state = "refused"
            else:
                remedy.state = "waiting" if states else "draft"

    @api.onchange("kind", "move_line_id")
    def _onchange_move_line_id(self):
        """Offer the line in dispute, and what can be credited of it."""
        if self.kind in MONEY and not self.move_line_id:
            self.move_line_id = self.complaint_id.line_ids.move_line_id[:1]
        line = self.move_line_id
        if line and self.kind in ADJUSTMENTS and not self.amount:
            self.amount = line.fee_amount_open or line.price_total

    # ------------------------------------------------------------------ checks
    @api.constrains("kind", "move_line_id", "amount", "payment_method_line_id")
    def _check_money(self):
        """Money needs a line and an amount, a refund also how it is paid."""
        for remedy in self.filtered("is_money"):
            if not remedy.move_line_id or not remedy.amount:
                raise ValidationError(
                    self.env._(
                        "%s: say which bill line is credited, and how much.",
                        remedy.display_name,
                    )
                )
            if remedy.kind == "refund" and not remedy.payment_method_line_id:
                raise ValidationError(
                    self.env._("%s: say how it is paid out.", remedy.display_name)
                )

    @api.constrains("kind", "amount", "date", "complaint_id")
    def _check_budget(self):
        """Goodwill stays within the year's budget, unless the manager goes beyond."""
        for remedy in self:
            if remedy.kind != "goodwill" or self.env.user.has_group(MANAGER):
                continue
            left = self.env["property.complaint.budget"]._get_left(
                remedy.community_id, remedy.date.year
            )
            if left < 0:
                raise UserError(
                    self.env._(
                        "%(amount)s is beyond the goodwill budget of %(community)s in "
                        "%(year)s; only the complaint manager may promise that.",
                        amount=remedy.currency_id.format(remedy.amount),
                        community=remedy.community_id.name,
                        year=remedy.date.year,
                    )
                )

    def write(self, vals):
        """What was asked for or is done stays as it is."""
        if vals.keys() & {"kind", "name", "move_line_id", "amount", "complaint_id"}:
            for remedy in self:
                if remedy.state not in ("draft", "refused"):
                    raise UserError(
                        self.env._(
                            "%s is under way and stays as it is.", remedy.display_name
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_under_way(self):
        for remedy in self:
            if remedy.adjustment_id or remedy.state == "done":
                raise UserError(
                    self.env._(
                        "%s is under way and cannot be deleted.", remedy.display_name
                    )
                )
