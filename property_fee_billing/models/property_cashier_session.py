from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..local_time import get_today
from .money_flow import in_money_flow, money_flow


class PropertyCashierSession(models.Model):
    """A cashier's time at the desk of one community, from count to count."""

    _name = "property.cashier.session"
    _description = "Cashier Session"
    _inherit = ["property.numbered.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "opened_on desc, id desc"
    _check_company_auto = True

    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Cashier",
        required=True,
        index=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
    )
    opened_on = fields.Datetime(
        required=True, readonly=True, copy=False, default=fields.Datetime.now
    )
    closed_on = fields.Datetime(readonly=True, copy=False)
    opening_amount = fields.Monetary(
        string="Opening Count", help="Cash in the drawer when the session began."
    )
    counted_amount = fields.Monetary(
        string="Closing Count",
        copy=False,
        tracking=True,
        help="Cash in the drawer when the session ended.",
    )
    cash_amount = fields.Monetary(
        string="Cash Taken",
        compute="_compute_amounts",
        help="Cash taken less cash paid out and less what was voided.",
    )
    expected_amount = fields.Monetary(
        string="Expected Cash", compute="_compute_amounts"
    )
    difference = fields.Monetary(compute="_compute_amounts")
    total_amount = fields.Monetary(
        compute="_compute_amounts", help="Money taken in all ways."
    )
    difference_reason = fields.Char(copy=False, tracking=True)
    difference_move_id = fields.Many2one(
        "account.move", string="Difference Entry", readonly=True, copy=False
    )
    method_amounts = fields.Text(
        string="By Method",
        compute="_compute_amounts",
        help="Money taken, less what was paid out or voided, by payment method.",
    )
    payment_ids = fields.One2many("account.payment", "fee_session_id")
    receipt_ids = fields.One2many("property.receipt", "session_id")
    receipt_count = fields.Integer(compute="_compute_receipt_count")

    _one_open = models.UniqueIndex(
        "(community_id, user_id) WHERE state = 'open'",
        "This cashier already has an open session in this community.",
    )
    _counts_positive = models.Constraint(
        "CHECK (opening_amount >= 0 AND counted_amount >= 0)",
        "A count of cash cannot be negative.",
    )

    @api.depends("receipt_ids")
    def _compute_receipt_count(self):
        counts = dict(
            self.env["property.receipt"]._read_group(
                [("session_id", "in", self.ids)], ["session_id"], ["__count"]
            )
        )
        for session in self:
            session.receipt_count = counts.get(session, 0)

    @api.depends(
        "state",
        "payment_ids.state",
        "opening_amount",
        "counted_amount",
        "receipt_ids.state",
    )
    def _compute_amounts(self):
        """From the money side of the entries of the session, voids included."""
        # in a form being filled in, what is stored counts
        stored = self.env["property.day.sheet"]._get_session_methods(self._origin)
        for session in self:
            methods = stored.get(session._origin.id, [])
            session.total_amount = sum(row["amount"] for row in methods)
            session.method_amounts = "\n".join(
                f"{row['journal'].name}: {session.currency_id.format(row['amount'])}"
                for row in methods
            )
            session.cash_amount = sum(
                row["amount"] for row in methods if row["is_cash"]
            )
            session.expected_amount = session.opening_amount + session.cash_amount
            session.difference = (
                session.counted_amount - session.expected_amount
                if session.state == "closed" or session.counted_amount
                else 0.0
            )

    @api.model
    def _get_open(self, community):
        """The open session of the current user in a community.

        :raise UserError: there is none
        """
        session = self.search(
            [
                ("community_id", "=", community.id),
                ("user_id", "=", self.env.uid),
                ("state", "=", "open"),
            ],
            limit=1,
        )
        if not session:
            raise UserError(
                self.env._(
                    "You have no open cashier session in %s. Open one, with the cash "
                    "in the drawer, to take money.",
                    community.display_name,
                )
            )
        return session

    def action_open_close(self):
        """Ask for the count of the drawer, then close."""
        self.ensure_one()
        view = self.env.ref(
            "property_fee_billing.property_cashier_session_view_form_close"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close Session %s", self.name),
            "res_model": "property.cashier.session",
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def write(self, vals):
        """What was counted stays as it was counted."""
        if {"counted_amount", "opening_amount", "difference_reason"} & vals.keys():
            self._check_open()
        fixed = {"state", "closed_on", "difference_move_id", "user_id", "community_id"}
        if fixed & vals.keys() and not in_money_flow(self.env):
            raise UserError(
                self.env._("A session is closed after its count, and stays closed.")
            )
        return super().write(vals)

    @money_flow
    def action_close(self):
        """Close after the count; a difference needs its reason and is booked."""
        for session in self:
            session._check_open()
            # nobody takes money in this session while it closes
            session.lock_for_update()
            session.invalidate_recordset(["state"])
            session._check_open()
            difference = session.counted_amount - session.expected_amount
            if not session.currency_id.is_zero(difference):
                session._check_difference_reason(difference)
                session._post_difference(difference)
            session.write({"state": "closed", "closed_on": fields.Datetime.now()})

    def _check_difference_reason(self, difference):
        """A drawer that differs from the books needs a word about it."""
        if not self.difference_reason:
            raise ValidationError(
                self.env._(
                    "The drawer of session %(session)s differs from the books by "
                    "%(difference)s. Count again, or give the reason.",
                    session=self.name,
                    difference=self.currency_id.format(difference),
                )
            )

    def _check_open(self):
        for session in self:
            if session.state != "open":
                raise UserError(
                    self.env._("Session %s is closed already.", session.name)
                )

    def _get_cash_journal(self):
        """The cash journal of the drawer: of the session's payments, or the first."""
        self.ensure_one()
        journals = self.payment_ids.journal_id or self.env["account.journal"].search(
            self.community_id._get_counter_journal_domain()
        )
        return journals.filtered(lambda journal: journal.type == "cash")[:1]

    def _post_difference(self, difference):
        """Book what the drawer has more or less than the books."""
        self.ensure_one()
        journal = self._get_cash_journal()
        account = (
            journal.profit_account_id if difference > 0 else journal.loss_account_id
        )
        if not journal or not account:
            raise UserError(
                self.env._(
                    "Set the profit and loss accounts of cash journal %s: the "
                    "difference of the drawer is booked there.",
                    journal.display_name or "",
                )
            )
        # A cashier may not write entries by hand; this one entry is the count's.
        move = (
            self.env["account.move"]
            .sudo()
            .create(self._prepare_difference_values(journal, account, difference))
        )
        move._post(soft=False)
        self.difference_move_id = move

    def _prepare_difference_values(self, journal, account, difference):
        """Values of the entry of a difference: drawer against profit or loss."""
        label = self.env._(
            "Cash difference %(session)s: %(reason)s",
            session=self.name,
            reason=self.difference_reason,
        )
        amounts = (
            (journal.default_account_id, difference),
            (account, -difference),
        )
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": get_today(self),
            "ref": label,
            "fee_community_id": self.community_id.id,
            "fee_session_id": self.id,
            "line_ids": [
                fields.Command.create(
                    {
                        "account_id": line_account.id,
                        "name": label,
                        "amount_currency": amount,
                        "currency_id": self.currency_id.id,
                    }
                )
                for line_account, amount in amounts
            ],
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for session in self:
            if session.receipt_ids or session.payment_ids:
                raise UserError(
                    self.env._(
                        "Session %s has receipts and cannot be deleted.", session.name
                    )
                )

    def action_open_receipts(self):
        """The receipts of this session."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_receipt_action"
        )
        action["domain"] = [("session_id", "in", self.ids)]
        return action

    def action_open_counter(self):
        """The counter of this session's community."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "property_fee_billing.property_counter_action"
        )
        action["params"] = {"community_id": self.community_id.id}
        return action
