"""Workers and database processes killed in the middle of runs, then finished."""

import random
from contextlib import contextmanager
from dataclasses import asdict

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

from ..audit import audit
from ..disturbance import KillBackend, KillWorker, TerminateBackend, disturb
from ..workers import Workers
from . import data, turns, ways

UNITS = 300
UNITS_PER_BATCH = 10
SEED = 20260401


class Scene:
    """What `disturb` disturbs: two communities billed month after month."""

    def __init__(self, database, workers, name):
        self.database = database
        self.workers = workers
        self.chance = random.Random(SEED)
        self.months = 0

        def task(env, _pause):
            ids = [
                data.make_community(env, f"{name}-{letter}", UNITS).id
                for letter in "ABC"
            ]
            return {"communities": ids}

        *self.communities, self.calm = turns.call(database, task)["communities"]

    @contextmanager
    def environment(self):
        """An environment, committed at the end."""
        with Registry(self.database).cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def start(self, run_id, fuse=None):
        """Start a worker."""
        return self.workers.start(run_id, UNITS_PER_BATCH, fuse)

    def is_posting(self, run_id):
        """Whether the run is not done yet."""
        with self.environment() as env:
            return env["property.billing.run"].browse(run_id).state == "posting"

    def next_run(self):
        """The next month, ready to be posted."""
        self.months += 1
        with self.environment() as env:
            communities = env["property.community"].browse(self.communities)
            run = ways.make_run(env, communities, self.months - 1)
            run.action_compute()
            run._start_posting()
            return run.id

    def compare(self):
        """What was billed, next to a community that nobody disturbed."""
        for month in range(self.months):
            with self.environment() as env:
                community = env["property.community"].browse(self.calm)
                run = ways.make_run(env, community, month)
                run.action_compute()
                run.action_post()
        with self.environment() as env:
            expected = audit(env, [self.calm])
            found = [audit(env, [community]) for community in self.communities]
        return {
            "runs": self.months,
            "invoices": sum(one.invoices for one in found),
            "totals_equal": all(one == expected for one in found),
            "duplicates": sum(
                one.duplicate_invoices + one.duplicate_lines for one in found
            ),
            "gaps": sum(one.gaps for one in found),
            "problems": [
                one.problems() for one in (expected, *found) if one.problems()
            ],
            "undisturbed": {k: str(v) for k, v in asdict(expected).items()},
        }


def run(database, own_server, say):
    """Strike.

    :param own_server: whether the database server may be made to crash
    :return: {strike: {"strikes", "runs", "invoices", "totals_equal", ...}}
    """
    strikes = {
        "SIGKILL of the worker": (KillWorker, 20),
        "session ended by the database": (TerminateBackend, 20),
    }
    if own_server:
        strikes["SIGKILL of the database process"] = (KillBackend, 20)
    results = {}
    with Workers(database, config["config"]) as workers:
        for number, (name, (strike, times)) in enumerate(strikes.items()):
            say(f"{times} times {name}")
            scene = Scene(database, workers, f"K{number}")
            disturb(scene, strike(), times)
            results[name] = {"strikes": times, **scene.compare()}
    sql_db.close_all()
    return results
