"""Odoo's configuration file and processes."""

import ctypes
import re
import secrets
import signal
import subprocess
from pathlib import Path

from . import addons as addon_folders
from .console import SetupError, run_logged, warn


class Odoo:
    """Odoo in its environment, on a database server."""

    def __init__(self, settings, environment, source, databases, name, plain=False):
        """
        :param name: "work", "test", "bench"..., one configuration file each
        :param plain: leave the addons of the checkout out
        """
        self.settings = settings
        self.environment = environment
        self.source = source
        self.databases = databases
        self.name = name
        self.configuration = settings.local / f"odoo-{name}.conf"
        installed = environment.site_packages / "odoo" / "addons"
        folders = [*source.addons_folders, *([installed] if installed.is_dir() else [])]
        found = [] if plain else addon_folders.find(settings.checkout)
        self.addons, self.missing = addon_folders.installable(found, folders)
        self._addons_folders = [*([] if plain else [settings.checkout]), *folders]
        self._write_configuration(self._addons_folders)

    def plain(self):
        """The same Odoo, which does not find the addons of the checkout."""
        return Odoo(
            *(self.settings, self.environment, self.source, self.databases),
            f"{self.name}-plain",
            plain=True,
        )

    def use_addons_folder(self, folder):
        """Let Odoo find one more folder of addons."""
        self._addons_folders.append(folder)
        self._write_configuration(self._addons_folders)

    def _write_configuration(self, addons_folders):
        server = self.databases.server
        values = {
            "addons_path": ",".join(str(folder) for folder in addons_folders),
            "admin_passwd": secrets.token_urlsafe(24),
            "data_dir": self.databases.data_folder,
            "db_host": server.host,
            "db_port": server.port,
            "db_user": server.user,
            "db_password": server.password,
            "db_template": "template0",
            "http_interface": "127.0.0.1",
            "list_db": False,
        }
        lines = [f"{name} = {value}" for name, value in values.items()]
        self.configuration.parent.mkdir(parents=True, exist_ok=True)
        # it holds the database password
        self.configuration.touch(mode=0o600)
        self.configuration.write_text("\n".join(["[options]", *lines, ""]))

    def variables(self):
        """Environment variables under which Odoo finds its configuration."""
        return self.environment.variables(ODOO_RC=str(self.configuration))

    def call(self, arguments):
        """Run an Odoo command on the terminal; its exit code."""
        return subprocess.run(
            [self.environment.python, "-m", "odoo", *arguments],
            env=self.variables(),
            check=False,
        ).returncode

    def start_server(self, database, port, log):
        """Start the web server for one database.

        :return: the `subprocess.Popen`, in a process group of its own so that Ctrl-C
            reaches it through us alone
        """
        with log.open("wb") as output:
            return subprocess.Popen(
                [
                    *(self.environment.python, "-m", "odoo", "server"),
                    *("-d", database, f"--db-filter=^{database}$"),
                    f"--http-port={port}",
                    f"--load={','.join(self._server_wide_modules())}",
                ],
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def _server_wide_modules(self):
        """Odoo's own, and the runner of background jobs where an addon uses it."""
        runners = [name for name in ("queue_job",) if name in self.needed_modules()]
        return ["base", "rpc", "web", *runners]

    def install(self, database, modules, update=False, options=()):
        """Install or update modules and see that they are installed then.

        :param modules: technical names
        :param update: update them instead
        :param options: more options for Odoo
        :return: path of the log file
        """
        log = (
            self.settings.logs
            / f"odoo-{database}-{'update' if update else 'install'}.log"
        )
        run_logged(
            [
                *(self.environment.python, "-m", "odoo", "-d", database),
                *("-u" if update else "-i", ",".join(modules), "--no-http"),
                *("--stop-after-init", "--log-level=warn"),
                *options,
            ],
            log,
            f"{'Updating' if update else 'Installing'} {', '.join(modules)}",
            env=self.variables(),
        )
        names = ", ".join(f"'{module}'" for module in modules)
        installed = self.databases.query(
            f"SELECT name FROM ir_module_module "
            f"WHERE state = 'installed' AND name IN ({names})",
            database,
        ).split()
        failed = sorted(set(modules) - set(installed))
        if failed:
            raise SetupError(
                f"Odoo did not install {', '.join(failed)}.", f"read {log}"
            )
        return log

    def needed_modules(self):
        """Modules of others that the addons need, sorted."""
        return addon_folders.outside_dependencies(self.addons)

    def warn_missing(self):
        """Say which addons are left out, and why."""
        for name, modules in self.missing.items():
            warn(f"{name} is left out: it needs {', '.join(modules)}")


def complaints(log):
    """What Odoo warned of in a log file, each message once."""
    lines = Path(log).read_text(errors="replace").splitlines()
    parts = [re.split(r" (?=WARNING |ERROR )", line, maxsplit=1) for line in lines]
    return list(dict.fromkeys(part[1] for part in parts if len(part) == 2))


def end_with_parent():
    """Have the kernel end this process when the setup is killed outright."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
