"""Debts that are there already have their arrears cases at once.

The job of the night would open them, too; until then collectors, the dashboard and the
evidence for a court would say that nobody owes anything. Opened cases are found again,
so nothing is opened twice.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Open a case for every debtor and unit with something overdue."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cases = env["property.arrears.case"]
    for community in env["property.community"].search([]):
        cases.with_company(community.company_id)._sync(community)
