import contextlib
import itertools
import os
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from odoo.modules.registry import Registry
from odoo.tests import get_db_name, tagged
from odoo.tools import SQL, config

from .audit import audit
from .committed import CommittedCase

UNITS = 450
COMMUNITIES = 3
# 2.80 for each of 50.00, 50.37, 50.74 ... square metres, half a cent up, and 300.00
TOTAL = sum(
    (Decimal("2.80") * (50 + Decimal("0.37") * number)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
    + 300
    for number in range(UNITS)
)
START_SECONDS = 60
POST_SECONDS = 120


@tagged("post_install", "-at_install")
class TestQueueJobServers(CommittedCase):
    """Two Odoo servers with workers behind a load balancer, and the job runner of
    queue_job that one of them holds: a run scheduled in one process is posted by
    both, once, without a gap."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "queue.job" not in Registry(get_db_name()):
            raise unittest.SkipTest(
                "OCA queue_job IS NOT INSTALLED in this database: posting on several "
                "servers is NOT TESTED. ./setup/test installs it."
            )
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        balancer = cls.enterClassContext(LoadBalancer())
        cls.servers = [
            cls.enterClassContext(Server(name, balancer, cls.folder)) for name in "AB"
        ]
        balancer.ports = [server.port for server in cls.servers]
        for server in cls.servers:
            server.wait_until_it_answers()
        cls.wait_for_the_job_runner()

    @classmethod
    def wait_for_the_job_runner(cls):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with cls.environment() as env:
                if env["property.billing.run"]._has_job_runner():
                    return
            time.sleep(0.2)
        raise AssertionError(f"no job runner came up: {cls.logs()}")

    @classmethod
    def logs(cls):
        return "\n".join(server.log.read_text()[-3000:] for server in cls.servers)

    def schedule(self, community_ids, month):
        """Compute the run of a month and post it in the background.

        :return: id of the property.billing.run
        """
        run_id = self.make_run(community_ids, month)
        with self.environment() as env:
            run = env["property.billing.run"].browse(run_id)
            run.state = "computed"
            run.action_schedule()
        return run_id

    def wait_until_done(self, run_id):
        deadline = time.monotonic() + POST_SECONDS
        while time.monotonic() < deadline:
            with self.environment() as env:
                if env["property.billing.run"].browse(run_id).state == "done":
                    return
            time.sleep(0.2)
        self.fail(f"the run is not done: {self.logs()}")

    def read_jobs(self, run_id):
        """``[(method, state, worker's process id, result)]`` of the run's jobs."""
        with self.environment() as env:
            jobs = env["queue.job"].search([("fee_run_id", "=", run_id)])
            return [
                (job.method_name, job.state, job.worker_pid, job.result) for job in jobs
            ]

    def test_a_scheduled_run_is_posted_by_both_servers(self):
        communities = [
            self.make_community(f"SERVERS-{number}", UNITS)
            for number in range(COMMUNITIES)
        ]
        run_id = self.schedule(communities, 1)
        self.wait_until_done(run_id)
        jobs = self.read_jobs(run_id)
        # 200, 200 and 50 units of each community, and the closing of the run
        self.assertEqual(len(jobs), 3 * COMMUNITIES + 1)
        self.assertEqual({state for _method, state, _pid, _result in jobs}, {"done"})
        results = [
            result
            for method, _state, _pid, result in jobs
            if method == "_job_post_batch"
        ]
        self.assertEqual(
            sorted(results),
            sorted(
                [f"{units} units posted, 0 set aside." for units in (200, 200, 50)]
                * COMMUNITIES
            ),
        )
        pids = {pid for _method, _state, pid, _result in jobs}
        for server in self.servers:
            self.assertTrue(
                pids & server.read_worker_pids(), f"server {server.name} was idle"
            )
        with self.environment() as env:
            audits = [audit(env, [community]) for community in communities]
        for found in audits:
            self.assertFalse(found.problems())
            self.assertEqual(found, audits[0])
            self.assertEqual(found.invoices, UNITS)
            self.assertEqual(found.total, TOTAL)

    def test_a_batch_in_other_hands_is_waited_for(self):
        community = self.make_community("SERVERS-LOCKED", 10)
        with contextlib.ExitStack() as other_hands:
            cr = other_hands.enter_context(self.database.cursor())
            cr.execute(
                SQL(
                    "SELECT id FROM property_unit WHERE community_id = %s"
                    " ORDER BY code LIMIT 1 FOR NO KEY UPDATE",
                    community,
                )
            )
            run_id = self.schedule([community], 1)
            deadline = time.monotonic() + POST_SECONDS
            while time.monotonic() < deadline:
                jobs = self.read_jobs(run_id)
                if any("other hands" in (result or "") for *_, result in jobs):
                    break
                time.sleep(0.2)
            else:
                self.fail(f"the job did not wait: {jobs}")
            with self.environment() as env:
                self.assertEqual(audit(env, [community]).invoices, 0)
        self.wait_until_done(run_id)
        with self.environment() as env:
            found = audit(env, [community])
        self.assertFalse(found.problems())
        self.assertEqual(found.invoices, 10)


class Server:
    """An Odoo server with workers and queue_job, as a context manager."""

    def __init__(self, name, balancer, folder):
        self.name = name
        self.port = free_port()
        self.log = folder / f"server-{name}.log"
        self.environment = {
            **os.environ,
            "ODOO_QUEUE_JOB_CHANNELS": "root:4,root.fee_billing:4",
            "ODOO_QUEUE_JOB_HOST": "127.0.0.1",
            "ODOO_QUEUE_JOB_PORT": str(balancer.port),
        }

    def __enter__(self):
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "odoo", "server"),
                    f"--config={config['config']}",
                    f"--database={get_db_name()}",
                    *("--workers=2", "--max-cron-threads=0", "--log-level=info"),
                    "--load=base,rpc,web,queue_job",
                    *("--http-interface=127.0.0.1", f"--http-port={self.port}"),
                    f"--gevent-port={free_port()}",
                ],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # a process group of its own, which is ended as a whole
                start_new_session=True,
            )
        return self

    def __exit__(self, *_exception):
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)
                return

    def wait_until_it_answers(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(urllib.error.URLError, OSError):
                address = f"http://127.0.0.1:{self.port}/web/health"
                with urllib.request.urlopen(address, timeout=START_SECONDS):
                    return
            time.sleep(0.2)
        raise AssertionError(f"server {self.name} is not up: {self.log.read_text()}")

    def read_worker_pids(self):
        """Process ids of the server's workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in children.read_text().split()}


class LoadBalancer:
    """Passes each connection to the next of some ports, as a context manager."""

    def __init__(self):
        self.ports = []
        turns = itertools.count()
        balancer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                port = balancer.ports[next(turns) % len(balancer.ports)]
                with socket.create_connection(("127.0.0.1", port)) as server:
                    back = threading.Thread(
                        target=forward, args=(server, self.request), daemon=True
                    )
                    back.start()
                    forward(self.request, server)
                    back.join()

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self.server.shutdown()
        self.server.server_close()


def forward(source, target):
    """Pass on what comes until the sender ends."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def free_port():
    """A TCP port that nothing on 127.0.0.1 listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
