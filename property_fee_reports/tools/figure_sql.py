"""What was billed and what became of it, in SQL: the one definition of all figures.

Three kinds of rows, each written down once:

- *bill lines*: what each line of a posted bill asks for. What a bill asks for beyond
  its fee lines, such as a rounding, is a row of its own without a fee item, so that the
  rows of a bill add up to the bill.
- *settlements*: what was taken off a bill line on a day, and how (`KINDS`). Money that
  was there before the bill settles it on the day of the bill, not before.
- *documents*: what other documents put on the receivable accounts (`DOCUMENTS`).

Billed less documents is the balance of the general ledger; billed less settlements is
what is open of the bills; documents less settlements is credit that waits for bills.

The rows of all bills are kept in tables of plain integers, as a million lines cannot
be joined with their settlements in a second; see `property.fee.figures`. Triggers note
in `property_figure_stale` the moves whose rows have changed since. The ``*_now``
relations take the rows of those from their source: they are right at any moment.
"""

from odoo.tools import SQL

#: how a bill line was settled
KINDS = ("paid", "credited", "written_off", "moved")
#: documents on the receivable account that are no bills: money (less money paid back),
#: credit notes, other entries
DOCUMENTS = ("received", "noted", "entered")

#: columns of the kept rows: name and type
LINE_COLUMNS = {
    "line_key": "bigint NOT NULL",
    "move_id": "int NOT NULL",
    "move_line_id": "int",
    "community_id": "int NOT NULL",
    "building_id": "int",
    "unit_id": "int",
    "partner_id": "int",
    "item_id": "int",
    "rate_id": "int",
    "date": "date NOT NULL",
    "date_due": "date NOT NULL",
    "date_from": "date",
    "date_to": "date",
    "month": "date NOT NULL",
    "billed": "numeric NOT NULL",
    "is_bill_open": "boolean NOT NULL",
    **dict.fromkeys(KINDS, "numeric NOT NULL"),
}
SETTLEMENT_COLUMNS = {
    "line_key": "bigint NOT NULL",
    "move_id": "int NOT NULL",
    "community_id": "int NOT NULL",
    "building_id": "int",
    "item_id": "int",
    "month": "date NOT NULL",
    "date_billed": "date NOT NULL",
    "date_due": "date NOT NULL",
    "date": "date NOT NULL",
    "kind": "varchar NOT NULL",
    "amount": "numeric NOT NULL",
}
CELL_KEYS = {
    "community_id": "int NOT NULL",
    "building_id": "int NOT NULL",
    "item_id": "int NOT NULL",
    "month_period": "date NOT NULL",
    "month_billed": "date NOT NULL",
    "month_due": "date NOT NULL",
    "month": "date NOT NULL",
}
CELL_AMOUNTS = ("billed", *KINDS, *DOCUMENTS)

#: joined to account_move m: the moves whose kept rows are out of date
STALE = SQL(
    "JOIN (SELECT DISTINCT move_id FROM property_figure_stale) stale"
    " ON stale.move_id = m.id"
)
ALL = SQL()

_IS_BILL = SQL(
    "m.move_type = 'out_invoice' AND m.state = 'posted'"
    " AND m.fee_community_id IS NOT NULL"
)
_DUE = SQL("COALESCE(m.invoice_date_due, m.date)")


def get_columns(names, alias=None):
    """Column names as SQL, with the alias of their table."""
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )


def kind_of(alias):
    """How a move with this alias settles: one of KINDS."""
    return SQL(
        """CASE
            WHEN %(move)s.move_type = 'out_refund' THEN 'credited'
            WHEN %(money)s THEN 'paid'
            WHEN EXISTS (SELECT FROM property_adjustment adjustment
                          WHERE adjustment.move_id = %(move)s.id
                            AND adjustment.kind = 'write_off') THEN 'written_off'
            ELSE 'moved' END""",
        move=SQL.identifier(alias),
        money=_is_money(alias),
    )


def _is_money(alias):
    """Whether a move with this alias is a payment, a bank line, or takes one back."""
    move = SQL.identifier(alias)
    return SQL(
        """(%(move)s.origin_payment_id IS NOT NULL
            OR %(move)s.statement_line_id IS NOT NULL
            OR EXISTS (SELECT FROM account_move taken_back
                        WHERE taken_back.id = %(move)s.reversed_entry_id
                          AND (taken_back.origin_payment_id IS NOT NULL
                               OR taken_back.statement_line_id IS NOT NULL)))""",
        move=move,
    )


def _document_of(alias):
    """What kind of document a move with this alias is: one of DOCUMENTS."""
    return SQL(
        """CASE WHEN %(move)s.move_type = 'out_refund' THEN 'noted'
            WHEN %(money)s THEN 'received' ELSE 'entered' END""",
        move=SQL.identifier(alias),
        money=_is_money(alias),
    )


def bill_lines(only=ALL):
    """SQL of the bill lines of posted bills, without what settled them.

    :param SQL only: join that limits the moves ``m``, `ALL` or `STALE`
    """
    return SQL(
        """
        SELECT l.id::bigint AS line_key, m.id AS move_id, l.id AS move_line_id,
               m.fee_community_id AS community_id, u.building_id,
               m.fee_unit_id AS unit_id, m.commercial_partner_id AS partner_id,
               l.fee_item_id AS item_id,
               (SELECT MAX(f.rate_id) FROM property_fee_line f
                 WHERE f.move_line_id = l.id) AS rate_id,
               m.date, %(due)s AS date_due,
               l.fee_date_from AS date_from, l.fee_date_to AS date_to,
               date_trunc('month', COALESCE(l.fee_date_from, m.date))::date AS month,
               l.price_total AS billed, m.amount_residual <> 0 AS is_bill_open
          FROM account_move m
          %(only)s
          JOIN account_move_line l ON l.move_id = m.id
           AND l.display_type = 'product' AND l.fee_item_id IS NOT NULL
          LEFT JOIN property_unit u ON u.id = m.fee_unit_id
         WHERE %(is_bill)s
         UNION ALL
        SELECT -m.id, m.id, NULL, m.fee_community_id, u.building_id, m.fee_unit_id,
               m.commercial_partner_id, NULL, NULL, m.date, %(due)s, NULL, NULL,
               date_trunc('month', m.date)::date,
               m.amount_total - COALESCE(lines.amount, 0), m.amount_residual <> 0
          FROM account_move m
          %(only)s
          LEFT JOIN property_unit u ON u.id = m.fee_unit_id
          LEFT JOIN LATERAL (
                SELECT SUM(l.price_total) AS amount
                  FROM account_move_line l
                 WHERE l.move_id = m.id AND l.display_type = 'product'
                   AND l.fee_item_id IS NOT NULL) lines ON TRUE
         WHERE %(is_bill)s AND m.amount_total <> COALESCE(lines.amount, 0)
        """,
        due=_DUE,
        only=only,
        is_bill=_IS_BILL,
    )


def settlements(only=ALL):
    """SQL of what settled bill lines, and of the documents on the ledger.

    :param SQL only: join that limits the moves ``m``, `ALL` or `STALE`
    """
    return SQL(
        """
        SELECT a.move_line_id::bigint AS line_key, m.id AS move_id,
               m.fee_community_id AS community_id, u.building_id,
               l.fee_item_id AS item_id,
               date_trunc('month', COALESCE(l.fee_date_from, m.date))::date AS month,
               m.date AS date_billed, %(due)s AS date_due,
               GREATEST(a.date, m.date) AS date, %(settled)s AS kind, a.amount
          FROM account_move m
          %(only)s
          JOIN property_payment_allocation a ON a.move_id = m.id
          JOIN account_move_line l ON l.id = a.move_line_id
          JOIN account_move s ON s.id = a.settled_by_id
          LEFT JOIN property_unit u ON u.id = m.fee_unit_id
         WHERE %(is_bill)s
         UNION ALL
        -- what was settled of a bill beyond its fee lines
        SELECT -m.id, m.id, m.fee_community_id, u.building_id, NULL,
               date_trunc('month', m.date)::date, m.date, %(due)s,
               GREATEST(c.date, m.date), %(settled)s,
               p.debit_amount_currency - COALESCE(known.amount, 0)
          FROM account_move m
          %(only)s
          JOIN account_move_line d ON d.move_id = m.id
          JOIN account_partial_reconcile p ON p.debit_move_id = d.id
          JOIN account_move_line c ON c.id = p.credit_move_id
          JOIN account_move s ON s.id = c.move_id
          LEFT JOIN property_unit u ON u.id = m.fee_unit_id
          LEFT JOIN LATERAL (
                SELECT SUM(a.amount) AS amount FROM property_payment_allocation a
                 WHERE a.partial_id = p.id) known ON TRUE
         WHERE %(is_bill)s AND p.debit_amount_currency <> COALESCE(known.amount, 0)
         UNION ALL
        -- documents of a community
        SELECT 0, m.id, m.fee_community_id, u.building_id, NULL,
               date_trunc('month', m.date)::date, m.date, m.date, m.date,
               %(document)s, -SUM(l.amount_currency)
          FROM account_move m
          %(only)s
          JOIN account_move_line l ON l.move_id = m.id
          JOIN account_account a ON a.id = l.account_id
           AND a.account_type = 'asset_receivable'
          LEFT JOIN property_unit u ON u.id = m.fee_unit_id
         WHERE m.fee_community_id IS NOT NULL AND m.state = 'posted'
           AND m.move_type <> 'out_invoice'
         GROUP BY m.id, u.building_id
         UNION ALL
        -- documents of no community, as far as they settle bills of one
        SELECT 0, m.id, m.fee_community_id, u.building_id, NULL,
               date_trunc('month', m.date)::date, m.date, m.date,
               GREATEST(c.date, m.date), %(document_of_settled)s,
               p.debit_amount_currency
          FROM account_move m
          %(only)s
          JOIN account_move_line d ON d.move_id = m.id
          JOIN account_partial_reconcile p ON p.debit_move_id = d.id
          JOIN account_move_line c ON c.id = p.credit_move_id
          JOIN account_move s ON s.id = c.move_id AND s.fee_community_id IS NULL
          LEFT JOIN property_unit u ON u.id = m.fee_unit_id
         WHERE %(is_bill)s
        """,
        due=_DUE,
        only=only,
        is_bill=_IS_BILL,
        settled=kind_of("s"),
        document=_document_of("m"),
        document_of_settled=_document_of("s"),
    )


def add_settled(lines, settled):
    """SQL of bill lines with the sums of what settled them.

    :param SQL lines: `bill_lines`, or any rows with its columns
    :param SQL settled: `settlements`, or any rows with its columns
    """
    return SQL(
        """
        SELECT line.*, %(sums)s
          FROM (%(lines)s) line
          LEFT JOIN (
                SELECT line_key, move_id, %(filtered)s
                  FROM (%(settled)s) settlement
                 WHERE line_key <> 0
                 GROUP BY line_key, move_id) sums
            ON sums.line_key = line.line_key
        """,
        lines=lines,
        settled=settled,
        sums=SQL(", ").join(
            SQL(
                "COALESCE(%s, 0) AS %s",
                SQL.identifier("sums", kind),
                SQL.identifier(kind),
            )
            for kind in KINDS
        ),
        filtered=SQL(", ").join(
            SQL(
                "SUM(amount) FILTER (WHERE kind = %s) AS %s",
                # SQL: constant, one of KINDS
                SQL(f"'{kind}'"),
                SQL.identifier(kind),
            )
            for kind in KINDS
        ),
    )


def cells(lines, settled, sign=1):
    """SQL of amounts by community, building, item and months: what months' figures are
    made of. The month of what settled a line is that of the settlement.

    :param int sign: -1 to take them back
    """
    zeros = {name: SQL("0") for name in CELL_AMOUNTS}

    def amounts(values):
        return SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name))
            for name, value in {**zeros, **values}.items()
        )

    of_kind = {
        # SQL: constant, one of KINDS or DOCUMENTS
        kind: SQL("CASE WHEN kind = %s THEN amount ELSE 0 END", SQL(f"'{kind}'"))
        for kind in (*KINDS, *DOCUMENTS)
    }
    return SQL(
        """
        SELECT %(keys)s, %(sums)s
          FROM (
            SELECT community_id, COALESCE(building_id, 0) AS building_id,
                   COALESCE(item_id, 0) AS item_id, month AS month_period,
                   date_trunc('month', date)::date AS month_billed,
                   date_trunc('month', date_due)::date AS month_due,
                   date_trunc('month', date)::date AS month, %(billed)s
              FROM (%(lines)s) line
             UNION ALL
            SELECT community_id, COALESCE(building_id, 0), COALESCE(item_id, 0), month,
                   date_trunc('month', date_billed)::date,
                   date_trunc('month', date_due)::date,
                   date_trunc('month', date)::date, %(of_kind)s
              FROM (%(settled)s) settlement) event
         GROUP BY %(keys)s
        """,
        keys=get_columns(CELL_KEYS),
        sums=SQL(", ").join(
            SQL(
                "%s * SUM(%s) AS %s",
                # SQL: constant, 1 or -1
                SQL(str(sign)),
                SQL.identifier(name),
                SQL.identifier(name),
            )
            for name in CELL_AMOUNTS
        ),
        billed=amounts({"billed": SQL("billed")}),
        of_kind=amounts(of_kind),
        lines=lines,
        settled=settled,
    )


def _kept(table, columns, is_stale):
    """SQL of the kept rows of moves that are out of date, or of all others."""
    return SQL(
        "SELECT %s FROM %s kept WHERE %s EXISTS"
        " (SELECT FROM property_figure_stale s WHERE s.move_id = kept.move_id)",
        get_columns(columns, "kept"),
        SQL.identifier(table),
        SQL() if is_stale else SQL("NOT"),
    )


def lines_now():
    """SQL of all bill lines with what settled them, as it is now."""
    live = add_settled(bill_lines(STALE), settlements(STALE))
    return SQL(
        "%s UNION ALL SELECT %s FROM (%s) live",
        _kept("property_figure_line", LINE_COLUMNS, is_stale=False),
        get_columns(LINE_COLUMNS),
        live,
    )


def settlements_now():
    """SQL of all settlements and documents, as they are now."""
    return SQL(
        "%s UNION ALL SELECT %s FROM (%s) live",
        _kept("property_figure_settlement", SETTLEMENT_COLUMNS, is_stale=False),
        get_columns(SETTLEMENT_COLUMNS),
        settlements(STALE),
    )


def lines_as_of(day):
    """SQL of the bill lines dated up to a day, with what had settled them by then.

    ``is_bill_open`` says whether anything was open of the bill.
    """
    names = [name for name in LINE_COLUMNS if name not in (*KINDS, "is_bill_open")]
    lines = SQL(
        "SELECT %s FROM (%s) line WHERE line.date <= %s",
        get_columns(names),
        lines_now(),
        day,
    )
    settled = SQL(
        "SELECT * FROM (%s) settlement WHERE settlement.date <= %s",
        settlements_now(),
        day,
    )
    return SQL(
        """
        SELECT %s, SUM(billed - paid - credited - written_off - moved)
                       OVER (PARTITION BY move_id) <> 0 AS is_bill_open, %s
          FROM (%s) line
        """,
        get_columns(names),
        get_columns(KINDS),
        add_settled(lines, settled),
    )


def cells_now():
    """SQL of the amounts by months, as they are now: those kept, less what was kept of
    moves that are out of date, and what they are now."""
    old = cells(
        _kept("property_figure_line", LINE_COLUMNS, is_stale=True),
        _kept("property_figure_settlement", SETTLEMENT_COLUMNS, is_stale=True),
        sign=-1,
    )
    names = [*CELL_KEYS, *CELL_AMOUNTS]
    return SQL(
        "SELECT %(names)s FROM property_figure_cell"
        " UNION ALL SELECT %(names)s FROM (%(old)s) old"
        " UNION ALL SELECT %(names)s FROM (%(new)s) new",
        names=get_columns(names),
        old=old,
        new=cells(bill_lines(STALE), settlements(STALE)),
    )
