import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ..local_time import get_today
from .property_billing_invoicer import DATABASE_ERRORS

_logger = logging.getLogger(__name__)

# Bills whose late fees are billed between two commits.
BILLS_PER_BATCH = 100


class PropertyLateFee(models.Model):
    """The late fee of one bill for a run of days: billed, or waived.

    A day of a bill is dealt with at most once. A late fee that is cancelled, which is
    what crediting its document in full does, frees its days. Rows are made by billing
    and waiving only, and nobody edits them.
    """

    _name = "property.late.fee"
    _description = "Late Fee"
    _inherit = ["property.unit.mixin", "mail.thread", "property.audited.mixin"]
    _order = "date_to desc, id desc"
    _rec_names_search = ["bill_id.name", "move_id.name", "unit_id.code"]
    _mail_post_access = "read"
    _audit_kind = "waiver"
    _audit_columns = ("amount", "state")
    _audit_name = ("bill_id=account_move.name", "date_from", "date_to")
    _audit_reason = ("reason",)
    _audit_insert = "NEW.state = 'waived'"

    bill_id = fields.Many2one(
        "account.move",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The bill that was not paid in time.",
    )
    partner_id = fields.Many2one(
        related="bill_id.partner_id", store=True, index=True, precompute=True
    )
    policy_id = fields.Many2one(
        "property.late.fee.policy",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date_from = fields.Date(string="First Day", required=True, readonly=True)
    date_to = fields.Date(string="Last Day", required=True, readonly=True)
    days = fields.Integer(compute="_compute_days")
    amount = fields.Monetary(required=True, readonly=True)
    deducted_amount = fields.Monetary(
        readonly=True,
        help="Taken off because earlier days were billed before a payment was known.",
    )
    explanation = fields.Json(readonly=True)
    explanation_text = fields.Char(
        string="Why This Amount", compute="_compute_explanation_text"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Late Fee Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Bill Line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    payment_state = fields.Selection(related="move_id.payment_state")
    state = fields.Selection(
        [("billed", "Billed"), ("waived", "Waived"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    reason = fields.Char(readonly=True, tracking=True, help="Why it was waived.")
    user_id = fields.Many2one(
        "res.users",
        string="Staff",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A late fee cannot be negative."
    )
    # int4range stands for equality of the bill; see property.ownership.
    _bill_day_once = models.Constraint(
        "EXCLUDE USING gist ("
        "int4range(bill_id, bill_id, '[]') WITH =,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (state IN ('billed', 'waived'))",
        "The late fee of these days of this bill is billed or waived already.",
    )

    @api.depends("bill_id", "date_from", "date_to")
    def _compute_display_name(self):
        for fee in self:
            fee.display_name = f"{fee.bill_id.name} {fee.date_from} – {fee.date_to}"

    @api.depends("date_from", "date_to")
    def _compute_days(self):
        for fee in self:
            fee.days = (fee.date_to - fee.date_from).days + 1 if fee.date_to else 0

    @api.depends("explanation")
    @api.depends_context("lang")
    def _compute_explanation_text(self):
        """One sentence in the user's language; see property.fee.explanation."""
        explain = self.env["property.fee.explanation"]._get_sentence
        for fee in self:
            fee.explanation_text = explain(fee.explanation or {}, fee.currency_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        for fee in self:
            raise UserError(
                self.env._(
                    "Late fee %s cannot be deleted. Credit its bill.", fee.display_name
                )
            )

    # ------------------------------------------------------------------- lines
    def _get_bill_lines(self):
        """The lines of the late fee bills that these rows stand on, to be credited.

        :return: account.move.line
        """
        return self.filtered(lambda fee: fee.state == "billed").move_line_id

    # ------------------------------------------------------------------ waiving
    @api.model
    def _check_waiver_limit(self, amount, company=None):
        """Whether the user may give up late fees of ``amount`` alone: a fee manager,
        up to the limit of waivers.

        :param amount: in the currency of the company
        :param company: res.company, the current one by default
        :raise UserError: who may, or up to which amount
        """
        if self.env.su:
            return
        if not self.env.user.has_group("property_fee_billing.group_fee_manager"):
            raise UserError(self.env._("Only a fee manager may waive a late fee."))
        company = company or self.env.company
        limit = self.env["property.approval.limit"]._get_user_limit(
            self.env.user, "waiver", company
        )
        if amount > limit and company.currency_id.compare_amounts(amount, limit):
            raise UserError(
                self.env._(
                    "You may waive up to %(limit)s, not %(amount)s. Bill the late fee "
                    "and ask for a waiver of its bill: somebody else approves it.",
                    limit=company.currency_id.format(limit),
                    amount=company.currency_id.format(amount),
                )
            )

    def _waive_billed(self, reason):
        """Note that the document of billed late fees was credited to let the owner
        off, so that its days are not billed again. Called after the credit note is
        posted; approval is the caller's."""
        # the row says what became of its document; nobody may write it by hand
        self.filtered("move_id").sudo().write({"state": "waived", "reason": reason})

    def action_take_back_waiver(self):
        """Let the waived days of a late fee that was never billed run up again."""
        self._check_waiver_limit(0.0)
        for fee in self:
            fee.check_access("read")
            if fee.state != "waived" or fee.move_id:
                raise UserError(
                    self.env._(
                        "%s is not a waiver of days that were not billed.",
                        fee.display_name,
                    )
                )
        # see _waive_billed
        self.sudo().write({"state": "cancelled"})

    # ------------------------------------------------------------------ actions
    def action_open_bill(self):
        """The bill that was not paid in time."""
        return self._open_move(self.bill_id)

    def action_open_late_fee_bill(self):
        """The document the late fee was billed by."""
        return self._open_move(self.move_id)

    def _open_move(self, move):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "views": [(False, "form")],
        }

    # ----------------------------------------------------------------- schedule
    @api.model
    def _cron_post(self):
        """Bill late fees of the communities whose policy says so, once a month from
        its day on, committing each batch. A killed job goes on where it stopped: days
        that are billed are not billed again."""
        communities = self.env["property.community"].search(
            [("late_fee_policy_id.auto_post", "=", True)], order="code"
        )
        due = communities.filtered(lambda c: self._is_day(c, get_today(c)))
        for number, community in enumerate(due):
            others = len(due) - number - 1
            if not self._post_community(community, get_today(community), others):
                return

    @api.model
    def _is_day(self, community, today):
        """Whether the late fees of this month are still to be billed."""
        policy = community.late_fee_policy_id
        day = today.replace(day=policy.post_day)
        last = community.late_fee_posted_on
        return today >= day and (not last or last < day)

    @api.model
    def _post_community(self, community, date, others):
        """Bill all late fees of one community, batch by batch.

        :param others: number of communities that wait behind it
        :return: whether there is time left
        """
        cron = self.env["ir.cron"]
        bill_ids = self._get_candidates(community, date)
        remaining = len(bill_ids)
        for batch in split_every(BILLS_PER_BATCH, bill_ids, list):
            bills = self.env["account.move"].browse(batch)
            self._post_batch(bills.with_company(community.company_id), date)
            remaining -= len(batch)
            if not remaining:
                break
            if not cron._commit_progress(len(batch), remaining=remaining + others):
                return False
            self.env.invalidate_all()
        # the system keeps count; a member of the staff may not set it
        community.sudo().late_fee_posted_on = date
        return bool(cron._commit_progress(1, remaining=others))

    @api.model
    def _post_batch(self, bills, date):
        """Bill the late fees of some bills; one that fails keeps no other from it."""
        try:
            with self.env.cr.savepoint():
                bills._post_late_fees(date)
        except DATABASE_ERRORS:
            raise
        except Exception as error:
            # whatever one bill's data raises is noted where people look for it
            _logger.info("Late fees: batch failed, going by bill: %s", error)
            self.env.invalidate_all(flush=False)
            if len(bills) == 1:
                bills._message_log(
                    body=self.env._("Its late fee could not be billed: %s", error)
                )
                return
            for bill in bills:
                self._post_batch(bill, date)

    @api.model
    def _get_candidates(self, community, date):
        """Bills of a community on which a late fee may have run up: due before, and
        open or paid after grace, with days that no row deals with.

        :return: list of ids of account.move, the oldest first
        """
        for name in ("account.move", "property.payment.allocation", self._name):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id
                  FROM account_move m
                  LEFT JOIN LATERAL (
                       SELECT max(a.date) AS day FROM property_payment_allocation a
                        WHERE a.move_id = m.id) paid ON true
                  LEFT JOIN LATERAL (
                       SELECT max(f.date_to) FILTER (WHERE f.state <> 'cancelled')
                                  AS day,
                              bool_or(f.state = 'cancelled') AS has_freed
                         FROM property_late_fee f WHERE f.bill_id = m.id) fee ON true
                 WHERE m.fee_community_id = %(community)s
                   AND m.move_type = 'out_invoice' AND m.state = 'posted'
                   AND m.late_fee_bill_id IS NULL
                   AND m.invoice_date_due + %(grace)s < %(date)s
                   AND (m.payment_state IN ('not_paid', 'partial', 'blocked')
                        OR paid.day > m.invoice_date_due + %(grace)s)
                   AND (fee.day IS NULL OR fee.has_freed
                        OR fee.day < CASE
                           WHEN m.payment_state IN ('not_paid', 'partial', 'blocked')
                           THEN %(date)s ELSE LEAST(paid.day, %(date)s) END)
                 ORDER BY m.invoice_date_due, m.id
                """,
                community=community.id,
                date=date,
                grace=self._get_shortest_grace(community.late_fee_policy_id),
            )
        )
        return [bill_id for [bill_id] in rows]

    @api.model
    def _get_shortest_grace(self, policy):
        """Days of grace of a policy or an earlier one, the fewest of them."""
        days = []
        while policy:
            days.append(policy.grace_days)
            policy = policy.previous_id
        return min(days, default=0)
