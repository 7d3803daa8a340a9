from odoo import fields, models
from odoo.tools import SQL, format_datetime

from .property_complaint_sla import COUNTINGS, KINDS

STATES = [
    ("running", "Running"),
    ("paused", "Paused"),
    ("met", "In Time"),
    ("missed", "Late"),
    ("dropped", "No Longer Due"),
]
# Of the jobs that check deadlines, how many deadlines at once.
BATCH = 1000


class PropertyComplaintClock(models.Model):
    """One deadline of one complaint: by when it is acknowledged, answered, resolved or
    called back on, and whether it was.

    The system keeps these rows, nobody edits them. A breach stays, whatever happens
    later.
    """

    _name = "property.complaint.clock"
    _description = "Complaint Deadline"
    _order = "complaint_id desc, round desc, deadline, id"
    _rec_name = "kind"

    complaint_id = fields.Many2one(
        "property.complaint", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        related="complaint_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True
    )
    team_id = fields.Many2one(related="complaint_id.team_id", store=True)
    user_id = fields.Many2one(
        related="complaint_id.user_id", string="Assigned To", store=True
    )
    category_id = fields.Many2one(related="complaint_id.category_id", store=True)
    severity = fields.Selection(related="complaint_id.severity", store=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    round = fields.Integer(
        readonly=True, help="How often the complaint was reopened before."
    )
    sla_id = fields.Many2one(
        "property.complaint.sla",
        string="By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    counting = fields.Selection(COUNTINGS, required=True, readonly=True)
    hours = fields.Float(readonly=True, help="Hours allowed.", aggregator="avg")
    paused_hours = fields.Float(readonly=True, help="Hours that did not count.")
    started_at = fields.Datetime(string="Started", required=True, readonly=True)
    warning_at = fields.Datetime(string="Warning", required=True, readonly=True)
    deadline = fields.Datetime(required=True, readonly=True)
    reached_at = fields.Datetime(string="Done", readonly=True)
    state = fields.Selection(STATES, required=True, default="running", readonly=True)
    # required: SQL takes neither yes nor no from an empty column
    is_warned = fields.Boolean(
        string="Warned", required=True, default=False, readonly=True
    )
    is_breached = fields.Boolean(
        string="Breached", required=True, default=False, readonly=True
    )

    _once = models.UniqueIndex(
        "(complaint_id, kind, round)", "This deadline is set already."
    )
    _due = models.Index("(deadline) WHERE state = 'running' AND NOT is_breached")
    _warn = models.Index("(warning_at) WHERE state = 'running' AND NOT is_warned")

    # --------------------------------------------------------------- schedule
    def _plan(self, get_time):
        """Set deadline and warning from the start, the hours allowed and those that did
        not count.

        :param get_time: see property.complaint.sla ``_get_times``
        """
        now = fields.Datetime.now()
        for clock in self:
            time = get_time(clock.complaint_id, clock.counting)
            share = (clock.sla_id.warning_percent or 100) / 100
            warning = time.plan(
                clock.started_at, clock.hours * share + clock.paused_hours
            )
            clock.write(
                {
                    "deadline": time.plan(
                        clock.started_at, clock.hours + clock.paused_hours
                    ),
                    "warning_at": warning,
                    "is_warned": clock.is_warned and warning <= now,
                }
            )

    # -------------------------------------------------------------------- job
    def _cron_check_deadlines(self):
        """Warn of deadlines that come near, and note and escalate those that passed.

        Works batch by batch; what each batch costs in queries does not depend on how
        many complaints are in it.
        """
        remaining = self._count_due()
        while remaining:
            done = self._check_due(BATCH)
            remaining = self._count_due() if done else 0
            if not self.env["ir.cron"]._commit_progress(done, remaining=remaining):
                break

    def _get_due_condition(self):
        """SQL of the deadlines that have something to tell now."""
        now = fields.Datetime.now()
        return SQL(
            """state = 'running' AND ((deadline < %(now)s AND NOT is_breached)
                 OR (warning_at < %(now)s AND NOT is_warned))""",
            now=now,
        )

    def _count_due(self):
        self.flush_model()
        query = SQL(
            "SELECT COUNT(*) FROM property_complaint_clock WHERE %s",
            self._get_due_condition(),
        )
        return self.env.execute_query(query)[0][0]

    def _check_due(self, limit):
        """Warn of and escalate at most ``limit`` deadlines.

        :return: how many there were
        """
        self.flush_model()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                WITH due AS (
                    SELECT id, is_breached, is_warned
                      FROM property_complaint_clock
                     WHERE %(condition)s
                     ORDER BY deadline, id
                     LIMIT %(limit)s
                       FOR UPDATE SKIP LOCKED)
                UPDATE property_complaint_clock c
                   SET is_warned = TRUE,
                       is_breached = c.is_breached OR c.deadline < %(now)s
                  FROM due
                 WHERE due.id = c.id
             RETURNING c.id, c.complaint_id, c.deadline < %(now)s
                """,
                condition=self._get_due_condition(),
                limit=limit,
                now=now,
            )
        )
        self.invalidate_model(["is_warned", "is_breached"])
        complaints = self.env["property.complaint"]
        late = complaints.browse({row[1] for row in rows if row[2]})
        near = self.browse([row[0] for row in rows if not row[2]])
        (late | near.complaint_id)._refresh_sla()
        late._escalate("breach")
        near._warn_owner()
        return len(rows)

    def _warn_owner(self):
        """Put the deadlines on the list of who works on the complaint."""
        alerts = []
        for clock in self:
            complaint = clock.complaint_id
            user = complaint.user_id or complaint.team_id.site_manager_id
            if user:
                text = clock.with_context(lang=user.lang)._get_warning_text(user)
                alerts.append((complaint, user, text))
        self.env["property.complaint"]._create_alerts(alerts)

    def _get_warning_text(self, user):
        """``Reply until 12/01/2026 12:00``, in the time of a user."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(what)s until %(when)s",
            what=kinds[self.kind],
            when=format_datetime(
                self.env, self.deadline, tz=user.tz, dt_format="short"
            ),
        )
