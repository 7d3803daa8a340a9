from odoo import api, models
from odoo.tools import SQL


class PropertyWorkbookPlan(models.AbstractModel):
    """The charging plan against what was billed and collected, by month and class of
    fee. From `property.charging.plan.report`."""

    _name = "property.workbook.plan"
    _inherit = ["property.workbook"]
    _description = "Workbook: Charging Plan"
    _workbook_sequence = 30

    @api.model
    def _get_workbook_title(self):
        """Override of `property.workbook`."""
        return self.env._("Charging Plan and Actual")

    @api.model
    def _get_workbook_definitions(self):
        """Override of `property.workbook`."""
        return [
            [
                self.env._("Planned to Bill, Planned to Collect"),
                self.env._("Of the plan of the year; a frozen plan never changes."),
            ],
            [
                self.env._("Collected"),
                self.env._("Money that settled bills in the month, of any period."),
            ],
            [
                self.env._("Forecast"),
                self.env._("Expected to be paid in the month, by past payments."),
            ],
            [
                self.env._("Gap"),
                self.env._(
                    "Planned to collect - collected, of months that have begun."
                ),
            ],
        ]

    @api.model
    def _get_workbook_sheets(self, scope, book):
        """Override of `property.workbook`."""
        yield {
            "key": "plan",
            "name": self.env._("Plan"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 20],
                    ["plan", self.env._("State"), "text", 12],
                    ["month", self.env._("Month"), "date", 11],
                    ["fee_class", self.env._("Fee Class"), "text", 18],
                    ["planned_billed", self.env._("Planned to Bill"), "money", 15],
                    ["billed", self.env._("Billed"), "money", 15],
                    ["planned", self.env._("Planned to Collect"), "money", 15],
                    ["collected", self.env._("Collected"), "money", 15],
                    ["forecast", self.env._("Forecast"), "money", 15],
                    ["gap", self.env._("Gap"), "money", 15],
                ]
            ),
            "rows": self._get_plan_rows(scope),
        }

    @api.model
    def _get_plan_rows(self, scope):
        report = self.env["property.charging.plan.report"]
        states = self._get_labels(report._name, "state")
        classes = self._get_labels(report._name, "fee_class")
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, row.state, row.month,
                   row.fee_class, row.planned_billed, row.billed, row.amount_planned,
                   row.collected, row.amount_forecast, row.gap
              FROM (%s) row
              JOIN property_community community ON community.id = row.community_id
             WHERE community.id = ANY(%s) AND row.month BETWEEN %s AND %s
               AND row.state <> 'superseded'
             ORDER BY community.code, row.month, row.fee_class, row.id
            """,
            report._table_query,
            scope.community_ids.ids,
            scope.date_from.replace(day=1),
            scope.date_to,
        )
        for row in self._stream(query):
            yield (row[0], states[row[1]], row[2], classes.get(row[3], ""), *row[4:])
