from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_fee_billing.local_time import get_today

STATES = [("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")]
ACTIVITY = "property_fee_complaints.mail_activity_type_corrective"


class PropertyComplaintAction(models.Model):
    """What is changed so that it does not happen again: who does it by when, and
    whether it helped after some time."""

    _name = "property.complaint.action"
    _description = "Corrective Action"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"
    _check_company_auto = True

    name = fields.Char(string="Action", required=True, tracking=True)
    complaint_id = fields.Many2one(
        "property.complaint", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        related="complaint_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True
    )
    cause_id = fields.Many2one(
        "property.complaint.cause",
        string="Root Cause",
        compute="_compute_cause_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assigned To",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        tracking=True,
    )
    date_deadline = fields.Date(string="Due Date", required=True, tracking=True)
    state = fields.Selection(
        STATES, required=True, default="planned", readonly=True, tracking=True
    )
    done_on = fields.Date(readonly=True, tracking=True)
    note = fields.Html()
    check_days = fields.Char(
        string="Checked After (Days)",
        required=True,
        default="30, 90",
        help="How many days after it was done its effect is checked.",
    )
    check_ids = fields.One2many("property.complaint.action.check", "action_id")
    is_effective = fields.Selection(
        [("yes", "Effective"), ("no", "Not Effective")],
        string="Effect",
        compute="_compute_is_effective",
        store=True,
        help="What the latest check says.",
    )

    @api.depends("complaint_id.cause_id")
    def _compute_cause_id(self):
        for action in self:
            action.cause_id = action.cause_id or action.complaint_id.cause_id

    @api.depends("check_ids.result")
    def _compute_is_effective(self):
        for action in self:
            done = action.check_ids.filtered("result").sorted("date_due")
            action.is_effective = done[-1:].result

    @api.constrains("check_days")
    def _check_check_days(self):
        for action in self:
            action._get_check_days()

    def _get_check_days(self):
        """``[30, 90]``

        :raise UserError: where they cannot be read
        """
        try:
            days = [int(part) for part in self.check_days.split(",") if part.strip()]
        except ValueError:
            days = [0]
        if any(day <= 0 for day in days):
            raise UserError(
                self.env._("%s: give the days of the checks as 30, 90.", self.name)
            )
        return days

    @api.model_create_multi
    def create(self, vals_list):
        """Put the actions on their owners' lists."""
        actions = super().create(vals_list)
        for action in actions:
            action.activity_schedule(
                ACTIVITY,
                date_deadline=action.date_deadline,
                summary=action.name,
                user_id=action.user_id.id,
            )
        return actions

    def write(self, vals):
        """The list follows owner and day."""
        result = super().write(vals)
        if vals.keys() & {"user_id", "date_deadline"}:
            for action in self.filtered(lambda action: action.state == "planned"):
                action.activity_reschedule(
                    [ACTIVITY],
                    date_deadline=action.date_deadline,
                    new_user_id=action.user_id.id,
                )
        return result

    def action_done(self):
        """It is done: checks of its effect are due later."""
        today = get_today(self)
        for action in self.filtered(lambda action: action.state == "planned"):
            action.write(
                {
                    "state": "done",
                    "done_on": today,
                    "check_ids": [
                        Command.create({"date_due": today + relativedelta(days=days)})
                        for days in action._get_check_days()
                    ],
                }
            )
        self.activity_feedback([ACTIVITY])
        for check in self.check_ids.filtered(lambda check: not check.result):
            check.action_id.activity_schedule(
                ACTIVITY,
                date_deadline=check.date_due,
                summary=self.env._("Did it help? %s", check.action_id.name),
                user_id=check.action_id._get_checker().id,
            )

    def _get_checker(self):
        """Who checks the effect: not the owner where the team has somebody else."""
        team = self.complaint_id.team_id
        return team.quality_manager_id or team.site_manager_id or self.user_id

    def action_cancel(self):
        """It is not done after all."""
        self.filtered(lambda action: action.state == "planned").state = "cancelled"
        self.activity_unlink([ACTIVITY])
