from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..engine.payment_plan import split_debt
from ..local_time import get_today
from .property_approval_mixin import APPROVAL_ACTIVITY
from .property_fee_dispute import FAR

# Plans that the scheduled job looks at in one go.
CHUNK = 500
# What the instalments follow from.
PLANNED = {"unit_id", "partner_id", "bill_ids", "date_first", "instalment_count"}


class PropertyPaymentPlan(models.Model):
    """A debtor pays open bills of a unit by monthly instalments.

    While the plan is active its bills are not demanded and bear no late fee. The
    signed plan acknowledges the debt, so the limitation of its bills starts anew
    (Civil Code of China, article 195). What is paid of the bills counts toward the
    instalments, the oldest first; there is no ledger besides the bills. An instalment
    that stays unpaid beyond the days of the community breaks the plan: dunning goes
    on where it had stopped.
    """

    _name = "property.payment.plan"
    _description = "Payment Plan"
    _inherit = [
        "property.approval.mixin",
        "property.numbered.mixin",
        "property.unit.mixin",
        "property.payer.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "unit_id.code", "partner_id.name"]

    # an agreed plan is active at once: it is never "approved" or "done"
    state = fields.Selection(
        selection_add=[
            ("active", "Active"),
            ("kept", "Fulfilled"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        ondelete=dict.fromkeys(
            ("active", "kept", "broken", "cancelled"), "set default"
        ),
        group_expand=False,
    )
    unit_id = fields.Many2one(tracking=True)
    partner_id = fields.Many2one(string="Debtor", required=True)
    bill_ids = fields.Many2many(
        "account.move",
        "property_payment_plan_bill_rel",
        "plan_id",
        "move_id",
        string="Bills",
        compute="_compute_bill_ids",
        store=True,
        readonly=False,
        copy=False,
        domain="[('fee_unit_id', '=', unit_id), ('move_type', '=', 'out_invoice'),"
        " ('state', '=', 'posted'), ('payment_state', 'in', ('not_paid', 'partial'))]",
        help="All open bills of the unit and debtor, if nothing else is chosen. Bill "
        "late fees first if they are to be part of the plan.",
    )
    date_first = fields.Date(
        string="First Instalment",
        required=True,
        default=get_today,
        tracking=True,
    )
    instalment_count = fields.Integer(
        string="Instalments", required=True, default=6, tracking=True, help="Months."
    )
    line_ids = fields.One2many(
        "property.payment.plan.line", "plan_id", string="Schedule", copy=False
    )
    reason = fields.Text(required=True, help="Why the debtor cannot pay at once.")
    acknowledgement_ids = fields.Many2many(
        "ir.attachment",
        string="Signed Plan",
        copy=False,
        help="The plan with the debtor's signature: it acknowledges the debt.",
    )
    acknowledged_on = fields.Date(
        string="Signed On",
        required=True,
        default=get_today,
        tracking=True,
        help="The limitation of the bills starts anew on this day.",
    )
    amount = fields.Monetary(
        string="Debt", compute="_compute_amount", store=True, tracking=True
    )
    amount_open = fields.Monetary(
        string="Left to Pay",
        compute="_compute_amount_open",
        help="What is open of the bills.",
    )
    amount_paid = fields.Monetary(string="Paid", compute="_compute_amount_open")
    next_date = fields.Date(string="Next Instalment", compute="_compute_amount_open")
    activated_on = fields.Date(readonly=True, copy=False, tracking=True)
    ended_on = fields.Date(readonly=True, copy=False, tracking=True)

    _count_positive = models.Constraint(
        "CHECK (instalment_count BETWEEN 1 AND 120)",
        "A plan has 1 to 120 instalments.",
    )

    # ---------------------------------------------------------------- computes
    @api.depends("unit_id", "partner_id")
    def _compute_bill_ids(self):
        Move = self.env["account.move"]
        for plan in self:
            plan.bill_ids = plan.unit_id and Move.search(
                Move._get_unpaid_domain()
                & fields.Domain("fee_unit_id", "=", plan.unit_id._origin.id)
                & fields.Domain(
                    "commercial_partner_id",
                    "=",
                    plan.partner_id.commercial_partner_id._origin.id,
                )
            )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for plan in self:
            plan.amount = sum(plan.line_ids.mapped("amount"))

    @api.depends(
        "state", "line_ids.amount", "line_ids.date", "bill_ids.amount_residual"
    )
    def _compute_amount_open(self):
        for plan in self:
            # whoever may see a plan may see what is open of its bills
            open_amount = sum(plan.sudo().bill_ids.mapped("amount_residual"))
            is_started = bool(plan.activated_on)
            plan.amount_open = open_amount
            plan.amount_paid = (
                max(0.0, plan.amount - open_amount) if is_started else 0.0
            )
            waiting = plan.line_ids.filtered(lambda line: line.amount_open)
            plan.next_date = min(waiting.mapped("date"), default=False)

    # --------------------------------------------------------------------- crud
    @api.model_create_multi
    def create(self, vals_list):
        """Work out the instalments."""
        plans = super().create(vals_list)
        plans._make_instalments()
        return plans

    def write(self, vals):
        """A draft's instalments follow its bills, first day and number."""
        result = super().write(vals)
        if vals.keys() & PLANNED:
            self._make_instalments()
        return result

    def action_make_instalments(self):
        """Work the instalments of a draft out anew, from what is open now."""
        for plan in self:
            plan._lock_request("draft")
        self._make_instalments()

    def _make_instalments(self):
        """Replace the instalments by equal ones; without a debt there are none."""
        for plan in self:
            # a user sees the bills they plan; only the sum is taken
            debt = sum(plan.sudo().bill_ids.mapped("amount_residual"))
            decimals = plan.currency_id.decimal_places
            exact = Decimal(f"{debt:.{decimals}f}")
            parts = []
            if exact >= plan.instalment_count * Decimal(1).scaleb(-decimals):
                parts = split_debt(
                    exact, plan.date_first, plan.instalment_count, decimals
                )
            plan.line_ids = [Command.clear()] + [
                Command.create({"date": day, "amount": float(amount)})
                for day, amount in parts
            ]

    # ---------------------------------------------------------------- approval
    def _get_approval_kind(self):
        return "payment_plan"

    def _get_approval_amount(self):
        return self.amount

    @api.model
    def _get_flow_fields(self):
        return super()._get_flow_fields() | {"activated_on", "ended_on"}

    def action_submit(self):
        """Override: what was signed belongs to the plan, for whoever decides."""
        for plan in self.filtered(lambda plan: plan.state == "draft"):
            plan.acknowledgement_ids.write({"res_model": self._name, "res_id": plan.id})
        return super().action_submit()

    def _check_request(self):
        """Override: what cannot be planned is refused before anybody is asked."""
        self.ensure_one()
        if not self.acknowledgement_ids:
            raise ValidationError(
                self.env._("Attach plan %s as the debtor signed it.", self.name)
            )
        today = get_today(self)
        if self.date_first < today or self.acknowledged_on > today:
            raise ValidationError(
                self.env._(
                    "Plan %s: the first instalment cannot be before today, and it is "
                    "not signed on a day to come.",
                    self.name,
                )
            )
        self.env["property.settlement"]._lock_bills(self.bill_ids)
        self._check_bills()
        debt = sum(self.bill_ids.mapped("amount_residual"))
        if not self.line_ids or self.currency_id.compare_amounts(debt, self.amount):
            raise UserError(
                self.env._(
                    "Plan %(plan)s is about %(amount)s, but %(open)s is open of its "
                    "bills. Work the instalments out anew.",
                    plan=self.name,
                    amount=self.currency_id.format(self.amount),
                    open=self.currency_id.format(debt),
                )
            )

    def _check_bills(self):
        """Open bills of the unit and debtor, on no other plan and not disputed."""
        others = self.bill_ids._get_bills_on_plan()
        # only the state counts, also of a dispute the user may not see
        disputed = self.bill_ids.invoice_line_ids.filtered(
            lambda line: line.fee_dispute_id.sudo().state in ("open", "upheld")
        ).move_id
        owner = self.partner_id.commercial_partner_id
        for bill in self.bill_ids:
            if (
                bill.move_type != "out_invoice"
                or bill.state != "posted"
                or bill.fee_unit_id != self.unit_id
                or bill.commercial_partner_id != owner
                or bill.currency_id != self.currency_id
            ):
                problem = self.env._("it is no posted bill of this unit and debtor")
            elif bill in others:
                problem = self.env._("it is on another payment plan")
            elif bill in disputed:
                problem = self.env._("part of it is disputed")
            else:
                continue
            raise ValidationError(
                self.env._(
                    "Bill %(bill)s cannot be planned: %(problem)s.",
                    bill=bill.name,
                    problem=problem,
                )
            )

    def _do_approved(self):
        """Override: the plan begins."""
        self.ensure_one()
        self._write_flow({"activated_on": get_today(self)})
        self.bill_ids._restart_limitation(self.acknowledged_on, "acknowledgement", self)
        self._log_on_bills(self.env._("On payment plan %s", self.name))

    def _finish(self):
        """Override: a plan that was agreed is active, not done."""
        self.ensure_one()
        self._do_approved()
        self._write_flow({"state": "active"})
        self.activity_unlink([APPROVAL_ACTIVITY])
        self._update_cases()

    def _update_cases(self):
        """The arrears cases rest while a plan is kept, and go on where they were."""
        self.env["property.arrears.case"]._sync(units=self.unit_id)

    def _log_on_bills(self, body):
        # a note about the bills; nothing of the bills themselves is written
        bills = self.sudo().bill_ids
        bills._message_log_batch(bodies=dict.fromkeys(bills.ids, body))

    # --------------------------------------------------------------------- end
    def action_cancel(self):
        """End plans that are no longer wanted; dunning goes on."""
        for plan in self:
            plan._lock_request("active", "waiting", "refused")
        self._end("cancelled")

    def action_check(self):
        """See whether plans are kept, as the scheduled job does."""
        self.check_access("write")
        self.filtered(lambda plan: plan.state == "active")._check_kept()

    @api.model
    def _cron_check_plans(self):
        """End the plans that are paid, and those that are not kept."""
        cron = self.env["ir.cron"]
        plans = self.search([("state", "=", "active")], order="id")
        for start in range(0, len(plans), CHUNK):
            part = plans[start : start + CHUNK]
            part._check_kept()
            left = len(plans) - start - len(part)
            if not cron._commit_progress(len(part), remaining=left):
                return

    def _check_kept(self):
        """End plans by what is paid of their bills today."""
        paid = self.filtered(
            lambda plan: plan.currency_id.compare_amounts(plan.amount_open, 0) <= 0
        )
        paid._end("kept")
        (self - paid).filtered("line_ids")._filter_missed()._end("broken")

    def _filter_missed(self):
        """Plans with an instalment unpaid for more days than the community allows."""
        return self.filtered(
            lambda plan: any(
                line.amount_open
                and (get_today(plan) - line.date).days
                > plan.community_id.plan_grace_days
                for line in plan.line_ids
            )
        )

    def _end(self, state):
        """End plans as kept, broken or cancelled."""
        if not self:
            return
        today = get_today(self)
        self._write_flow({"state": state, "ended_on": today})
        self._update_cases()
        if state != "broken":
            return
        for plan in self:
            missed = plan.line_ids.filtered("amount_open")[:1]
            # in the language of who reads it: a job ends plans
            env = plan.with_context(lang=plan.requested_by_id.lang).env
            plan.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=plan.requested_by_id.id,
                summary=env._(
                    "Instalment of %(amount)s due on %(date)s was not paid",
                    amount=plan.with_env(env).currency_id.format(missed.amount_open),
                    date=format_date(env, missed.date),
                ),
            )
            plan._log_on_bills(
                self.env._("Payment plan %s was not kept: dunning goes on", plan.name)
            )

    def _get_pause(self):
        """First and last day without a late fee, both included."""
        self.ensure_one()
        return self.activated_on, self.ended_on or FAR
