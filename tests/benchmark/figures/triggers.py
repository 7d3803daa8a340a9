"""What the figure triggers cost those who bill and take money: with and without them,
in turns, in one process and one database, which is on this machine."""

import time
from datetime import date
from functools import partial

import psutil

from odoo import Command
from odoo.tools import SQL, split_every

from ..data import make_community, prepare_company

UNITS = 1000
MONTHS = 4
PAYMENTS = 300
#: bills of one turn, payments of one turn
BILLS, TAKEN = 100, 2
TRIGGERS = {
    "account_move": (
        "property_figure_move_posted",
        "property_figure_move_withdrawn",
        "property_figure_move_deleted",
    ),
    "account_partial_reconcile": (
        "property_figure_settled",
        "property_figure_unsettled",
    ),
}


def measure(env, say):
    """Bill and take money, a turn with and a turn without the triggers.

    :return: {what: {"with", "without": ms each, "percent": more, "done"}}
    """
    prepare_company(env)
    community = make_community(env, "TRG", UNITS)
    env.cr.commit()
    results = {
        f"billing {UNITS} units, a bill": _compare(env, _bill(env, community)),
        f"{PAYMENTS} payments at the counter, each": _compare(
            env, _take(env, community)
        ),
    }
    for name, found in results.items():
        say(
            f"{name}: {found['with']:.2f} ms with triggers, {found['without']:.2f} ms"
            f" without: {found['percent']:+.1f} %"
        )
    return results


def _bill(env, community):
    """Turns of posting; computing is not timed, the triggers have no part in it."""
    invoicer = env["property.billing.invoicer"]
    for month in range(1, MONTHS + 1):
        first = date(2026, month, 1)
        run = env["property.billing.run"].create(
            {
                "community_ids": [Command.set(community.ids)],
                "date_from": first,
                "date_to": first,
                "invoice_date": first,
            }
        )
        run.action_compute()
        run._start_posting()
        env.cr.commit()
        for units in split_every(BILLS, community.unit_ids.ids):
            yield len(units), partial(invoicer._bill_batch, run, list(units))
        run._finish_posting()


def _take(env, community):
    """Turns of payments that each settle the oldest bill of a unit."""
    bank = env["account.journal"].create(
        {"name": "Counter", "code": "CNT", "type": "bank"}
    )
    community.payment_journal_ids = [Command.set(bank.ids)]
    method = bank.inbound_payment_method_line_ids[:1]
    env["property.cashier.session"].create(
        {"community_id": community.id, "opening_amount": 0}
    )
    env.cr.commit()

    def take(units):
        for unit in units:
            env["property.counter"].register(
                {
                    "community_id": community.id,
                    "unit_id": unit.id,
                    "partner_id": unit.payer_id.id,
                    "methods": [{"id": method.id, "amount": 500}],
                    "bills": [],
                }
            )
            env.cr.commit()

    for units in split_every(TAKEN, community.unit_ids[:PAYMENTS]):
        yield len(units), partial(take, units)


def _compare(env, turns):
    """Do turns, every other one without triggers; the first two only warm up.

    What counts is the time of the processors, of this process and of its session of the
    database: others who use the machine bend it less than the clock.
    """
    clock = _get_clock(env)
    words = ("ENABLE", "DISABLE")
    spent, done = dict.fromkeys(words, 0.0), dict.fromkeys(words, 0)
    for number, (count, work) in enumerate(turns):
        # with, without, without, with: what grows meanwhile hits both alike
        word = "ENABLE" if number % 4 in (0, 3) else "DISABLE"
        _switch(env, word)
        started = clock()
        work()
        env.cr.commit()
        elapsed = clock() - started
        env.invalidate_all()
        if number > 1:
            spent[word] += 1000 * elapsed
            done[word] += count
    _switch(env, "ENABLE")
    on, off = (spent[word] / done[word] for word in ("ENABLE", "DISABLE"))
    return {"with": on, "without": off, "percent": 100 * (on / off - 1), "done": done}


def _get_clock(env):
    """Seconds that processors have spent on this process and its database session."""
    [[pid]] = env.execute_query(SQL("SELECT pg_backend_pid()"))
    session = psutil.Process(pid)

    def clock():
        found = session.cpu_times()
        return time.process_time() + found.user + found.system

    return clock


def _switch(env, word):
    for table, names in TRIGGERS.items():
        for name in names:
            env.cr.execute(f"ALTER TABLE {table} {word} TRIGGER {name}")
    env.cr.commit()


def table(results):
    """The results as lines of Markdown."""
    lines = ["| processor time | with triggers, ms | without, ms | more |"]
    lines.append("|---|---|---|---|")
    for name, found in results.items():
        lines.append(
            f"| {name} | {found['with']:.2f} | {found['without']:.2f} |"
            f" {found['percent']:+.1f} % |"
        )
    return lines
