import os
import random
import signal
import tempfile
import time

from odoo.tests import get_db_name, tagged
from odoo.tools import SQL, config

from .audit import audit
from .committed import CommittedCase
from .workers import Workers, session_name

UNITS = 120
UNITS_PER_BATCH = 8
KILLS = 20
# Months of bills within which the kills must have happened.
LONGEST_TEST = 20
# Where a failed test is to be looked at again: PROPERTY_FEE_SEED=...
SEED = int(os.environ.get("PROPERTY_FEE_SEED", "20260401"))


@tagged("post_install", "-at_install")
class TestCrash(CommittedCase):
    """Runs that are posted by two worker processes at once, which are killed again
    and again: what is posted in the end is what nobody disturbed would have posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.enterClassContext(
            tempfile.NamedTemporaryFile("w+", prefix="workers-", suffix=".log")
        )
        cls.workers = cls.enterClassContext(
            Workers(get_db_name(), config["config"], cls.log)
        )

    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        name = self._testMethodName.removeprefix("test_")[:12]
        self.communities = [
            self.make_community(f"{name}-{letter}", UNITS) for letter in "AB"
        ]
        self.months = 0

    # --------------------------------------------------------------- the scene
    def start(self, run_id, fuse=None):
        return self.workers.start(run_id, UNITS_PER_BATCH, fuse)

    def is_posting(self, run_id):
        with self.environment() as env:
            return env["property.billing.run"].browse(run_id).state == "posting"

    def next_run(self):
        """The next month, computed and to be posted."""
        self.months += 1
        return self.make_run(self.communities, self.months)

    def finish(self, run_id):
        """Nobody disturbs any more: one worker brings the run to its end."""
        code = self.start(run_id).wait()
        self.log.seek(0)
        self.assertEqual(code, 0, self.log.read()[-3000:])
        self.assertFalse(self.is_posting(run_id))

    def disturb(self, strike):
        """Have runs posted by two workers while `strike` ends one of them, until it
        has done so ``KILLS`` times; then let the last run finish."""
        struck = 0
        while struck < KILLS:
            self.assertLess(self.months, LONGEST_TEST, f"only {struck} kills")
            run_id = self.next_run()
            pair = [None, None]
            while struck < KILLS and self.is_posting(run_id):
                for place, worker in enumerate(pair):
                    if worker is None or not worker.is_alive():
                        pair[place] = strike.start(self, run_id)
                struck += strike(self, self.chance.choice(pair))
            for worker in pair:
                worker.wait()
            self.finish(run_id)
        return struck

    def check(self):
        """All is billed once, to the cent, numbered without a gap, and as in a
        community where nobody was disturbed."""
        name = f"{self._testMethodName.removeprefix('test_')[:12]}-calm"
        calm = self.make_community(name, UNITS)
        for month in range(1, self.months + 1):
            run_id = self.make_run([calm], month)
            with self.environment() as env:
                env["property.billing.run"].browse(run_id).action_post()
        with self.environment() as env:
            expected = audit(env, [calm])
            self.assertFalse(expected.problems())
            self.assertEqual(expected.invoices, UNITS * self.months)
            for community in self.communities:
                found = audit(env, [community])
                self.assertFalse(found.problems(), f"seed {SEED}")
                self.assertEqual(found, expected, f"seed {SEED}")

    # --------------------------------------------------------------- the tests
    def test_workers_killed(self):
        kills = self.disturb(KillWorker())
        self.assertEqual(kills, KILLS)
        self.check()

    def test_backends_killed(self):
        kills = self.disturb(TerminateBackend())
        self.assertEqual(kills, KILLS)
        self.check()


class KillWorker:
    """SIGKILL of a worker process: every other one by the clock, wherever it is then,
    the others right before a statement drawn by chance, commits included."""

    LONGEST = 0.4  # seconds
    STATEMENTS = 150

    def __init__(self):
        self.fused = {}

    def start(self, case, run_id):
        fuse = case.chance.choice([None, case.chance.randint(1, self.STATEMENTS)])
        worker = case.start(run_id, fuse)
        self.fused[worker.pid] = fuse
        return worker

    def __call__(self, case, worker):
        if not self.fused[worker.pid]:
            time.sleep(case.chance.uniform(0, self.LONGEST))
            if worker.is_alive():
                worker.kill()
        return worker.wait() == -signal.SIGKILL


class TerminateBackend:
    """The database ends the session of a worker, in the middle of what it does."""

    LONGEST = 0.4

    def start(self, case, run_id):
        return case.start(run_id)

    def __call__(self, case, worker):
        time.sleep(case.chance.uniform(0, self.LONGEST))
        with case.environment() as env:
            ended = env.execute_query(
                SQL(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = %s",
                    session_name(worker.pid),
                )
            )
        if not ended:
            return False
        # it ends with the error, as a cron thread would; its work is not committed
        return worker.wait() != 0
