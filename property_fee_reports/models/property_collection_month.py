from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from odoo.addons.property_fee_billing.models.property_fee_item import FEE_CLASSES

from ..tools.figure_sql import CELL_AMOUNTS
from .property_fee_figures import SOURCES


class PropertyCollectionMonth(models.Model):
    """What happened in each month, by building and fee item: arrears at its beginning
    and what was cleared of them, money received, what is open at its end.

    Money and other documents have no fee item: what is received, and credit that waits
    for bills, stand on rows of their own, and are whole only when no item is chosen.
    """

    _name = "property.collection.month"
    _inherit = ["property.ratio.mixin", "property.figure.row.mixin"]
    _description = "Collection by Month"
    _auto = False
    _order = "month desc, community_id, building_id, item_id"
    _rec_name = "month"
    _depends = SOURCES

    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    community_id = fields.Many2one("property.community")
    building_id = fields.Many2one("property.building")
    item_id = fields.Many2one("property.fee.item")
    fee_class = fields.Selection(FEE_CLASSES)
    is_pass_through = fields.Boolean(string="Passed On")
    month = fields.Date()
    is_complete = fields.Boolean(
        string="Month Over", help="The running month is not over yet."
    )
    arrears = fields.Monetary(
        string="Prior Arrears",
        help="Open at the beginning of the month of lines due before it.",
    )
    arrears_credited = fields.Monetary(
        string="Prior Arrears Waived",
        help="Taken off prior arrears in the month other than by payment.",
    )
    arrears_paid = fields.Monetary(
        string="Prior Arrears Paid", help="Paid in the month on prior arrears."
    )
    rate_arrears = fields.Float(
        string="Prior-Arrears Clearing Rate",
        aggregator="avg",
        help="Prior arrears paid / (prior arrears - prior arrears waived).",
    )
    billed = fields.Monetary(help="Bills dated in the month, taxes included.")
    paid = fields.Monetary(
        string="Settled by Money",
        help="Bill lines of any period settled in the month by money, new or kept.",
    )
    credited = fields.Monetary(
        help="Taken off in the month by credit notes and waivers, of any period."
    )
    written_off = fields.Monetary(help="Written off in the month, of any period.")
    moved = fields.Monetary(
        string="Otherwise Settled", help="By other journal entries."
    )
    received = fields.Monetary(
        help="Money received in the month less money paid back, for whatever it is."
    )
    noted = fields.Monetary(
        string="Credit Notes", help="Credit notes dated in the month."
    )
    entered = fields.Monetary(
        string="Other Entries", help="Other entries on receivable accounts."
    )
    rate_cash = fields.Float(
        string="Cash Ratio",
        aggregator="avg",
        help="Money received in the month / billed in the month. It mixes periods: no "
        "collection rate.",
    )
    opening = fields.Monetary(
        string="Open at Beginning", help="Open of all bills when the month began."
    )
    closing = fields.Monetary(
        string="Open at End", help="Open of all bills when the month ended."
    )
    closing_not_due = fields.Monetary(
        string="Open at End, Due Later",
        help="Of it what is due in a later month.",
    )
    closing_past_due = fields.Monetary(
        string="Open at End, Due",
        help="Of it what was due in the month or before.",
    )
    prepaid = fields.Monetary(
        string="Credit at End",
        help="Money, credit notes and entries that wait for bills at the end.",
    )
    receivable = fields.Monetary(
        string="Receivable at End",
        help="Open at end - credit at end: the balance of the general ledger.",
    )
    cei_base = fields.Monetary(string="Base of Effectiveness", aggregator="sum")
    rate_cei = fields.Float(
        string="Collection Effectiveness (CEI)",
        aggregator="avg",
        help="(open at beginning + billed - open at end) / "
        "(open at beginning + billed - open at end, due later).",
    )
    billed_year = fields.Monetary(
        string="Billed in 12 Months", help="Of this month and the eleven before."
    )
    dso = fields.Float(
        string="Days Sales Outstanding (12 Months)",
        aggregator="avg",
        digits=(16, 1),
        help="Open at end x 365 / billed in 12 months.",
    )
    days_open = fields.Monetary(string="Open at End x 365")
    rate_prepaid = fields.Float(
        string="Prepayment Rate",
        aggregator="avg",
        help="Credit at end / billed in 12 months, which stands for what the next 12 "
        "will bill. A liability, not income.",
    )

    @api.model
    def _get_stocks(self):
        """Override: amounts at the beginning and the end of a month."""
        names = ("arrears", "opening", "closing", "closing_not_due")
        names += ("closing_past_due", "prepaid", "receivable", "billed_year")
        return {**super()._get_stocks(), **dict.fromkeys(names, "month")}

    @api.model
    def _get_ratios(self):
        """Override: each ratio of its own sums."""
        return {
            **super()._get_ratios(),
            "rate_arrears": (["arrears_paid"], ["arrears", "-arrears_credited"]),
            "rate_cash": (["received"], ["billed"]),
            "rate_cei": (
                ["opening", "billed", "-closing"],
                ["opening", "billed", "-closing_not_due"],
            ),
            "dso": (["days_open"], ["billed_year"]),
            "rate_prepaid": (["prepaid"], ["billed_year"]),
        }

    def _get_journal_item_domain(self):
        """Override: the items booked in the month, receivable ones for no fee item."""
        domains = []
        for row in self:
            domain = Domain(
                [
                    ("parent_state", "=", "posted"),
                    ("fee_community_id", "=", row.community_id.id),
                    ("fee_unit_id.building_id", "=", row.building_id.id),
                    ("date", ">=", row.month),
                    ("date", "<=", date_utils.end_of(row.month, "month")),
                ]
            )
            if row.item_id:
                domain &= Domain("fee_item_id", "=", row.item_id.id)
            else:
                domain &= Domain("account_type", "=", "asset_receivable")
            domains.append(domain)
        return list(Domain.OR(domains))

    @property
    def _table_query(self):
        """The months from the first bill to the running month.

        What is past due at the end of a month is the running sum of what is billed and
        settled, each from the month on in which it is both booked and due.
        """
        figures = self.env["property.fee.figures"]
        today = figures._get_today()
        return SQL(
            """
            WITH cell AS MATERIALIZED (
                SELECT *, billed - paid - credited - written_off - moved AS change
                  FROM (%(cells)s) cell
            ), place AS (
                SELECT community_id, building_id, item_id FROM cell
                 UNION SELECT community_id, building_id, 0 FROM cell
            ), calendar AS (
                SELECT month::date AS month
                  FROM generate_series((SELECT MIN(month) FROM cell),
                        GREATEST(date_trunc('month', %(today)s),
                                 (SELECT MAX(month) FROM cell)),
                        interval '1 month') month
            ), flow AS (
                SELECT community_id, building_id, item_id, month,
                       SUM(billed) AS billed, SUM(paid) AS paid,
                       SUM(credited) AS credited, SUM(written_off) AS written_off,
                       SUM(moved) AS moved, SUM(received) AS received,
                       SUM(noted) AS noted, SUM(entered) AS entered,
                       SUM(change) AS change,
                       SUM(paid) FILTER (WHERE month_due < month) AS arrears_paid,
                       SUM(credited + written_off + moved)
                           FILTER (WHERE month_due < month) AS arrears_credited
                  FROM cell
                 GROUP BY community_id, building_id, item_id, month
            ), waiting AS (
                -- credit has no fee item, whatever it settles
                SELECT community_id, building_id, 0 AS item_id, month,
                       SUM(received + noted + entered
                           - paid - credited - written_off - moved) AS change
                  FROM cell
                 GROUP BY community_id, building_id, month
            ), past_due AS (
                SELECT community_id, building_id, item_id,
                       GREATEST(month, month_due) AS month, SUM(change) AS change
                  FROM cell
                 GROUP BY community_id, building_id, item_id,
                       GREATEST(month, month_due)
            ), grid AS (
                SELECT place.community_id, place.building_id, place.item_id,
                       calendar.month,
                       COALESCE(flow.billed, 0) AS billed,
                       COALESCE(flow.paid, 0) AS paid,
                       COALESCE(flow.credited, 0) AS credited,
                       COALESCE(flow.written_off, 0) AS written_off,
                       COALESCE(flow.moved, 0) AS moved,
                       COALESCE(flow.received, 0) AS received,
                       COALESCE(flow.noted, 0) AS noted,
                       COALESCE(flow.entered, 0) AS entered,
                       COALESCE(flow.arrears_paid, 0) AS arrears_paid,
                       COALESCE(flow.arrears_credited, 0) AS arrears_credited,
                       COALESCE(flow.change, 0) AS change,
                       COALESCE(past_due.change, 0) AS past_due_change,
                       SUM(COALESCE(flow.change, 0)) OVER running AS closing,
                       SUM(COALESCE(past_due.change, 0)) OVER running
                           AS closing_past_due,
                       SUM(COALESCE(waiting.change, 0)) OVER running AS prepaid,
                       SUM(COALESCE(flow.billed, 0)) OVER year AS billed_year
                  FROM place
                 CROSS JOIN calendar
                  LEFT JOIN flow USING (community_id, building_id, item_id, month)
                  LEFT JOIN past_due USING (community_id, building_id, item_id, month)
                  LEFT JOIN waiting USING (community_id, building_id, item_id, month)
                WINDOW running AS (
                        PARTITION BY place.community_id, place.building_id,
                                     place.item_id ORDER BY calendar.month),
                       year AS (
                        PARTITION BY place.community_id, place.building_id,
                                     place.item_id ORDER BY calendar.month
                        ROWS 11 PRECEDING)
            ), stock AS (
                SELECT *, closing - change AS opening,
                       closing_past_due - past_due_change AS arrears,
                       closing - closing_past_due AS closing_not_due
                  FROM grid
            )
            SELECT row_number() OVER (
                       ORDER BY month, stock.community_id, building_id, item_id) AS id,
                   community.company_id, community.currency_id, stock.community_id,
                   NULLIF(building_id, 0) AS building_id,
                   NULLIF(item_id, 0) AS item_id, item.fee_class,
                   COALESCE(item.is_pass_through, FALSE) AS is_pass_through,
                   month, month < date_trunc('month', %(today)s) AS is_complete,
                   arrears, arrears_credited, arrears_paid,
                   arrears_paid / NULLIF(arrears - arrears_credited, 0)
                       AS rate_arrears,
                   billed, paid, credited, written_off, moved, received, noted,
                   entered, received / NULLIF(billed, 0) AS rate_cash,
                   opening, closing, closing_not_due, closing_past_due,
                   prepaid, closing - prepaid AS receivable,
                   opening + billed - closing_not_due AS cei_base,
                   (opening + billed - closing)
                       / NULLIF(opening + billed - closing_not_due, 0) AS rate_cei,
                   billed_year, closing * 365 AS days_open,
                   closing * 365 / NULLIF(billed_year, 0) AS dso,
                   prepaid / NULLIF(billed_year, 0) AS rate_prepaid
              FROM stock
              JOIN property_community community ON community.id = stock.community_id
              LEFT JOIN property_fee_item item ON item.id = stock.item_id
            """,
            cells=self._get_source(),
            today=SQL("%s::date", today),
        )

    @api.model
    def _get_source(self):
        """SQL of the amounts by months. With ``figures_by_community`` in the context
        they are added up over buildings and items first: a tenth of the rows, for
        those who show neither."""
        cells = self.env["property.fee.figures"]._get_cells()
        if not self.env.context.get("figures_by_community"):
            return cells
        return SQL(
            """
            SELECT community_id, 0 AS building_id, 0 AS item_id, month_due, month, %s
              FROM (%s) cell
             GROUP BY community_id, month_due, month
            """,
            SQL(", ").join(
                SQL("SUM(%s) AS %s", SQL.identifier(name), SQL.identifier(name))
                for name in CELL_AMOUNTS
            ),
            cells,
        )
