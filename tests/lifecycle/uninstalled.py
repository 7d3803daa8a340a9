"""A database that the addons have left; run by `setup/test-install`."""

import json
import os
from pathlib import Path

from odoo.tests import Form, HttpCase, TransactionCase, tagged
from odoo.tools import SQL

from . import rows, shape
from .shape import MODULES, show

#: What Odoo keeps of any model that was there: nothing of it is ever read again.
OF_MODELS = {
    "ir_model": "model",
    "ir_model_fields": "model",
    "ir_attachment": "res_model",
    "mail_message": "model",
    "mail_followers": "res_model",
    "mail_activity": "res_model",
    "mail_template": "model",
    "ir_act_window": "res_model",
    "ir_act_report_xml": "model",
    "ir_ui_view": "model",
    "ir_filters": "model_id",
    "ir_exports": "resource",
}


def read(variable):
    """What was noted before; see `note`."""
    return json.loads(Path(os.environ[variable]).read_text())


@tagged("post_install", "-at_install")
class TestBooks(TransactionCase):
    """What was booked stays booked."""

    def test_the_ledger_is_the_same_account_by_account(self):
        before = read("PROPERTY_FEE_BOOKS")["balances"]
        self.assertGreater(len(before), 5)
        self.assertEqual(rows.get_balances(self.env.cr), before)

    def test_what_was_booked_before_is_unchanged(self):
        """Entries, payments, reconciliations, taxes, analytic items, journals."""
        before = read("PROPERTY_FEE_BOOKS")["rows"]
        for table in ("account_move_line", "account_payment", "account_analytic_line"):
            self.assertGreater(before[table]["count"], 20, table)
        columns = {table: found["columns"] for table, found in before.items()}
        last = {table: found["last"] for table, found in before.items()}
        after = rows.get_fingerprints(self.env.cr, columns, last)
        differences = rows.get_differences(before, after)
        # tables without a number of their own rows grow with what is booked later
        if self.env["account.move"].search_count([("id", ">", last["account_move"])]):
            differences = {t: pair for t, pair in differences.items() if last[t]}
        self.assertFalse(differences, show([str(row) for row in differences.items()]))


@tagged("post_install", "-at_install")
class TestEmpty(TransactionCase):
    """Nothing of the addons is left."""

    def test_tables_columns_triggers_and_functions_are_those_of_before(self):
        found = shape.get_differences(
            shape.get_structure(self.env.cr), read("PROPERTY_FEE_STRUCTURE")
        )
        # an analytic plan that the books refer to stays, with its column and its key
        if self.env["account.analytic.line"].search_count([], limit=1):
            found = [line for line in found if "x_plan" not in line]
        found = [line for line in found if "__x_plan" not in line]
        self.assertFalse(found, show(found))

    def test_no_record_is_left(self):
        names = self.env["ir.model.data"].search([("module", "in", MODULES)])
        # modules themselves have an xml id in `base`; whom the books name stays there,
        # by Odoo's own rule, with the name that the demo data gave
        partners = self.env["account.move"].search([]).partner_id
        names = names.filtered(
            lambda name: (
                not (name.model == "res.partner" and name.res_id in partners.ids)
            )
        )
        self.assertFalse(names.mapped("complete_name"))

    def test_nothing_refers_to_a_model_of_the_addons(self):
        for table, column in OF_MODELS.items():
            rows_found = self.env.execute_query(
                SQL(
                    "SELECT %s, count(*) FROM %s"
                    " WHERE %s::text LIKE 'property.%%' GROUP BY 1",
                    SQL.identifier(column),
                    SQL.identifier(table),
                    SQL.identifier(column),
                )
            )
            self.assertEqual(rows_found, [], table)

    def test_no_series_of_numbers_is_left(self):
        sequences = self.env["ir.sequence"].search([("code", "=like", "property.%")])
        self.assertFalse(sequences.mapped("code"))


@tagged("post_install", "-at_install")
class TestAccounting(HttpCase):
    """Odoo's own accounting works as it does without us."""

    def test_an_invoice_is_posted_paid_and_opened(self):
        journal = self.env["account.journal"].search([("type", "=", "sale")], limit=1)
        partner = self.env["res.partner"].create({"name": "Customer"})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "journal_id": journal.id,
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "quantity": 1, "price_unit": 100})
                ],
            }
        )
        invoice.action_post()
        self.assertTrue(invoice.name)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        Form(register).save().action_create_payments()
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        with Form(invoice) as form:
            self.assertEqual(form.name, invoice.name)
        self.assertIn(
            invoice.name,
            self.env["ir.actions.report"]
            ._render_qweb_html("account.report_invoice", invoice.ids)[0]
            .decode(),
        )

    def test_analytic_items_keep_the_account_of_their_community(self):
        plan = self.env["account.analytic.plan"].search([("name", "=", "Communities")])
        items = self.env["account.analytic.line"].search([])
        self.assertGreater(len(items), 20)
        self.assertEqual(len(items.filtered(plan._column_name())), len(items))

    def test_former_bills_are_ordinary_invoices(self):
        bills = self.env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("payment_state", "=", "not_paid")],
            limit=2,
        )
        self.assertEqual(len(bills), 2)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bills[0].ids
        )
        Form(register).save().action_create_payments()
        self.assertIn(bills[0].payment_state, ("paid", "in_payment"))
        bills[1]._reverse_moves(cancel=True)
        self.assertEqual(bills[1].payment_state, "reversed")
        with Form(bills[0]) as form:
            self.assertEqual(form.name, bills[0].name)

    def test_pages_and_menus_open(self):
        self.authenticate("admin", "admin")
        self.assertEqual(self.url_open("/odoo").status_code, 200)
        self.assertEqual(self.url_open("/my").status_code, 200)
        menus = self.env["ir.ui.menu"].load_menus(False)
        self.assertTrue(menus)
