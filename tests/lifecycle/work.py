"""Three months of the sample community in a database of any release.

    python -m tests.lifecycle.work DATABASE company|months|next|anew FOLDER

Only what the first release could do already: the code that runs is that of the release
whose addons Odoo finds. In FOLDER stays what `next` billed.
"""

import base64
import json
import sys
from datetime import date
from pathlib import Path

from freezegun import freeze_time
from property_fee_setup import demo_steps

import odoo
from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

#: Where a user has put words of their own: xml id, field, the words.
OWN_WORDS = (
    (
        "property_fee_billing.dunning_level_itemised",
        "text",
        "Pay at the office, please.",
    ),
    ("property_fee_billing.mail_activity_type_deposit", "name", "Deposits"),
)
#: A job that a user has slowed down.
OWN_CRON = ("property_fee_billing.cron_check_plans", 3)


def company(env, _folder):
    """Company, currency and languages, before there is accounting."""
    demo_steps.company(env)


def months(env, _folder):
    """Import, bill January to March 2026, take money, remind, dispute, agree."""
    demo_steps.people(env)
    demo_steps.community(env)
    for month in (1, 2, 3):
        with freeze_time(date(2026, month, 1)):
            demo_steps.billing(env, 2026, month)
    demo_steps.owner(env)
    for day, step in (
        ("2026-04-02", _use_own_words),
        ("2026-04-03", _take_money),
        ("2026-04-07", _take_a_deposit),
        ("2026-04-10", _give_back),
        ("2026-04-13", _charge_late_fees),
        ("2026-04-14", _import_bank_file),
        ("2026-04-14", _remind),
        ("2026-04-15", _dispute),
        ("2026-04-16", _agree_on_a_plan),
        ("2026-04-17", _hand_over),
        ("2026-04-20", _take_money),
    ):
        with freeze_time(day):
            step(env)
            env.flush_all()
            env.invalidate_all()


def next_month(env, folder):
    """Bill April, to be compared with the April of the code after the upgrade."""
    with freeze_time("2026-05-01"):
        demo_steps.billing(env, 2026, 4)
    (folder / "april.json").write_text(json.dumps(get_april(env), indent=1))


def anew(env, _folder):
    """Import and bill in a database that the addons were away from."""
    staff = env["res.users"].search([("login", "in", list(demo_steps.STAFF_GROUPS))])
    for user in staff:
        names = demo_steps.STAFF_GROUPS[user.login]
        user.group_ids += env.ref(names[0])
    demo_steps.community(env)
    demo_steps.billing(env, 2026, 5)


def get_april(env):
    """What was billed for the last period: rows that compare with those of another
    database."""
    run = env["property.billing.run"].search([], order="id desc", limit=1)
    return sorted(
        [
            line.unit_id.code,
            line.partner_id.name,
            line.item_id.code,
            str(line.date_from),
            str(line.date_to),
            f"{line.amount:.2f}",
        ]
        for line in run.line_ids
    )


# ----------------------------------------------------------------------- steps
def _get_community(env):
    return env["property.community"].search([])


def _get_bills(env, **values):
    """Open bills of the community, by unit."""
    return env["account.move"].search(
        [
            ("fee_community_id", "=", _get_community(env).id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial")),
            *((name, "=", value) for name, value in values.items()),
        ],
        order="fee_unit_id, invoice_date, id",
    )


def _use_own_words(env):
    for name, field, words in OWN_WORDS:
        env.ref(name)[field] = words
    name, days = OWN_CRON
    env.ref(name).interval_number = days
    env.ref("property_fee_billing.group_administrator").user_ids += env.user
    community = _get_community(env)
    community.member_ids += env.user
    community.dunning_policy_id = env.ref(
        "property_fee_billing.dunning_policy_mainland"
    )


def _get_desk(env):
    """The counter of the cashier, with a session, and the ways to pay there."""
    cashier = env["res.users"].search([("login", "=", "cashier")])
    community = _get_community(env)
    journals = env["account.journal"].search([("type", "in", ("cash", "bank"))])
    if not community.payment_journal_ids:
        community.payment_journal_ids = journals
    env = env(user=cashier)
    sessions = env["property.cashier.session"]
    if not sessions.search([("state", "=", "open")]):
        sessions.create({"community_id": community.id, "opening_amount": 200})
    methods = {
        journal.type: journal.inbound_payment_method_line_ids[:1]
        for journal in journals
    }
    return env["property.counter"], methods


def _take(env, unit, bills, kind="cash", share=1.0, more=0.0):
    """Take money for some bills of a unit."""
    desk, methods = _get_desk(env)
    amounts = [bill.currency_id.round(bill.amount_residual * share) for bill in bills]
    return desk.register(
        {
            "community_id": unit.community_id.id,
            "unit_id": unit.id,
            "partner_id": bills[0].partner_id.id,
            "methods": [{"id": methods[kind].id, "amount": sum(amounts) + more}],
            "bills": [
                {"id": bill.id, "amount": amount, "residual": bill.amount_residual}
                for bill, amount in zip(bills, amounts, strict=True)
            ],
        }
    )


def _take_money(env):
    """Every tenth of the units that owe pays: all, half of it, or more."""
    by_unit = _get_bills(env).grouped("fee_unit_id")
    for number, (unit, bills) in enumerate(by_unit.items()):
        bills = bills.filtered(
            lambda bill, own=bills: bill.partner_id == own[0].partner_id
        )
        if number % 30 == 0:
            _take(env, unit, bills)
        elif number % 30 == 10:
            _take(env, unit, bills[:1], "bank", share=0.5)
        elif number % 30 == 20:
            _take(env, unit, bills, more=50)


def _take_a_deposit(env):
    community = _get_community(env)
    liability = env["account.account"].create(
        {"code": "224199", "name": "Deposits", "account_type": "liability_current"}
    )
    item = env["property.fee.item"].create(
        {
            "code": "DEPOSIT",
            "name": "Renovation Deposit",
            "fee_class": "deposit",
            "tax_ids": [Command.clear()],
        }
    )
    item.product_id.property_account_income_id = liability
    deposit = env["property.deposit"].create(
        {
            "unit_id": community.unit_ids.filtered("payer_id")[3].id,
            "item_id": item.id,
            "amount": 2000,
            "date": "2026-04-07",
            "date_expected": "2026-09-30",
            "purpose": "Bathroom",
        }
    )
    deposit.action_bill()
    _take(env, deposit.unit_id, deposit.move_id, "bank")


def _give_back(env):
    """A credit note and a write-off, both within the limit of who asks."""
    env.company.fee_bad_debt_account_id = env["account.account"].create(
        {"code": "660199", "name": "Bad Debts", "account_type": "expense"}
    )
    bills = _get_bills(env, payment_state="not_paid")
    line = bills[0].invoice_line_ids.filtered("fee_item_id")[0]
    values = {
        "date": "2026-04-10",
        "reason_code": "billing_error",
        "reason": "Too much",
    }
    for kind, bill, content in (
        ("credit_note", bills[0], {"move_line_id": line.id, "amount": 12.34}),
        ("write_off", bills[5], {"move_id": bills[5].id, "amount": 20}),
    ):
        adjustment = env["property.adjustment"].create(
            {
                **values,
                "kind": kind,
                "bill_id": bill.id,
                "line_ids": [Command.create(content)],
            }
        )
        adjustment.action_submit()
        assert adjustment.state == "done", adjustment.state


def _charge_late_fees(env):
    item = env["property.fee.item"].create(
        {
            "code": "LATE",
            "name": "Late Fee",
            "fee_class": "late_fee",
            "tax_ids": [Command.clear()],
        }
    )
    community = _get_community(env)
    community.late_fee_policy_id = env["property.late.fee.policy"].create(
        {
            "name": "0.05 % a day",
            "daily_percent": 0.05,
            "grace_days": 0,
            "fee_item_id": item.id,
        }
    )
    _get_bills(env)[20:40].action_bill_late_fees()


def _import_bank_file(env):
    """Reminders wait for the bank; one of its lines names a unit and what it owes."""
    unit, bills = next(
        (unit, bills)
        for unit, bills in _get_bills(env).grouped("fee_unit_id").items()
        if len(bills.partner_id) == 1
    )
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    amount = sum(bills.mapped("amount_residual"))
    text = (
        f"Date,Amount,Description\n2026-04-14,{amount:.2f},{unit.payment_reference}\n"
    )
    wizard = env["property.bank.import"].create(
        {
            "journal_id": journal.id,
            "file": base64.b64encode(text.encode()),
            "filename": "bank.csv",
        }
    )
    wizard.action_import()
    assert wizard.matched_count == 1


def _remind(env):
    run = env["property.dunning.run"].create(
        {"community_ids": [Command.set(_get_community(env).ids)]}
    )
    run.action_compute()
    run.action_send()
    assert run.notice_ids


def _get_debtor(env, number):
    """One of the units that owe for three months and have no dispute or plan."""
    groups = _get_bills(env, payment_state="not_paid").grouped("fee_unit_id")
    full = [bills for bills in groups.values() if len(bills) >= 3]
    return full[number]


def _dispute(env):
    bills = _get_debtor(env, 2)
    line = bills[0].invoice_line_ids.filtered("fee_item_id")[0]
    env["property.fee.dispute"].create(
        {
            "unit_id": bills[0].fee_unit_id.id,
            "partner_id": bills[0].partner_id.id,
            "reason_code": "service",
            "reference": "C-123",
            "line_ids": [Command.create({"move_line_id": line.id})],
        }
    )


def _agree_on_a_plan(env):
    bills = _get_debtor(env, 6)
    plan = env["property.payment.plan"].create(
        {
            "unit_id": bills[0].fee_unit_id.id,
            "date_first": "2026-05-01",
            "reason": "Out of work",
            "bill_ids": [Command.set(bills.ids)],
            "acknowledgement_ids": [
                Command.create({"name": "plan.pdf", "raw": b"signed"})
            ],
        }
    )
    plan.action_submit()
    assert plan.state == "active", plan.state


def _hand_over(env):
    """A unit is sold in the middle of February, which is billed already."""
    unit = _get_debtor(env, 9)[0].fee_unit_id
    transfer = env["property.ownership.transfer"].create(
        {
            "unit_id": unit.id,
            "date": "2026-02-11",
            "booking_date": "2026-04-17",
            "new_partner_id": env["res.partner"].create({"name": "Beth New"}).id,
        }
    )
    transfer.action_preview()
    transfer.action_confirm()


STEPS = {"company": company, "months": months, "next": next_month, "anew": anew}


def main(database, step, folder):
    """Do one step in one transaction."""
    odoo.tools.config.parse_config([f"--database={database}", "--log-level=warn"])
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        context = {"lang": "en_US", "tz": "Asia/Shanghai"}
        STEPS[step](env(user=env.ref("base.user_admin"), context=context), Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
