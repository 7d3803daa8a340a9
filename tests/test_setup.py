"""The setup in `setup/`: what it refuses, and what it works out from the machine."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

from property_fee_setup import (
    addons,
    code_checks,
    database,
    debian_archive,
    embedded_server,
    kept,
    odoo_source,
    python_environment,
    serve,
    settings,
    test_run,
    text_checks,
)
from property_fee_setup.console import SetupError, run_logged

from odoo.tests import BaseCase, tagged

COMMANDS = settings.SETUP


class SetupCase(BaseCase):
    """A test with a folder of its own."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="with space ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def put(self, name, text):
        """Write a file into the test's folder; its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def command(self, name, *arguments, **environment):
        """Run one of the commands in `setup/` as a user does."""
        with mock.patch.dict("os.environ", environment):
            return subprocess.run(
                [COMMANDS / name, *arguments],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )


@tagged("post_install", "-at_install")
class TestDebianArchive(SetupCase):
    def test_the_lock_pins_odoo_19_and_each_line_is_complete(self):
        packages = debian_archive.read_lock((COMMANDS / "debian.lock").read_text())
        self.assertIn("odoo-19", [package.name for package in packages])
        for package in packages:
            self.assertIn(package.suite, ("sid", "bookworm"), package.name)
            self.assertRegex(package.sha256, r"^[0-9a-f]{64}$", package.name)

    def test_comments_and_blank_lines_of_a_lock_are_no_packages(self):
        text = f"# comment\n\nodoo-19 sid 2:19.0 {'0' * 64}\n"
        (package,) = debian_archive.read_lock(text)
        self.assertEqual(package.filename, "odoo-19_2%3a19.0.deb")

    def test_the_mirror_is_the_machines_main_archive(self):
        targets = (
            "http://mirror.test/debian-security/ Debian Debian-Security\n"
            "https://tools.test/apt/ Some Tools\n"
            "http://mirror.test/debian/ Debian Debian\n"
            "http://mirror.test/debian/ Debian Debian\n"
        )
        self.assertEqual(
            debian_archive.main_archive(targets), "http://mirror.test/debian"
        )

    def test_without_a_debian_source_there_is_no_mirror(self):
        self.assertIsNone(debian_archive.main_archive(""))
        self.assertIsNone(
            debian_archive.main_archive("https://tools.test/ Ubuntu Ubuntu")
        )

    def test_a_kept_file_is_used_when_its_checksum_is_right(self):
        archive, package = self._archive_with(b"package")
        with mock.patch.object(archive, "_download") as download:
            self.assertEqual(archive.fetch(package), archive.kept / package.filename)
        download.assert_not_called()

    def test_a_damaged_kept_file_is_thrown_away_and_downloaded_again(self):
        archive, package = self._archive_with(b"package")
        path = archive.kept / package.filename
        path.write_bytes(b"packagf")
        with mock.patch.object(archive, "_download", return_value="new") as download:
            self.assertEqual(archive.fetch(package), "new")
        download.assert_called_once_with(package)
        self.assertFalse(path.exists())

    def test_a_download_that_is_not_the_pinned_file_is_refused(self):
        archive, package = self._archive_with(b"package")
        path = archive.kept / package.filename
        path.unlink()

        def download(_what, folder):
            (Path(folder) / "tool_1_all.deb").write_bytes(b"something else")
            return True

        with (
            mock.patch.object(archive, "_prepare"),
            mock.patch.object(archive, "_apt_download", download),
            self.assertRaisesRegex(SetupError, "not the file pinned"),
        ):
            archive.fetch(package)
        self.assertEqual(list(archive.kept.iterdir()), [])

    def test_a_pin_that_left_the_archive_gives_the_newest_and_says_so(self):
        archive, package = self._archive_with(b"package")
        (archive.kept / package.filename).unlink()

        def download(what, folder):
            if what == "odoo-19=19.0-1":
                return False
            self.assertEqual(what, "odoo-19/sid")
            (Path(folder) / "odoo-19_19.0-2_all.deb").write_bytes(b"newer")
            return True

        with (
            mock.patch.object(archive, "_prepare"),
            mock.patch.object(archive, "_apt_download", download),
            mock.patch.object(debian_archive, "say") as said,
        ):
            file = archive.fetch(package)
        self.assertEqual(file.read_bytes(), b"newer")
        self.assertIn("taking 19.0-2", said.call_args.args[0])

    def _archive_with(self, content):
        """An archive that keeps one package with this content."""
        archive = debian_archive.Archive(self.folder / "cache", self.folder / "log")
        archive.kept.mkdir(parents=True)
        checksum = subprocess.run(
            ["sha256sum"], input=content, capture_output=True, check=True
        ).stdout.decode()[:64]
        package = debian_archive.Package("odoo-19", "sid", "19.0-1", checksum)
        (archive.kept / package.filename).write_bytes(content)
        return archive, package


@tagged("post_install", "-at_install")
class TestOdooSource(SetupCase):
    def test_a_wrong_odoo_home_is_one_line_with_the_fix(self):
        answer = self.command("odoo", "--version", ODOO_HOME=str(self.folder))
        self.assertEqual(answer.returncode, 1)
        (line,) = answer.stderr.splitlines()
        self.assertIn(f"ODOO_HOME={self.folder} holds no Odoo", line)
        self.assertIn("Fix: set ODOO_HOME", line)

    def test_another_series_is_refused(self):
        self.put("odoo/release.py", "version_info = (18, 0, 0, FINAL, 0, '')\n")
        with self.assertRaisesRegex(SetupError, "is Odoo 18"):
            odoo_source._home_in(self.folder)

    def test_a_checkout_and_an_extracted_package_are_taken(self):
        release = "version_info = (19, 0, 0, FINAL, 0, '')\n"
        for place in ("checkout", "package/usr/lib/python3/dist-packages"):
            self.put(f"{place}/odoo/release.py", release)
            home = odoo_source._home_in(self.folder / place.split("/")[0])
            self.assertEqual(home, self.folder / place)

    def test_a_checkout_has_two_addons_folders(self):
        self.put("odoo/addons/base/__manifest__.py", "{}")
        self.put("addons/web/__manifest__.py", "{}")
        folders = odoo_source.OdooSource(self.folder).addons_folders
        self.assertEqual(
            folders, [self.folder / "odoo" / "addons", self.folder / "addons"]
        )

    def test_the_running_odoo_is_the_one_this_setup_finds(self):
        with mock.patch("builtins.print"):
            found = odoo_source.find(settings.read_settings())
        self.assertTrue((found.home / "odoo" / "release.py").is_file())
        self.assertTrue((found.addons_folders[0] / "account").is_dir())


@tagged("post_install", "-at_install")
class TestAddons(SetupCase):
    def test_an_optional_bridge_is_left_out_until_its_dependency_is_here(self):
        self.put("billing/__manifest__.py", "{'depends': ['account']}")
        self.put("bridge/__manifest__.py", "{'depends': ['billing', 'queue_job']}")
        self.put("odoo/account/__manifest__.py", "{}")
        found = addons.find(self.folder)
        names, missing = self._installable(found)
        self.assertEqual(names, ["billing"])
        self.assertEqual(missing, {"bridge": ["queue_job"]})

        self.put("odoo/queue_job/__manifest__.py", "{}")
        names, missing = self._installable(found)
        self.assertEqual((names, missing), (["billing", "bridge"], {}))
        self.assertEqual(addons.outside_dependencies(found), ["account", "queue_job"])

    def _installable(self, found):
        able, missing = addons.installable(found, [self.folder / "odoo"])
        return [addon.name for addon in able], missing

    def test_the_hash_follows_what_is_loaded_and_not_the_tests(self):
        self.put("billing/__manifest__.py", "{}")
        view = self.put("billing/views/a.xml", "<odoo/>")
        (addon,) = addons.find(self.folder)
        before = addon.content_hash()
        self.put("billing/tests/test_a.py", "pass")
        self.assertEqual(addon.content_hash(), before)
        view.write_text("<odoo></odoo>")
        self.assertNotEqual(addon.content_hash(), before)

    def test_the_addons_of_this_checkout_are_found(self):
        names = [addon.name for addon in addons.find(COMMANDS.parent)]
        self.assertIn("property_fee_billing", names)


@tagged("post_install", "-at_install")
class TestTestRun(SetupCase):
    """The whole run uses all cores, and still ends as one pytest."""

    def pytest(self, processes):
        """Run pytest on the folder's tests as a whole run is spread."""
        return subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-p", "no:odoo", "-q"),
                *("-c", self.put("pytest.ini", "[pytest]\n")),
                *(f"--rootdir={self.folder}", *test_run.spread(processes), self.folder),
            ],
            env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def test_files_are_spread_over_the_cores(self):
        # each waits to see the other begin: one after the other they would fail
        for mine, other in ("ab", "ba"):
            self.put(
                f"test_{mine}.py",
                "import pathlib, time\n"
                "def test_meet():\n"
                f"    folder = pathlib.Path({str(self.folder)!r})\n"
                f"    (folder / {mine!r}).touch()\n"
                "    end = time.monotonic() + 30\n"
                f"    while not (folder / {other!r}).exists():\n"
                "        assert time.monotonic() < end\n"
                "        time.sleep(0.01)\n",
            )
        answer = self.pytest(2)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        self.assertRegex(answer.stdout.splitlines()[-1], r"^2 passed in ")

    def test_one_failure_anywhere_is_a_failure(self):
        self.put("test_a.py", "def test_good():\n    pass\n")
        self.put("test_b.py", "def test_bad():\n    assert False\n")
        answer = self.pytest(2)
        self.assertEqual(answer.returncode, 1)
        self.assertRegex(answer.stdout.splitlines()[-1], r"^1 failed, 1 passed in ")

    def test_nothing_to_run_is_a_failure(self):
        self.assertEqual(self.pytest(2).returncode, 5)

    def test_one_core_has_one_process_and_many_have_a_few(self):
        self.assertEqual(test_run.spread(test_run.count_processes(1)), [])
        self.assertEqual(test_run.count_processes(2), 2)
        self.assertEqual(test_run.count_processes(64), 4)


@tagged("post_install", "-at_install")
class TestServers(SetupCase):
    def test_a_taken_port_is_refused_with_the_option_for_another(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with self.assertRaisesRegex(SetupError, f"--port {port + 1}"):
                serve.check_port(port)
        serve.check_port(port)

    def test_a_free_port_is_free(self):
        self.assertTrue(embedded_server.is_free(embedded_server.free_port()))

    def test_a_database_address_gives_host_port_and_user(self):
        url = "postgresql://fee%40hq:p%2Fw@db.test:6432/fees"
        server = database.ExistingServer(url, "psql")
        self.assertEqual(
            (server.host, server.port, server.user, server.password),
            ("db.test", 6432, "fee@hq", "p/w"),
        )
        self.assertEqual(server.maintenance, "fees")

    def test_the_user_postgres_is_refused_as_odoo_would(self):
        with self.assertRaisesRegex(SetupError, "as the user postgres"):
            database.ExistingServer("postgresql://postgres@db.test", "psql")

    def test_a_server_that_is_not_there_is_one_line(self):
        port = embedded_server.free_port()
        answer = self.command(
            "odoo", "--version", f"--database-url=postgresql://x@127.0.0.1:{port}"
        )
        self.assertEqual(answer.returncode, 1)
        (line,) = answer.stderr.splitlines()
        self.assertIn(f"127.0.0.1:{port} refuses", line)

    def test_a_cluster_survives_a_killed_server_and_a_reused_pid(self):
        folder = settings.read_settings().state / "postgres-of-a-test"
        self.addCleanup(subprocess.run, ["rm", "-rf", str(folder)], check=True)

        def cluster():
            wheel = python_environment._site_packages(Path(sys.prefix))
            log = self.folder / "log"
            return embedded_server.EmbeddedServer(folder, wheel, log)

        with cluster() as first:
            first.query("CREATE TABLE kept (n int)")
            pid_file = first.data / "postmaster.pid"
            killed, *others = pid_file.read_text().split("\n")
            subprocess.run(["kill", "-9", killed], check=True)
            # as after a restart: the number in the file is another program's
            pid_file.write_text("\n".join([str(os.getpid()), *others]))
            with cluster() as second:
                self.assertEqual(second.query("SELECT count(*) FROM kept"), "0")
            self.assertTrue(first._control("status"), "the first still uses it")
        self.assertFalse(pid_file.exists(), "the last user stops the server")

    def test_a_stamp_is_read_back_whatever_it_holds(self):
        statement = database.stamp_statement("fees", {"owner": "O'Neil", "n": 1})
        self.assertIn("O''Neil", statement)
        self.assertTrue(statement.startswith('COMMENT ON DATABASE "fees"'))


@tagged("post_install", "-at_install")
class TestKept(SetupCase):
    def test_a_build_that_was_killed_half_way_is_made_anew(self):
        target = self.folder / "kept"

        def killed(folder):
            (folder / "half").touch()
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            kept.build_once(target, killed)
        self.assertFalse(kept.is_complete(target))
        kept.build_once(target, lambda folder: (folder / "whole").touch())
        self.assertEqual(
            sorted(path.name for path in target.iterdir()), [kept.STAMP, "whole"]
        )

    def test_a_complete_folder_is_not_built_again(self):
        kept.build_once(self.folder / "kept", lambda folder: None)
        kept.build_once(self.folder / "kept", lambda folder: self.fail("built twice"))

    def test_a_failed_program_gives_its_last_line_and_the_log(self):
        log = self.folder / "a.log"
        script = "echo first; echo 'no space left'; echo; exit 3"
        with self.assertRaises(SetupError) as refusal:
            run_logged(["sh", "-c", script], log, "Copying")
        self.assertIn(
            "Copying failed with exit code 3: no space", str(refusal.exception)
        )
        self.assertIn(str(log), str(refusal.exception))


@tagged("post_install", "-at_install")
class TestCodeChecks(BaseCase):
    def findings(self, text):
        return [message for _line, message in code_checks.findings(text)]

    def test_more_rights_need_a_reason_on_the_statement_or_above_it(self):
        for code in (
            "self.sudo().unlink()",
            "x = (\n    self.env[name]\n    .sudo()\n)",
            "# of something else\n\nself.sudo(True).unlink()",
            "self.with_user(SUPERUSER_ID).unlink()",
            "if self.sudo().name:\n    # too late\n    pass",
        ):
            self.assertEqual(self.findings(code), [code_checks.SUDO], code)
        for code in (
            "# the reason\nself.sudo().unlink()",
            "self.sudo().unlink()  # the reason",
            "# the reason\nx = (\n    self.env[name]\n    .sudo()\n)",
            "self.sudo(False).unlink()",
            "self.sudo(lines.env.su).unlink()",
        ):
            self.assertEqual(self.findings(code), [], code)

    def test_sql_is_a_constant_with_parameters(self):
        for code in (
            'SQL(f"SELECT {name}")',
            'SQL("SELECT %s" % name)',
            'SQL("SELECT {}".format(name))',
            'SQL("SELECT " + name)',
            'query = f"SELECT {name}"\nSQL(query)',
        ):
            self.assertEqual(self.findings(code), [code_checks.QUERY], code)
        for code in (
            'SQL("SELECT %s", name)',
            'SQL("SELECT %s", SQL.identifier(name))',
            "# SQL: constant, one of KINDS\nSQL(kind)",
        ):
            self.assertEqual(self.findings(code), [], code)


@tagged("post_install", "-at_install")
class TestTextChecks(SetupCase):
    def findings(self, name, text):
        """Messages of the checks on a file with this text."""
        path = self.put(name, text)
        return [message for _line, message in text_checks.findings(path)]

    def test_clean_texts_give_nothing(self):
        self.assertEqual(self.findings("a.xml", '<odoo><record id="a"/></odoo>\n'), [])
        self.assertEqual(self.findings("a.py", ""), [])

    def test_white_space_and_leftovers_of_a_merge(self):
        self.assertEqual(
            self.findings("a.md", f"one \n{'<' * 7} ours\ntwo"),
            [
                "blanks at the end of the line",
                "leftover of a merge",
                "no line end at the end of the file",
            ],
        )

    def test_broken_xml_and_one_identifier_twice(self):
        self.assertIn("mismatched tag", self.findings("a.xml", "<odoo><a></odoo>\n")[0])
        twice = '<odoo><record id="a"/><record id="a"/></odoo>\n'
        self.assertEqual(self.findings("b.xml", twice), ["two records have the id a"])

    def test_a_translation_that_loses_a_placeholder(self):
        text = 'msgid "%(n)s units"\nmsgstr "单元"\n'
        self.assertEqual(
            self.findings("zh_CN.po", text),
            ["other placeholders than in '%(n)s units'"],
        )
