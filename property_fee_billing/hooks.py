"""What happens when the addon is installed and uninstalled.

When it goes, Odoo drops the tables and columns of the addon and deletes the records of
its data files. Entries, payments, journals, accounts, products and partners are Odoo's
own and stay.
"""

from odoo.tools import SQL

from .models.property_audit_entry import FUNCTIONS
from .uninstall import drop_restrictions

PLAN = "analytic_plan_community"


def pre_init_hook(env):
    """Take up the analytic plan again that a former installation left in the books."""
    plan = env["account.analytic.plan"].search([("name", "=", "Communities")], limit=1)
    if plan:
        env["ir.model.data"].create(
            {
                "module": "property_fee_billing",
                "name": PLAN,
                "model": plan._name,
                "res_id": plan.id,
                "noupdate": True,
            }
        )


def uninstall_hook(env):
    """Keep what the books refer to, and take along what Odoo does not know is ours."""
    _keep_analytic_plan(env)
    communities = env["property.community"].with_context(active_test=False)
    communities.search([]).receipt_sequence_id.unlink()
    drop_restrictions(env, "property_fee_billing")
    for name in FUNCTIONS:
        # with the triggers that call it
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(name)))


def _keep_analytic_plan(env):
    """The plan came with a data file; with analytic accounts in it, it is the firm's:
    Odoo would take the column of the plan off all analytic items."""
    plan = env.ref(f"property_fee_billing.{PLAN}", False)
    if plan and plan.account_ids:
        env["ir.model.data"].search(
            [
                ("model", "=", plan._name),
                ("res_id", "=", plan.id),
                ("module", "=", "property_fee_billing"),
            ]
        ).unlink()
