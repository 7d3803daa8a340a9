"""Fills a fresh database with fee lines and times what people open."""

import argparse
import json
import sys
import time
from pathlib import Path

from odoo.tools import config

STARTED = time.monotonic()


def say(text):
    """Show progress."""
    sys.stdout.write(f"    {time.monotonic() - STARTED:5.0f} s  {text}\n")
    sys.stdout.flush()


def main():
    """Read the options, set up Odoo, fill, measure."""
    parser = argparse.ArgumentParser(prog="setup/bench figures", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--own-server", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--lines", type=int, default=1_000_000, help="fee lines")
    parser.add_argument("--measure-only", action="store_true", help="it is filled")
    parser.add_argument(
        "--triggers", action="store_true", help="only what the triggers cost"
    )
    parser.add_argument("--json", type=Path, required=True, help="file for figures")
    options = parser.parse_args()
    config.parse_config(
        [f"--database={options.database}", "--no-http", "--log-level=warn"]
    )
    # only now are the addons on Python's path
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    from . import fill, reads, triggers

    with Registry(options.database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        results = {}
        if options.triggers:
            results["triggers"] = triggers.measure(env, say)
            lines = triggers.table(results["triggers"])
        else:
            if not options.measure_only:
                results["fill_seconds"] = fill.fill(env, options.lines, say)
            results["reads"] = reads.measure(env, say)
            lines = reads.table(results["reads"])
        # the filled database is read again by the next call
        cr.commit()  # pylint: disable=invalid-commit
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2, default=str) + "\n")
    sys.stdout.write("\n".join(["", *lines, ""]))


if __name__ == "__main__":
    main()
