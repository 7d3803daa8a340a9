"""The database ends a session in the middle of what it does, as when a server is
restarted or a network breaks."""

import time
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo.sql_db import Cursor
from odoo.tools import SQL

#: What Odoo raises from then on.
LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)
SECONDS = 10


def end_session(database, pid):
    """End a session and wait until it is gone.

    :param database: odoo.sql_db.Connection, for a session of its own
    :param pid: process of the server that serves the session
    """
    with database.cursor() as cr:
        cr.execute(SQL("SELECT pg_terminate_backend(%s)", pid))
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            cr.execute(SQL("SELECT FROM pg_stat_activity WHERE pid = %s", pid))
            if not cr.rowcount:
                return
            time.sleep(0.005)
    raise AssertionError(f"session {pid} does not end")


def get_session(env):
    """Process of the server that serves an environment."""
    env.cr.execute("SELECT pg_backend_pid()")
    return env.cr.fetchone()[0]


class Statements:
    """Counts the statements and commits of one cursor.

    :ivar count: how many there were
    """

    def __init__(self):
        self.count = 0

    def before(self):
        """Called before each of them."""
        self.count += 1


class Fuse(Statements):
    """Ends the session before one of them.

    :ivar number: of the statement, counted from 1; None for none yet
    """

    def __init__(self, database, pid, number=None):
        super().__init__()
        self.database, self.pid, self.number = database, pid, number
        self.is_burnt = False

    def before(self):
        self.count += 1
        if self.count == self.number:
            self.is_burnt = True
            end_session(self.database, self.pid)

    def burn_next(self):
        """Strike at the next statement, unless it has struck."""
        if not self.is_burnt:
            self.number = self.count + 1


@contextmanager
def watch(env, watcher):
    """Context manager: tell ``watcher`` before each statement and commit of the cursor
    of an environment."""
    watched, execute, commit = env.cr, Cursor.execute, Cursor.commit

    def watched_execute(cursor, *args, **kwargs):
        if cursor is watched:
            watcher.before()
        return execute(cursor, *args, **kwargs)

    def watched_commit(cursor):
        if cursor is watched:
            watcher.before()
        return commit(cursor)

    with (
        patch.object(Cursor, "execute", watched_execute),
        patch.object(Cursor, "commit", watched_commit),
    ):
        yield watcher
