"""How long an evidence pack takes: 36 months of bills, 40 notices with photos of slips.

Run in an Odoo shell on any database with the addons; nothing of it is kept:

    ./setup/odoo shell -d DATABASE < tests/benchmark/evidence.py
"""

import io
import sys
from datetime import date

from PIL import Image

from odoo import Command
from odoo.tests import freeze_time

MONTHS, NOTICES = 36, 40


def make_photo(number):
    """A photo as a telephone takes it."""
    photo = Image.effect_noise((1600, 1200), 20 + number)
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def make_account(env):
    """A unit with 36 monthly bills of two fees, a payment on every third, and its
    arrears case."""
    community = env["property.community"].create(
        {
            "code": "EVID",
            "name": "Evidence Garden",
            "member_ids": [Command.set([env.uid])],
        }
    )
    building = env["property.building"].create(
        {"code": "1", "name": "1", "community_id": community.id}
    )
    unit = env["property.unit"].create(
        {"code": "1-101", "building_id": building.id, "charge_area": 89.37}
    )
    owner = env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})
    env["property.ownership"].create({"unit_id": unit.id, "partner_id": owner.id})
    for code, method, price in (("EV-A", "area", 2.8), ("EV-P", "fixed", 300)):
        item = env["property.fee.item"].create({"code": code, "name": code})
        standard = env["property.fee.standard"].create(
            {"code": code, "name": code, "item_id": item.id, "method": method}
        )
        env["property.fee.rate"].create(
            {
                "standard_id": standard.id,
                "date_from": "2020-01-01",
                "price_unit": price,
                "state": "in_force",
            }
        )
        env["property.recurring.charge"].create(
            {"unit_id": unit.id, "standard_id": standard.id, "date_from": "2023-01-01"}
        )
    late_item = env["property.fee.item"].create(
        {"code": "EV-L", "name": "Late Fee", "fee_class": "late_fee", "tax_ids": False}
    )
    community.late_fee_policy_id = env["property.late.fee.policy"].create(
        {"name": "0.05 %", "daily_percent": 0.05, "fee_item_id": late_item.id}
    )
    journal = env["account.journal"].create(
        {"name": "Evidence Bank", "code": "EVBK", "type": "bank"}
    )
    for number in range(MONTHS):
        bill_month(env, community, journal, number)
    return community, unit


def bill_month(env, community, journal, number):
    """Bill one month; every third bill is paid in part."""
    first = date(2023 + number // 12, number % 12 + 1, 1)
    with freeze_time(first):
        run = env["property.billing.run"].create(
            {
                "community_ids": [Command.set(community.ids)],
                "date_from": first,
                "date_to": first.replace(day=28),
                "invoice_date": first,
            }
        )
        run.action_compute()
        run.action_post()
        if number % 3 == 0:
            env["account.payment.register"].with_context(
                active_model="account.move", active_ids=run.move_ids.ids
            ).create({"amount": 100, "journal_id": journal.id})._create_payments()


def send_notices(env, unit):
    """40 demands, each delivered against a signed slip."""
    bills = env["account.move"].search([("fee_unit_id", "=", unit.id)])
    bills = bills.filtered(lambda bill: bill.move_type == "out_invoice")
    for number in range(NOTICES):
        day = date(2024 + number // 24, number % 12 + 1, 2 + number % 20)
        with freeze_time(day):
            lines = env["property.notice.line"]._prepare_lines(bills[-3:], day)
            notice = env["property.notice"].create(
                {
                    "unit_id": unit.id,
                    "partner_id": unit.payer_id.id,
                    "kind": "demand",
                    "channel": "letter",
                    "deadline_days": 15,
                    "subject": "Demand for payment",
                    "body": "<p>Please pay what is overdue.</p>" * 5,
                    "line_ids": [Command.create(line) for line in lines],
                }
            )
            notice.action_send()
            photo = env["ir.attachment"].create(
                {"name": f"slip-{number}.jpg", "raw": make_photo(number)}
            )
            notice._register_delivery(day, "signed_slip", attachments=photo)


def measure(env):
    """Make everything, then the pack; print what it took."""
    env = env(context={**env.context, "tracking_disable": True})
    community, unit = make_account(env)
    send_notices(env, unit)
    case = env["property.arrears.case"]._sync(community)
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    pack = env["property.evidence.pack"]._make(case)
    sys.stdout.write(
        f"{pack.seconds:.1f} s, {env.cr.sql_log_count - before} queries, "
        f"{pack.page_count} pages, {pack.part_count} parts, {pack.file_count} files, "
        f"{len(pack.pdf_id.raw) / 1e6:.1f} MB\n"
    )
    return pack


if "env" in globals():
    measure(env)  # noqa: F821
    env.cr.rollback()  # noqa: F821
