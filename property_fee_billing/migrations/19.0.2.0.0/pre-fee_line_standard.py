"""The standard of a fee line follows from its rate; it has no column of its own now.

Odoo stops to use a column of a field that is not stored any more, and leaves it there:
a hundred bytes of every million lines for nothing, and a foreign key that keeps a
standard from being looked at as unused.
"""

import logging

from odoo.tools import SQL
from odoo.tools.sql import column_exists

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    """Drop the column, or keep it under another name if it says more than the rate."""
    if not version or not column_exists(cr, "property_fee_line", "standard_id"):
        return
    cr.execute(
        """
        SELECT count(*) FROM property_fee_line line
          LEFT JOIN property_fee_rate rate ON rate.id = line.rate_id
         WHERE line.standard_id IS NOT NULL
           AND line.standard_id IS DISTINCT FROM rate.standard_id
        """
    )
    [others] = cr.fetchone()
    if others:
        _logger.warning(
            "%s fee lines name another standard than that of their rate: kept in the"
            " column legacy_standard_id of property_fee_line",
            others,
        )
        change = SQL("RENAME COLUMN standard_id TO legacy_standard_id")
    else:
        change = SQL("DROP COLUMN standard_id")
    cr.execute(SQL("ALTER TABLE property_fee_line %s", change))
