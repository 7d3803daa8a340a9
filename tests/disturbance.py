"""Ends processes and database sessions in the middle of what they do."""

import os
import signal
import time

import psycopg2

from odoo import sql_db
from odoo.tools import SQL

from .workers import session_name

# Months of bills within which the strikes must have happened.
LONGEST = 30
ATTEMPTS = 3
# In which a database server must have recovered from a crash.
RECOVERY_SECONDS = 120


def disturb(scene, strike, strikes):
    """Have runs posted by two workers at once while one of them is struck again and
    again; in the end let one finish what is left.

    :param scene: object with ``chance`` (random.Random), ``next_run()`` (id of the next
        run, in posting), ``is_posting(run_id)``, ``start(run_id, fuse=None)`` (a
        `workers.Worker`), ``environment()``
    :param strike: one of the strikes below
    :param strikes: how often
    :return: number of runs it took
    """
    struck = runs = 0
    while struck < strikes:
        if runs == LONGEST:
            raise AssertionError(f"only {struck} strikes in {runs} runs")
        runs += 1
        run_id = scene.next_run()
        pair = [None, None]
        while struck < strikes and scene.is_posting(run_id):
            for place, worker in enumerate(pair):
                if worker is None or not worker.is_alive():
                    pair[place] = strike.start(scene, run_id)
            struck += strike(scene, scene.chance.choice(pair))
        for worker in pair:
            worker.wait()
        _finish(scene, run_id)
    return runs


def _finish(scene, run_id):
    """Let one worker finish, as often as a scheduled job is tried again."""
    for _attempt in range(ATTEMPTS):
        code = scene.start(run_id).wait()
        if not scene.is_posting(run_id):
            return
    raise AssertionError(f"run {run_id} is not finished (exit code {code})")


class KillWorker:
    """SIGKILL of a worker process: every other one by the clock, wherever it is then,
    the others right before a statement drawn by chance, commits included."""

    SECONDS = 0.4
    STATEMENTS = 150

    def __init__(self):
        self.fused = {}

    def start(self, scene, run_id):
        """Start a worker, with a fuse or without."""
        fuse = scene.chance.choice([None, scene.chance.randint(1, self.STATEMENTS)])
        worker = scene.start(run_id, fuse)
        self.fused[worker.pid] = fuse
        return worker

    def __call__(self, scene, worker):
        """Kill the worker; whether that is how it ended."""
        if not self.fused[worker.pid]:
            time.sleep(scene.chance.uniform(0, self.SECONDS))
            if worker.is_alive():
                worker.kill()
        return worker.wait() == -signal.SIGKILL


class TerminateBackend:
    """The database ends the session of a worker, in the middle of what it does."""

    SECONDS = 0.4
    QUERY = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = %s"
    )

    def start(self, scene, run_id):
        """Start a worker."""
        return scene.start(run_id)

    def __call__(self, scene, worker):
        """End the worker's session; whether the worker failed by it."""
        time.sleep(scene.chance.uniform(0, self.SECONDS))
        with scene.environment() as env:
            found = env.execute_query(SQL(self.QUERY, session_name(worker.pid)))
        # it ends with the error, as a cron thread would; its work is not committed
        if not found:
            return False
        self.strike(scene, found)
        return worker.wait() != 0

    def strike(self, scene, found):
        """Here the query has done it."""


class KillBackend(TerminateBackend):
    """SIGKILL of the database process that serves a worker. PostgreSQL then ends all
    sessions and recovers as after a crash: only for a server of one's own."""

    SECONDS = 1.0
    QUERY = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"

    def strike(self, scene, found):
        """Kill the process and wait until the server has recovered. To stop a server
        that recovers, as at the end of the benchmark, may not end."""
        [[pid]] = found
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + RECOVERY_SECONDS
        while True:
            # time for the server to notice, and not to be asked all the time
            time.sleep(0.5)
            try:
                with scene.environment() as env:
                    env.cr.execute("SELECT 1")
                return
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                sql_db.close_all()
                if time.monotonic() > deadline:
                    raise
