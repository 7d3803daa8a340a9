from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

RESULTS = [
    ("satisfied", "Satisfied"),
    ("partly", "Partly Satisfied"),
    ("dissatisfied", "Dissatisfied"),
    ("unreachable", "Could Not Be Reached"),
    ("declined", "Did Not Want to Talk"),
]
# Results that need a word on why.
WITH_REASON = ("partly", "dissatisfied", "unreachable", "declined")
ACTIVITY = "property_fee_complaints.mail_activity_type_callback"


class PropertyComplaintCallback(models.Model):
    """The complainant of a closed complaint is called: is it settled indeed?

    Due when the complaint's deadline for it is (policy), done by a person with a result
    and a reason. The job that checks deadlines flags what is not done in time.
    """

    _name = "property.complaint.callback"
    _description = "Call-Back"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"
    _rec_name = "complaint_id"
    _rec_names_search = ["complaint_id"]
    _check_company_auto = True

    complaint_id = fields.Many2one(
        "property.complaint",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
        check_company=True,
    )
    community_id = fields.Many2one(
        related="complaint_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="complaint_id.team_id", store=True, index=True, precompute=True
    )
    unit_id = fields.Many2one(related="complaint_id.unit_id", store=True)
    partner_id = fields.Many2one(
        related="complaint_id.partner_id", store=True, string="Complainant"
    )
    phone = fields.Char(
        related="complaint_id.phone", groups="property_fee_billing.group_front_desk"
    )
    user_id = fields.Many2one(
        "res.users", string="Caller", index=True, tracking=True, readonly=False
    )
    clock_id = fields.Many2one(
        "property.complaint.clock",
        string="Deadline",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    closed_at = fields.Datetime(
        related="clock_id.started_at", string="Complaint Closed", store=True
    )
    date_due = fields.Datetime(
        related="clock_id.deadline", string="Call by", store=True, index=True
    )
    state = fields.Selection(
        [("open", "To Call"), ("done", "Called"), ("cancelled", "Cancelled")],
        required=True,
        default="open",
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    result = fields.Selection(RESULTS, tracking=True)
    reason = fields.Text(
        help="What the complainant said; needed unless they are satisfied."
    )
    attempt_count = fields.Integer(string="Calls Not Answered", readonly=True)
    called_at = fields.Datetime(string="Called", readonly=True, tracking=True)
    is_late = fields.Boolean(
        related="clock_id.is_breached",
        string="Not Done in Time",
        help="It was not done by the time it was due, be it done later or never.",
    )
    is_reopened = fields.Boolean(
        string="Complaint Reopened",
        readonly=True,
        help="The call showed that it was not settled.",
    )

    _one_open = models.UniqueIndex(
        "(complaint_id) WHERE state = 'open'",
        "There is a call-back to make for this complaint already.",
    )

    # ------------------------------------------------------------------ actions
    def action_done(self):
        """The call was made; what came of it is in ``result`` and ``reason``."""
        now = fields.Datetime.now()
        for callback in self:
            callback._check_open()
            if not callback.result:
                raise ValidationError(
                    self.env._("Say how the call about %s went.", callback.display_name)
                )
            has_reason = bool((callback.reason or "").strip())
            if callback.result in WITH_REASON and not has_reason:
                raise ValidationError(
                    self.env._(
                        "Write down what was said about %s: it is needed unless the "
                        "complainant is satisfied.",
                        callback.display_name,
                    )
                )
            callback.write(
                {
                    "state": "done",
                    "called_at": now,
                    "user_id": callback.user_id.id or self.env.uid,
                }
            )
        # the next call-back of a complaint may be made right after this one
        self.flush_recordset(["state"])
        self.complaint_id._stop_clocks(["callback"])
        self.activity_feedback([ACTIVITY])
        self._log_on_complaints()

    def action_not_answered(self):
        """Nobody answered: the call stays to be made."""
        for callback in self:
            callback._check_open()
            callback.attempt_count += 1

    def action_reopen(self):
        """It is not settled: note the call, and reopen the complaint."""
        for callback in self:
            callback.result = callback.result or "dissatisfied"
        self.action_done()
        for callback in self:
            callback.is_reopened = True
            callback.complaint_id.action_reopen()

    def _check_open(self):
        self.ensure_one()
        if self.state != "open":
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The call-back of %(complaint)s is %(state)s already.",
                    complaint=self.complaint_id.name,
                    state=labels[self.state],
                )
            )

    def _log_on_complaints(self):
        """A note on each complaint of what its complainant said."""
        labels = dict(self._fields["result"]._description_selection(self.env))
        bodies = {
            callback.complaint_id.id: self.env._(
                "Call-back: %(result)s. %(reason)s",
                result=labels[callback.result],
                reason=callback.reason or "",
            )
            for callback in self
        }
        self.complaint_id._message_log_batch(bodies=bodies)

    def _cancel(self):
        """The complaint is open again: there is nothing to ask yet."""
        waiting = self.filtered(lambda callback: callback.state == "open")
        waiting.write({"state": "cancelled"})
        waiting.flush_recordset(["state"])
        waiting.activity_unlink([ACTIVITY])
