from odoo.tools import SQL

from .models.property_audit_entry import FUNCTIONS


def uninstall_hook(env):
    """Remove the functions and triggers that Odoo does not know of."""
    for name in FUNCTIONS:
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(name)))
