import os
import random
import tempfile

from odoo.tests import get_db_name, tagged
from odoo.tools import config

from .audit import audit
from .committed import CommittedCase
from .disturbance import KillWorker, TerminateBackend, disturb
from .workers import Workers

UNITS = 120
UNITS_PER_BATCH = 8
STRIKES = 20
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
        self.name = self._testMethodName.removeprefix("test_")[:8]
        self.communities = [
            self.make_community(f"{self.name}-{letter}", UNITS) for letter in "AB"
        ]
        self.months = 0

    # ------------------------------------------- the scene of the disturbance
    def start(self, run_id, fuse=None):
        return self.workers.start(run_id, UNITS_PER_BATCH, fuse)

    def is_posting(self, run_id):
        with self.environment() as env:
            return env["property.billing.run"].browse(run_id).state == "posting"

    def next_run(self):
        self.months += 1
        return self.make_run(self.communities, self.months)

    def check(self, strike):
        """However often it strikes, all is billed once, to the cent, numbered without
        a gap, and as in a community where nobody was disturbed."""
        try:
            disturb(self, strike, STRIKES)
        except AssertionError:
            self.log.seek(0)
            raise AssertionError(f"seed {SEED}: {self.log.read()[-3000:]}") from None
        calm = self.make_community(f"{self.name}-calm", UNITS)
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

    def test_workers_killed(self):
        self.check(KillWorker())

    def test_sessions_ended_by_the_database(self):
        self.check(TerminateBackend())
