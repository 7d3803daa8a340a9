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


def _get_specs(model, name):
    """What a pivot asks for one measure: of money also its currencies, and the sum in
    the company's currency, which is shown where there are several."""
    field = model._fields[name]
    specs = [f"{name}:{field.aggregator}"]
    if field.type == "monetary":
        specs += ["currency_id:array_agg_distinct", f"{name}:sum_currency"]
    return specs


def _get_reads(env):
    today = date.today()
    last_year = today.replace(year=today.year - 1, day=28)
    community = env["property.community"].search([], limit=1, order="id")
    collection = env["property.collection.report"]
    months = env["property.collection.month"]
    ageing = env["property.ageing.report"]

    def pivot(model, domain, groupby, fields):
        specs = [spec for name in fields for spec in _get_specs(model, name)]
        specs.append("__count")
        # the total and each level of grouping, as the client asks for them
        sets = [groupby[:level] for level in range(len(groupby) + 1)]
        return lambda: [
            row
            for rows in model.formatted_read_grouping_sets(domain, sets, specs)
            for row in rows
        ]

    amounts = ["billed", "credited", "paid", "amount_open", "rate_amount"]
    units = ["units_billed", "units_settled", "rate_units"]
    own = [("is_pass_through", "=", False)]
    return {
        "collection by period, as it opens: 12 months, by month": pivot(
            collection,
            [*own, ("month", ">", last_year)],
            ["month:month"],
            amounts + units,
        ),
        "the same by community and item": pivot(
            collection,
            [("month", ">", last_year)],
            ["community_id", "item_id"],
            amounts + units,
        ),
        "collection by period: one community, 36 months, building": pivot(
            collection,
            [*own, ("community_id", "=", community.id)],
            ["building_id", "month:month"],
            amounts + units,
        ),
        "collection by period: all 36 months, amounts": pivot(
            collection, [], ["month:month"], amounts
        ),
        "collection by period: all 36 months, amounts and units": pivot(
            collection, [], ["month:month"], amounts + units
        ),
        "publication compliance, as it opens: 12 months, by month": pivot(
            env["property.publication.report"],
            [("month", ">", last_year)],
            ["month:month"],
            ["units_billed", "units_late", "rate_units", "billed", "rate_amount"],
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
        "dashboard: all communities": lambda: list(
            env["property.fee.dashboard"].get_data()
        ),
        "dashboard: one community": lambda: list(
            env["property.fee.dashboard"].get_data(community.id)
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
