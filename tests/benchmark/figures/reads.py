"""What people open, each read as the web client reads it, and timed."""

import time
from datetime import date

REPEATS = 5
#: seconds, warm
LIMIT = 1.0


def measure(env, say):
    """Time each screen; the best and the worst of some repeats.

    :return: {name: {"best", "worst", "rows"}}
    """
    results = {}
    for name, read in _get_reads(env).items():
        times = []
        for _repeat in range(REPEATS):
            env.invalidate_all()
            started = time.perf_counter()
            rows = read()
            times.append(time.perf_counter() - started)
        results[name] = {"best": min(times), "worst": max(times), "rows": len(rows)}
        say(f"{name}: {min(times):.3f} to {max(times):.3f} s")
    return results


def _get_reads(env):
    year = date.today().replace(month=1, day=1)
    community = env["property.community"].search([], limit=1, order="id")
    collection = env["property.collection.report"]
    months = env["property.collection.month"]
    ageing = env["property.ageing.report"]

    def pivot(model, domain, groupby, fields):
        specs = [f"{name}:{model._fields[name].aggregator}" for name in fields]
        # the client asks for the total and for each level of grouping
        return lambda: [
            row
            for level in range(len(groupby) + 1)
            for row in model.formatted_read_group(domain, groupby[:level], specs)
        ]

    amounts = ["billed", "credited", "paid", "amount_open", "rate_amount"]
    units = ["units_billed", "units_settled", "rate_units"]
    own = [("is_pass_through", "=", False)]
    return {
        "collection by period: all, by month": pivot(
            collection, own, ["month:month"], amounts + units
        ),
        "collection by period: all, amounts only, by community": pivot(
            collection, [], ["community_id"], amounts
        ),
        "collection by period: one community, building and month": pivot(
            collection,
            [*own, ("community_id", "=", community.id)],
            ["building_id", "month:month"],
            amounts + units,
        ),
        "collection by period: this year, by item": pivot(
            collection, [("month", ">=", year)], ["item_id"], amounts + units
        ),
        "collection by month: all": pivot(
            months,
            [],
            ["month:month"],
            ["arrears", "arrears_paid", "rate_arrears", "received", "rate_cash"]
            + ["closing", "prepaid", "rate_cei", "dso"],
        ),
        "arrears by age: all, by community and age": pivot(
            ageing, [], ["community_id", "bucket"], ["balance"]
        ),
        "arrears by age: list of 80": lambda: ageing.web_search_read(
            [("days", ">", 90)],
            {"unit_id": {"fields": {"display_name": {}}}, "amount_open": {}},
            limit=80,
        )["records"],
    }


def table(results):
    """The results as lines of Markdown."""
    lines = ["| screen | best, s | worst, s | rows | |", "|---|---|---|---|---|"]
    for name, found in results.items():
        verdict = "reached" if found["worst"] < LIMIT else "MISSED"
        lines.append(
            f"| {name} | {found['best']:.3f} | {found['worst']:.3f} "
            f"| {found['rows']:,} | {verdict} |"
        )
    return lines

