from odoo import api, models
from odoo.tools import SQL

from ..tools.table_book import Formula


class PropertyWorkbookCollection(models.AbstractModel):
    """What was billed in some days and what became of it; what was cleared of older
    arrears. From the shared figures (`property.fee.figures`)."""

    _name = "property.workbook.collection"
    _inherit = ["property.workbook"]
    _description = "Workbook: Collection"
    _workbook_sequence = 10

    @api.model
    def _get_workbook_title(self):
        """Override of `property.workbook`."""
        return self.env._("Collection")

    @api.model
    def _get_workbook_definitions(self):
        """Override of `property.workbook`."""
        return [
            [
                self.env._("Billed"),
                self.env._(
                    "Lines of bills dated in the days, taxes included. What is passed "
                    "on to others (water, power) is marked."
                ),
            ],
            [
                self.env._("Credited"),
                self.env._("Taken off by credit notes and waivers up to the last day."),
            ],
            [
                self.env._("Paid"),
                self.env._(
                    "Settled by money up to the last day. Money kept for later bills "
                    "is not in it."
                ),
            ],
            [
                self.env._("Open"),
                self.env._(
                    "Billed less what was paid, credited, written off or settled "
                    "otherwise up to the last day."
                ),
            ],
            [
                self.env._("Rate by Amount"),
                self.env._("Paid / (billed - credited)."),
            ],
            [
                self.env._("Rate by Units"),
                self.env._("Units with nothing open of these bills / units billed."),
            ],
            [
                self.env._("Prior Arrears"),
                self.env._(
                    "Open before the first day of lines that were due before it."
                ),
            ],
            [
                self.env._("Clearing Rate"),
                self.env._(
                    "Prior arrears paid in the days / (prior arrears - prior arrears "
                    "credited in the days)."
                ),
            ],
        ]

    @api.model
    def _get_workbook_sheets(self, scope, book):
        """Override of `property.workbook`."""
        yield {
            "key": "lines",
            "name": self.env._("Bill Lines"),
            "columns": self._get_line_columns(),
            "rows": self._get_line_rows(scope),
        }
        yield {
            "key": "items",
            "name": self.env._("By Item"),
            "columns": self._get_group_columns(
                ["item", self.env._("Fee Item"), "text", 26], with_units=False
            ),
            "rows": self._get_item_rows(scope, book),
        }
        yield {
            "key": "communities",
            "name": self.env._("By Community"),
            "columns": self._get_group_columns(
                ["community", self.env._("Community"), "text", 26], with_units=True
            ),
            "rows": self._get_community_rows(scope, book),
        }
        yield {
            "key": "arrears",
            "name": self.env._("Prior Arrears"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 26],
                    ["arrears", self.env._("Prior Arrears"), "money", 16],
                    ["credited", self.env._("Credited of Them"), "money", 16],
                    ["paid", self.env._("Paid of Them"), "money", 16],
                    ["rate", self.env._("Clearing Rate"), "percent", 12],
                ]
            ),
            "rows": self._get_arrears_rows(scope),
        }

    # -------------------------------------------------------------------- lines
    @api.model
    def _get_line_columns(self):
        return self._prepare_columns(
            [
                ["community", self.env._("Community"), "text", 18],
                ["building", self.env._("Building"), "text", 14],
                ["unit", self.env._("Unit"), "text", 12],
                ["payer", self.env._("Payer"), "text", 20],
                ["bill", self.env._("Bill"), "text", 18],
                ["date", self.env._("Bill Date"), "date", 11],
                ["due", self.env._("Due Date"), "date", 11],
                ["item", self.env._("Fee Item"), "text", 20],
                ["pass_through", self.env._("Passed On"), "text", 9],
                ["date_from", self.env._("Period From"), "date", 11],
                ["date_to", self.env._("Period To"), "date", 11],
                ["billed", self.env._("Billed"), "money", 13],
                ["credited", self.env._("Credited"), "money", 13],
                ["paid", self.env._("Paid"), "money", 13],
                ["written_off", self.env._("Written Off"), "money", 13],
                ["moved", self.env._("Otherwise Settled"), "money", 13],
                ["open", self.env._("Open"), "money", 13],
            ]
        )

    @api.model
    def _get_scope_lines(self, scope):
        """SQL of the bill lines of the days, with what settled them by the last."""
        return SQL(
            """SELECT line.*,
                      billed - paid - credited - written_off - moved AS left_open
                 FROM (%s) line
                WHERE line.community_id = ANY(%s) AND line.date >= %s""",
            self.env["property.fee.figures"]._get_lines(scope.date_to),
            scope.community_ids.ids,
            scope.date_from,
        )

    @api.model
    def _get_line_rows(self, scope):
        items, passed_on = self._get_item_names(), self._get_passed_on()
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, building.code,
                   unit.code, partner.name, move.name,
                   line.date, line.date_due, line.item_id, line.date_from, line.date_to,
                   line.billed, line.credited, line.paid, line.written_off, line.moved,
                   line.left_open
              FROM (%s) line
              JOIN property_community community ON community.id = line.community_id
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN property_building building ON building.id = line.building_id
              LEFT JOIN property_unit unit ON unit.id = line.unit_id
              LEFT JOIN res_partner partner ON partner.id = line.partner_id
             ORDER BY community.code, building.code, unit.code, line.date, line.move_id,
                      line.line_key
            """,
            self._get_scope_lines(scope),
        )
        for row in self._stream(query):
            item_id = row[7]
            yield (
                *row[:7],
                items.get(item_id, ""),
                passed_on.get(item_id, ""),
                *row[8:],
            )

    @api.model
    def _get_passed_on(self):
        """``{item id: mark}`` of items whose money is others'."""
        mark = self.env._("Yes")
        # see _get_item_names
        items = self.env["property.fee.item"].sudo().with_context(active_test=False)
        return dict.fromkeys(items.search([("is_pass_through", "=", True)]).ids, mark)

    # ------------------------------------------------------------------- groups
    @api.model
    def _get_group_columns(self, first, with_units):
        columns = [
            first,
            ["billed", self.env._("Billed"), "money", 16],
            ["credited", self.env._("Credited"), "money", 16],
            ["paid", self.env._("Paid"), "money", 16],
            ["written_off", self.env._("Written Off"), "money", 16],
            ["moved", self.env._("Otherwise Settled"), "money", 16],
            ["open", self.env._("Open"), "money", 16],
            ["rate", self.env._("Rate by Amount"), "percent", 12],
        ]
        if with_units:
            columns += [
                ["units", self.env._("Units Billed"), "number", 12],
                ["settled", self.env._("Units Settled"), "number", 12],
                ["unit_rate", self.env._("Rate by Units"), "percent", 12],
            ]
        return self._prepare_columns(columns)

    @api.model
    def _get_item_rows(self, scope, book):
        """Each item: its lines added up by formulas on the sheet of lines."""
        items = self._get_item_names()
        sums = self._sum_lines(scope, SQL("item_id"))
        named = {}
        for item_id, *amounts in sums:
            kept = named.setdefault(items.get(item_id, ""), [0] * len(amounts))
            named[items.get(item_id, "")] = [
                first + second for first, second in zip(kept, amounts, strict=True)
            ]
        for number, (name, amounts) in enumerate(sorted(named.items()), 2):
            yield self._get_group_row(book, number, "item", name, amounts)

    @api.model
    def _get_community_rows(self, scope, book):
        """Each community: amounts and units."""
        names = self._get_community_names(scope)
        units = {
            community_id: counts
            for community_id, *counts in self.env.execute_query(
                SQL(
                    """
                    SELECT community_id, COUNT(*),
                           COUNT(*) FILTER (WHERE left_open = 0)
                      FROM (SELECT community_id, unit_id, SUM(left_open) AS left_open
                              FROM (%s) line WHERE unit_id IS NOT NULL
                             GROUP BY community_id, unit_id) unit
                     GROUP BY community_id
                    """,
                    self._get_scope_lines(scope),
                )
            )
        }
        rows = self._sum_lines(scope, SQL("community_id"))
        rows.sort(key=lambda row: names[row[0]])
        for number, (community_id, *amounts) in enumerate(rows, 2):
            billed, settled = units.get(community_id, (0, 0))
            name = names[community_id]
            yield (
                *self._get_group_row(book, number, "community", name, amounts),
                billed,
                settled,
                Formula(
                    f'=IF(I{number}=0,"",J{number}/I{number})',
                    settled / billed if billed else "",
                ),
            )

    @api.model
    def _sum_lines(self, scope, key):
        """``[(key, billed, credited, paid, written off, moved, open)]``."""
        return self.env.execute_query(
            SQL(
                """
                SELECT %(key)s, SUM(billed), SUM(credited), SUM(paid),
                       SUM(written_off), SUM(moved), SUM(left_open)
                  FROM (%(lines)s) line GROUP BY %(key)s
                """,
                key=key,
                lines=self._get_scope_lines(scope),
            )
        )

    @api.model
    def _get_group_row(self, book, number, column, name, amounts):
        """A row of sums; ``number`` is where it stands, for its own rate."""
        lines = book.written["lines"]
        names = ("billed", "credited", "paid", "written_off", "moved", "open")
        billed, credited, paid = (float(amount) for amount in amounts[:3])
        due = billed - credited
        cells = [
            self._sum_if(lines, key, amount, **{column: name})
            for key, amount in zip(names, amounts, strict=True)
        ]
        rate = Formula(
            f'=IF(B{number}-C{number}=0,"",D{number}/(B{number}-C{number}))',
            paid / due if due else "",
        )
        return (name, *cells, rate)

    # ------------------------------------------------------------------ arrears
    @api.model
    def _get_arrears_rows(self, scope):
        """What was open when the days began, and what was cleared of it in them."""
        figures = self.env["property.fee.figures"]
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, SUM(arrears),
                   SUM(credited), SUM(paid)
              FROM (
                SELECT community_id, 0 AS credited, 0 AS paid,
                       billed - paid - credited - written_off - moved AS arrears
                  FROM (%(lines)s) line
                 WHERE date_due < %(first)s
                 UNION ALL
                SELECT community_id,
                       CASE WHEN kind = 'paid' THEN 0 ELSE amount END,
                       CASE WHEN kind = 'paid' THEN amount ELSE 0 END, 0
                  FROM (%(settlements)s) settlement
                 WHERE line_key <> 0 AND date_billed < %(first)s
                   AND date_due < %(first)s
                   AND date BETWEEN %(first)s AND %(last)s) entry
              JOIN property_community community ON community.id = entry.community_id
             WHERE community.id = ANY(%(communities)s)
             GROUP BY community.id
             ORDER BY community.code
            """,
            lines=figures._get_lines(
                scope.date_from.fromordinal(scope.date_from.toordinal() - 1)
            ),
            settlements=figures._get_settlements(),
            first=scope.date_from,
            last=scope.date_to,
            communities=scope.community_ids.ids,
        )
        for number, row in enumerate(self.env.execute_query(query), 2):
            name, arrears, credited, paid = row
            due = float(arrears - credited)
            rate = Formula(
                f'=IF(B{number}-C{number}=0,"",D{number}/(B{number}-C{number}))',
                float(paid) / due if due else "",
            )
            yield name, arrears, credited, paid, rate
