"""Copies of rows by SQL, whatever columns their table has."""


def copy_rows(env, table, source, changes, where="TRUE"):
    """Copy the rows of a pattern for each bill of the plan.

    :param source: SQL after FROM that gives the row ``r`` to copy and the bill ``x``
    :param changes: ``{column: SQL}``
    """
    columns = get_columns(env, table)
    pairs = ", ".join(f"'{name}', {value}" for name, value in changes.items())
    # LATERAL: as an expression the function would be called once for each column
    env.cr.execute(
        f"""
        INSERT INTO {table} ({columns})
        SELECT {get_columns(env, table, "copied")}
          FROM {source}
         CROSS JOIN LATERAL jsonb_populate_record(
                NULL::{table}, to_jsonb(r) || jsonb_build_object({pairs})) copied
         WHERE {where}
        """
    )


def set_triggers(env, tables, word):
    """DISABLE or ENABLE the triggers of tables."""
    for table in tables:
        env.cr.execute(f"ALTER TABLE {table} {word} TRIGGER USER")


def get_columns(env, table, alias=None):
    """Its columns, as text."""
    env.cr.execute(
        "SELECT quote_ident(attname) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attnum",
        [table],
    )
    prefix = f"{alias}." if alias else ""
    return ", ".join(prefix + name for [name] in env.cr.fetchall())
