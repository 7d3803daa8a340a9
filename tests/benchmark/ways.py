"""Three ways of making and posting the same invoices.

Each is what its user would run: in batches of the same size, committing each, calling
`pause(n)` after each commit with the number of invoices it made.
"""

import time
from unittest import mock

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tools import split_every

from odoo.addons.base.models.ir_cron import IrCron

from .data import FEES, FIRST_MONTH, analytic, payment_term

UNITS_PER_BATCH = 200


def month_start(month):
    """First day of a month; 0 is January 2026."""
    return FIRST_MONTH + relativedelta(months=month)


def plain(env, community, month, pause):
    """A script: `account.move.create` with three lines each, then `action_post`."""
    journal = env["account.journal"].search([("code", "=", "PLAIN")])
    items = {
        code: env["property.fee.item"].search([("code", "=", code)])
        for code, _method, _price in FEES
    }
    first = month_start(month)
    last = first + relativedelta(day=31)
    for units in split_every(UNITS_PER_BATCH, community.unit_ids.ids):
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": unit.payer_id.id,
                    "journal_id": journal.id,
                    "invoice_date": first,
                    "date": first,
                    "invoice_payment_term_id": payment_term(env).id,
                    "payment_reference": unit.payment_reference,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": items[code].product_id.id,
                                "name": f"{code} {first} – {last}",
                                "quantity": 1,
                                "price_unit": round(unit.charge_area * price + 1e-9, 2)
                                if method == "area"
                                else price,
                                "analytic_distribution": analytic(community),
                            }
                        )
                        for code, method, price in FEES
                    ],
                }
                for unit in env["property.unit"].browse(units)
            ]
        )
        moves.action_post()
        env.cr.commit()  # pylint: disable=invalid-commit
        env.invalidate_all()
        pause(len(units))
    return {}


def contract(env, community, month, pause):
    """OCA contract: `_recurring_create_invoice`, then `action_post`."""
    contracts = env["contract.contract"].search(
        [("name", "=like", f"{community.code} %")], order="id"
    )
    for ids in split_every(UNITS_PER_BATCH, contracts.ids):
        batch = env["contract.contract"].browse(ids)
        moves = batch._recurring_create_invoice(month_start(month))
        moves.action_post()
        env.cr.commit()  # pylint: disable=invalid-commit
        env.invalidate_all()
        pause(len(ids))
    return {}


def billing_run(env, community, month, pause):
    """Ours: the whole run, from computing the fee lines to the last posted invoice,
    through the loop of the scheduled jobs.

    :return: what to report besides: seconds of computing alone
    """
    run = make_run(env, community, month)
    started = time.perf_counter()
    run.action_compute()
    env.cr.commit()  # pylint: disable=invalid-commit
    computing = time.perf_counter() - started
    post(run, pause)
    return {"compute_seconds": computing, "lines": run.line_count}


def make_run(env, communities, month):
    """A run of a month, to be computed."""
    first = month_start(month)
    return env["property.billing.run"].create(
        {
            "community_ids": [Command.set(communities.ids)],
            "date_from": first,
            "date_to": first + relativedelta(day=31),
            "invoice_date": first,
        }
    )


def post(run, pause):
    """Post a computed run as a scheduled job does, with a pause after each commit."""
    commit_progress = IrCron._commit_progress

    def commit_and_pause(cron, processed=0, **progress):
        left = commit_progress(cron, processed, **progress)
        pause(processed)
        return left

    if run.state == "computed":
        run._start_posting()
    with mock.patch.object(IrCron, "_commit_progress", commit_and_pause):
        run._post_batches()


WAYS = {"plain": plain, "contract": contract, "billing run": billing_run}
