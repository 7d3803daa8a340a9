"""Notes what a database is like, to be compared later.

    python -m tests.lifecycle.note DATABASE structure|rows|own|records FILE
    python -m tests.lifecycle.note DATABASE books FILE STRUCTURE

`structure` is that of tables, indexes and so on; `rows` what stands in all tables;
`own` what stands in the books and in the tables of the addons, and the balances;
`records` what the addons brought; `books` what stands in the columns that the tables of
Odoo's accounting have by STRUCTURE, a file of a database without the addons.
"""

import json
import sys
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect

from . import rows, shape
from .shape import MODULES


def get_structure(cr):
    """See `shape.get_structure`."""
    return shape.get_structure(cr)


def get_rows(cr):
    """Fingerprints of all tables."""
    return rows.get_fingerprints(cr, rows.get_columns(cr))


#: What is derived from the books and may be made anew at any time.
FIGURES = "property_figure_"


def get_own(cr):
    """Balances by account, and fingerprints of the books and of the addons' tables.

    The tables of figures are left out: an upgrade makes them anew from the books, and
    that they agree with the ledger is tested apart.
    """
    columns = rows.get_columns(cr)
    own = {
        table: names
        for table, names in columns.items()
        if table in rows.BOOKS
        or (table.startswith("property_") and not table.startswith(FIGURES))
    }
    return {
        "balances": rows.get_balances(cr),
        "rows": rows.get_fingerprints(cr, own),
    }


def get_books(cr, structure):
    """Balances by account, and fingerprints of what Odoo's accounting holds."""
    known = json.loads(Path(structure).read_text())
    columns = {
        table: [name for name in names if f"column {table}.{name}" in known]
        for table, names in rows.get_columns(cr, rows.BOOKS).items()
    }
    return {
        "balances": rows.get_balances(cr),
        "rows": rows.get_fingerprints(cr, columns),
    }


def get_records(cr):
    """See `shape.get_records`."""
    Registry(cr.dbname)
    return shape.get_records(api.Environment(cr, SUPERUSER_ID, {}), MODULES)


NOTES = {
    "structure": get_structure,
    "rows": get_rows,
    "own": get_own,
    "records": get_records,
    "books": get_books,
}


def main(database, name, path, *more):
    """Write one note."""
    odoo.tools.config.parse_config([f"--database={database}", "--log-level=warn"])
    with db_connect(database).cursor() as cr:
        found = NOTES[name](cr, *more)
    Path(path).write_text(json.dumps(found, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
