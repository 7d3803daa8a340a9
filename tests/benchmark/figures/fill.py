"""A million fee lines with bills, payments and allocations, by SQL.

One real bill is billed and paid by Odoo in each of the communities' company; every
other is a copy of its rows with other ids, days, units and amounts. So each column has
what Odoo would write, and nothing is left out that a report might look at.
"""

import time
from datetime import date

from odoo import Command

from .copying import copy_rows, set_triggers
from .payments import copy_payments
from .plan import COMMUNITIES, FEES, MONTHS, OFFSET, SHARE_PAID

BUILDINGS = 5


def fill(env, lines, say, shares=SHARE_PAID):
    """Fill the database and bring the figures up to date.

    :param lines: number of fee lines
    :param shares: of the bills, those paid after 0, 1, 2 ... months; without any,
        nothing is paid
    :return: seconds by step
    """
    seconds = {}

    def step(name, function, *arguments):
        say(name)
        started = time.perf_counter()
        function(*arguments)
        env.cr.commit()
        seconds[name] = round(time.perf_counter() - started, 1)

    units = lines // (MONTHS * FEES)
    step("one bill by Odoo", _make_pattern, env)
    step(f"{units} units and their owners", _copy_units, env, units)
    step("runs", _copy_runs, env)
    step("what is billed and paid", _plan, env, shares)
    step("bills", _copy_bills, env)
    step("payments", copy_payments, env)
    step("statistics", env.cr.execute, "ANALYZE")
    step("figures made anew", env["property.fee.figures"]._rebuild)
    return seconds


def _make_pattern(env):
    """Communities, buildings and fee items, and one unit billed and paid by Odoo."""
    tax = env["account.tax"].create(
        {
            "name": "VAT 6% included",
            "amount": 6,
            "type_tax_use": "sale",
            "price_include_override": "tax_included",
        }
    )
    items = env["property.fee.item"].create(
        [
            {
                "code": code,
                "name": code,
                "fee_class": kind,
                "tax_ids": [Command.set(tax.ids)],
            }
            for code, kind in (
                ("SVC", "public_service"),
                ("PARK", "parking"),
                ("WATER", "metered"),
            )
        ]
    )
    env["property.fee.standard"].create(
        [
            {
                "code": item.code,
                "name": item.name,
                "item_id": item.id,
                "method": "fixed",
                "rate_ids": [
                    Command.create(
                        {
                            "date_from": "2020-01-01",
                            "price_unit": 106,
                            "state": "in_force",
                            # of one item the price was never published
                            "publication_date": published,
                        }
                    )
                ],
            }
            for item, published in zip(
                items, ("2019-12-01", "2019-12-01", False), strict=True
            )
        ]
    )
    communities = env["property.community"].create(
        [
            {
                "code": f"C{number:02}",
                "name": f"Community {number:02}",
                "auto_billing": "none",
                "payment_term_id": env.ref("account.account_payment_term_30days").id,
            }
            for number in range(COMMUNITIES)
        ]
    )
    buildings = env["property.building"].create(
        [
            {"code": str(number), "name": str(number), "community_id": community.id}
            for community in communities
            for number in range(BUILDINGS)
        ]
    )
    unit = env["property.unit"].create(
        {"code": "PATTERN", "building_id": buildings[0].id, "charge_area": 89}
    )
    owner = env["res.partner"].create({"name": "Pattern"})
    env["property.ownership"].create({"unit_id": unit.id, "partner_id": owner.id})
    today = date.today().replace(day=1)
    env["property.oneoff.charge"].create(
        [
            {
                "unit_id": unit.id,
                "item_id": item.id,
                "name": item.name,
                "date": today,
                "quantity": 1,
                "price_unit": 106,
            }
            for item in items
        ]
    )
    run = env["property.billing.run"].create(
        {
            "community_ids": [Command.set(communities.ids)],
            "date_from": today,
            "date_to": today,
            "invoice_date": today,
        }
    )
    run.action_compute()
    run.action_post()
    bill = run.move_ids
    bank = env["account.journal"].create(
        {"name": "Bank", "code": "BNKX", "type": "bank"}
    )
    payment = env["account.payment"].create(
        {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": owner.id,
            "amount": bill.amount_total,
            "journal_id": bank.id,
            "date": today,
            "fee_community_id": bill.fee_community_id.id,
            "fee_unit_id": unit.id,
        }
    )
    payment.action_post()
    items_to_settle = (bill | payment.move_id).line_ids.filtered(
        lambda line: line.account_type == "asset_receivable"
    )
    items_to_settle.reconcile()
    env.flush_all()
    env.cr.execute(
        "CREATE TABLE bench_pattern AS SELECT %s AS run_id, %s AS bill_id,"
        " %s AS payment_id, %s AS payment_move_id, %s AS unit_id, %s AS owner_id",
        [run.id, bill.id, payment.id, payment.move_id.id, unit.id, owner.id],
    )


def _copy_units(env, units):
    """Units over the buildings in turn, each with an owner of its own."""
    copy_rows(
        env,
        "res_partner",
        f"generate_series(1, {units}) n CROSS JOIN bench_pattern b"
        " JOIN res_partner r ON r.id = b.owner_id",
        {
            "id": f"{OFFSET} + n",
            "name": "'Owner ' || n",
            "complete_name": "'Owner ' || n",
            "commercial_partner_id": f"{OFFSET} + n",
        },
    )
    copy_rows(
        env,
        "property_unit",
        f"generate_series(1, {units}) n CROSS JOIN bench_pattern b"
        " JOIN property_unit r ON r.id = b.unit_id"
        " JOIN (SELECT id, community_id, row_number() OVER (ORDER BY id) - 1 AS place,"
        " COUNT(*) OVER () AS places FROM property_building) building"
        " ON building.place = n % building.places",
        {
            "id": f"{OFFSET} + n",
            "code": "to_char(n, 'FM00000')",
            "payment_reference": "'B-' || n",
            "building_id": "building.id",
            "community_id": "building.community_id",
            "charge_area": "50 + n % 100",
        },
    )


def _copy_runs(env):
    """A billing run for each month."""
    copy_rows(
        env,
        "property_billing_run",
        f"generate_series(1, {MONTHS}) n CROSS JOIN bench_pattern b"
        " JOIN property_billing_run r ON r.id = b.run_id",
        {
            "id": f"{OFFSET} + n",
            "name": "'BENCH-' || n",
            "date_from": _month_of("n"),
            "date_to": f"({_month_of('n')} + interval '1 month')::date - 1",
        },
    )
    env.cr.execute(
        "INSERT INTO property_billing_run_property_community_rel"
        " SELECT r.id, c.id FROM property_billing_run r, property_community c"
        " WHERE r.id > %s",
        [OFFSET],
    )


def _month_of(number):
    """SQL of the first day of a month: 1 is the oldest."""
    return (
        f"(date_trunc('month', now()) + ({number} - {MONTHS}) * interval '1 month')"
        "::date"
    )


def _plan(env, shares):
    """What each unit is billed each month, and when it pays.

    60 % is paid in the month of the bill, 80 % after one month, 95.5 % after half a
    year; one in thirty payments is a part only; owners differ in how they pay.
    """
    env.cr.execute(
        """
        SELECT setseed(0.8);
        DROP TABLE IF EXISTS bench_bill;
        CREATE TABLE bench_bill AS
        SELECT %(offset)s + row_number() OVER (ORDER BY month, u.id) AS id,
               u.id AS unit_id, u.community_id, u.id AS partner_id, c.journal_id,
               month::date AS day,
               %(offset)s + dense_rank() OVER (ORDER BY month) AS run_id,
               round((2.8 * u.charge_area)::numeric, 2) AS amount1,
               300.00 AS amount2,
               round((20 + 60 * random())::numeric, 2) AS amount3,
               random() AS luck, random() AS whole,
               1 + floor(random() * 27)::int AS within
          FROM property_unit u
          JOIN property_community c ON c.id = u.community_id
         CROSS JOIN generate_series(
                date_trunc('month', now()) - %(months)s * interval '1 month'
                    + interval '1 month',
                date_trunc('month', now()), interval '1 month') month
         WHERE u.id > %(offset)s;
        ALTER TABLE bench_bill ADD lag int, ADD paid_on date, ADD paid numeric;
        UPDATE bench_bill SET lag = CASE %(cases)s END;
        UPDATE bench_bill
           SET paid_on = (day + lag * interval '1 month')::date + within - 1,
               paid = CASE WHEN whole < 0.033 THEN amount1
                           ELSE amount1 + amount2 + amount3 END;
        UPDATE bench_bill SET paid_on = NULL, paid = 0
         WHERE paid_on IS NULL OR paid_on > CURRENT_DATE;
        ALTER TABLE bench_bill ADD PRIMARY KEY (id);
        ANALYZE bench_bill
        """.replace(
            "%(cases)s",
            " ".join(
                f"WHEN luck < {share} THEN {lag}"
                # one that nobody has, so that there is a case
                for lag, share in enumerate(shares or (0,))
            ),
        ),
        {"offset": OFFSET, "months": MONTHS},
    )


def _copy_bills(env):
    set_triggers(env, ["account_move"], "DISABLE")
    total = "(x.amount1 + x.amount2 + x.amount3)"
    left = f"({total} - x.paid)"
    copy_rows(
        env,
        "account_move",
        "bench_bill x CROSS JOIN bench_pattern b"
        " JOIN account_move r ON r.id = b.bill_id",
        {
            "id": "x.id",
            "name": "'BENCH/' || x.id",
            "sequence_number": "x.id",
            "journal_id": "x.journal_id",
            "date": "x.day",
            "invoice_date": "x.day",
            "invoice_date_due": "x.day + 30",
            "partner_id": "x.partner_id",
            "commercial_partner_id": "x.partner_id",
            "fee_unit_id": "x.unit_id",
            "fee_community_id": "x.community_id",
            "fee_run_id": "x.run_id",
            "amount_total": total,
            "amount_total_signed": total,
            "amount_total_in_currency_signed": total,
            "amount_untaxed": f"round({total} / 1.06, 2)",
            "amount_tax": f"{total} - round({total} / 1.06, 2)",
            "amount_residual": left,
            "amount_residual_signed": left,
            "payment_state": f"CASE WHEN {left} = 0 THEN 'paid' WHEN x.paid = 0"
            " THEN 'not_paid' ELSE 'partial' END",
            "access_token": "NULL",
            "payment_reference": "'BENCH/' || x.id",
        },
    )
    set_triggers(env, ["account_move"], "ENABLE")
    shared = {
        "move_id": "x.id",
        "move_name": "'BENCH/' || x.id",
        "journal_id": "x.journal_id",
        "partner_id": "x.partner_id",
        "date": "x.day",
        "invoice_date": "x.day",
        "fee_unit_id": "x.unit_id",
        "fee_community_id": "x.community_id",
    }
    amount = (
        "(CASE r.place WHEN 1 THEN x.amount1 WHEN 2 THEN x.amount2 ELSE x.amount3 END)"
    )
    env.cr.execute(
        """
        CREATE TABLE bench_line AS
        SELECT l.*, row_number() OVER (PARTITION BY display_type ORDER BY id) AS place
          FROM account_move_line l, bench_pattern b WHERE l.move_id = b.bill_id
        """
    )
    env.cr.execute("SELECT DISTINCT display_type FROM bench_line")
    for number, (kind, values) in enumerate(
        {
            "product": {
                "price_unit": amount,
                "price_total": amount,
                "price_subtotal": f"round({amount} / 1.06, 2)",
                "balance": f"-round({amount} / 1.06, 2)",
                "amount_currency": f"-round({amount} / 1.06, 2)",
                "credit": f"round({amount} / 1.06, 2)",
                "fee_date_from": "x.day",
                "fee_date_to": "(x.day + interval '1 month')::date - 1",
            },
            "tax": {
                "balance": f"-({total} - round(x.amount1 / 1.06, 2)"
                " - round(x.amount2 / 1.06, 2) - round(x.amount3 / 1.06, 2))",
                "amount_currency": f"-({total} - round(x.amount1 / 1.06, 2)"
                " - round(x.amount2 / 1.06, 2) - round(x.amount3 / 1.06, 2))",
            },
            "payment_term": {
                "balance": total,
                "amount_currency": total,
                "debit": total,
                "amount_residual": left,
                "amount_residual_currency": left,
                "date_maturity": "x.day + 30",
                "reconciled": f"{left} = 0",
                "full_reconcile_id": "NULL",
                "matching_number": "NULL",
            },
        }.items()
    ):
        changes = {
            **shared,
            **values,
            "id": f"x.id * 10 + {3 * number} + r.place - 1",
        }
        copy_rows(
            env,
            "account_move_line",
            "bench_bill x CROSS JOIN bench_line r",
            changes,
            f"r.display_type = '{kind}'",
        )
    copy_rows(
        env,
        "property_fee_line",
        "bench_bill x CROSS JOIN (SELECT f.*, l.place FROM bench_line l"
        " JOIN property_fee_line f ON f.move_line_id = l.id) r",
        {
            "id": "x.id * 10 + r.place - 1",
            "unit_id": "x.unit_id",
            "community_id": "x.community_id",
            "partner_id": "x.partner_id",
            "amount": amount,
            "run_id": "x.run_id",
            "rate_id": "(SELECT rate.id FROM property_fee_rate rate"
            " WHERE rate.item_id = r.item_id)",
            "oneoff_charge_id": "NULL",
            "date_from": "x.day",
            "date_to": "(x.day + interval '1 month')::date - 1",
            "move_line_id": "x.id * 10 + r.place - 1",
        },
    )
