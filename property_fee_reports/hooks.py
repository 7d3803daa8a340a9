from .tools import figure_tables


def uninstall_hook(env):
    """Remove the tables and triggers that Odoo does not know of."""
    figure_tables.drop(env.cr)
