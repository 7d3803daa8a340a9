"""All three ways at several sizes, taking turns in one database."""

from functools import partial

from . import data, turns, ways

# A small size is repeated, as a single run of it is soon over.
REPEATS = 3
SMALL = 2000
STRETCHES = 10
WARM_UP = 100


def prepare(database, code, units):
    """A community with contracts."""

    def task(env, _pause):
        community = data.make_community(env, code, units)
        data.make_contracts(env, community)
        return {"community": community.id}

    return turns.call(database, task)["community"]


def run(database, sizes, say):
    """Measure.

    :param sizes: units of a community
    :return: {size: {way: {"seconds", "invoices", "ms_per_invoice", ...}}}
    """
    say("warming up")
    _measure(database, prepare(database, "WARM", WARM_UP), WARM_UP, 0)
    results = {}
    for size in sizes:
        say(f"{size} units: making owners, fees and contracts")
        community = prepare(database, f"B{size}", size)
        turns.analyze(database)
        rounds = []
        for month in range(count_months(size)):
            say(f"{size} units: month {month + 1}")
            rounds.append(_measure(database, community, size, month))
        results[size] = {way: _sum_up([r[way] for r in rounds]) for way in ways.WAYS}
    return results


def count_months(size):
    """Months that are billed of a size."""
    return REPEATS if size <= SMALL else 1


def _measure(database, community_id, size, month):
    """One round; each begins with another way."""
    names = list(ways.WAYS)
    names = names[month % len(names) :] + names[: month % len(names)]
    tasks = {
        name: partial(_task, ways.WAYS[name], community_id, month) for name in names
    }
    found = turns.take_turns(database, tasks, max(size // STRETCHES, WARM_UP))
    for name, result in found.items():
        if result["invoices"] != size:
            raise AssertionError(f"{name} made {result['invoices']} of {size} invoices")
    return found


def _task(way, community_id, month, env, pause):
    community = env["property.community"].browse(community_id)
    return way(env, community, month, pause)


def _sum_up(rounds):
    """Add up the rounds of one way; the highest memory."""
    total = {key: sum(r[key] for r in rounds) for key in rounds[0]}
    total["peak_memory_mb"] = max(r["peak_memory_mb"] for r in rounds)
    total["ms_per_invoice"] = 1000 * total["seconds"] / total["invoices"]
    return total


def check_equal(database, sizes):
    """See that all ways made the same: count and sum of the invoices of a size.

    :return: {size: total of one month's invoices}
    """

    def task(env, _pause):
        totals = {}
        for size in sizes:
            community = env["property.community"].search([("code", "=", f"B{size}")])
            found = {}
            for name, domain in (
                ("plain", [("journal_id.code", "=", "PLAIN")]),
                ("contract", [("journal_id.code", "=", "CONTR")]),
                ("billing run", [("fee_community_id", "=", community.id)]),
            ):
                rows = env["account.move"]._read_group(
                    [
                        *domain,
                        ("state", "=", "posted"),
                        ("partner_id", "in", community.unit_ids.payer_id.ids),
                    ],
                    ["invoice_date:month"],
                    ["__count", "amount_total:sum", "amount_tax:sum"],
                )
                found[name] = [
                    (str(month), count, round(total, 2), round(tax, 2))
                    for month, count, total, tax in rows
                ]
            if not found["plain"] == found["contract"] == found["billing run"]:
                raise AssertionError(f"the ways differ: {found}")
            totals[str(size)] = found["plain"][0][2]
        return {"totals": totals}

    return turns.call(database, task)["totals"]
