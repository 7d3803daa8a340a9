from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_today

from ..tools import figure_sql as sql
from ..tools import figure_tables

#: bounds of the ageing buckets: key, days past due from and to, both included; the keys
#: sort by age, as pivots sort columns by key
BUCKETS = (
    ("a_not_due", None, 0),
    ("d030", 1, 30),
    ("d060", 31, 60),
    ("d090", 61, 90),
    ("d180", 91, 180),
    ("d365", 181, 365),
    ("y2", 366, 730),
    ("y3", 731, 1095),
    ("older", 1096, None),
)
BUCKET_LABELS = [
    ("a_not_due", "Not Due"),
    ("d030", "1 to 30 Days"),
    ("d060", "31 to 60 Days"),
    ("d090", "61 to 90 Days"),
    ("d180", "91 to 180 Days"),
    ("d365", "181 to 365 Days"),
    ("y2", "1 to 2 Years"),
    ("y3", "2 to 3 Years"),
    ("older", "Over 3 Years"),
    ("credit", "Credit"),
]
#: what the figures are computed from, for Odoo to write it out before they are read
SOURCES = {
    "account.move": [
        "move_type",
        "state",
        "date",
        "invoice_date_due",
        "amount_total",
        "amount_residual",
        "commercial_partner_id",
        "fee_community_id",
        "fee_unit_id",
        "origin_payment_id",
        "statement_line_id",
        "reversed_entry_id",
    ],
    "account.move.line": [
        "move_id",
        "display_type",
        "fee_item_id",
        "fee_date_from",
        "fee_date_to",
        "price_total",
        "amount_currency",
        "amount_residual_currency",
        "parent_state",
        "account_id",
    ],
    "account.partial.reconcile": [
        "debit_move_id",
        "credit_move_id",
        "debit_amount_currency",
    ],
    "property.payment.allocation": [
        "move_line_id",
        "move_id",
        "settled_by_id",
        "date",
        "amount",
    ],
    "property.fee.line": ["move_line_id", "rate_id"],
    "property.unit": ["building_id"],
    "property.adjustment": ["move_id", "kind"],
    "property.arrears.case": ["unit_id", "partner_id", "user_id", "cause", "closed_on"],
}


class PropertyFeeFigures(models.AbstractModel):
    """The figures all reports, workbooks and dashboards are made of.

    `tools.figure_sql` says what was billed and what became of it. This model gives it
    to those who show it, as of now or as of the end of a day, and keeps the tables up
    to date: what is kept of a move is made anew when a trigger has noted that the move
    changed. Until then the relations take such moves from their source, so figures are
    right whether or not ``_refresh`` has run; it keeps them fast.
    """

    _name = "property.fee.figures"
    _description = "Figures of Fees"

    def init(self):
        """Make the tables and triggers, and fill them when they are new."""
        figure_tables.create(self.env.cr)
        [[is_empty]] = self.env.execute_query(
            SQL(
                "SELECT NOT EXISTS (SELECT FROM property_figure_line)"
                " OR NOT EXISTS (SELECT FROM property_figure_settlement)"
            )
        )
        if is_empty:
            self._rebuild()

    # ------------------------------------------------------------ for reports
    @api.model
    def _get_lines(self, day=None):
        """SQL of all bill lines: what they ask for and what settled them.

        Columns: `figure_sql.LINE_COLUMNS`. ``billed`` less ``paid``, ``credited``,
        ``written_off`` and ``moved`` is open. Not limited by access rules: join what
        limits it, or use a report model.

        :param day: as of the end of this day; None: as of now
        """
        return self._flushed(sql.lines_as_of(day) if day else sql.lines_now())

    @api.model
    def _get_settlements(self):
        """SQL of all settlements and documents with their days.

        Columns: `figure_sql.SETTLEMENT_COLUMNS`.
        """
        return self._flushed(sql.settlements_now())

    @api.model
    def _get_cells(self):
        """SQL of amounts by community, building, item and months.

        Columns: `figure_sql.CELL_KEYS` (0 for no building or item) and
        `figure_sql.CELL_AMOUNTS`; several rows of one key may come, to be added up.
        """
        return self._flushed(sql.cells_now())

    @api.model
    def _flushed(self, query):
        """The query, before which Odoo writes out what it is computed from."""
        fields_read = (
            self.env[model]._fields[name]
            for model, names in SOURCES.items()
            for name in names
        )
        return SQL().join([query, *(SQL(to_flush=field) for field in fields_read)])

    @api.model
    def _get_credits(self, day=None):
        """SQL of money, credit notes and entries that wait for bills.

        Columns: move_line_id, move_id, community_id, unit_id, partner_id, date,
        amount: above zero for credit of the owner.

        :param day: as of the end of this day; None: as of now
        """
        columns = SQL(
            "l.id AS move_line_id, l.move_id, l.fee_community_id AS community_id,"
            " l.fee_unit_id AS unit_id, m.commercial_partner_id AS partner_id, l.date"
        )
        source = SQL(
            """
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id AND m.move_type <> 'out_invoice'
              JOIN account_account a ON a.id = l.account_id
               AND a.account_type = 'asset_receivable'
             WHERE l.fee_community_id IS NOT NULL AND l.parent_state = 'posted'
            """
        )
        if not day:
            return SQL(
                "SELECT %s, -l.amount_residual_currency AS amount %s"
                " AND l.amount_residual_currency <> 0"
                # nothing but the terms of bills, which are none of it; see the index
                " AND (l.display_type <> 'payment_term'"
                " OR l.amount_residual_currency < 0)",
                columns,
                source,
            )
        return SQL(
            """
            SELECT * FROM (
                SELECT %(columns)s,
                       -l.amount_currency
                       - COALESCE((SELECT SUM(p.credit_amount_currency)
                                     FROM account_partial_reconcile p
                                    WHERE p.credit_move_id = l.id
                                      AND p.max_date <= %(day)s), 0)
                       + COALESCE((SELECT SUM(p.debit_amount_currency)
                                     FROM account_partial_reconcile p
                                    WHERE p.debit_move_id = l.id
                                      AND p.max_date <= %(day)s), 0) AS amount
                %(source)s AND l.date <= %(day)s) credit
             WHERE amount <> 0
            """,
            columns=columns,
            source=source,
            day=day,
        )

    @api.model
    def _get_bucket(self, day, due):
        """SQL of the ageing bucket of what is due on ``due``, as of the end of ``day``.

        Nothing is past due on its due day.
        """
        days = SQL("(%s::date - %s)", day, due)
        cases = [
            SQL("WHEN %s <= %s THEN %s", days, last, key)
            for key, _first, last in BUCKETS
            if last is not None
        ]
        return SQL("CASE %s ELSE 'older' END", SQL(" ").join(cases))

    @api.model
    def _get_collectors(self):
        """SQL of who collects from a debtor of a unit, and why they do not pay: of the
        open arrears case, or the last one.

        Columns: unit_id, partner_id, user_id, cause, case_id, is_closed.
        """
        return SQL(
            """
            SELECT DISTINCT ON (unit_id, partner_id) unit_id, partner_id, user_id,
                   cause, id AS case_id, closed_on IS NOT NULL AS is_closed
              FROM property_arrears_case
             ORDER BY unit_id, partner_id, closed_on DESC NULLS FIRST, id DESC
            """
        )

    @api.model
    def _get_causes(self):
        """Why debtors do not pay: the causes of arrears cases, as a selection."""
        causes = self.env["property.arrears.case"]._fields["cause"]
        return causes._description_selection(self.env)

    # ---------------------------------------------------------------- keeping
    @api.model
    def _refresh(self):
        """Make anew what is kept of the moves that have changed.

        One at a time: whoever comes second leaves it to the first. What changes
        meanwhile stays noted.

        :return: number of moves, or None if it is being done by another
        """
        self.env.flush_all()
        [[is_free]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s)", 0x50464947)
        )
        if not is_free:
            return None
        cr = self.env.cr
        cr.execute(
            SQL(
                "CREATE TEMP TABLE IF NOT EXISTS property_figure_taken"
                " (move_id int PRIMARY KEY) ON COMMIT DELETE ROWS"
            )
        )
        cr.execute(SQL("DELETE FROM property_figure_taken"))
        cr.execute(
            SQL(
                """
                WITH gone AS (DELETE FROM property_figure_stale RETURNING move_id)
                INSERT INTO property_figure_taken SELECT DISTINCT move_id FROM gone
                """
            )
        )
        count = cr.rowcount
        if count:
            cr.execute(SQL("ANALYZE property_figure_taken"))
            self._replace_taken()
        return count

    @api.model
    def _replace_taken(self):
        """Take back what is kept of the taken moves and keep what they are now."""
        cr = self.env.cr
        taken = SQL("JOIN property_figure_taken taken ON taken.move_id = m.id")
        self._add_cells(*self._get_kept_of_taken(), sign=-1)
        for table in ("property_figure_line", "property_figure_settlement"):
            cr.execute(
                SQL(
                    "DELETE FROM %s kept USING property_figure_taken taken"
                    " WHERE taken.move_id = kept.move_id",
                    SQL.identifier(table),
                )
            )
        self._keep(taken)
        self._add_cells(*self._get_kept_of_taken())

    @api.model
    def _get_kept_of_taken(self):
        return [
            SQL(
                "SELECT kept.* FROM %s kept JOIN property_figure_taken taken"
                " ON taken.move_id = kept.move_id",
                SQL.identifier(table),
            )
            for table in ("property_figure_line", "property_figure_settlement")
        ]

    @api.model
    def _keep(self, only):
        """Keep the rows of moves as they are now."""
        cr = self.env.cr
        for table, columns, rows in (
            (
                "property_figure_settlement",
                sql.SETTLEMENT_COLUMNS,
                sql.settlements(only),
            ),
            (
                "property_figure_line",
                sql.LINE_COLUMNS,
                sql.add_settled(sql.bill_lines(only), sql.settlements(only)),
            ),
        ):
            cr.execute(
                SQL(
                    "INSERT INTO %s (%s) SELECT %s FROM (%s) rows",
                    SQL.identifier(table),
                    sql.get_columns(columns),
                    sql.get_columns(columns),
                    rows,
                )
            )

    @api.model
    def _add_cells(self, lines, settled, sign=1):
        """Add rows to the amounts by months, or take them off."""
        names = [*sql.CELL_KEYS, *sql.CELL_AMOUNTS]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO property_figure_cell AS cell (%(names)s)
                SELECT %(names)s FROM (%(cells)s) added
                ON CONFLICT (%(keys)s) DO UPDATE SET %(sums)s
                """,
                names=sql.get_columns(names),
                cells=sql.cells(lines, settled, sign),
                keys=sql.get_columns(sql.CELL_KEYS),
                sums=SQL(", ").join(
                    SQL(
                        "%(name)s = cell.%(name)s + EXCLUDED.%(name)s",
                        name=SQL.identifier(name),
                    )
                    for name in sql.CELL_AMOUNTS
                ),
            )
        )

    @api.model
    def _rebuild(self):
        """Make everything anew from the source."""
        self.env.flush_all()
        cr = self.env.cr
        for table in figure_tables.TABLES:
            cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
        self._keep(sql.ALL)
        self._add_cells(
            SQL("SELECT * FROM property_figure_line"),
            SQL("SELECT * FROM property_figure_settlement"),
        )
        for table in figure_tables.TABLES:
            cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    @api.model
    def _cron_refresh(self):
        """Scheduled: keep the figures fast, and drop amounts that came to nothing."""
        self._refresh()
        self.env.cr.execute(
            SQL(
                "DELETE FROM property_figure_cell WHERE %s",
                SQL(" AND ").join(
                    SQL("%s = 0", SQL.identifier(name)) for name in sql.CELL_AMOUNTS
                ),
            )
        )

    @api.model
    def _get_today(self):
        """The day reports are as of: ``figures_date`` of the context, or today."""
        day = self.env.context.get("figures_date")
        return fields.Date.to_date(day) or get_today(self)
