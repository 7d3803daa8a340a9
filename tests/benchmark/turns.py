"""Processes that work one at a time.

Each way of making invoices runs in a process of its own, so that its memory is its own.
They take turns of some invoices each, so that a moment in which the machine is slow
hits all of them alike. The time a process waits for its turn does not count.
"""

import gc
import multiprocessing
import resource
import time
import traceback

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

FORK = multiprocessing.get_context("fork")


class Turn:
    """The worker's side: waits for its turn, measures it, and reports it.

    :ivar seconds: time worked so far
    :ivar cpu_seconds: of that, in this process; the rest waits for the database
    """

    def __init__(self, pipe, stretch):
        self.pipe = pipe
        self.stretch = stretch
        self.seconds = self.cpu_seconds = 0.0
        self.done = self.in_turn = 0

    def begin(self):
        """Wait for the turn."""
        self.pipe.recv()
        self.started = time.perf_counter()
        self.cpu_started = time.process_time()

    def pause(self, done):
        """Note work done; at the end of a turn, wait for the next one."""
        self.done += done
        self.in_turn += done
        if self.in_turn >= self.stretch:
            self._stop_clock()
            self.in_turn = 0
            self.pipe.send(None)
            self.begin()

    def _stop_clock(self):
        self.seconds += time.perf_counter() - self.started
        self.cpu_seconds += time.process_time() - self.cpu_started

    def end(self, **found):
        """Report all."""
        self._stop_clock()
        self.pipe.send(
            {
                "seconds": self.seconds,
                "cpu_seconds": self.cpu_seconds,
                "invoices": self.done,
                "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                / 1024,
                **found,
            }
        )


def take_turns(database, tasks, stretch):
    """Run tasks, each in a process, a turn of one after a turn of the other.

    :param tasks: {name: function of (environment, pause) that returns a dict}
    :param stretch: invoices of one turn
    :return: {name: {"seconds", "cpu_seconds", "invoices", "peak_memory_mb", and what
        the task returned}}
    """
    waiting = {name: start(database, task, stretch) for name, task in tasks.items()}
    results = {}
    while waiting:
        for name, (process, pipe) in list(waiting.items()):
            pipe.send("go")
            answer = pipe.recv()
            if answer is None:
                continue
            del waiting[name]
            process.join()
            if "error" in answer:
                raise RuntimeError(f"{name}: {answer['error']}")
            results[name] = answer
    return results


def start(database, task, stretch=float("inf")):
    """Start the process of a task; it waits for its first turn.

    :return: (process, pipe): send "go" for a turn; None comes back when the turn is
        over, a dict when the task is
    """
    ours, theirs = FORK.Pipe()
    # a connection must never be used by two processes
    sql_db.close_all()
    process = FORK.Process(target=_run, args=(database, task, Turn(theirs, stretch)))
    process.start()
    return process, ours


def call(database, task):
    """Run a task in a process of its own; what it returns."""
    return take_turns(database, {"task": task}, float("inf"))["task"]


def analyze(database):
    """Bring the planner's statistics up to date, for all alike."""

    def task(env, _pause):
        env.cr.execute("ANALYZE")

    call(database, task)


def _run(database, task, turn):
    try:
        Registry(database)
        # Loading Odoo leaves garbage, and its first collection takes as long as some
        # fifty invoices: it belongs to none of the ways.
        gc.collect()
        with Registry(database).cursor() as cr:
            turn.begin()
            found = task(api.Environment(cr, SUPERUSER_ID, {}), turn.pause) or {}
            cr.commit()  # pylint: disable=invalid-commit
            turn.end(**found)
    except BaseException:
        turn.pipe.send({"error": traceback.format_exc()})
        raise
