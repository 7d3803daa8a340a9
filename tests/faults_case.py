"""Faults of the database under data that is really committed."""

import atexit
import shutil
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, Command, api, sql_db
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name
from odoo.tools import SQL, config, mute_logger

from .committed import make_community
from .lost_connection import LOST, Fuse, Statements, get_session, watch

#: Where in the course of an action the connection is lost.
POINTS = (0.3, 0.8)


@cache
def copy_database():
    """A copy of the database the tests run on, for as long as they run: what is
    committed in it is in nobody's way.

    :return: its name
    """
    source = get_db_name()
    name = f"{source}-faults"
    # a database that is copied has no other sessions
    sql_db.close_all()
    with _maintenance(source) as cr:
        cr.execute(SQL("DROP DATABASE IF EXISTS %s", SQL.identifier(name)))
        cr.execute(
            SQL(
                "CREATE DATABASE %s TEMPLATE %s",
                SQL.identifier(name),
                SQL.identifier(source),
            )
        )
    files = Path(config.filestore(name))
    with suppress(FileNotFoundError):
        shutil.copytree(config.filestore(source), files, dirs_exist_ok=True)
    atexit.register(_drop, source, name)
    return name


def _drop(source, name):
    sql_db.close_db(name)
    # at the end of the process the server may be gone before
    with suppress(psycopg2.OperationalError), _maintenance(source) as cr:
        cr.execute(SQL("DROP DATABASE IF EXISTS %s", SQL.identifier(name)))
    shutil.rmtree(config.filestore(name), ignore_errors=True)


@contextmanager
def _maintenance(name):
    """A cursor outside any transaction, as databases are made and dropped by."""
    with closing(sql_db.db_connect(name).cursor()) as cr:
        cr._cnx.autocommit = True
        yield cr
        cr._cnx.autocommit = False


def make_bills(env, code, units=4, **values):
    """A community with a bill of January for each unit.

    :return: property.community
    """
    community = make_community(env, code, units)
    community.write(values)
    run = env["property.billing.run"].create(
        {
            "community_ids": [Command.set(community.ids)],
            "date_from": "2026-01-01",
            "date_to": "2026-01-31",
            "invoice_date": "2026-01-01",
        }
    )
    run.action_compute()
    run.action_post()
    return community


def get_bills(env, community_id):
    """The bills of a community, the first unit first."""
    return env["account.move"].search(
        [("fee_community_id", "=", community_id), ("move_type", "=", "out_invoice")],
        order="fee_unit_id, id",
    )


class FaultsCase(BaseCase):
    """Work over connections of its own, in a database of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        name = copy_database()
        # loading modules runs their tests where tests are enabled
        with patch.dict(config.options, test_enable=False):
            Registry(name)
        cls.database = sql_db.db_connect(name)

    @classmethod
    @contextmanager
    def environment(cls, user=SUPERUSER_ID, **context):
        """An environment of its own, committed at the end of the block."""
        with cls.database.cursor() as cr:
            yield api.Environment(cr, user, context)

    @contextmanager
    def lost(self, number=None, **options):
        """An environment whose session ends before its ``number``-th statement, at the
        latest before the commit at the end; that is how the block has to end."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(LOST),
            self.environment(**options) as env,
            watch(env, Fuse(self.database, get_session(env), number)) as fuse,
        ):
            yield env
            # a transaction to commit there is, whatever the block has committed
            env.cr.execute("SELECT 1")
            fuse.burn_next()
            env.cr.commit()

    def count(self, action, **options):
        """Do something undisturbed.

        :param action: function of an environment
        :return: number of statements and commits it took
        """
        with self.environment(**options) as env, watch(env, Statements()) as watcher:
            action(env)
            env.cr.commit()
        return watcher.count

    def check(self, scene, action, total, points=POINTS, is_whole=True, **options):
        """Lose the connection at several points of an action and at its commit, then do
        it again: all is as where nothing was lost.

        :param scene: function of an environment and a code that makes what the action
            works on, and gives its id or ids
        :param action: function of an environment and what ``scene`` gave
        :param total: the same; what the action comes to, comparable
        :param points: shares of the statements of the action
        :param bool is_whole: nothing of the action is there before all of it is; else
            it commits part by part
        :param options: of the environment of the action
        :return: what ``scene`` gave where the connection was lost
        """
        code = "".join(word[:2] for word in self._testMethodName.split("_")[1:]).upper()
        with self.environment() as env:
            calm = scene(env, f"{code}C")
        steps = self.count(lambda env: action(env, calm), **options)
        expected = self.ask(total, calm)
        with self.environment() as env:
            struck = scene(env, f"{code}L")
        before = self.ask(total, struck)
        self.assertNotEqual(expected, before, "the action does something")
        for number in [*(max(1, int(steps * point)) for point in points), None]:
            with self.lost(number, **options) as env:
                action(env, struck)
            if is_whole:
                self.assertEqual(self.ask(total, struck), before, f"{number}/{steps}")
        with self.environment(**options) as env:
            action(env, struck)
        self.assertEqual(self.ask(total, struck), expected)
        return struck

    def ask(self, question, *args):
        """What a function of an environment says now."""
        with self.environment() as env:
            return question(env, *args)
