import io
import json

from psycopg2 import extensions
from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import api, models
from odoo.tools import SQL, split_every

# Rows of one COPY.
ROWS_PER_COPY = 5000

to_json = json.JSONEncoder(ensure_ascii=False).encode


def to_copy_text(value):
    """A value as COPY reads it."""
    if value is None:
        return r"\N"
    if isinstance(value, dict):
        value = to_json(value)
    elif not isinstance(value, str):
        return str(value)
    return (
        value.replace("\\", r"\\")
        .replace("\t", r"\t")
        .replace("\n", r"\n")
        .replace("\r", r"\r")
    )


class PropertyBillingLoader(models.AbstractModel):
    """Stores in bulk what a run computed."""

    _inherit = "property.billing.loader"

    @api.model
    def _insert(self, model, rows, constants):
        """Insert rows in bulk, skipping those that a constraint says exist.

        :param str model: name of a model of this addon
        :param rows: list of ``{column: JSON value}``
        :param constants: ``{column: value}`` the same for all rows
        """
        if self.env[model]._log_access:
            now = self.env.cr.now()
            constants = {
                **constants,
                **dict.fromkeys(("create_uid", "write_uid"), self.env.uid),
                **dict.fromkeys(("create_date", "write_date"), now),
            }
        columns = sorted({column for row in rows for column in row})
        table = self.env[model]._table
        for batch in split_every(ROWS_PER_COPY, rows, list):
            try:
                with self.env.cr.savepoint(flush=False):
                    self._copy_rows(table, columns, constants, batch)
            except (ExclusionViolation, UniqueViolation):
                # COPY is much the fastest, but knows no ON CONFLICT: only a batch
                # that has a conflict goes the slower way.
                self.env.cr.execute(
                    self._get_insert_query(table, columns, constants, batch)
                )

    @api.model
    def _copy_rows(self, table, columns, constants, rows):
        """COPY rows into a table; see ``_insert``."""
        tail = "".join(f"\t{to_copy_text(value)}" for value in constants.values())
        text = "".join(
            "\t".join([to_copy_text(row.get(column)) for column in columns])
            + f"{tail}\n"
            for row in rows
        )
        # COPY cannot wait the way of greenlets, see ``_ensure_xml_id`` of Odoo
        callback = extensions.get_wait_callback()
        extensions.set_wait_callback(None)
        try:
            self.env.cr.copy_from(
                io.StringIO(text), table, columns=[*columns, *constants], size=1 << 20
            )
        finally:
            extensions.set_wait_callback(callback)

    @api.model
    def _get_insert_query(self, table, columns, constants, rows):
        """SQL that inserts the rows that meet no conflict; see ``_insert``."""
        return SQL(
            """
            INSERT INTO %(table)s (%(columns)s, %(constants)s)
            SELECT %(values)s, %(constant_values)s
              FROM jsonb_populate_recordset(NULL::%(table)s, %(rows)s::jsonb) r
                ON CONFLICT DO NOTHING
            """,
            table=SQL.identifier(table),
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            constants=SQL(", ").join(map(SQL.identifier, constants)),
            values=SQL(", ").join(SQL.identifier("r", c) for c in columns),
            constant_values=SQL(", ").join(
                SQL("%s", value) for value in constants.values()
            ),
            rows=to_json(rows),
        )
