"""A database that was upgraded twice; run by `setup/test-upgrade`."""

import json
import os
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from . import rows
from .shape import show

#: What Odoo writes at every update or start. What our records say in these tables is
#: compared by `upgraded` with a fresh installation.
PASSING = {
    "ir_act_window_view": "the views of an action are listed anew",
    "ir_attachment": "bundles of scripts and styles",
    "ir_cron": "when jobs run next",
    "ir_cron_trigger": "when jobs run next",
    "ir_model_data": "which addon a field is said to be of",
    "ir_model_fields": "translations of fields that come from a mixin of Odoo's",
    "ir_ui_view": "the former text of a view",
    "orm_signaling_registry": "that there was an update",
}


@tagged("post_install", "-at_install")
class TestUpgradedAgain(TransactionCase):
    def test_upgrading_once_more_changes_nothing(self):
        before = json.loads(Path(os.environ["PROPERTY_FEE_ROWS"]).read_text())
        after = rows.get_fingerprints(self.env.cr, rows.get_columns(self.env.cr))
        found = rows.get_differences(before, after)
        found = {table: pair for table, pair in found.items() if table not in PASSING}
        self.assertFalse(found, show([str(row) for row in found.items()]))
        self.assertEqual(before.keys(), after.keys())
