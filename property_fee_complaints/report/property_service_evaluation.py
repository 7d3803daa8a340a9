from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_local_date_sql


class PropertyServiceEvaluation(models.Model):
    """How well people and teams serve the owners, over time.

    A row is one thing that happened: a complaint came in, a deadline was kept or not,
    somebody rated, a post was inspected, a person trained. Shares are 100 or 0 on a row
    and empty where the question does not arise, so that their averages are right over
    any group: month, person, team, community.
    """

    _name = "property.service.evaluation"
    _description = "Service Evaluation"
    _auto = False
    _order = "date desc, id"
    _depends = {
        "property.complaint": [
            "category_id",
            "closed_at",
            "community_id",
            "company_id",
            "concerned_id",
            "outcome",
            "received_at",
            "reopened_count",
            "repeat_of_id",
            "team_id",
            "user_id",
        ],
        "property.complaint.category": ["is_fee_dispute"],
        "property.complaint.clock": [
            "complaint_id",
            "deadline",
            "is_breached",
            "kind",
            "state",
        ],
        "property.service.inspection": [
            "community_id",
            "company_id",
            "date",
            "finding_count",
            "partner_id",
            "score",
            "state",
            "team_id",
        ],
        "property.training.action": [
            "community_id",
            "company_id",
            "date_deadline",
            "partner_id",
            "score",
            "state",
        ],
        "rating.rating": ["consumed", "rated_on", "rated_partner_id", "rating"],
        "res.users": ["partner_id"],
    }

    date = fields.Date(
        readonly=True,
        help="When the complaint was received, the deadline was due, the owner rated, "
        "the post was inspected, the training was to be complete.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Staff Member",
        readonly=True,
        help="Who worked on the complaint, was rated, inspected or trained; for "
        "complaints about a person, that person.",
    )
    team_id = fields.Many2one("property.complaint.team", readonly=True)
    community_id = fields.Many2one("property.community", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    complaint_count = fields.Integer(
        string="Complaints Handled",
        readonly=True,
        help="Complaints received that the person works on.",
    )
    about_count = fields.Integer(
        string="Complaints about the Person",
        readonly=True,
        help="Complaints received that name the person as the one complained about and "
        "were not found to be not valid.",
    )
    valid_share = fields.Float(
        string="Valid (%)",
        readonly=True,
        aggregator="avg",
        help="Valid complaints of those decided: valid, not valid or not ours.",
    )
    fee_share = fields.Float(
        string="Fee Disputes (%)",
        readonly=True,
        aggregator="avg",
        help="Fee disputes of all complaints received.",
    )
    repeat_share = fields.Float(
        string="Repeats (%)",
        readonly=True,
        aggregator="avg",
        help="Complaints linked as repeats of an earlier one, of all received.",
    )
    reopen_share = fields.Float(
        string="Reopened (%)",
        readonly=True,
        aggregator="avg",
        help="Complaints that were reopened of those that were answered or closed.",
    )
    acknowledge_share = fields.Float(
        string="Acknowledged in Time (%)",
        readonly=True,
        aggregator="avg",
        help="Kept / (kept + missed) of the deadlines to acknowledge. Open and overdue "
        "counts as missed, open and not due does not count.",
    )
    reply_share = fields.Float(
        string="Replied in Time (%)",
        readonly=True,
        aggregator="avg",
        help="Kept / (kept + missed) of the deadlines to reply. Open and overdue "
        "counts as missed, open and not due does not count.",
    )
    resolve_share = fields.Float(
        string="Resolved in Time (%)",
        readonly=True,
        aggregator="avg",
        help="Kept / (kept + missed) of the deadlines to resolve. Open and overdue "
        "counts as missed, open and not due does not count.",
    )
    callback_share = fields.Float(
        string="Called Back in Time (%)",
        readonly=True,
        aggregator="avg",
        help="Call-backs made in time / (made in time + not made in time), of the "
        "closed complaints that were to be called back on.",
    )
    rating_count = fields.Integer(string="Ratings", readonly=True)
    satisfied_share = fields.Float(
        string="Satisfied (%)",
        readonly=True,
        aggregator="avg",
        help="Ratings of 4 and 5 of all ratings given after closing.",
    )
    response_share = fields.Float(
        string="Rated (%)",
        readonly=True,
        aggregator="avg",
        help="Closed complaints that were rated, of all closed ones.",
    )
    inspection_count = fields.Integer(string="Inspections", readonly=True)
    inspection_score = fields.Float(
        string="Inspection Score (%)",
        readonly=True,
        aggregator="avg",
        help="Average score of concluded inspections: points kept of those that apply.",
    )
    finding_count = fields.Integer(string="Findings", readonly=True)
    training_count = fields.Integer(
        string="Trainings", readonly=True, help="Trainings that were not cancelled."
    )
    training_share = fields.Float(
        string="Trainings Done (%)",
        readonly=True,
        aggregator="avg",
        help="Trainings done of those not cancelled.",
    )

    # what each kind of row says; the others are empty
    _measures = (
        *("complaint_count", "about_count", "valid_share", "fee_share"),
        *("repeat_share", "reopen_share", "acknowledge_share", "reply_share"),
        *("resolve_share", "callback_share", "rating_count", "satisfied_share"),
        *("response_share", "inspection_count", "inspection_score", "finding_count"),
        *("training_count", "training_share"),
    )

    @property
    def _table_query(self):
        parts = (
            self._query_complaints(),
            self._query_persons(),
            self._query_deadlines(),
            self._query_ratings(),
            self._query_inspections(),
            self._query_trainings(),
        )
        return SQL(" UNION ALL ").join(parts)

    def _select(self, key, place, source, **measures):
        """One kind of row.

        :param int key: of the kind, makes ids unique
        :param SQL place: id, date, partner, team, community, company
        :param SQL source: FROM, WHERE
        :param measures: SQL by name; all others are empty
        """
        columns = []
        for name in self._measures:
            kind = "int" if name.endswith("_count") else "float"
            # SQL: constant, int or float
            columns.append(
                SQL(
                    "(%s)::%s AS %s",
                    measures.get(name, SQL("NULL")),
                    SQL(kind),
                    SQL.identifier(name),
                )
            )
        return SQL(
            "SELECT id * 10 + %s AS id, date, partner_id, team_id, community_id,"
            " company_id, %s FROM (SELECT %s FROM %s) fact",
            key,
            SQL(", ").join(columns),
            place,
            source,
        )

    def _get_day(self, moment, company):
        """SQL of the day of a moment where the community is."""
        # SQL: constant, the two of the callers below
        return get_local_date_sql(SQL(moment), SQL(company))

    def _query_complaints(self):
        """A row for each complaint and who works on it."""
        return self._select(
            1,
            SQL(
                """complaint.id, %s AS date,
                   handler.partner_id, complaint.team_id, complaint.community_id,
                   complaint.company_id,
                   complaint.outcome, complaint.reopened_count, complaint.closed_at,
                   complaint.replied_at, complaint.repeat_of_id,
                   COALESCE(category.is_fee_dispute, FALSE) AS is_fee,
                   EXISTS (SELECT FROM rating_rating rating
                            WHERE rating.res_model = 'property.complaint'
                              AND rating.res_id = complaint.id
                              AND rating.consumed) AS is_rated""",
                self._get_day("complaint.received_at", "complaint.company_id"),
            ),
            SQL(
                """property_complaint complaint
                   LEFT JOIN res_users handler ON handler.id = complaint.user_id
                   LEFT JOIN property_complaint_category category
                     ON category.id = complaint.category_id"""
            ),
            complaint_count=SQL("1"),
            valid_share=SQL(
                "CASE WHEN outcome IS NOT NULL THEN (outcome = 'valid')::int * 100 END"
            ),
            fee_share=SQL("is_fee::int * 100"),
            repeat_share=SQL("(repeat_of_id IS NOT NULL)::int * 100"),
            reopen_share=SQL(
                """CASE WHEN replied_at IS NOT NULL OR closed_at IS NOT NULL
                          OR reopened_count > 0
                        THEN (COALESCE(reopened_count, 0) > 0)::int * 100 END"""
            ),
            response_share=SQL(
                "CASE WHEN closed_at IS NOT NULL THEN is_rated::int * 100 END"
            ),
        )

    def _query_persons(self):
        """A row for each complaint about a person."""
        return self._select(
            2,
            SQL(
                """id, %s AS date, concerned_id AS partner_id, team_id,
                   community_id, company_id""",
                self._get_day("received_at", "company_id"),
            ),
            SQL(
                """property_complaint
                   WHERE concerned_id IS NOT NULL
                     AND outcome IS DISTINCT FROM 'not_valid'"""
            ),
            about_count=SQL("1"),
        )

    def _query_deadlines(self):
        """A row for each deadline; the measure is that of its kind."""
        kept = SQL(
            """CASE WHEN is_breached OR state = 'missed' THEN 0
                    WHEN state = 'met' THEN 100 END"""
        )
        return self._select(
            3,
            SQL(
                """clock.id, %s AS date, handler.partner_id,
                   complaint.team_id, complaint.community_id, complaint.company_id,
                   clock.kind, clock.is_breached, clock.state""",
                self._get_day("clock.deadline", "complaint.company_id"),
            ),
            SQL(
                """property_complaint_clock clock
                   JOIN property_complaint complaint
                     ON complaint.id = clock.complaint_id
                   LEFT JOIN property_complaint_callback callback
                     ON callback.clock_id = clock.id
                   LEFT JOIN res_users handler
                     ON handler.id = COALESCE(callback.user_id, complaint.user_id)"""
            ),
            acknowledge_share=SQL("CASE WHEN kind = 'acknowledge' THEN %s END", kept),
            reply_share=SQL("CASE WHEN kind = 'reply' THEN %s END", kept),
            resolve_share=SQL("CASE WHEN kind = 'resolve' THEN %s END", kept),
            callback_share=SQL("CASE WHEN kind = 'callback' THEN %s END", kept),
        )

    def _query_ratings(self):
        """A row for each rating of a complaint."""
        return self._select(
            4,
            SQL(
                """rating.id,
                   %s AS date,
                   COALESCE(rating.rated_partner_id, handler.partner_id) AS partner_id,
                   complaint.team_id, complaint.community_id, complaint.company_id,
                   rating.rating""",
                self._get_day(
                    "COALESCE(rating.rated_on, rating.write_date)",
                    "complaint.company_id",
                ),
            ),
            SQL(
                """rating_rating rating
                   JOIN property_complaint complaint ON complaint.id = rating.res_id
                   LEFT JOIN res_users handler ON handler.id = complaint.user_id
                   WHERE rating.res_model = 'property.complaint'
                     AND rating.consumed AND rating.rating >= 1"""
            ),
            rating_count=SQL("1"),
            satisfied_share=SQL("(rating >= 4)::int * 100"),
        )

    def _query_inspections(self):
        """A row for each inspection that was concluded."""
        return self._select(
            5,
            SQL(
                """id, date, partner_id, team_id, community_id, company_id, score,
                   finding_count"""
            ),
            SQL("property_service_inspection WHERE state = 'done'"),
            inspection_count=SQL("1"),
            inspection_score=SQL("score"),
            finding_count=SQL("finding_count"),
        )

    def _query_trainings(self):
        """A row for each training that was not cancelled."""
        return self._select(
            6,
            SQL(
                """id, date_deadline AS date, partner_id, NULL::int AS team_id,
                   community_id, company_id, state"""
            ),
            SQL("property_training_action WHERE state <> 'cancelled'"),
            training_count=SQL("1"),
            training_share=SQL("(state = 'done')::int * 100"),
        )
