import os
from pathlib import Path

from odoo.tests import TransactionCase, new_test_user, tagged

from . import access_matrix

PAGE = Path(__file__).resolve().parent.parent / "docs" / "access.md"
BEGIN, END = "<!-- from the database -->\n", "\n<!-- end -->"
ADDONS = {
    "property_fee_billing",
    "property_fee_complaints",
    "property_fee_reports",
}


@tagged("post_install", "-at_install")
class TestAccessMatrix(TransactionCase):
    """The table in docs/access.md is the database's. To write it anew:

    UPDATE_DOCS=1 ./setup/test tests/test_access_matrix.py
    """

    def test_the_page_says_what_the_database_has(self):
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        if missing := ADDONS - set(installed.mapped("name")):
            self.skipTest(f"{', '.join(missing)} not installed")
        before, _begin, rest = PAGE.read_text().partition(BEGIN)
        table, _end, after = rest.partition(END)
        matrix = access_matrix.get_matrix(self.env)
        if os.environ.get("UPDATE_DOCS"):
            PAGE.write_text(before + BEGIN + matrix + END + after)
            return
        self.assertEqual(
            table.split("\n"),
            matrix.split("\n"),
            "docs/access.md is not what the database has; see this class's docstring.",
        )

    def test_every_model_of_ours_is_somebodys(self):
        rights = access_matrix.get_rights(self.env)
        known = {model for model, _group in rights}
        for name in access_matrix.get_models(self.env):
            self.assertIn(name, known)

    def test_the_auditor_writes_nothing_that_not_everybody_writes(self):
        """Messages, activities and the like are any employee's; forms that are filled
        in to print something hold no data."""
        auditor = new_test_user(self.env, "aud", "property_fee_billing.group_auditor")
        employee = new_test_user(self.env, "emp", "base.group_user")
        for name in self.env.registry:
            model = self.env[name].with_user(auditor)
            if model._abstract or model._transient:
                continue
            is_ours = model._original_module.startswith("property_fee")
            for operation in ("create", "write", "unlink"):
                with self.subTest(model=name, operation=operation):
                    if is_ours or not model.with_user(employee).has_access(operation):
                        self.assertFalse(model.has_access(operation))

    def test_the_auditor_reads_everything(self):
        auditor = new_test_user(self.env, "aud", "property_fee_billing.group_auditor")
        for name in access_matrix.get_models(self.env):
            model = self.env[name].with_user(auditor)
            if not model._transient:
                self.assertTrue(model.has_access("read"), name)

    def test_odoo_shows_the_roles_under_their_privileges(self):
        for name, _groups in access_matrix.get_roles(self.env):
            self.assertTrue(name)
        for group in ("auditor", "front_desk", "cashier", "collector", "fee_manager"):
            self.assertEqual(
                self.env.ref(f"property_fee_billing.group_{group}").privilege_id,
                self.env.ref("property_fee_billing.privilege_property_fees"),
            )
        for group in ("agent", "manager"):
            self.assertEqual(
                self.env.ref(
                    f"property_fee_complaints.group_complaint_{group}"
                ).privilege_id,
                self.env.ref("property_fee_complaints.privilege_complaints"),
            )
