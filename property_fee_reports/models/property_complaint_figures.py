from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import (
    get_day_start,
    get_local_date_sql,
)
from odoo.addons.property_fee_complaints.models.property_complaint import (
    CHANNELS,
    OUTCOMES,
)

#: prefix of the columns of a kind of deadline
CLOCKS = {
    "ack": "acknowledge",
    "reply": "reply",
    "resolve": "resolve",
    "callback": "callback",
}


class PropertyComplaintFigures(models.Model):
    """Complaints and the units they come from, counted by month.

    A row for each complaint, and one for each community and month with its units:
    rates per 100 units are right by community and month, not by category.

    As of now, or as of the end of the day ``figures_date`` of the context: what was
    decided, closed, reopened, rated or became late only later is not in it, and a month
    has the units that were lived in when it ended.
    """

    _name = "property.complaint.figures"
    _inherit = ["property.ratio.mixin"]
    _description = "Complaint Figures"
    _auto = False
    _order = "month desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "property.complaint": [
            "community_id",
            "category_id",
            "team_id",
            "user_id",
            "channel",
            "outcome",
            "state",
            "received_at",
            "replied_at",
            "decided_at",
            "closed_at",
            "first_closed_at",
            "first_reopened_at",
            "reopened_count",
            "repeat_of_id",
            "unit_id",
        ],
        "property.complaint.category": ["is_fee_dispute"],
        "property.complaint.clock": [
            "complaint_id",
            "deadline",
            "is_breached",
            "kind",
            "reached_at",
            "started_at",
            "state",
        ],
        "property.ownership": ["unit_id", "date_from"],
        "property.unit": ["community_id", "occupancy", "active"],
        "property.unit.occupancy": ["unit_id", "date", "was_occupied"],
        "rating.rating": ["res_model", "res_id", "rating", "consumed", "rated_on"],
    }

    complaint_id = fields.Many2one("property.complaint")
    company_id = fields.Many2one("res.company")
    community_id = fields.Many2one("property.community")
    building_id = fields.Many2one("property.building")
    category_id = fields.Many2one("property.complaint.category")
    team_id = fields.Many2one("property.complaint.team")
    user_id = fields.Many2one("res.users", string="Assigned To")
    channel = fields.Selection(CHANNELS)
    outcome = fields.Selection(OUTCOMES)
    month = fields.Date(help="First day of the month in which it was received.")
    complaints = fields.Integer()
    units = fields.Integer(
        string="Occupied Units",
        help="Units that were lived in at the end of the month, today in the running "
        "one.",
    )
    per_hundred = fields.Integer(string="Complaints x 100")
    rate = fields.Float(
        string="Complaints per 100 Units",
        aggregator="avg",
        help="Complaints x 100 / occupied units, of communities and months.",
    )
    per_thousand = fields.Integer(string="Complaints x 1,000")
    rate_mille = fields.Float(
        string="Complaints per 1,000 Units",
        aggregator="avg",
        help="Complaints x 1,000 / occupied units, of communities and months.",
    )
    fee_disputes = fields.Integer(help="Complaints of a category of fee disputes.")
    rate_fee = fields.Float(
        string="Fee-Dispute Share", aggregator="avg", help="Fee disputes / complaints."
    )
    decided = fields.Integer(help="Complaints with an outcome.")
    valid = fields.Integer(help="Complaints found valid.")
    rate_valid = fields.Float(
        string="Valid Share", aggregator="avg", help="Valid / decided."
    )
    ack_due = fields.Integer(string="Acknowledgements Due")
    ack_met = fields.Integer(string="Acknowledged in Time")
    reply_due = fields.Integer(string="Replies Due")
    reply_met = fields.Integer(string="Replied in Time")
    resolve_due = fields.Integer(string="Solutions Due")
    resolve_met = fields.Integer(string="Solved in Time")
    rate_ack = fields.Float(
        string="Acknowledged in Time (%)",
        aggregator="avg",
        help="Met / (met + missed); open and overdue counts as missed.",
    )
    rate_reply = fields.Float(
        string="Replied in Time (%)",
        aggregator="avg",
        help="Met / (met + missed); open and overdue counts as missed.",
    )
    rate_resolve = fields.Float(
        string="Solved in Time (%)",
        aggregator="avg",
        help="Met / (met + missed); open and overdue counts as missed.",
    )
    closed = fields.Integer(
        help="Complaints that were closed, or answered and then reopened."
    )
    called_back = fields.Integer(
        string="Called Back in Time", help="Complaints with a call-back made in time."
    )
    rate_callback = fields.Float(
        string="Call-Back Rate", aggregator="avg", help="Called back in time / closed."
    )
    reopened = fields.Integer(help="Complaints that were reopened.")
    rate_reopened = fields.Float(
        string="Reopened Share", aggregator="avg", help="Reopened / closed."
    )
    repeats = fields.Integer(help="Repeats of an earlier complaint of the unit.")
    rate_repeats = fields.Float(
        string="Repeat Share", aggregator="avg", help="Repeats / complaints."
    )
    rated = fields.Integer(help="Complaints that were rated.")
    satisfied = fields.Integer(help="Rated 4 or 5 of 5.")
    rate_satisfied = fields.Float(
        string="Satisfaction (CSAT)", aggregator="avg", help="Rated 4 or 5 / rated."
    )
    rate_response = fields.Float(
        string="Rating Response", aggregator="avg", help="Rated / closed."
    )

    @api.model
    def _get_ratios(self):
        """Override: each ratio of its own counts."""
        return {
            **super()._get_ratios(),
            "rate": (["per_hundred"], ["units"]),
            "rate_mille": (["per_thousand"], ["units"]),
            "rate_fee": (["fee_disputes"], ["complaints"]),
            "rate_callback": (["called_back"], ["closed"]),
            "rate_valid": (["valid"], ["decided"]),
            "rate_ack": (["ack_met"], ["ack_due"]),
            "rate_reply": (["reply_met"], ["reply_due"]),
            "rate_resolve": (["resolve_met"], ["resolve_due"]),
            "rate_reopened": (["reopened"], ["closed"]),
            "rate_repeats": (["repeats"], ["complaints"]),
            "rate_satisfied": (["satisfied"], ["rated"]),
            "rate_response": (["rated"], ["closed"]),
        }

    def action_open_complaint(self):
        """The complaint itself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.complaint",
            "res_id": self.complaint_id.id,
            "views": [(False, "form")],
        }

    @property
    def _table_query(self):
        """Complaints, and communities' units by month since the first complaint."""
        return SQL(
            """
            WITH numbers AS (%s UNION ALL %s)
            SELECT numbers.*, per_hundred::float8 / NULLIF(units, 0) AS rate,
                   per_thousand::float8 / NULLIF(units, 0) AS rate_mille,
                   fee_disputes::float8 / NULLIF(complaints, 0) AS rate_fee,
                   valid::float8 / NULLIF(decided, 0) AS rate_valid,
                   ack_met::float8 / NULLIF(ack_due, 0) AS rate_ack,
                   reply_met::float8 / NULLIF(reply_due, 0) AS rate_reply,
                   resolve_met::float8 / NULLIF(resolve_due, 0) AS rate_resolve,
                   called_back::float8 / NULLIF(closed, 0) AS rate_callback,
                   reopened::float8 / NULLIF(closed, 0) AS rate_reopened,
                   repeats::float8 / NULLIF(complaints, 0) AS rate_repeats,
                   satisfied::float8 / NULLIF(rated, 0) AS rate_satisfied,
                   rated::float8 / NULLIF(closed, 0) AS rate_response
              FROM numbers
            """,
            self._query_complaints(),
            self._query_units(),
        )

    @api.model
    def _get_cut(self):
        """The moment that figures are as of: the end of the day of the context, or
        now."""
        day = self.env.context.get("figures_date")
        if not day:
            return fields.Datetime.now()
        return get_day_start(self, fields.Date.add(fields.Date.to_date(day), days=1))

    @api.model
    def _query_clocks(self, cut):
        """SQL of deadlines by complaint: which were to be kept, and were, by then.

        One that is open and passed is missed, whether or not the job has noted it.
        """
        is_met = SQL("(clock.state = 'met' AND clock.reached_at < %s)", cut)
        is_missed = SQL(
            "((clock.is_breached OR clock.state IN ('missed', 'running'))"
            " AND clock.deadline < %s)",
            cut,
        )
        counted = {"due": SQL("(%s OR %s)", is_met, is_missed), "met": is_met}
        return SQL(
            """
            SELECT clock.complaint_id, %s
              FROM property_complaint_clock clock
             WHERE clock.started_at < %s
             GROUP BY clock.complaint_id
            """,
            SQL(", ").join(
                SQL(
                    "COUNT(*) FILTER (WHERE clock.kind = %s AND %s) AS %s",
                    kind,
                    condition,
                    SQL.identifier(f"{alias}_{name}"),
                )
                for alias, kind in CLOCKS.items()
                for name, condition in counted.items()
            ),
            cut,
        )

    @api.model
    def _query_complaints(self):
        """SQL of a row for each complaint that had come in."""
        cut = self._get_cut()
        return SQL(
            """
            SELECT c.id, c.id AS complaint_id, c.company_id, c.community_id,
                   unit.building_id, c.category_id, c.team_id, c.user_id, c.channel,
                   c.outcome, date_trunc('month', %(received)s)::date AS month,
                   1 AS complaints, 100 AS per_hundred, 1000 AS per_thousand,
                   0 AS units, COALESCE(category.is_fee_dispute, FALSE)::int
                       AS fee_disputes,
                   fact.is_decided::int AS decided,
                   (fact.is_decided AND c.outcome = 'valid')::int AS valid,
                   COALESCE(clock.ack_due, 0) AS ack_due,
                   COALESCE(clock.ack_met, 0) AS ack_met,
                   COALESCE(clock.reply_due, 0) AS reply_due,
                   COALESCE(clock.reply_met, 0) AS reply_met,
                   COALESCE(clock.resolve_due, 0) AS resolve_due,
                   COALESCE(clock.resolve_met, 0) AS resolve_met,
                   fact.is_closed::int AS closed,
                   (fact.is_closed AND COALESCE(clock.callback_met, 0) > 0)::int
                       AS called_back,
                   fact.is_reopened::int AS reopened,
                   (c.repeat_of_id IS NOT NULL)::int AS repeats,
                   (rating.value IS NOT NULL)::int AS rated,
                   (COALESCE(rating.value, 0) >= 4)::int AS satisfied
              FROM property_complaint c
             -- what was there before the first times were kept has the last ones
             CROSS JOIN LATERAL (
                SELECT c.outcome IS NOT NULL AND COALESCE(
                           c.decided_at, c.replied_at, c.received_at) < %(cut)s
                           AS is_decided,
                       c.reopened_count > 0 AND COALESCE(
                           c.first_reopened_at, c.received_at) < %(cut)s
                           AS is_reopened) first
             CROSS JOIN LATERAL (
                SELECT first.is_decided, first.is_reopened, first.is_reopened
                       OR COALESCE(c.first_closed_at, c.closed_at) IS NOT NULL
                          AND COALESCE(c.first_closed_at, c.closed_at) < %(cut)s
                       AS is_closed) fact
              LEFT JOIN property_unit unit ON unit.id = c.unit_id
              LEFT JOIN property_complaint_category category
                ON category.id = c.category_id
              LEFT JOIN (%(clocks)s) clock ON clock.complaint_id = c.id
              LEFT JOIN (
                    SELECT DISTINCT ON (res_id) res_id, rating AS value
                      FROM rating_rating
                     WHERE res_model = 'property.complaint' AND consumed
                       AND rating >= 1 AND COALESCE(rated_on, write_date) < %(cut)s
                     ORDER BY res_id, id DESC) rating ON rating.res_id = c.id
             WHERE c.received_at < %(cut)s
            """,
            received=get_local_date_sql(SQL("c.received_at"), SQL("c.company_id")),
            cut=cut,
            clocks=self._query_clocks(cut),
        )

    @api.model
    def _query_units(self):
        """SQL of a row for each community and month: units lived in at its end.

        A unit counts from the day of its first owner. One that has changed counts as it
        was; see property.unit.occupancy.
        """
        today = self.env["property.fee.figures"]._get_today()
        empty = SQL(", ").join([SQL("0")] * 15)
        return SQL(
            """
            SELECT -(counted.community_id * 4096
                     + (counted.month - DATE '2000-01-01') / 30), NULL,
                   community.company_id, counted.community_id, NULL, NULL, NULL, NULL,
                   NULL, NULL, counted.month, 0, 0, 0, counted.units, %(empty)s
              FROM (
                SELECT unit.community_id, calendar.month, COUNT(*)::int AS units
                  FROM (SELECT month::date AS month,
                               LEAST((month + interval '1 month')::date - 1, %(today)s)
                               AS last
                          FROM generate_series(
                                (SELECT date_trunc('month', MIN(%(received)s))
                                   FROM property_complaint complaint),
                                date_trunc('month', %(today)s),
                                interval '1 month') month) calendar
                  JOIN (SELECT unit.id, unit.community_id,
                               unit.active AND unit.occupancy = 'occupied'
                                   AS is_occupied,
                               NULLIF(MIN(COALESCE(ownership.date_from, '-infinity')),
                                      '-infinity') AS since
                          FROM property_unit unit
                          LEFT JOIN property_ownership ownership
                            ON ownership.unit_id = unit.id
                         GROUP BY unit.id) unit
                    ON unit.since IS NULL OR unit.since <= calendar.last
                  LEFT JOIN LATERAL (
                        SELECT was_occupied FROM property_unit_occupancy former
                         WHERE former.unit_id = unit.id
                           AND former.date > calendar.last
                         ORDER BY former.date, former.id LIMIT 1) former ON TRUE
                 WHERE COALESCE(former.was_occupied, unit.is_occupied)
                 GROUP BY unit.community_id, calendar.month) counted
              JOIN property_community community ON community.id = counted.community_id
            """,
            empty=empty,
            received=get_local_date_sql(
                SQL("complaint.received_at"), SQL("complaint.company_id")
            ),
            today=SQL("%s::date", today),
        )
