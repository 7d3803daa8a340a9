"""Payments of the bills that are paid."""

from .copying import copy_rows, set_triggers
from .plan import OFFSET


def copy_payments(env):
    """A payment, its entry and its reconciliation for each bill that is paid."""
    set_triggers(env, ["account_move", "account_partial_reconcile"], "DISABLE")
    paid = "x.paid > 0"
    copy_rows(
        env,
        "account_payment",
        "bench_bill x CROSS JOIN bench_pattern b"
        " JOIN account_payment r ON r.id = b.payment_id",
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
    copy_rows(
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
    copy_rows(
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
    copy_rows(
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
    copy_rows(
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
    set_triggers(env, ["account_move", "account_partial_reconcile"], "ENABLE")
