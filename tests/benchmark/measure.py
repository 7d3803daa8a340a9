"""All measurements, one after the other."""

import sys
import time

from odoo.modules.registry import Registry

from . import comparison, crashes, data, parallel, parts, report, turns

STARTED = time.monotonic()


def say(text):
    """Show progress."""
    sys.stdout.write(f"    {time.monotonic() - STARTED:5.0f} s  {text}\n")
    sys.stdout.flush()


def measure(database, sizes, own_server, without, path):
    """Measure, print the table and write the file.

    :param sizes: units, ascending
    :param own_server: whether the database server may be made to crash
    :param without: parts to leave out: "workers", "crashes"
    :param path: of the JSON file
    """
    Registry(database)
    results = {"machine": report.describe_machine()}
    turns.call(database, lambda env, _pause: data.prepare_company(env))
    results["comparison"] = comparison.run(database, sizes, say)
    results["totals"] = comparison.check_equal(database, sizes)
    # before the next part leaves rows behind that were rolled back
    results["weight"] = parts.weigh(database)
    say("computing alone")
    next_month = comparison.count_months(sizes[-1])
    results["parts"] = parts.run(database, sizes[-1], next_month)
    if "workers" not in without:
        results["workers"] = parallel.run(database, sizes[-1], say)
    if "crashes" not in without:
        results["crashes"] = crashes.run(database, own_server, say)
    results["figures"] = report.derive(results)
    report.write(results, path)
    sys.stdout.write("\n".join([*report.tables(results), "", ""]))
    say(f"all figures: {path}, the tables: {path.with_suffix('.md')}")
