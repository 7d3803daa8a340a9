from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.models.property_fee_item import FEE_CLASSES

from .property_fee_figures import SOURCES


class PropertyChargingPlanReport(models.Model):
    """Plans beside what was billed and collected, by month and class. What was billed
    or collected of a class that is not planned is there with a plan of zero."""

    _name = "property.charging.plan.report"
    _inherit = ["property.ratio.mixin"]
    _description = "Plan against Actual"
    _auto = False
    _order = "month, fee_class"
    _rec_name = "month"
    _depends = {
        **SOURCES,
        "property.charging.plan": ["community_id", "year", "state"],
        "property.charging.plan.line": [
            "plan_id",
            "month",
            "fee_class",
            "planned_billed",
            "amount_planned",
            "amount_forecast",
        ],
    }

    plan_id = fields.Many2one("property.charging.plan")
    state = fields.Selection(
        [("draft", "Draft"), ("frozen", "Frozen"), ("superseded", "Superseded")]
    )
    year = fields.Integer(aggregator=None)
    community_id = fields.Many2one("property.community")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    month = fields.Date()
    fee_class = fields.Selection(FEE_CLASSES)
    is_begun = fields.Boolean(string="Month Has Begun")
    planned_billed = fields.Monetary(string="Planned to Bill")
    billed = fields.Monetary(help="Bills dated in the month, taxes included.")
    amount_planned = fields.Monetary(string="Planned to Collect")
    collected = fields.Monetary(
        help="Money that settled bills in the month, of any period."
    )
    amount_forecast = fields.Monetary(
        string="Forecast", help="Expected to be paid in the month."
    )
    planned_so_far = fields.Monetary(
        string="Planned to Collect So Far", help="Of months that have begun."
    )
    gap = fields.Monetary(
        help="Planned to collect - collected, of months that have begun."
    )
    rate_plan = fields.Float(
        string="Collected of Plan",
        aggregator="avg",
        help="Collected / planned to collect, of months that have begun.",
    )

    @api.model
    def _get_ratios(self):
        """Override: what was collected of what was planned."""
        return {
            **super()._get_ratios(),
            "rate_plan": (["collected"], ["planned_so_far"]),
        }

    @property
    def _table_query(self):
        """A row for each plan, month and class that is planned, billed or collected."""
        figures = self.env["property.fee.figures"]
        return SQL(
            """
            WITH actual AS (
                SELECT cell.community_id, item.fee_class, cell.month,
                       SUM(cell.billed) AS billed, SUM(cell.paid) AS collected
                  FROM (%(cells)s) cell
                  JOIN property_fee_item item ON item.id = cell.item_id
                 GROUP BY cell.community_id, item.fee_class, cell.month
            ), row AS (
                SELECT plan_id, month, fee_class FROM property_charging_plan_line
                 UNION
                SELECT plan.id, actual.month, actual.fee_class
                  FROM property_charging_plan plan
                  JOIN actual ON actual.community_id = plan.community_id
                   AND EXTRACT(YEAR FROM actual.month) = plan.year
            )
            SELECT row_number() OVER (ORDER BY plan.id, row.month, row.fee_class) AS id,
                   plan.id AS plan_id, plan.state, plan.year, plan.community_id,
                   plan.company_id, community.currency_id, row.month, row.fee_class,
                   row.month <= %(today)s AS is_begun,
                   COALESCE(line.planned_billed, 0) AS planned_billed,
                   COALESCE(actual.billed, 0) AS billed,
                   COALESCE(line.amount_planned, 0) AS amount_planned,
                   COALESCE(actual.collected, 0) AS collected,
                   COALESCE(line.amount_forecast, 0) AS amount_forecast,
                   CASE WHEN row.month <= %(today)s
                        THEN COALESCE(line.amount_planned, 0) ELSE 0
                   END AS planned_so_far,
                   CASE WHEN row.month <= %(today)s
                        THEN COALESCE(line.amount_planned, 0)
                             - COALESCE(actual.collected, 0) ELSE 0 END AS gap,
                   CASE WHEN row.month <= %(today)s
                        THEN actual.collected / NULLIF(line.amount_planned, 0)
                   END AS rate_plan
              FROM row
              JOIN property_charging_plan plan ON plan.id = row.plan_id
              JOIN property_community community ON community.id = plan.community_id
              LEFT JOIN property_charging_plan_line line
                ON line.plan_id = row.plan_id AND line.month = row.month
               AND line.fee_class = row.fee_class
              LEFT JOIN actual ON actual.community_id = plan.community_id
               AND actual.month = row.month AND actual.fee_class = row.fee_class
            """,
            cells=figures._get_cells(),
            today=SQL("%s::date", figures._get_today()),
        )
