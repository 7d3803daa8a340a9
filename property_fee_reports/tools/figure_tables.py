"""The tables, indexes and triggers of the kept figures; see `figure_sql`."""

from odoo.tools import SQL

from .figure_sql import CELL_AMOUNTS, CELL_KEYS, LINE_COLUMNS, SETTLEMENT_COLUMNS

TABLES = (
    "property_figure_line",
    "property_figure_settlement",
    "property_figure_cell",
    "property_figure_stale",
)
_FUNCTIONS = (
    "property_figure_move",
    "property_figure_partial",
    "property_figure_unit",
)

_INDEXES = (
    "CREATE INDEX IF NOT EXISTS property_figure_line_move"
    " ON property_figure_line (move_id)",
    "CREATE INDEX IF NOT EXISTS property_figure_line_month"
    " ON property_figure_line (community_id, month)",
    # ageing looks at what is open alone, and finds all it needs in the index
    "CREATE INDEX IF NOT EXISTS property_figure_line_of_open"
    " ON property_figure_line (community_id, date_due) INCLUDE (line_key, move_id,"
    " move_line_id, building_id, unit_id, partner_id, item_id, month, billed, paid,"
    " credited, written_off, moved) WHERE is_bill_open",
    "CREATE INDEX IF NOT EXISTS property_figure_settlement_move"
    " ON property_figure_settlement (move_id)",
    "CREATE UNIQUE INDEX IF NOT EXISTS property_figure_cell_key"
    f" ON property_figure_cell ({', '.join(CELL_KEYS)})",
    "CREATE INDEX IF NOT EXISTS property_figure_stale_move"
    " ON property_figure_stale (move_id)",
    # money and credit notes that wait for bills; a bill's own terms are left out
    "CREATE INDEX IF NOT EXISTS account_move_line_fee_credit"
    " ON account_move_line (account_id, fee_community_id)"
    " WHERE fee_community_id IS NOT NULL AND amount_residual_currency <> 0"
    " AND parent_state = 'posted'"
    " AND (display_type <> 'payment_term' OR amount_residual_currency < 0)",
)

_TRIGGERS = (
    """
    CREATE OR REPLACE FUNCTION property_figure_move() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            INSERT INTO property_figure_stale (move_id) VALUES (OLD.id);
        ELSE
            INSERT INTO property_figure_stale (move_id) VALUES (NEW.id);
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER property_figure_move_posted
    AFTER INSERT OR UPDATE OF state, fee_community_id, invoice_date_due, date
    ON account_move FOR EACH ROW
    WHEN (NEW.fee_community_id IS NOT NULL AND NEW.state <> 'draft')
    EXECUTE FUNCTION property_figure_move()
    """,
    """
    CREATE OR REPLACE TRIGGER property_figure_move_withdrawn
    AFTER UPDATE OF state, fee_community_id ON account_move FOR EACH ROW
    WHEN (OLD.fee_community_id IS NOT NULL AND OLD.state = 'posted'
          AND (NEW.state <> 'posted' OR NEW.fee_community_id IS NULL))
    EXECUTE FUNCTION property_figure_move()
    """,
    """
    CREATE OR REPLACE TRIGGER property_figure_move_deleted
    AFTER DELETE ON account_move FOR EACH ROW
    WHEN (OLD.fee_community_id IS NOT NULL)
    EXECUTE FUNCTION property_figure_move()
    """,
    """
    CREATE OR REPLACE FUNCTION property_figure_partial() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO property_figure_stale (move_id)
        SELECT DISTINCT line.move_id
          FROM changed JOIN account_move_line line ON line.id = changed.debit_move_id
         WHERE line.fee_community_id IS NOT NULL;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER property_figure_settled
    AFTER INSERT ON account_partial_reconcile REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION property_figure_partial()
    """,
    """
    CREATE OR REPLACE TRIGGER property_figure_unsettled
    AFTER DELETE ON account_partial_reconcile REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION property_figure_partial()
    """,
    """
    CREATE OR REPLACE FUNCTION property_figure_unit() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO property_figure_stale (move_id)
        SELECT id FROM account_move WHERE fee_unit_id = NEW.id AND state = 'posted';
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER property_figure_unit_moved
    AFTER UPDATE OF building_id ON property_unit FOR EACH ROW
    WHEN (OLD.building_id IS DISTINCT FROM NEW.building_id)
    EXECUTE FUNCTION property_figure_unit()
    """,
)


def create(cr):
    """Make the tables, indexes and triggers that are not there yet.

    The tables have no foreign keys: they are a copy, made anew by the move, and must
    outlive what they copy until that is noticed.
    """
    amounts = dict.fromkeys(CELL_AMOUNTS, "numeric NOT NULL DEFAULT 0")
    for table, columns in (
        ("property_figure_line", LINE_COLUMNS),
        ("property_figure_settlement", SETTLEMENT_COLUMNS),
        ("property_figure_cell", {**CELL_KEYS, **amounts}),
        ("property_figure_stale", {"move_id": "int NOT NULL"}),
    ):
        if _get_columns(cr, table) not in ([], list(columns)):
            # of an older version: it is a copy, and is filled anew
            cr.execute(SQL("DROP TABLE %s", SQL.identifier(table)))
        defined = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        # SQL: constant, columns as defined above
        cr.execute(
            SQL(
                "CREATE TABLE IF NOT EXISTS %s (%s)",
                SQL.identifier(table),
                SQL(defined),
            )
        )
    for statement in (*_INDEXES, *_TRIGGERS):
        # SQL: constant, of this file
        cr.execute(SQL(statement))


def _get_columns(cr, table):
    cr.execute(
        SQL(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s)"
            " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            table,
        )
    )
    return [name for [name] in cr.fetchall()]


def drop(cr):
    """Remove all that `create` made."""
    for name in _FUNCTIONS:
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(name)))
    for table in TABLES:
        cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))
    cr.execute(SQL("DROP INDEX IF EXISTS account_move_line_fee_credit"))
