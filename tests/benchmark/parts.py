"""The engine alone and computing alone, without invoices; and what a bill weighs."""

import time

from odoo.addons.property_fee_billing.engine import Window, bill

from . import turns, ways

TABLES = (
    "account_move",
    "account_move_line",
    "account_analytic_line",
    "property_fee_line",
)


def run(database, size, month):
    """Time loading, engine and storing of one month; nothing is kept.

    :param month: one that was not billed yet; 0 is January 2026
    :return: {"lines", "load_seconds", "engine_seconds", "compute_seconds"}
    """

    def task(env, _pause):
        community = env["property.community"].search([("code", "=", f"B{size}")])
        run = ways.make_run(env, community, month)
        window = Window(run.date_from, run.date_to)
        env.flush_all()
        loading = engine = 0.0
        lines = 0
        facts = env["property.billing.loader"]._iter_facts(community, window)
        while True:
            started = time.perf_counter()
            batch = next(facts, None)
            loading += time.perf_counter() - started
            if batch is None:
                break
            started = time.perf_counter()
            lines += len(bill(batch, window, 2).lines)
            engine += time.perf_counter() - started
        started = time.perf_counter()
        run.action_compute()
        env.flush_all()
        computing = time.perf_counter() - started
        env.cr.rollback()
        return {
            "lines": lines,
            "load_seconds": loading,
            "engine_seconds": engine,
            "compute_seconds": computing,
        }

    return turns.call(database, task)


def weigh(database):
    """Bytes of the database that one bill takes, indexes included.

    :return: {table: {"rows", "bytes"}}, "invoices", "database_bytes"
    """

    def task(env, _pause):
        tables = {}
        for table in TABLES:
            env.cr.execute(
                f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}"
            )
            rows, size = env.cr.fetchone()
            tables[table] = {"rows": rows, "bytes": size}
        env.cr.execute("SELECT pg_database_size(current_database())")
        return {"tables": tables, "database_bytes": env.cr.fetchone()[0]}

    found = turns.call(database, task)
    return {"tables": found["tables"], "database_bytes": found["database_bytes"]}
