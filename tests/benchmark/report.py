"""The tables on the terminal, and the files."""

import json
import os
import platform

from . import parallel

#: what two workers do against one, where more workers are estimated from it
PAIR = 1.8
#: what is to be reached: (what, how to get it from the results, limit, "min" or "max")
TARGETS = (
    ("times faster than plain create and post", "faster_than_plain", 2.5, "min"),
    ("times faster than OCA contract", "faster_than_contract", 3.0, "min"),
    ("time per invoice, largest against smallest size", "slope", 1.15, "max"),
    ("ms of computing per fee line", "compute_ms_per_line", 0.5, "max"),
    ("computing, % of the run, smallest size", "compute_percent_small", 5.0, "max"),
    ("computing, % of the run, largest size", "compute_percent", 5.0, "max"),
    ("times faster with 2 workers, 10 communities", "two_workers", 1.7, "min"),
    ("the same, 1 community", "two_workers_one_community", 1.7, "min"),
    ("MB of memory at most in a process", "peak_memory_mb", 700, "max"),
    ("strikes after which totals differ", "crashes_with_problems", 0, "max"),
)


def derive(results):
    """The figures that have a target, of those that were measured."""
    sizes = sorted(results["comparison"])
    largest, smallest = (
        results["comparison"][sizes[-1]],
        results["comparison"][sizes[0]],
    )
    ours = largest["billing run"]

    def faster(way):
        return largest[way]["ms_per_invoice"] / ours["ms_per_invoice"]

    def compute_percent(found):
        return 100 * found["compute_seconds"] / found["seconds"]

    figures = {
        "faster_than_plain": faster("plain"),
        "faster_than_contract": faster("contract"),
        "compute_ms_per_line": 1000 * ours["compute_seconds"] / ours["lines"],
        "compute_percent": compute_percent(ours),
        "peak_memory_mb": ours["peak_memory_mb"],
    }
    if len(sizes) > 1:
        figures["compute_percent_small"] = compute_percent(smallest["billing run"])
        figures["slope"] = (
            ours["ms_per_invoice"] / smallest["billing run"]["ms_per_invoice"]
        )
    for shape, seconds in results.get("workers", {}).items():
        key = "two_workers_one_community" if shape == "1 community" else "two_workers"
        figures[key] = seconds[1] / seconds[2]
    if "crashes" in results:
        figures["crashes_with_problems"] = sum(
            bool(found["problems"]) or not found["totals_equal"]
            for found in results["crashes"].values()
        )
    return figures


def describe_machine():
    """What the figures were measured on."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
    }


def tables(results):
    """The results as lines of Markdown, as they stand in docs/performance.md."""
    parts = [_comparison(results), _computing(results)]
    if "workers" in results:
        parts.append(_workers(results))
    if "crashes" in results:
        parts.append(_crashes(results))
    parts.append(_targets(results))
    parts.append(_plan(results))
    return [line for part in parts for line in ("", *part)]


def _rows(head, rows):
    """Lines of a table."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _comparison(results):
    head = ["units", "way", "ms per invoice", "times the billing run", "peak MB"]
    rows = []
    for size, found in sorted(results["comparison"].items()):
        ours = found["billing run"]["ms_per_invoice"]
        for way, figures in found.items():
            milliseconds = figures["ms_per_invoice"]
            rows.append(
                [
                    f"{size:,}",
                    way,
                    f"{milliseconds:.2f}",
                    f"{milliseconds / ours:.2f}",
                    f"{figures['peak_memory_mb']:.0f}",
                ]
            )
    return _rows(head, rows)


def _computing(results):
    parts = results["parts"]
    names = {"compute": "all, stored", "engine": "engine", "load": "loading"}
    rows = [
        [name, f"{1000 * parts[f'{key}_seconds'] / parts['lines']:.3f}"]
        for key, name in names.items()
    ]
    return _rows([f"computing alone, {parts['lines']:,} lines", "ms per line"], rows)


def _workers(results):
    rows = [
        [
            shape,
            f"{seconds[1]:.1f}",
            f"{seconds[2]:.1f}",
            f"{seconds[1] / seconds[2]:.2f}",
        ]
        for shape, seconds in results["workers"].items()
    ]
    return _rows(
        [
            f"posting {parallel.MOST_UNITS:,} units at most",
            "1 worker, s",
            "2 workers, s",
            "times",
        ],
        rows,
    )


def _crashes(results):
    head = ["struck by", "times", "invoices", "totals", "duplicates", "gaps"]
    rows = [
        [
            name,
            str(found["strikes"]),
            f"{found['invoices']:,}",
            "equal" if found["totals_equal"] else "DIFFER",
            str(found["duplicates"]),
            str(found["gaps"]),
        ]
        for name, found in results["crashes"].items()
    ]
    return _rows(head, rows)


def _targets(results):
    rows = []
    for name, key, limit, kind in TARGETS:
        if key in results["figures"]:
            value = results["figures"][key]
            reached = value >= limit if kind == "min" else value <= limit
            rows.append(
                [
                    name,
                    f"{'≥' if kind == 'min' else '≤'} {limit}",
                    f"{value:.2f}",
                    "reached" if reached else "MISSED",
                ]
            )
    return _rows(["target", "at least / most", "measured", ""], rows)


def _plan(results):
    """What larger firms need, from the largest size that was measured."""
    ours = results["comparison"][max(results["comparison"])]["billing run"]
    kilobytes = _kilobytes_per_bill(results["weight"]["tables"], ours)
    head = ["units a month", "1 worker", "2 workers", "8 workers, estimated"]
    two = min((s[1] / s[2] for s in results.get("workers", {}).values()), default=0)
    rows = []
    for units in (10_000, 100_000, 1_000_000):
        minutes = units * ours["ms_per_invoice"] / 60_000
        rows.append(
            [
                f"{units:,}",
                f"{minutes:.1f} min",
                f"{minutes / two:.1f} min" if two else "",
                f"{minutes / PAIR**3:.1f} min",
                f"{units * kilobytes / 1e6:.1f} GB",
            ]
        )
    return _rows([*head, f"a month's bills, {kilobytes:.1f} kB each"], rows)


def _kilobytes_per_bill(tables, ours):
    """A bill's rows in each table, with their indexes."""
    moves = tables["account_move"]["rows"]
    total = 0
    for name, table in tables.items():
        if table["rows"]:
            a_row = table["bytes"] / table["rows"]
            is_ours = name == "property_fee_line"
            count = (
                ours["lines"] / ours["invoices"] if is_ours else table["rows"] / moves
            )
            total += a_row * count
    return total / 1000


def write(results, path):
    """Write the JSON file, and the tables beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2, default=str) + "\n")
    path.with_suffix(".md").write_text("\n".join([*tables(results)[1:], ""]))
