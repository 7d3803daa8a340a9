"""The table on the terminal and the JSON file."""

import json
import os
import platform

#: what is to be reached: (what, how to get it from the results, limit, "min" or "max")
TARGETS = (
    ("times faster than plain create and post", "faster_than_plain", 2.5, "min"),
    ("times faster than OCA contract", "faster_than_contract", 3.0, "min"),
    ("time per invoice, largest against smallest size", "slope", 1.15, "max"),
    ("ms of computing per fee line", "compute_ms_per_line", 0.5, "max"),
    ("computing, % of the run", "compute_percent", 5.0, "max"),
    ("times faster with 2 workers, 10 communities", "two_workers", 1.7, "min"),
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

    figures = {
        "faster_than_plain": faster("plain"),
        "faster_than_contract": faster("contract"),
        "compute_ms_per_line": 1000 * ours["compute_seconds"] / ours["lines"],
        "compute_percent": 100 * ours["compute_seconds"] / ours["seconds"],
        "peak_memory_mb": ours["peak_memory_mb"],
    }
    if len(sizes) > 1:
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


def table(results):
    """The results as lines of Markdown."""
    lines = [
        "| units | way | ms per invoice | of it in Python | peak MB |",
        "|---|---|---|---|---|",
    ]
    for size, found in sorted(results["comparison"].items()):
        for way, figures in found.items():
            lines.append(
                f"| {size:,} | {way} | {figures['ms_per_invoice']:.2f} "
                f"| {100 * figures['cpu_seconds'] / figures['seconds']:.0f} % "
                f"| {figures['peak_memory_mb']:.0f} |"
            )
    parts = results["parts"]
    lines += ["", f"| computing alone, {parts['lines']:,} lines | ms per line |"]
    lines += ["|---|---|"]
    for key in ("load", "engine", "compute"):
        name = {"load": "loading", "engine": "engine", "compute": "all, stored"}[key]
        lines.append(
            f"| {name} | {1000 * parts[key + '_seconds'] / parts['lines']:.3f} |"
        )
    if "workers" in results:
        lines += ["", "| posting | 1 worker, s | 2 workers, s | times |"]
        lines += ["|---|---|---|---|"]
        for shape, seconds in results["workers"].items():
            one, two = seconds[1], seconds[2]
            lines.append(f"| {shape} | {one:.1f} | {two:.1f} | {one / two:.2f} |")
    if "crashes" in results:
        lines += ["", "| struck by | times | invoices | totals | duplicates | gaps |"]
        lines += ["|---|---|---|---|---|---|"]
        for name, found in results["crashes"].items():
            same = "equal" if found["totals_equal"] else "DIFFER"
            lines.append(
                f"| {name} | {found['strikes']} | {found['invoices']:,} | {same} "
                f"| {found['duplicates']} | {found['gaps']} |"
            )
    lines += ["", "| target | at least / most | measured | |", "|---|---|---|---|"]
    for name, key, limit, kind in TARGETS:
        if key in results["figures"]:
            value = results["figures"][key]
            reached = value >= limit if kind == "min" else value <= limit
            sign = "≥" if kind == "min" else "≤"
            verdict = "reached" if reached else "MISSED"
            lines.append(f"| {name} | {sign} {limit} | {value:.2f} | {verdict} |")
    return lines


def write(results, path):
    """Write the JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2, default=str) + "\n")
