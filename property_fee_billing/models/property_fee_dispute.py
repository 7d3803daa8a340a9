from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..local_time import get_today

REASONS = [
    ("amount", "Amount"),
    ("standard", "Standard or Rate"),
    ("duplicate", "Billed Twice"),
    ("area", "Area or Quantity"),
    ("vacancy", "Vacancy"),
    ("late_charge", "Late Fee"),
    ("service", "Service Not Rendered"),
    ("defect", "Building Defect"),
    ("invoice", "Invoice"),
    ("other", "Other"),
]
# What a reason says about the cause of the arrears, where it is not just a dispute.
CAUSE_OF_REASON = {"vacancy": "vacancy", "defect": "defect"}
# The last day of a hold that has no end yet.
FAR = date(9000, 12, 31)


class PropertyFeeDispute(models.Model):
    """What a debtor disputes of the lines of posted bills, until it is decided.

    What is held is left out of reminders and bears no late fee; all the rest of the
    bill is collected as ever. The hold begins on the day the dispute is opened. It ends

    - when the debtor withdraws it, with that day;
    - when it is rejected, with the new deadline: dunning counts from there;
    - when it is upheld, never: the amount waits for its credit note.
    """

    _name = "property.fee.dispute"
    _description = "Fee Dispute"
    _inherit = [
        "property.flow.mixin",
        "property.numbered.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "property.unit.mixin",
        "property.payer.mixin",
    ]
    _order = "opened_on desc, id desc"
    _rec_names_search = ["name", "reference", "unit_id.code", "partner_id.name"]

    unit_id = fields.Many2one(tracking=True)
    partner_id = fields.Many2one(string="Debtor", required=True)
    state = fields.Selection(
        [
            ("open", "In Review"),
            ("upheld", "Upheld"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    reason_code = fields.Selection(
        REASONS, string="Reason", required=True, tracking=True
    )
    reason = fields.Text(string="Explanation", help="What the debtor says.")
    reference = fields.Char(tracking=True, help="Ticket or letter it came with.")
    opened_on = fields.Date(
        required=True,
        default=get_today,
        tracking=True,
        help="Late fees and reminders leave the disputed amount out from this day on.",
    )
    opened_by_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    line_ids = fields.One2many("property.fee.dispute.line", "dispute_id", copy=False)
    bill_ids = fields.Many2many(
        "account.move", string="Bills", compute="_compute_bill_ids"
    )
    amount = fields.Monetary(
        string="Disputed", compute="_compute_amount", store=True, tracking=True
    )
    decided_on = fields.Date(readonly=True, copy=False, tracking=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decision_note = fields.Text(
        string="Decision",
        copy=False,
        tracking=True,
        help="The answer to the debtor, with its reasons.",
    )
    deadline = fields.Date(
        string="New Deadline",
        copy=False,
        tracking=True,
        help="By when the amount is to be paid after a rejection. Until then it is not "
        "demanded; dunning and late fees count from there.",
    )

    _deadline_after_opening = models.Constraint(
        "CHECK (deadline IS NULL OR deadline >= opened_on)",
        "The new deadline cannot be before the day the dispute was opened.",
    )

    # ---------------------------------------------------------------- computes
    @api.depends("line_ids.move_id")
    def _compute_bill_ids(self):
        for dispute in self:
            dispute.bill_ids = dispute.line_ids.move_id

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for dispute in self:
            dispute.amount = sum(dispute.line_ids.mapped("amount"))

    # --------------------------------------------------------------------- crud
    @api.model_create_multi
    def create(self, vals_list):
        """Note the disputes on their bills."""
        if any(vals.get("state", "open") != "open" for vals in vals_list):
            self._refuse_flow_fields(["state"])
        disputes = super().create(vals_list)
        for dispute in disputes:
            if not dispute.line_ids:
                raise ValidationError(
                    self.env._("Say which lines of a bill are disputed.")
                )
        disputes._log_on_bills(self.env._("Disputed: %(amount)s, %(dispute)s"))
        for dispute in disputes:
            self.env["property.arrears.case"]._propose_cause(
                dispute.unit_id,
                dispute.partner_id,
                CAUSE_OF_REASON.get(dispute.reason_code, "dispute"),
            )
        return disputes

    def write(self, vals):
        """What is decided stays as it is."""
        if any(not name.startswith(("message_", "activity_")) for name in vals):
            self._check_open()
        return super().write(vals)

    @api.model
    def _get_flow_fields(self):
        """Override: who opened it and what was decided."""
        return super()._get_flow_fields() | {
            "state",
            "decided_on",
            "decided_by_id",
            "opened_by_id",
        }

    def _check_open(self):
        """What is decided is not changed."""
        for dispute in self:
            if dispute.state != "open":
                raise UserError(
                    self.env._(
                        "Dispute %s has been decided and stays as it is.", dispute.name
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_open()

    # ----------------------------------------------------------------- decision
    def action_uphold(self):
        """The debtor is right: the amount waits for its credit note."""
        self._decide("upheld")

    def action_reject(self):
        """The debtor is wrong and is given a new deadline."""
        today = get_today(self)
        for dispute in self:
            if not dispute.deadline or dispute.deadline < today:
                raise ValidationError(
                    self.env._(
                        "Dispute %s: set a new deadline, not before today.",
                        dispute.name,
                    )
                )
        self._decide("rejected")

    def action_withdraw(self):
        """The debtor no longer disputes it."""
        self._decide("withdrawn")

    def _decide(self, state):
        """Close disputes that are in review."""
        self._check_may_decide()
        self._check_open()
        for dispute in self:
            if state != "withdrawn" and not (dispute.decision_note or "").strip():
                raise ValidationError(
                    self.env._("Dispute %s: write the decision down.", dispute.name)
                )
        self._write_flow(
            {
                "state": state,
                "decided_on": get_today(self),
                "decided_by_id": self.env.uid,
            }
        )
        labels = dict(self._fields["state"]._description_selection(self.env))
        self._log_on_bills(f"%(dispute)s: {labels[state]}, %(amount)s")

    def _check_may_decide(self):
        self.check_access("write")
        if not (
            self.env.su
            or self.env.user.has_group("property_fee_billing.group_collector")
        ):
            raise UserError(self.env._("Disputes are decided by collectors."))

    def _log_on_bills(self, text):
        """Leave a note in the chatter of the bills.

        :param str text: with placeholders ``dispute`` and ``amount``
        """
        bodies = {}
        for dispute in self:
            for bill, lines in dispute.line_ids.grouped("move_id").items():
                bodies[bill.id] = text % {
                    "dispute": dispute.name,
                    "amount": dispute.currency_id.format(sum(lines.mapped("amount"))),
                }
        if bodies:
            # a note about the bill; nothing of the bill itself is written
            self.env["account.move"].sudo().browse(bodies)._message_log_batch(
                bodies=bodies
            )

    # --------------------------------------------------------------------- hold
    def _get_hold(self):
        """First and last day on which the amount is held, both included."""
        self.ensure_one()
        last = {
            "open": FAR,
            "upheld": FAR,
            "rejected": max(
                filter(None, (self.deadline, self.decided_on)), default=FAR
            ),
            "withdrawn": self.decided_on,
        }[self.state]
        return self.opened_on, last

    def _is_fee_paused(self):
        """Whether the days of the hold bear no late fee: always while it is open or
        was upheld, else unless the community charges the held days afterwards."""
        self.ensure_one()
        return (
            self.state in ("open", "upheld")
            or not self.community_id.late_fee_for_held_days
        )

    def action_open_bills(self):
        """The bills that are disputed."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_fee_bill_action"
        )
        action["domain"] = [("id", "in", self.bill_ids.ids)]
        return action
