"""Runs tests of Odoo's own modules inside Odoo: started by `odoo_tests`.

    python -m property_fee_setup.odoo_tests_inside DATABASE PORT TAGS RESULTS

All modules are loaded before the first test, also for the tests that Odoo itself runs
while their module is being installed: so these, too, meet the addons that are there.
"""

import json
import logging
import sys
import time
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tests import BaseCase
from odoo.tests.case import _SubTest
from odoo.tests.loader import make_suite
from odoo.tests.result import OdooTestResult

from .console import say

#: Logger of Odoo's linter, which tells there what it does not fail for.
LINT = "odoo.addons.test_lint"


# pylint: disable=missing-return
# a result's methods have nothing to return


class RecordedResult(OdooTestResult):
    """Odoo's test result that keeps what became of each test.

    `tests` has a row for each test, by its tag as Odoo's `--test-tags` takes it: what
    became of it ("passed", "failed" or "skipped"), seconds, and the lines of what it
    found wrong.
    """

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.tests = {}
        #: whether what is logged right now is noted as a failure anyway
        self.reporting = False

    def startTest(self, test):
        """The test counts as passed until something else is heard of it."""
        super().startTest(test)
        self.row(test)["seconds"] = -time.monotonic()

    def stopTest(self, test):
        """Note how long the test took."""
        super().stopTest(test)
        self.row(test)["seconds"] += time.monotonic()

    def addSkip(self, test, reason):
        """Note that the test did not run, and why."""
        super().addSkip(test, reason)
        self.row(test).update(outcome="skipped", found=[reason])

    def logError(self, flavour, test, error):
        """Note what is wrong; failures and errors, also of a part of a test."""
        self.reporting = True
        super().logError(flavour, test, error)
        self.reporting = False
        self.found(test, f"{error[0].__name__}: {error[1]}")

    def found(self, test, text):
        """Note a finding: the test counts as failed."""
        row = self.row(test)
        row["outcome"] = "failed"
        part = test._subDescription() if isinstance(test, _SubTest) else ""
        row["found"] += [f"{part} {line}".strip() for line in text.splitlines()]

    def row(self, test):
        """The row of a test, of one of its parts, or of the set-up of its class."""
        while isinstance(test, _SubTest):
            test = test.test_case
        tag = getattr(test, "canonical_tag", None) or str(test)
        return self.tests.setdefault(
            tag, {"outcome": "passed", "seconds": 0, "found": []}
        )


class LoggedFindings(logging.Handler):
    """Takes an error in the log for a failure, and a warning of Odoo's linter, too."""

    def __init__(self, result):
        super().__init__(logging.WARNING)
        self.result = result

    def emit(self, record):
        """Note a finding of the test that runs."""
        is_finding = record.levelno >= logging.ERROR or record.name.startswith(LINT)
        test = odoo.modules.module.current_test
        if is_finding and isinstance(test, BaseCase) and not self.result.reporting:
            self.result.found(test, record.getMessage())


def run(database, tags):
    """Run the tests with these tags in their two positions; the `RecordedResult`."""
    result = RecordedResult()
    logging.getLogger("odoo").addHandler(LoggedFindings(result))
    registry = Registry(database)
    odoo.tools.config["test_enable"] = True
    odoo.tools.config["test_tags"] = tags
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["ir.qweb"]._pregenerate_assets_bundles()
    modules = sorted(registry._init_modules)
    # as odoo.tests.shell does it: the first kind expects a registry still at work
    registry.loaded = registry.ready = False
    try:
        _run_suite(modules, "at_install", result)
    finally:
        registry.loaded = registry.ready = True
    _run_suite(modules, "post_install", result)
    return result


def _run_suite(modules, position, result):
    suite = make_suite(modules, position)
    say(f"{position}: {suite.countTestCases()} tests")
    odoo.modules.module.current_test = True
    suite(result)
    odoo.modules.module.current_test = False


def main(database, port, tags, results):
    """Run and write the results as JSON."""
    odoo.tools.config.parse_config(
        [
            *(f"--database={database}", f"--db-filter=^{database}$"),
            *(f"--http-port={port}", "--log-level=warn", "--max-cron-threads=0"),
            f"--screenshots={Path(results).parent}",
        ]
    )
    server.start(preload=[], stop=True)
    server.server.http_spawn()
    tests = run(database, tags).tests
    Path(results).write_text(json.dumps(tests, indent=1, sort_keys=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
