from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_complaints.models.property_complaint import (
    CHANNELS,
    OUTCOMES,
)


class PropertyComplaintFigures(models.Model):
    """Complaints and the units they come from, counted by month.

    A row for each complaint, and one for each community and month with its units:
    rates per 100 units are right by community and month, not by category.
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
            "closed_at",
            "reopened_count",
            "repeat_of_id",
            "unit_id",
        ],
        "property.complaint.clock": ["complaint_id", "kind", "state", "is_breached"],
        "property.unit": ["community_id", "occupancy", "active"],
        "rating.rating": ["res_model", "res_id", "rating", "consumed"],
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
        string="Occupied Units", help="Occupied units, counted once a month."
    )
    per_hundred = fields.Integer(string="Complaints x 100")
    rate = fields.Float(
        string="Complaints per 100 Units",
        aggregator="avg",
        help="Complaints x 100 / occupied units, of communities and months.",
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
    closed = fields.Integer()
    reopened = fields.Integer(help="Complaints that were reopened.")
    rate_reopened = fields.Float(
        string="Reopened Share", aggregator="avg", help="Reopened / closed or reopened."
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
        today = self.env["property.fee.figures"]._get_today()
        counted = {
            "due": SQL("(clock.is_breached OR clock.state IN ('met', 'missed'))"),
            "met": SQL("clock.state = 'met'"),
        }
        clocks = [
            SQL(
                "COUNT(*) FILTER (WHERE clock.kind = %s AND %s) AS %s",
                kind,
                condition,
                SQL.identifier(f"{alias}_{name}"),
            )
            for kind, alias in (
                ("acknowledge", "ack"),
                ("reply", "reply"),
                ("resolve", "resolve"),
            )
            for name, condition in counted.items()
        ]
        return SQL(
            """
            WITH numbers AS (
                SELECT c.id, c.id AS complaint_id, c.company_id, c.community_id,
                       unit.building_id, c.category_id, c.team_id, c.user_id, c.channel,
                       c.outcome, date_trunc('month', c.received_at)::date AS month,
                       1 AS complaints, 100 AS per_hundred, 0 AS units,
                       (c.outcome IS NOT NULL)::int AS decided,
                       (c.outcome IS NOT DISTINCT FROM 'valid')::int AS valid,
                       COALESCE(clock.ack_due, 0) AS ack_due,
                       COALESCE(clock.ack_met, 0) AS ack_met,
                       COALESCE(clock.reply_due, 0) AS reply_due,
                       COALESCE(clock.reply_met, 0) AS reply_met,
                       COALESCE(clock.resolve_due, 0) AS resolve_due,
                       COALESCE(clock.resolve_met, 0) AS resolve_met,
                       (c.closed_at IS NOT NULL OR c.reopened_count > 0)::int AS closed,
                       (c.reopened_count > 0)::int AS reopened,
                       (c.repeat_of_id IS NOT NULL)::int AS repeats,
                       (rating.value IS NOT NULL)::int AS rated,
                       (COALESCE(rating.value, 0) >= 4)::int AS satisfied
                  FROM property_complaint c
                  LEFT JOIN property_unit unit ON unit.id = c.unit_id
                  LEFT JOIN (
                        SELECT clock.complaint_id, %(clocks)s
                          FROM property_complaint_clock clock
                         GROUP BY clock.complaint_id) clock ON clock.complaint_id = c.id
                  LEFT JOIN (
                        SELECT DISTINCT ON (res_id) res_id, rating AS value
                          FROM rating_rating
                         WHERE res_model = 'property.complaint' AND consumed
                         ORDER BY res_id, id DESC) rating ON rating.res_id = c.id
                 UNION ALL
                SELECT -(unit.community_id * 4096
                         + (month::date - DATE '2000-01-01') / 30), NULL,
                       community.company_id, unit.community_id, NULL, NULL, NULL, NULL,
                       NULL, NULL, month::date, 0, 0, unit.units,
                       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                  FROM (SELECT community_id, COUNT(*) AS units FROM property_unit
                         WHERE active AND occupancy = 'occupied'
                         GROUP BY community_id) unit
                  JOIN property_community community ON community.id = unit.community_id
                 CROSS JOIN generate_series(
                        (SELECT date_trunc('month', MIN(received_at))
                           FROM property_complaint),
                        date_trunc('month', %(today)s::date),
                        interval '1 month') month)
            SELECT numbers.*, per_hundred::float8 / NULLIF(units, 0) AS rate,
                   valid::float8 / NULLIF(decided, 0) AS rate_valid,
                   ack_met::float8 / NULLIF(ack_due, 0) AS rate_ack,
                   reply_met::float8 / NULLIF(reply_due, 0) AS rate_reply,
                   resolve_met::float8 / NULLIF(resolve_due, 0) AS rate_resolve,
                   reopened::float8 / NULLIF(closed, 0) AS rate_reopened,
                   repeats::float8 / NULLIF(complaints, 0) AS rate_repeats,
                   satisfied::float8 / NULLIF(rated, 0) AS rate_satisfied,
                   rated::float8 / NULLIF(closed, 0) AS rate_response
              FROM numbers
            """,
            clocks=SQL(", ").join(clocks),
            today=today,
        )
