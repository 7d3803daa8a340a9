import math

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError

from ..local_time import get_today

APPROVAL_ACTIVITY = "property_fee_billing.mail_activity_type_approval"


class PropertyApprovalMixin(models.AbstractModel):
    """A request that is carried out at once up to the limit of who makes it, and
    above that when somebody else, whose limit suffices, approves it.

    A model that takes this has ``community_id``, ``company_id``, ``currency_id`` and
    says what kind of action it is (``_get_approval_kind``), for how much
    (``_get_approval_amount``), what must hold (``_check_request``) and what then
    happens (``_do_approved``).
    """

    _name = "property.approval.mixin"
    _description = "Needs Approval above a Limit"
    _inherit = ["property.flow.mixin", "mail.thread", "mail.activity.mixin"]

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "To Approve"),
            ("approved", "Approved"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    requested_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, tracking=True
    )
    requested_on = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, tracking=True
    )
    decided_on = fields.Datetime(readonly=True, copy=False)
    decision_note = fields.Char(
        string="Note on the Decision",
        copy=False,
        tracking=True,
        help="A refusal needs one.",
    )
    needs_approval = fields.Boolean(
        compute="_compute_needs_approval",
        help="It is above your own limit: somebody else must approve it.",
    )
    may_approve = fields.Boolean(compute="_compute_needs_approval")

    # ------------------------------------------------------------------- hooks
    def _get_approval_kind(self):
        """The kind of property.approval.limit that applies."""
        raise NotImplementedError

    def _get_approval_amount(self):
        """What is given away, in ``currency_id``."""
        raise NotImplementedError

    def _check_request(self):
        """Refuse, in one clear sentence, what cannot be done."""

    def _do_approved(self):
        """Do what was asked for."""
        raise NotImplementedError

    def _is_done_by_requester(self):
        """Whether the requester does it after the approval, e.g. to hand out cash."""
        return False

    @api.model
    def _get_flow_fields(self):
        """Override: what the flow below writes."""
        return super()._get_flow_fields() | {
            "state",
            "requested_by_id",
            "requested_on",
            "decided_by_id",
            "decided_on",
        }

    # ------------------------------------------------------------------- limit
    def _get_limit_amount(self):
        """The amount in the company's currency, which limits are in."""
        self.ensure_one()
        return self.currency_id._convert(
            self._get_approval_amount(),
            self.company_id.currency_id,
            self.company_id,
            get_today(self),
        )

    def _is_within_limit(self):
        """Whether the current user may do this alone."""
        self.ensure_one()
        limit = self.env["property.approval.limit"]._get_user_limit(
            self.env.user, self._get_approval_kind(), self.company_id
        )
        currency = self.company_id.currency_id
        return (
            math.isinf(limit)
            or currency.compare_amounts(self._get_limit_amount(), limit) <= 0
        )

    @api.depends_context("uid")
    @api.depends("state", "requested_by_id")
    def _compute_needs_approval(self):
        for record in self:
            is_known = bool(record.company_id and record.currency_id)
            is_within = is_known and record._is_within_limit()
            record.needs_approval = (
                is_known and record.state == "draft" and not is_within
            )
            record.may_approve = (
                is_within
                and record.state == "waiting"
                and record.requested_by_id != self.env.user
            )

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        """A request begins as a draft."""
        # also against defaults from the context
        fresh = {**dict.fromkeys(self._get_flow_fields(), False), "state": "draft"}
        for vals in vals_list:
            refused = [n for n in fresh if vals.get(n, fresh[n]) != fresh[n]]
            if refused:
                self._refuse_flow_fields(refused)
        return super().create([{**vals, **fresh} for vals in vals_list])

    def write(self, vals):
        """What was asked for stays as it is."""
        locked = {
            name for name in vals if not name.startswith(("message_", "activity_"))
        } - self._get_flow_fields()
        for record in self:
            is_open = record.state in ("waiting", "approved")
            free = {"decision_note"} if is_open else set()
            if record.state != "draft" and locked - free:
                raise UserError(
                    self.env._(
                        "%s has been submitted and stays as it is. Take it back to "
                        "draft first, if it is not done.",
                        record.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%s has been submitted and cannot be deleted.",
                        record.display_name,
                    )
                )

    def _lock_request(self, *states):
        """Hold a request for this transaction, if it is in one of ``states``."""
        self.ensure_one()
        self.check_access("write")
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is working on %s right now.", self.display_name
                )
            ) from error
        self.invalidate_recordset(["state"])
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(request)s is %(state)s already.",
                    request=self.display_name,
                    state=labels[self.state],
                )
            )

    # -------------------------------------------------------------------- flow
    def action_submit(self):
        """Do it, or ask for approval if it is above the user's limit."""
        for request in self:
            request._lock_request("draft")
            request._check_request()
            request._write_flow(
                {
                    "requested_by_id": self.env.uid,
                    "requested_on": fields.Datetime.now(),
                    "decided_by_id": False,
                    "decided_on": False,
                }
            )
            if request._is_within_limit():
                request._finish()
            else:
                request._ask_for_approval()

    def _ask_for_approval(self):
        """Wait, and tell those who may approve."""
        self.ensure_one()
        self._write_flow({"state": "waiting"})
        approvers = (
            self.env["property.approval.limit"]._get_approvers(
                self._get_approval_kind(), self.community_id, self._get_limit_amount()
            )
            - self.requested_by_id
        )
        for user in approvers:
            # in the language of who reads it
            request = self.with_context(lang=user.lang)
            request.activity_schedule(
                APPROVAL_ACTIVITY,
                user_id=user.id,
                summary=request.env._(
                    "%(kind)s of %(amount)s to approve",
                    kind=request._get_approval_label(),
                    amount=request.currency_id.format(self._get_approval_amount()),
                ),
            )
        if not approvers:
            self.message_post(
                body=self.env._(
                    "Nobody has a limit that suffices to approve this. An "
                    "administrator must set one."
                )
            )

    def _get_approval_label(self):
        """The kind of action in the user's language."""
        kind = self.env["property.approval.limit"]._fields["kind"]
        labels = dict(kind._description_selection(self.env))
        return labels[self._get_approval_kind()]

    def action_approve(self):
        """Approve and do it; cash waits for the requester to hand it out."""
        for request in self:
            request._lock_request("waiting")
            request._check_may_decide()
            request._check_request()
            request._write_decision("approved")
            if not request._is_done_by_requester():
                request._finish()
                continue
            requester = request.requested_by_id
            env = self.with_context(lang=requester.lang).env
            request.activity_schedule(
                APPROVAL_ACTIVITY,
                user_id=requester.id,
                summary=env._("Approved: carry it out"),
            )

    def action_carry_out(self):
        """Do what was approved."""
        for request in self:
            request._lock_request("approved")
            request._check_request()
            request._finish()

    def _finish(self):
        """Do it, and be done."""
        self.ensure_one()
        self._do_approved()
        self._write_flow({"state": "done"})
        self.activity_unlink([APPROVAL_ACTIVITY])

    def action_refuse(self):
        """Refuse; nothing else changes."""
        for request in self:
            request._lock_request("waiting", "approved")
            request._check_may_decide()
            if not (request.decision_note or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why %s is refused, in the note on the decision.",
                        request.display_name,
                    )
                )
            request._write_decision("refused")

    def _write_decision(self, state):
        self._write_flow(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        self.activity_unlink([APPROVAL_ACTIVITY])

    def action_reset_to_draft(self):
        """Take a request back that is not done, to change or delete it."""
        for request in self:
            request._lock_request("waiting", "approved", "refused")
            request._write_flow(
                {"state": "draft", "decided_by_id": False, "decided_on": False}
            )
            request.activity_unlink([APPROVAL_ACTIVITY])

    def _check_may_decide(self):
        """Four eyes, and a limit that suffices."""
        self.ensure_one()
        if self.requested_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "You asked for %s yourself: somebody else must decide.",
                    self.display_name,
                )
            )
        if not self._is_within_limit():
            raise UserError(
                self.env._(
                    "%(request)s: %(amount)s is above your limit for this kind of "
                    "action (%(kind)s).",
                    request=self.display_name,
                    amount=self.currency_id.format(self._get_approval_amount()),
                    kind=self._get_approval_label(),
                )
            )
