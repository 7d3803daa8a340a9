from odoo import fields, models
from odoo.tools import SQL

from ..tools.figure_sql import KINDS
from .property_fee_figures import SOURCES

STEPS = [
    ("a_frozen", "Open as Frozen"),
    ("b_billed", "Bills Dated Back"),
    ("b_paid", "Payments Dated Back or Undone"),
    ("b_credited", "Credit Notes Dated Back"),
    ("b_written_off", "Write-Offs Dated Back"),
    ("b_moved", "Other Entries Dated Back"),
    ("c_restated", "Open that Day as Known Now"),
    ("d_paid", "Paid Since"),
    ("d_credited", "Credited Since"),
    ("d_written_off", "Written Off Since"),
    ("d_moved", "Otherwise Settled Since"),
    ("e_today", "Open Now of Those Bills"),
]


class PropertyReportBridge(models.Model):
    """From the figures of a frozen month to today's: what became known later about the
    time before, and what happened since to the bills of that time."""

    _name = "property.report.bridge"
    _description = "Bridge from a Frozen Month to Now"
    _auto = False
    _order = "snapshot_id, step"
    _rec_name = "step"
    _depends = {
        **SOURCES,
        "property.report.snapshot": ["community_id", "date", "company_id"],
        "property.report.snapshot.line": [
            "snapshot_id",
            "kind",
            *(f"total_{name}" for name in ("billed", *KINDS)),
        ],
    }

    snapshot_id = fields.Many2one("property.report.snapshot", string="Frozen Month")
    community_id = fields.Many2one("property.community")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    step = fields.Selection(STEPS)
    amount = fields.Monetary(help="Adds to what is open above zero, lowers it below.")
    is_sum = fields.Boolean()

    @property
    def _table_query(self):
        """Twelve rows for each frozen month."""
        figures = self.env["property.fee.figures"]
        names = ("billed", *KINDS)
        sign = {"billed": SQL("1")}
        minus = SQL("-1")

        def rows(prefix, later, earlier, kinds):
            return [
                SQL(
                    "(%s, %s * (s.%s - s.%s), FALSE)",
                    f"{prefix}_{name}",
                    sign.get(name, minus),
                    SQL.identifier(f"{later}_{name}"),
                    SQL.identifier(f"{earlier}_{name}"),
                )
                for name in kinds
            ]

        def left(source):
            return SQL(" - ").join(
                SQL("s.%s", SQL.identifier(f"{source}_{name}")) for name in names
            )

        # what is open now of bills of a later month is no part of the bridge
        steps = [
            SQL("('a_frozen', %s, TRUE)", left("frozen")),
            *rows("b", "then", "frozen", names),
            SQL("('c_restated', %s, TRUE)", left("then")),
            *rows("d", "now", "then", KINDS),
            SQL("('e_today', %s, TRUE)", left("now")),
        ]
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY s.id, step.key) AS id,
                   s.id AS snapshot_id, s.community_id, s.company_id, s.currency_id,
                   step.key AS step, step.amount, step.is_sum
              FROM (
                SELECT snapshot.id, snapshot.community_id, snapshot.company_id,
                       community.currency_id, %(columns)s
                  FROM property_report_snapshot snapshot
                  JOIN property_community community
                    ON community.id = snapshot.community_id
                  JOIN LATERAL (
                        SELECT %(frozen)s FROM property_report_snapshot_line line
                         WHERE line.snapshot_id = snapshot.id
                           AND line.kind = 'total') frozen ON TRUE
                  JOIN LATERAL (
                        SELECT %(now)s
                          FROM (%(lines)s) line
                         WHERE line.community_id = snapshot.community_id
                           AND line.date <= snapshot.date) now ON TRUE
                  JOIN LATERAL (
                        SELECT %(then)s
                          FROM (%(settlements)s) settled
                         WHERE settled.community_id = snapshot.community_id
                           AND settled.line_key <> 0
                           AND settled.date <= snapshot.date) later ON TRUE) s
             CROSS JOIN LATERAL (VALUES %(steps)s) step (key, amount, is_sum)
            """,
            columns=SQL(", ").join(
                [
                    *(SQL.identifier(f"frozen_{name}") for name in names),
                    *(SQL.identifier(f"now_{name}") for name in names),
                    SQL("now_billed AS then_billed"),
                    *(SQL.identifier(f"then_{name}") for name in KINDS),
                ]
            ),
            frozen=SQL(", ").join(
                SQL(
                    "COALESCE(SUM(%s), 0) AS %s",
                    SQL.identifier(f"total_{name}"),
                    SQL.identifier(f"frozen_{name}"),
                )
                for name in names
            ),
            now=SQL(", ").join(
                SQL(
                    "COALESCE(SUM(%s), 0) AS %s",
                    SQL.identifier(name),
                    SQL.identifier(f"now_{name}"),
                )
                for name in names
            ),
            then=SQL(", ").join(
                SQL(
                    "COALESCE(SUM(amount) FILTER (WHERE kind = %s), 0) AS %s",
                    name,
                    SQL.identifier(f"then_{name}"),
                )
                for name in KINDS
            ),
            lines=figures._get_lines(),
            settlements=figures._get_settlements(),
            steps=SQL(", ").join(steps),
        )
