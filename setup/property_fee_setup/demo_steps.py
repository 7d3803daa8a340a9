"""The steps of the demo that need Odoo: run by `demo`, in Odoo's environment.

    python -m property_fee_setup.demo_steps STEP

Each step is one transaction, which also notes in the database's stamp that it is done.
"""

import base64
import calendar
import sys
from datetime import date

import odoo
from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry

from .console import say
from .database import read_stamp, stamp_statement
from .demo import DATABASE, LANGUAGES, LOGINS

WORKBOOK = "property_fee_billing/demo/community_sample.xlsx"
STAFF_GROUPS = {
    "manager": ["property_fee_billing.group_fee_manager"],
    "cashier": ["property_fee_billing.group_cashier"],
    "accountant": [
        "property_fee_billing.group_auditor",
        "account.group_account_manager",
    ],
}


def company(env):
    """A company in China that keeps its books in yuan; both Chinese languages."""
    yuan = env.ref("base.CNY")
    yuan.active = True
    main_company = env.ref("base.main_company")
    main_company.name = "Sample Property Services"
    main_company.currency_id = yuan
    main_company.country_id = env.ref("base.cn")
    for code in LANGUAGES[1:]:
        env["res.lang"]._activate_lang(code)
    env["ir.module.module"].search([("state", "=", "installed")])._update_translations(
        list(LANGUAGES[1:])
    )


def people(env):
    """A user for each kind of staff."""
    for login, password, role in LOGINS:
        if login in STAFF_GROUPS:
            groups = [env.ref(name).id for name in STAFF_GROUPS[login]]
            _make_user(env, login, password, role, groups)


def _make_user(env, login, password, role, group_ids, **values):
    users = env["res.users"].with_context(no_reset_password=True)
    return users.create(
        {
            "name": role.partition(":")[0].capitalize(),
            "email": f"{login}@example.com",
            **values,
            "login": login,
            "password": password,
            "group_ids": [Command.set(group_ids)],
            "tz": "Asia/Shanghai",
        }
    )


def community(env):
    """Import the workbook as a user does, and let the staff see the community."""
    with open(WORKBOOK, "rb") as workbook:
        content = base64.b64encode(workbook.read())
    wizard = env["property.community.import"].create(
        {"file": content, "filename": WORKBOOK.rpartition("/")[2]}
    )
    wizard.action_import()
    staff = env["res.users"].search([("login", "in", list(STAFF_GROUPS))])
    communities = env["property.community"].search([])
    communities.member_ids += staff
    # its months are billed below; no job shall bill the time since by itself
    communities.auto_billing = "none"
    units = env["property.unit"].search_count([])
    say(f"    {', '.join(communities.mapped('name'))}: {units} units")


def billing(env, year, month):
    """Compute and post one month's billing run."""
    last = calendar.monthrange(year, month)[1]
    run = env["property.billing.run"].create(
        {
            "community_ids": [Command.set(env["property.community"].search([]).ids)],
            "date_from": date(year, month, 1),
            "date_to": date(year, month, last),
            "invoice_date": date(year, month, 1),
        }
    )
    run.action_compute()
    run.action_post()
    failed = run.refusal_ids.filtered(
        lambda refusal: refusal.reason == "posting_failed"
    )
    if failed or not run.move_ids:
        raise UserError(failed[:1].detail or "The sample community gave no invoice.")
    say(
        f"    {len(run.move_ids)} invoices, {len(run.line_ids)} lines, "
        f"{sum(run.line_ids.mapped('amount')):.2f} in all, "
        f"{len(run.refusal_ids)} refused"
    )


def owner(env):
    """Portal access for the person with the most bills, who has most to look at."""
    ((partner, _bills),) = env["account.move"]._read_group(
        [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("partner_id.is_company", "=", False),
        ],
        ["partner_id"],
        ["__count"],
        order="__count desc, partner_id",
        limit=1,
    )
    ((login, password, role),) = (row for row in LOGINS if row[0] == "owner")
    _make_user(
        env,
        login,
        password,
        role,
        env.ref("base.group_portal").ids,
        partner_id=partner.id,
        name=partner.name,
        email=partner.email or f"{login}@example.com",
    )


def online(env):
    """Have owners try online payment, and show how to pay by bank transfer."""
    provider = env.ref("payment.payment_provider_demo")
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    if not bank.bank_account_id:
        bank.set_bank_account("6222 0000 0000 0000 000")
    provider.write({"state": "test", "is_published": True, "journal_id": bank.id})


def service(env):
    """The manager answers complaints, too."""
    manager = env["res.users"].search([("login", "=", "manager")])
    role = env.ref("property_fee_complaints.group_complaint_manager")
    manager.group_ids = [Command.link(role.id)]
    env["property.complaint.team"].create(
        {"name": "Service Desk", "member_ids": [Command.set(manager.ids)]}
    )


STEPS = {
    "company": company,
    "people": people,
    "community": community,
    "billing_2026_01": lambda env: billing(env, 2026, 1),
    "billing_2026_02": lambda env: billing(env, 2026, 2),
    "billing_2026_03": lambda env: billing(env, 2026, 3),
    "owner": owner,
    "online": online,
    "service": service,
}


def main(name):
    """Run one step and note it, in one transaction."""
    odoo.tools.config.parse_config([f"--database={DATABASE}", "--log-level=warn"])
    with Registry(DATABASE).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        admin = env.ref("base.user_admin")
        STEPS[name](env(user=admin, context={"lang": "en_US", "tz": "Asia/Shanghai"}))
        cr.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            "WHERE datname = current_database()"
        )
        stamp = read_stamp(cr.fetchone()[0])
        stamp["done"] = [*stamp.get("done", []), name]
        cr.execute(stamp_statement(DATABASE, stamp))


if __name__ == "__main__":
    main(sys.argv[1])
