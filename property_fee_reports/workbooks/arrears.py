from odoo import api, models
from odoo.tools import SQL

from ..tools.table_book import Formula


class PropertyWorkbookArrears(models.AbstractModel):
    """What is open at the end of a day, by age, item and cause, and that it is what the
    general ledger says. From `property.ageing.report`."""

    _name = "property.workbook.arrears"
    _inherit = ["property.workbook"]
    _description = "Workbook: Arrears"
    _workbook_sequence = 20

    @api.model
    def _get_workbook_title(self):
        """Override of `property.workbook`."""
        return self.env._("Arrears by Age")

    @api.model
    def _get_workbook_definitions(self):
        """Override of `property.workbook`."""
        return [
            [
                self.env._("Open"),
                self.env._("What is left to pay of bill lines at the end of the day."),
            ],
            [
                self.env._("Age"),
                self.env._(
                    "Days past the due date of the line, not past the date of the "
                    "bill. Nothing is past due on its due day."
                ),
            ],
            [
                self.env._("Cause"),
                self.env._(
                    "Why the debtor does not pay, by the open arrears case of the "
                    "unit, or the last one."
                ),
            ],
            [
                self.env._("Credit"),
                self.env._("Money, credit notes and entries that wait for bills."),
            ],
            [
                self.env._("Balance"),
                self.env._(
                    "Open less credit: the receivable accounts of the general ledger."
                ),
            ],
        ]

    @api.model
    def _get_workbook_sheets(self, scope, book):
        """Override of `property.workbook`."""
        yield {
            "key": "lines",
            "name": self.env._("Open Lines"),
            "columns": self._get_line_columns(),
            "rows": self._get_line_rows(scope),
        }
        # lists: the export of terms takes a tuple after ``_("...")`` for one more call
        for key, name, label in [
            ["item", self.env._("By Age and Item"), self.env._("Fee Item")],
            ["cause", self.env._("By Age and Cause"), self.env._("Cause")],
        ]:
            yield {
                "key": f"by_{key}",
                "name": name,
                "columns": self._get_matrix_columns([key, label, "text", 26]),
                "rows": self._get_matrix_rows(scope, book, key),
            }
        yield {
            "key": "ledger",
            "name": self.env._("Ledger"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 26],
                    ["open", self.env._("Open"), "money", 16],
                    ["credit", self.env._("Credit"), "money", 16],
                    ["balance", self.env._("Balance"), "money", 16],
                    ["ledger", self.env._("General Ledger"), "money", 16],
                    ["difference", self.env._("Difference"), "money", 16],
                ]
            ),
            "rows": self._get_ledger_rows(scope, book),
        }

    # -------------------------------------------------------------------- lines
    @api.model
    def _get_line_columns(self):
        return self._prepare_columns(
            [
                ["community", self.env._("Community"), "text", 18],
                ["building", self.env._("Building"), "text", 14],
                ["unit", self.env._("Unit"), "text", 12],
                ["debtor", self.env._("Debtor"), "text", 20],
                ["document", self.env._("Document"), "text", 18],
                ["item", self.env._("Fee Item"), "text", 20],
                ["month", self.env._("Month"), "date", 11],
                ["due", self.env._("Due Date"), "date", 11],
                ["days", self.env._("Days Past Due"), "number", 9],
                ["age", self.env._("Age"), "text", 16],
                ["cause", self.env._("Cause"), "text", 20],
                ["collector", self.env._("Collector"), "text", 16],
                ["open", self.env._("Open"), "money", 14],
                ["credit", self.env._("Credit"), "money", 14],
                ["balance", self.env._("Balance"), "money", 14],
            ]
        )

    @api.model
    def _get_scope_rows(self, scope):
        """SQL of the rows of the ageing report as of the last day."""
        report = self.env["property.ageing.report"]
        return SQL(
            "SELECT * FROM (%s) ageing WHERE community_id = ANY(%s)",
            report.with_context(figures_date=scope.date_to)._table_query,
            scope.community_ids.ids,
        )

    @api.model
    def _get_names(self):
        """Names of items, ages and causes: ``{column: {key: name}}``."""
        return {
            "item": self._get_item_names(),
            "bucket": self._get_labels("property.ageing.report", "bucket"),
            "cause": dict(self.env["property.fee.figures"]._get_causes()),
        }

    @api.model
    def _get_line_rows(self, scope):
        names = self._get_names()
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, building.code,
                   unit.code, partner.name, move.name,
                   row.item_id, row.month, row.date_due, row.days, row.bucket,
                   row.cause, collector.name, row.amount_open, row.amount_credit,
                   row.balance
              FROM (%s) row
              JOIN property_community community ON community.id = row.community_id
              JOIN account_move move ON move.id = row.move_id
              LEFT JOIN property_building building ON building.id = row.building_id
              LEFT JOIN property_unit unit ON unit.id = row.unit_id
              LEFT JOIN res_partner partner ON partner.id = row.partner_id
              LEFT JOIN res_users staff ON staff.id = row.user_id
              LEFT JOIN res_partner collector ON collector.id = staff.partner_id
             ORDER BY community.code, building.code, unit.code, row.date_due, row.id
            """,
            self._get_scope_rows(scope),
        )
        for row in self._stream(query):
            yield (
                *row[:5],
                names["item"].get(row[5], ""),
                *row[6:9],
                names["bucket"][row[9]],
                names["cause"].get(row[10], ""),
                *row[11:],
            )

    # ------------------------------------------------------------------- matrix
    @api.model
    def _get_matrix_columns(self, first):
        buckets = self._get_labels("property.ageing.report", "bucket")
        return self._prepare_columns(
            [
                first,
                *[
                    [key, label, "money", 14]
                    for key, label in buckets.items()
                    if key != "credit"
                ],
                ["total", self.env._("Open"), "money", 16],
            ]
        )

    @api.model
    def _get_matrix_rows(self, scope, book, key):
        """What is open by age and item or cause, by formulas on the open lines."""
        names = self._get_names()
        column = SQL.identifier("item_id" if key == "item" else key)
        found = self.env.execute_query(
            SQL(
                """SELECT %(key)s, bucket, SUM(amount_open) FROM (%(rows)s) row
                    WHERE bucket <> 'credit' GROUP BY %(key)s, bucket""",
                key=column,
                rows=self._get_scope_rows(scope),
            )
        )
        cells = {}
        for value, bucket, amount in found:
            place = names[key].get(value, ""), bucket
            cells[place] = cells.get(place, 0) + amount
        buckets = [bucket for bucket in names["bucket"] if bucket != "credit"]
        lines = book.written["lines"]
        last = chr(ord("A") + len(buckets))
        rows = sorted({name for name, _bucket in cells})
        for number, name in enumerate(rows, 2):
            amounts = [cells.get((name, bucket), 0) for bucket in buckets]
            yield (
                name or self.env._("None"),
                *[
                    self._sum_if(
                        lines,
                        "open",
                        amount,
                        age=names["bucket"][bucket],
                        **{key: name},
                    )
                    for bucket, amount in zip(buckets, amounts, strict=True)
                ],
                Formula(f"=SUM(B{number}:{last}{number})", float(sum(amounts))),
            )

    # ------------------------------------------------------------------- ledger
    @api.model
    def _get_ledger_rows(self, scope, book):
        """The balance of the lines beside that of the general ledger, which is counted
        from the journal items alone."""
        lines = book.written["lines"]
        sums = {
            community_id: amounts
            for community_id, *amounts in self.env.execute_query(
                SQL(
                    """SELECT community_id, SUM(amount_open), SUM(amount_credit),
                              SUM(balance)
                         FROM (%s) row GROUP BY community_id""",
                    self._get_scope_rows(scope),
                )
            )
        }
        ledger = self._get_ledger_balances(scope)
        names = self._get_community_names(scope)
        communities = scope.community_ids.sorted("code")
        for number, community in enumerate(communities, 2):
            amounts = sums.get(community.id, (0, 0, 0))
            booked = ledger.get(community.id, 0)
            name = names[community.id]
            yield (
                name,
                *[
                    self._sum_if(lines, key, amount, community=name)
                    for key, amount in zip(
                        ("open", "credit", "balance"), amounts, strict=True
                    )
                ],
                float(booked),
                Formula(
                    f"=ROUND(D{number}-E{number},{scope.currency_id.decimal_places})",
                    float(amounts[2] - booked),
                ),
            )

    @api.model
    def _get_ledger_balances(self, scope):
        """``{community id: balance of its receivable accounts}`` at the end of the
        last day."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT line.fee_community_id, SUM(line.amount_currency)
                      FROM account_move_line line
                      JOIN account_account account ON account.id = line.account_id
                       AND account.account_type = 'asset_receivable'
                     WHERE line.fee_community_id = ANY(%s) AND line.date <= %s
                       AND line.parent_state = 'posted'
                     GROUP BY line.fee_community_id
                    """,
                    scope.community_ids.ids,
                    scope.date_to,
                )
            )
        )
