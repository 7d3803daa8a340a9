"""For the uninstall hooks of the addons."""

from odoo.tools import SQL


def drop_restrictions(env, module):
    """Drop the foreign keys of an addon's tables that keep records from being deleted.

    Odoo deletes the records of data files one by one before it drops the tables: a
    level of reminders that a notice was made by could not go, nor a survey that a
    training refers to, and would stay with a name of an addon that is gone. The tables
    go anyway; what their rows refer to is no longer theirs to keep.
    """
    names = env["ir.model.data"].search(
        [
            ("module", "=", module),
            ("model", "=", "ir.model"),
            ("name", "=like", "model_property_%"),
        ]
    )
    models = env["ir.model"].browse(names.mapped("res_id")).exists().mapped("model")
    tables = [env[name]._table for name in models if name in env]
    rows = env.execute_query(
        SQL(
            """
            SELECT conrelid::regclass::text, conname FROM pg_constraint
             WHERE contype = 'f' AND confdeltype IN ('a', 'r')
               AND conrelid = ANY(
                   SELECT oid FROM pg_class
                    WHERE relname = ANY(%s) AND relkind = 'r'
                      AND relnamespace = 'public'::regnamespace)
            """,
            tables,
        )
    )
    for table, constraint in rows:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )
