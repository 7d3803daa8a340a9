# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Let the engine's tests run without Odoo, and give several processes a database each.

With ``--odoo-database`` or ``--odoo-config`` everything runs under Odoo. Without,
``pytest property_fee_billing/tests/test_engine_*.py`` runs on Python alone: the
addon's root, which imports its models, is put in place as a bare package, and no
database is opened.
"""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent
BARE_PACKAGES = ("property_fee_billing", "property_fee_billing.tests")


class WithoutOdoo:
    """Takes the place of the fixtures that open a database."""

    @pytest.fixture(scope="session", autouse=True)
    @classmethod
    def load_registry(cls):
        """No registry."""

    @pytest.fixture(scope="session", autouse=True)
    @classmethod
    def load_http(cls):
        """No server."""

    @pytest.fixture(scope="module", autouse=True)
    @classmethod
    def enable_odoo_test_flag(cls):
        """No flag."""


# Loaded in the web server of --odoo-http, queue_job would start a job runner there and
# take the jobs that tests enqueue. The tests that want one start it themselves.
os.environ.setdefault("ODOO_QUEUE_JOB_CHANNELS", "root:0")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Give each process of pytest-xdist the database that the setup made for it.

    pytest-odoo would copy one for each, and let all of them use one file store: what
    one database no longer needs is then deleted under the others.
    """
    worker = os.environ.pop("PYTEST_XDIST_WORKER", None)
    if worker and config.getoption("--odoo-database", default=None):
        config.option.odoo_database += f"-{worker}"
    return (yield)


def pytest_configure(config):
    """Prepare a run without Odoo, if it is one."""
    options = ("--odoo-database", "--odoo-config", "--odoo-dev")
    variables = ("OPENERP_SERVER", "ODOO_RC")
    if any(config.getoption(option, default=None) for option in options):
        return
    if any(os.environ.get(variable) for variable in variables):
        return
    config.pluginmanager.register(WithoutOdoo(), "without-odoo")
    for name in BARE_PACKAGES:
        folder = ROOT.joinpath(*name.split("."))
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        package.__file__ = str(folder / "__init__.py")
        sys.modules.setdefault(name, package)
