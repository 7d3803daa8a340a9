"""Makes open complaints and times the job that checks their deadlines."""

import argparse
import sys
import time
from datetime import timedelta

from odoo.tools import config


def say(text):
    """Show a line of the result."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main():
    """Read the options, set up Odoo, fill, measure; nothing is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--complaints", type=int, default=10_000)
    options = parser.parse_args()
    config.parse_config(
        [f"--database={options.database}", "--no-http", "--log-level=warn"]
    )
    # only now are the addons on Python's path
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    with Registry(options.database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        measure(env, options.complaints)
        cr.rollback()


def measure(env, number):
    """Time each pass of the job: nothing due, all to warn of, all late."""
    started = time.monotonic()
    complaints = fill(env, number)
    say(f"{number} complaints made in {time.monotonic() - started:.1f} s")
    env.cr.execute("ANALYZE property_complaint, property_complaint_clock")
    clocks = env["property.complaint.clock"]
    for title, column in (
        ("nothing due", None),
        ("all to warn of", "warning_at"),
        ("all late", "deadline"),
    ):
        if column:
            env.cr.execute(
                f"UPDATE property_complaint_clock SET {column} = now() - interval '1 h'"
                " WHERE kind = 'reply'"
            )
        env.invalidate_all()
        queries, started = env.cr.sql_log_count, time.monotonic()
        done = batches = 0
        while batch := clocks._check_due(1000):
            env.flush_all()
            env.invalidate_all()
            done, batches = done + batch, batches + 1
        seconds = time.monotonic() - started
        queries = env.cr.sql_log_count - queries
        say(
            f"{title}: {done} deadlines in {seconds:.1f} s, {batches} batches, "
            f"{queries / max(batches, 1):.0f} queries a batch"
        )
    say(f"levels: {sorted(set(complaints.mapped('level')))}")


def fill(env, number):
    """Open complaints of a community of their own, none due."""
    community = env["property.community"].create({"code": "BENCH", "name": "Bench"})
    building = env["property.building"].create(
        {"code": "B", "name": "B", "community_id": community.id}
    )
    units = env["property.unit"].create(
        [{"code": f"B-{index}", "building_id": building.id} for index in range(number)]
    )
    agents = env["res.users"].create(
        [
            {
                "name": f"Agent {index}",
                "login": f"bench-agent-{index}",
                "group_ids": [
                    (4, env.ref("property_fee_complaints.group_complaint_agent").id)
                ],
            }
            for index in range(10)
        ]
    )
    community.member_ids += agents
    team = env["property.complaint.team"].create(
        {
            "name": "Bench",
            "community_ids": [(4, community.id)],
            "member_ids": [(6, 0, agents.ids)],
            "site_manager_id": agents[0].id,
        }
    )
    complaints = env["property.complaint"]
    # a day ahead, so that whatever the time of day nothing is due yet
    received = env.cr.now() + timedelta(days=1)
    for start in range(0, number, 1000):
        complaints += complaints.create(
            [
                {
                    "subject": "Noise",
                    "unit_id": unit.id,
                    "team_id": team.id,
                    "received_at": received.replace(tzinfo=None),
                }
                for unit in units[start : start + 1000]
            ]
        )
        env.flush_all()
    return complaints


if __name__ == "__main__":
    main()
