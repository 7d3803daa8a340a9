from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_today

SLA_STATES = [
    ("on_track", "On Track"),
    ("warning", "Soon Due"),
    ("breached", "Overdue"),
    ("paused", "Paused"),
    ("met", "In Time"),
    ("missed", "Late"),
]
# Deadlines that begin when a complaint comes in, and those that begin anew when it is
# reopened.
FROM_RECEIPT = ("acknowledge", "reply", "resolve")
FROM_REOPENING = ("reply", "resolve")


class PropertyComplaint(models.Model):
    """By when a complaint is acknowledged, answered, resolved and called back on."""

    _inherit = "property.complaint"

    clock_ids = fields.One2many(
        "property.complaint.clock", "complaint_id", string="Deadlines", copy=False
    )
    pause_ids = fields.One2many(
        "property.complaint.pause", "complaint_id", string="Pauses", copy=False
    )
    is_paused = fields.Boolean(string="Paused", readonly=True, copy=False, index=True)
    sla_state = fields.Selection(
        SLA_STATES,
        string="Deadline State",
        readonly=True,
        copy=False,
        index=True,
        help="What the deadlines that run say, or of a complaint without any, whether "
        "all were kept.",
    )
    sla_deadline = fields.Datetime(
        string="Next Deadline", readonly=True, copy=False, index="btree_not_null"
    )
    sla_breached = fields.Boolean(
        string="Deadline Missed",
        readonly=True,
        copy=False,
        index=True,
        help="At least one deadline was not kept.",
    )

    def _get_calendar(self):
        """The working hours that count for a complaint."""
        self.ensure_one()
        # the hours of a team are no secret to whoever complains
        team = self.team_id.sudo()
        # nor are those of the company
        return team.resource_calendar_id or self.company_id.sudo().resource_calendar_id

    # ------------------------------------------------------------------ clocks
    def _start_clocks(self, kinds, start=None):
        """Set deadlines, each once in a round.

        :param kinds: of property.complaint.sla ``KINDS``
        :param start: UTC, when they begin; the receipt of each if None
        """
        # Deadlines are kept by the system, whoever takes a complaint in.
        clocks = self.env["property.complaint.clock"].sudo()
        policies = self.env["property.complaint.sla"]._get_policies(self)
        values = []
        for complaint, policy in policies.items():
            begin = start or complaint.received_at
            for kind in kinds:
                hours = policy._get_hours(kind)
                if hours:
                    values.append(
                        {
                            "complaint_id": complaint.id,
                            "kind": kind,
                            "round": complaint.reopened_count,
                            "sla_id": policy.id,
                            "counting": policy.counting,
                            "hours": hours,
                            "started_at": begin,
                            "warning_at": begin,
                            "deadline": begin,
                        }
                    )
        self._plan_clocks(clocks.create(values))
        self._refresh_sla()

    def _plan_clocks(self, clocks):
        """Set the deadlines of clocks of these complaints."""
        clocks._plan(self.env["property.complaint.sla"]._get_times(self))

    def _stop_clocks(self, kinds):
        """What a deadline asked for is done now: in time, or late."""
        now = fields.Datetime.now()
        clocks = self._get_open_clocks(kinds)
        late = clocks.filtered(lambda clock: clock.is_breached or clock.deadline < now)
        late.write({"state": "missed", "is_breached": True, "reached_at": now})
        (clocks - late).write({"state": "met", "reached_at": now})
        self._refresh_sla()

    def _drop_clocks(self, kinds):
        """What a deadline asked for need not be done any more."""
        self._get_open_clocks(kinds).write({"state": "dropped"})
        self._refresh_sla()

    def _get_open_clocks(self, kinds=None):
        """Deadlines that are not reached yet, of some kinds or of all."""
        # kept by the system, see _start_clocks
        return self.sudo().clock_ids.filtered(
            lambda clock: (
                clock.state in ("running", "paused")
                and (kinds is None or clock.kind in kinds)
            )
        )

    def _replan_clocks(self):
        """Another category, severity or team has other deadlines; they count from
        where they began. A breach stays."""
        policies = self.env["property.complaint.sla"]._get_policies(self)
        clocks = self._get_open_clocks()
        for clock in clocks:
            policy = policies[clock.complaint_id.with_env(self.env)]
            hours = policy._get_hours(clock.kind)
            clock.write(
                {
                    "sla_id": policy.id,
                    "counting": policy.counting or clock.counting,
                    "hours": hours,
                    "state": clock.state if hours else "dropped",
                }
            )
        self._plan_clocks(clocks)
        # clocks are the system's, also for who may not see all of them
        have = {(clock.complaint_id.id, clock.kind) for clock in self.sudo().clock_ids}
        for kind in FROM_RECEIPT:
            self.filtered(
                lambda complaint, kind=kind: (
                    complaint.state in ("received", "acknowledged", "investigating")
                    and (complaint.id, kind) not in have
                    and not (kind == "acknowledge" and complaint.acknowledged_at)
                )
            )._start_clocks([kind])
        self._refresh_sla()

    def _refresh_sla(self):
        """Bring next deadline and state of the complaints up to date with their clocks,
        in one query."""
        if not self:
            return
        clocks = self.env["property.complaint.clock"]
        clocks.flush_model(["complaint_id", "state", "deadline"])
        clocks.flush_model(["is_warned", "is_breached"])
        names = ["sla_state", "sla_deadline", "sla_breached"]
        self.flush_recordset(names)
        self.env.cr.execute(
            SQL(
                """
                WITH facts AS (
                    SELECT complaint_id,
                           MIN(deadline) FILTER (WHERE state = 'running') AS deadline,
                           bool_or(is_breached) AS breached,
                           bool_or(state = 'paused') AS paused,
                           bool_or(state = 'running') AS running,
                           bool_or(state = 'running' AND is_breached) AS late,
                           bool_or(state = 'running' AND is_warned) AS warned
                      FROM property_complaint_clock
                     WHERE complaint_id = ANY(%s)
                     GROUP BY complaint_id)
                UPDATE property_complaint c
                   SET sla_deadline = f.deadline,
                       sla_breached = f.breached,
                       sla_state = CASE WHEN f.paused THEN 'paused'
                                        WHEN f.late THEN 'breached'
                                        WHEN f.warned THEN 'warning'
                                        WHEN f.running THEN 'on_track'
                                        WHEN f.breached THEN 'missed'
                                        ELSE 'met' END
                  FROM facts f
                 WHERE c.id = f.complaint_id
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(names, flush=False)

    # ------------------------------------------------------------------- pause
    def action_pause(self):
        """Ask for the reason of a pause."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause Deadlines"),
            "res_model": "property.complaint.pause",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id},
        }

    def action_resume(self):
        """Go on after a pause: the deadlines move by the hours that passed."""
        self.check_access("write")
        # a pause is never edited by anybody, only ended here
        pauses = self.sudo().pause_ids.filtered(lambda pause: not pause.date_to)
        pauses._end()

    def _set_paused(self):
        """Stop the clocks; see property.complaint.pause."""
        for complaint in self:
            if complaint.is_paused:
                raise UserError(
                    self.env._("%s is paused already.", complaint.display_name)
                )
            if complaint.state == "closed":
                raise UserError(
                    self.env._(
                        "%s is closed: there is nothing to pause.",
                        complaint.display_name,
                    )
                )
        self._get_open_clocks().write({"state": "paused"})
        self.write({"is_paused": True})
        self._refresh_sla()

    # -------------------------------------------------------------------- job
    @api.model
    def _create_alerts(self, alerts):
        """Put something on people's lists, in one go and without a mail for each.

        :param alerts: list of (complaint, res.users, text)
        """
        if not alerts:
            return
        kind = self.env.ref("property_fee_complaints.mail_activity_type_complaint")
        model = self.env["ir.model"]._get_id(self._name)
        # who is told need not be somebody the teller may assign work to
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(
            [
                {
                    "res_model_id": model,
                    "res_id": complaint.id,
                    "activity_type_id": kind.id,
                    "user_id": user.id,
                    "summary": text,
                    "automated": True,
                    "date_deadline": get_today(complaint),
                }
                for complaint, user, text in alerts
            ]
        )
