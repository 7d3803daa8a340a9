"""Fingerprints of rows, by SQL alone: they need nothing of the addons' code, so that
one taken by an old release can be compared with one taken by a new one."""

from odoo.tools import SQL

#: Odoo's own tables of the books.
BOOKS = (
    "account_move",
    "account_move_line",
    "account_move_line_account_tax_rel",
    "account_account_tag_account_move_line_rel",
    "account_partial_reconcile",
    "account_full_reconcile",
    "account_payment",
    "account_bank_statement",
    "account_bank_statement_line",
    "account_analytic_line",
    "account_account",
    "account_journal",
    "account_tax",
)
#: Who touched a row last is no part of what it says.
TOUCHED = ("create_date", "create_uid", "write_date", "write_uid")


def get_columns(cr, tables=None):
    """Columns of ordinary tables: ``{table: [column]}``.

    :param tables: names; None: all tables
    """
    cr.execute(
        SQL(
            """
            SELECT c.relname, array_agg(a.attname ORDER BY a.attname)
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
               AND NOT a.attisdropped
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
               AND NOT a.attname = ANY(%s)
             GROUP BY c.relname
            """,
            list(TOUCHED),
        )
    )
    return {
        table: columns
        for table, columns in cr.fetchall()
        if tables is None or table in tables
    }


def get_fingerprints(cr, columns, last=None):
    """What stands in some columns of tables, whatever the order of the rows.

    :param columns: ``{table: [column]}``
    :param last: ``{table: id}`` beyond which rows are left out
    :return: ``{table: {"columns", "count", "hash", "last"}}``
    """
    return {
        table: _get_fingerprint(cr, table, columns[table], (last or {}).get(table))
        for table in columns
    }


def _get_fingerprint(cr, table, columns, last):
    has_id = "id" in columns
    cr.execute(
        SQL(
            """
            SELECT count(*), md5(string_agg(hash, '' ORDER BY hash)), max(id)
              FROM (SELECT md5(ROW(%s)::text) AS hash, %s AS id FROM %s WHERE %s) rows
            """,
            SQL(", ").join(SQL.identifier(name) for name in columns),
            SQL("id" if has_id else "NULL"),
            SQL.identifier(table),
            SQL("id <= %s", last) if has_id and last else SQL("TRUE"),
        )
    )
    count, digest, greatest = cr.fetchone()
    return {"columns": columns, "count": count, "hash": digest, "last": greatest}


def get_balances(cr):
    """The ledger account by account: ``{"company/code": [items, debit, credit]}``."""
    cr.execute(
        """
        SELECT l.company_id || '/' || (a.code_store ->> l.company_id::text), count(*),
               sum(l.debit)::text, sum(l.credit)::text
          FROM account_move_line l JOIN account_account a ON a.id = l.account_id
         WHERE l.parent_state = 'posted'
         GROUP BY 1 ORDER BY 1
        """
    )
    return {account: list(row) for account, *row in cr.fetchall()}


def get_differences(before, after):
    """Names of the tables whose fingerprint is another one, with both."""
    return {
        table: (before[table], after.get(table))
        for table in before
        if before[table] != after.get(table)
    }
