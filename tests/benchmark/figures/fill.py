"""A million fee lines with bills, payments and allocations, by SQL.

One real bill is billed and paid by Odoo in each of the communities' company; every
other is a copy of its rows with other ids, days, units and amounts. So each column has
what Odoo would write, and nothing is left out that a report might look at.
"""

import time
from datetime import date

from odoo import Command

#: months back to the first bill; the last month is the running one
MONTHS = 36
FEES = 3
COMMUNITIES = 20
BUILDINGS = 5
OFFSET = 10_000_000
#: share of the bills paid after 0, 1, 2 ... months; the rest is not
SHARE_PAID = (0.60, 0.80, 0.88, 0.91, 0.93, 0.945, 0.955)


def fill(env, lines, say):
    """Fill the database and bring the figures up to date.

    :param lines: number of fee lines
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
    step("what is billed and paid", _plan, env)
    step("bills", _copy_bills, env)
    step("payments", _copy_payments, env)
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
    _copy(
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
    _copy(
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


def _plan(env):
    """What each unit is billed each month, and when it pays.

    60 % is paid in the month of the bill, 80 % after one month, 95.5 % after half a
    year; one in thirty payments is a part only; owners differ in how they pay.
    """
    env.cr.execute(
        """
        SELECT setseed(0.8);
        DROP TABLE IF EXISTS bench_bill;
        CREATE TABLE bench_bill AS
        SELECT %(offset)s + row_number() OVER (ORDER BY month, u.id) AS id, u.id AS unit_id,
               u.community_id, u.id AS partner_id, c.journal_id, month::date AS day,
               round((2.8 * u.charge_area)::numeric, 2) AS amount1, 300.00 AS amount2,
               round((20 + 60 * random())::numeric, 2) AS amount3,
               random() AS luck, random() AS whole, 1 + floor(random() * 27)::int AS within
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
                for lag, share in enumerate(SHARE_PAID)
            ),
        ),
        {"offset": OFFSET, "months": MONTHS},
    )


def _copy(env, table, source, changes, where="TRUE"):
    """Copy the rows of a pattern for each bill of the plan.

    :param source: SQL after FROM that gives the row ``r`` to copy and the bill ``x``
    :param changes: ``{column: SQL}``
    """
    columns = _get_columns(env, table)
    pairs = ", ".join(f"'{name}', {value}" for name, value in changes.items())
    # LATERAL: as an expression the function would be called once for each column
    env.cr.execute(
        f"""
        INSERT INTO {table} ({columns})
        SELECT {_get_columns(env, table, "copied")}
          FROM {source}
         CROSS JOIN LATERAL jsonb_populate_record(
                NULL::{table}, to_jsonb(r) || jsonb_build_object({pairs})) copied
         WHERE {where}
        """
    )


def _disable(env, tables, word):
    for table in tables:
        env.cr.execute(f"ALTER TABLE {table} {word} TRIGGER USER")


def _copy_bills(env):
    _disable(env, ["account_move"], "DISABLE")
    total = "(x.amount1 + x.amount2 + x.amount3)"
    left = f"({total} - x.paid)"
    _copy(
        env,
        "account_move",
        "bench_bill x CROSS JOIN bench_pattern b JOIN account_move r ON r.id = b.bill_id",
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
    _disable(env, ["account_move"], "ENABLE")
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
        _copy(
            env,
            "account_move_line",
            "bench_bill x CROSS JOIN bench_line r",
            changes,
            f"r.display_type = '{kind}'",
        )
    _copy(
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
            "oneoff_charge_id": "NULL",
            "date_from": "x.day",
            "date_to": "(x.day + interval '1 month')::date - 1",
            "move_line_id": "x.id * 10 + r.place - 1",
        },
    )


def _copy_payments(env):
    """A payment, its entry and its reconciliation for each bill that is paid."""
    _disable(env, ["account_move", "account_partial_reconcile"], "DISABLE")
    paid = "x.paid > 0"
    _copy(
        env,
        "account_payment",
        "bench_bill x CROSS JOIN bench_pattern b JOIN account_payment r ON r.id = b.payment_id",
        {
            "id": "x.id",
            "move_id": "NULL",
            "name": "'PAY/' || x.id",
            "date": "x.paid_on",
            "amount": "x.paid",
            "amount_company_currency_signed": "x.paid",
            "partner_id": "x.partner_id",
            "fee_unit_id": "x.unit_id",
            "fee_community_id": "x.community_id",
        },
        paid,
    )
    _copy(
        env,
        "account_move",
        "bench_bill x CROSS JOIN bench_pattern b"
        " JOIN account_move r ON r.id = b.payment_move_id",
        {
            "id": "x.id + 5000000",
            "name": "'PAY/' || x.id",
            "sequence_number": "x.id",
            "date": "x.paid_on",
            "partner_id": "x.partner_id",
            "commercial_partner_id": "x.partner_id",
            "fee_unit_id": "x.unit_id",
            "fee_community_id": "x.community_id",
            "origin_payment_id": "x.id",
            "amount_total": "x.paid",
            "amount_total_signed": "x.paid",
        },
        paid,
    )
    env.cr.execute(
        "UPDATE account_payment SET move_id = id + 5000000 WHERE id > %s", [OFFSET]
    )
    _copy(
        env,
        "account_move_line",
        "bench_bill x CROSS JOIN bench_pattern b"
        " JOIN account_move_line r ON r.move_id = b.payment_move_id",
        {
            "id": "x.id * 10 + CASE WHEN r.credit > 0 THEN 8 ELSE 9 END",
            "move_id": "x.id + 5000000",
            "move_name": "'PAY/' || x.id",
            "partner_id": "x.partner_id",
            "date": "x.paid_on",
            "date_maturity": "x.paid_on",
            "payment_id": "x.id",
            "fee_unit_id": "x.unit_id",
            "fee_community_id": "x.community_id",
            "balance": "sign(r.balance) * x.paid",
            "amount_currency": "sign(r.balance) * x.paid",
            "debit": "CASE WHEN r.balance > 0 THEN x.paid ELSE 0 END",
            "credit": "CASE WHEN r.balance < 0 THEN x.paid ELSE 0 END",
            "full_reconcile_id": "NULL",
            "matching_number": "NULL",
        },
        paid,
    )
    _copy(
        env,
        "account_partial_reconcile",
        "bench_bill x CROSS JOIN (SELECT r.* FROM account_partial_reconcile r"
        " JOIN account_move_line l ON l.id = r.debit_move_id"
        " JOIN bench_pattern b ON b.bill_id = l.move_id LIMIT 1) r",
        {
            "id": "x.id",
            "debit_move_id": "x.id * 10 + 6",
            "credit_move_id": "x.id * 10 + 8",
            "amount": "x.paid",
            "debit_amount_currency": "x.paid",
            "credit_amount_currency": "x.paid",
            "full_reconcile_id": "NULL",
            "max_date": "GREATEST(x.paid_on, x.day)",
        },
        paid,
    )
    _copy(
        env,
        "property_payment_allocation",
        "bench_bill x JOIN bench_line line ON line.display_type = 'product'"
        " CROSS JOIN (SELECT a.* FROM property_payment_allocation a"
        " JOIN bench_pattern b ON b.bill_id = a.move_id LIMIT 1) r",
        {
            "id": "x.id * 10 + line.place - 1",
            "partial_id": "x.id",
            "move_line_id": "x.id * 10 + line.place - 1",
            "move_id": "x.id",
            "settled_by_id": "x.id + 5000000",
            "date": "x.paid_on",
            "unit_id": "x.unit_id",
            "community_id": "x.community_id",
            "item_id": "line.fee_item_id",
            "amount": "CASE line.place WHEN 1 THEN x.amount1 WHEN 2 THEN x.amount2"
            " ELSE x.amount3 END",
        },
        f"{paid} AND (line.place = 1 OR x.paid > x.amount1)",
    )
    _disable(env, ["account_move", "account_partial_reconcile"], "ENABLE")


def _get_columns(env, table, alias=None):
    """Its columns, as text."""
    env.cr.execute(
        "SELECT quote_ident(attname) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attnum",
        [table],
    )
    prefix = f"{alias}." if alias else ""
    return ", ".join(prefix + name for [name] in env.cr.fetchall())
