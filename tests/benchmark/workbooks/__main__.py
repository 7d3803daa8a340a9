"""Fills a fresh database with unpaid fee lines and makes workbooks of them, each in a
process of its own: its time, and the most memory that process had."""

import argparse
import io
import json
import subprocess
import sys
import time
from pathlib import Path

from openpyxl import load_workbook

from odoo.tools import config

STARTED = time.monotonic()
MEASURED = ("arrears", "collection")
#: seconds; megabytes of the whole process, Odoo's own included
MOST_SECONDS, MOST_MEGABYTES = 60, 200


def say(text):
    """Show progress."""
    sys.stdout.write(f"    {time.monotonic() - STARTED:5.0f} s  {text}\n")
    sys.stdout.flush()


def main():
    """Read the options; fill and measure, or be one of the processes measured."""
    parser = argparse.ArgumentParser(prog="setup/bench workbooks", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--own-server", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--make", help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=100_000, help="fee lines")
    parser.add_argument("--json", type=Path, required=True, help="file for figures")
    options = parser.parse_args()
    config.parse_config(
        [f"--database={options.database}", "--no-http", "--log-level=warn"]
    )
    if options.make:
        sys.stdout.write(json.dumps(_with_env(options.database, make, options.make)))
        return
    _with_env(options.database, fill, options.rows)
    results = {name: _measure(options, name) for name in MEASURED}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2) + "\n")
    sys.stdout.write("\n".join(["", *table(results), ""]))


def _with_env(database, function, *arguments):
    """What a function gives that is called with an environment."""
    # only now are the addons on Python's path
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cr:
        return function(api.Environment(cr, SUPERUSER_ID, {}), *arguments)


def fill(env, rows):
    """Bills of which nothing is paid."""
    from ..figures.fill import fill as fill_figures
    from ..figures.plan import FEES, MONTHS

    # whole units only: rather more than less
    fill_figures(env, rows + MONTHS * FEES - 1, say, shares=())
    # the processes that are measured read it
    env.cr.commit()  # pylint: disable=invalid-commit


def _measure(options, name):
    """Make a workbook in a process of its own."""
    answer = subprocess.run(
        [
            *(sys.executable, "-m", __spec__.name, "--make", name),
            *("--database", options.database, "--json", options.json),
        ],
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(answer.stdout)
    say(f"{name}: {found['seconds']:.1f} s, {found['peak']:.0f} MB")
    return found


def make(env, name):
    """Make a workbook as its wizard does.

    :return: ``{seconds, rows, before, peak, size}``, the last three in megabytes
    """
    communities = env["property.community"].search([])
    wizard = env["property.workbook.wizard"].create(
        {
            "workbook": f"property.workbook.{name}",
            "community_ids": [(6, 0, communities.ids)],
            "date_from": "2000-01-01",
        }
    )
    env.flush_all()
    before = _get_memory("VmRSS")
    started = time.perf_counter()
    content = wizard._make_workbook()
    seconds = time.perf_counter() - started
    peak = _get_memory("VmHWM")
    return {
        "seconds": seconds,
        "rows": _count_rows(content),
        "before": before,
        "peak": peak,
        "size": len(content) / 1e6,
    }


def _get_memory(key):
    """Memory of this process now (VmRSS) or at most (VmHWM), in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith(f"{key}:")]
    return int(line.split()[1]) / 1024


def _count_rows(content):
    """Rows of the longest sheet."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    return max(sheet.max_row for sheet in book.worksheets) - 2


def table(results):
    """The results as lines of Markdown."""
    lines = [
        "| workbook | rows | s | MB before | MB at most | file, MB | |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, found in results.items():
        reached = found["seconds"] <= MOST_SECONDS and found["peak"] <= MOST_MEGABYTES
        lines.append(
            f"| {name} | {found['rows']:,} | {found['seconds']:.1f} "
            f"| {found['before']:.0f} | {found['peak']:.0f} | {found['size']:.1f} "
            f"| {'reached' if reached else 'MISSED'} |"
        )
    return lines


if __name__ == "__main__":
    main()
