"""Worker processes that post a run in the background, to be killed by tests.

A master process loads Odoo once and forks a worker whenever it is asked to, as Odoo's
own prefork server does: the worker opens connections of its own and does what the
scheduled job does, `_post_batches`. Used as::

    with Workers(database) as workers:
        worker = workers.start(run_id, units_per_batch=10)
        worker.kill()
        assert worker.wait() == -signal.SIGKILL
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass
class Worker:
    """One worker process."""

    master: "Workers"
    pid: int

    def kill(self):
        """SIGKILL the process; the master has not reaped it, so the number is its."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self):
        """Wait for its end.

        :return: exit code, or the number of the signal that ended it, negative
        """
        return self.master.ask(wait=self.pid)["code"]

    def is_alive(self):
        """Whether it still works."""
        return self.master.ask(poll=self.pid)["alive"]


def session_name(pid):
    """Name of a worker's session in the database."""
    return f"property-fee-worker-{pid}"


class Workers:
    """The master process, as a context manager; leaving it ends all workers."""

    def __init__(self, database, configuration, log=subprocess.DEVNULL):
        """
        :param configuration: path of Odoo's configuration file
        :param log: file for what Odoo logs
        """
        self.command = [sys.executable, "-m", "tests.workers", configuration, database]
        self.log = log

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            # a process group of its own, which is ended as a whole
            start_new_session=True,
        )
        self.ask(ping=1)
        return self

    def __exit__(self, *_exception):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()

    def ask(self, **request):
        """Send a request to the master; its answer."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the master of the workers ended: {self.command}")
        return json.loads(answer)

    def start(self, run_id, units_per_batch, fuse=None):
        """Fork a worker that posts a run.

        :param units_per_batch: size of its batches
        :param fuse: kill it with SIGKILL right before this many-th SQL statement
        :rtype: Worker
        """
        answer = self.ask(run=run_id, units_per_batch=units_per_batch, fuse=fuse)
        return Worker(self, answer["pid"])


# ------------------------------------------------------------- the master process
def main(configuration, database):
    """Load Odoo, then do as asked until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        [f"--config={configuration}", f"--database={database}", "--no-http"],
        setup_logging=True,
    )
    Registry(database)
    codes = {}
    for line in sys.stdin:
        request = json.loads(line)
        if "run" in request:
            answer = {"pid": _fork(database, **request)}
        elif "wait" in request:
            answer = {"code": _reap(codes, request["wait"], 0)}
        elif "poll" in request:
            answer = {"alive": _reap(codes, request["poll"], os.WNOHANG) is None}
        else:
            answer = {"ready": True}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)


def _reap(codes, pid, options):
    """Exit code of a worker, None while it lives. The master keeps it as a zombie
    until asked, so that its number names nothing else."""
    if pid not in codes:
        ended, status = os.waitpid(pid, options)
        if not ended:
            return None
        codes[pid] = os.waitstatus_to_exitcode(status)
    return codes[pid]


def _fork(database, run, units_per_batch, fuse):
    """Start a worker; its process id."""
    from odoo import sql_db

    # a connection must never be used by two processes
    sql_db.close_all()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _work(database, run, units_per_batch, fuse)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)
    return None


def _work(database, run_id, units_per_batch, fuse):
    """What a cron thread does with a scheduled run."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import SQL

    from odoo.addons.property_fee_billing.models import property_billing_invoicer

    property_billing_invoicer.UNITS_PER_BATCH = units_per_batch
    if fuse:
        _light(fuse)
    with Registry(database).cursor() as cr:
        # by this name others find the session in the database
        cr.execute(SQL("SET application_name = %s", session_name(os.getpid())))
        cr.commit()  # pylint: disable=invalid-commit
        env = api.Environment(cr, SUPERUSER_ID, {})
        run = env["property.billing.run"].browse(run_id)
        run.with_company(run.company_id)._post_batches()


def _light(fuse):
    """Kill this process before its `fuse`-th statement."""
    from odoo import sql_db

    left = fuse
    execute = sql_db.Cursor.execute

    def counted(cursor, *arguments, **options):
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(cursor, *arguments, **options)

    sql_db.Cursor.execute = counted


if __name__ == "__main__":
    main(*sys.argv[1:])
