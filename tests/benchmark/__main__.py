"""Measures on a fresh database, which `./setup/bench` makes."""

import argparse
from pathlib import Path

from odoo.tools import config

QUICK = "200,600"


def main():
    """Read the options, set up Odoo, measure."""
    options = _read_options()
    config.parse_config(
        [f"--database={options.database}", "--no-http", "--log-level=warn"]
    )
    # only now are the addons on Python's path
    from .measure import measure

    measure(
        options.database,
        sorted({int(size) for size in options.units.split(",")}),
        options.own_server,
        options.without,
        options.json,
    )


def _read_options():
    parser = argparse.ArgumentParser(prog="setup/bench", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--own-server", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--units", default="1000,10000", help="sizes, 1000,10000 unless told"
    )
    parser.add_argument(
        "--quick",
        dest="units",
        action="store_const",
        const=QUICK,
        help=f"small sizes ({QUICK}): to see that it works, not to measure",
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=["workers", "crashes"],
        help="leave out a part",
    )
    parser.add_argument("--json", type=Path, required=True, help="file for all figures")
    return parser.parse_args()


if __name__ == "__main__":
    main()
