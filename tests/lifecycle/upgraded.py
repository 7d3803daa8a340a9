"""A database of an earlier release after the upgrade; run by `setup/test-upgrade`."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

from odoo.tests import HttpCase, TransactionCase, freeze_time, tagged
from odoo.tools import SQL

from . import rows, shape, work
from .shape import MODULES, show

#: Columns that went, with what they said in another place now.
GONE = {"property_fee_line": {"standard_id"}}
#: Tables whose rows the upgrade words anew, or adds to, with why.
RENEWED = {
    "property_dunning_level": "the short messages have a link to pay",
}
ADDED = {
    "property_approval_limit": "limits of what complaints ask for",
}


class Before:
    """What stood in the database before the upgrade, and what a fresh one is like."""

    @staticmethod
    def load(name):
        """A file that the setup or the release left."""
        return json.loads(Path(os.environ[f"PROPERTY_FEE_{name.upper()}"]).read_text())


@tagged("post_install", "-at_install")
class TestRows(TransactionCase):
    """What people wrote and what was booked is what it was."""

    def test_the_ledger_is_the_same_account_by_account(self):
        before = Before.load("own")["balances"]
        self.assertGreater(len(before), 5)
        self.assertEqual(rows.get_balances(self.env.cr), before)

    def test_every_row_of_the_books_and_of_the_addons_is_unchanged(self):
        before = Before.load("own")["rows"]
        self.assertGreater(before["property_fee_line"]["count"], 1000)
        present = rows.get_columns(self.env.cr, set(before))
        columns, problems = {}, []
        for table, found in before.items():
            columns[table] = [
                name for name in found["columns"] if name in present.get(table, ())
            ]
            gone = set(found["columns"]) - set(columns[table])
            if gone - GONE.get(table, set()):
                problems.append(f"{table}: without {sorted(gone)}")
        self.assertFalse(problems, show(problems))
        last = {table: found["last"] for table, found in before.items()}
        after = rows.get_fingerprints(self.env.cr, columns, last)
        self.assertEqual(
            {table: found["count"] for table, found in after.items()},
            {table: found["count"] for table, found in before.items()},
        )
        different = rows.get_differences(before, after)
        self.assertFalse(different.keys() - RENEWED.keys() - GONE.keys())
        everything = rows.get_fingerprints(self.env.cr, columns)
        added = rows.get_differences(after, everything)
        self.assertFalse(added.keys() - ADDED.keys())

    def test_the_standard_of_every_line_is_still_told(self):
        lines = self.env["property.fee.line"].search([("kind", "=", "recurring")])
        self.assertTrue(lines)
        self.assertEqual(lines.recurring_charge_id.standard_id, lines.standard_id)

    def test_short_messages_lead_to_the_payment_in_every_language(self):
        level = self.env.ref("property_fee_billing.dunning_level_friendly")
        for lang in ("en_US", "zh_CN", "zh_TW"):
            text = level.with_context(lang=lang).text
            self.assertIn("object.pay_url", text, lang)
            self.assertEqual("please" in text, lang == "en_US")

    def test_words_of_the_user_are_kept(self):
        for name, field, words in work.OWN_WORDS:
            self.assertEqual(self.env.ref(name)[field], words)
        name, days = work.OWN_CRON
        self.assertEqual(self.env.ref(name).interval_number, days)


@tagged("post_install", "-at_install")
class TestShape(TransactionCase):
    """What the code made of the database is what a fresh installation is."""

    def test_tables_columns_indexes_triggers_and_views_are_the_same(self):
        found = shape.get_differences(
            shape.get_structure(self.env.cr), Before.load("structure")
        )
        # receipts of the community worked here have a series of numbers of their own
        found = [line for line in found if "ir_sequence_" not in line]
        self.assertFalse(found, show(found))

    def test_records_of_the_addons_are_the_same(self):
        records = shape.get_records(self.env, MODULES)
        found = json.loads(json.dumps(records, default=str))
        expected = Before.load("records")
        self.assertGreater(len(expected), 1000)
        for name, field, words in work.OWN_WORDS:
            self.assertEqual(found[name][field]["en_US"], words)
            del found[name], expected[name]
        name, _days = work.OWN_CRON
        del found[name], expected[name]
        differences = shape.get_differences(found, expected)
        self.assertFalse(differences, show(differences))

    def test_all_addons_are_installed_in_this_version(self):
        modules = self.env["ir.module.module"].search([("name", "in", MODULES)])
        self.assertEqual(
            {(module.state, module.latest_version) for module in modules},
            {("installed", modules[0].installed_version)},
        )
        self.assertEqual(len(modules), len(MODULES))


@tagged("post_install", "-at_install")
class TestWork(HttpCase):
    """Work goes on where it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            user=cls.env.ref("base.user_admin"),
            context={"lang": "en_US", "tz": "Asia/Shanghai"},
        )
        cls.community = cls.env["property.community"].search([])

    def test_the_next_month_is_billed_as_the_former_release_billed_it(self):
        with freeze_time("2026-05-01"):
            run = self.env["property.billing.run"].create(
                {
                    "community_ids": self.community.ids,
                    "date_from": date(2026, 4, 1),
                    "date_to": date(2026, 4, 30),
                    "invoice_date": date(2026, 5, 1),
                }
            )
            run.action_compute()
            run.action_post()
        expected = Before.load("april")
        self.assertGreater(len(expected), 200)
        self.assertEqual(work.get_april(self.env), expected)
        self.assertEqual(run.state, "done")
        self.assertAlmostEqual(
            sum(run.move_ids.mapped("amount_total")),
            sum(run.line_ids.mapped("amount")),
        )

    def test_every_debtor_has_a_case_at_the_ledgers_figure(self):
        rows_found = self.env.execute_query(
            SQL(
                """
                SELECT m.fee_unit_id, m.commercial_partner_id, sum(m.amount_residual)
                  FROM account_move m
                 WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
                   AND m.amount_residual > 0 AND m.invoice_date_due < CURRENT_DATE
                   AND m.fee_unit_id IS NOT NULL
                 GROUP BY 1, 2
                """
            )
        )
        expected = {
            (unit, partner): Decimal(str(amount))
            for unit, partner, amount in rows_found
        }
        cases = self.env["property.arrears.case"].search([("closed_on", "=", False)])
        self.assertEqual(
            {
                (case.unit_id.id, case.partner_id.id): Decimal(
                    f"{case.amount_overdue:.2f}"
                )
                for case in cases
            },
            expected,
        )
        self.assertGreater(len(cases), 50)
        self.assertIn("plan", cases.mapped("stage"), "the plan holds its case")

    def test_figures_equal_the_ledger(self):
        [[ledger]] = self.env.execute_query(
            SQL(
                """
                SELECT sum(l.balance) FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                 WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                   AND l.fee_community_id IS NOT NULL
                """
            )
        )
        [[balance]] = self.env["property.ageing.report"]._read_group(
            [], [], ["balance:sum"]
        )
        self.assertEqual(f"{balance:.2f}", f"{ledger:.2f}")
        data = self.env["property.fee.dashboard"].get_data()
        self.assertEqual([row["id"] for row in data["communities"]], self.community.ids)
        self.assertTrue(data["tiles"] and data["ageing"] and data["trend"])

    def test_an_owner_sees_units_bills_and_receipts(self):
        owner = self.env["res.users"].search([("login", "=", "owner")])
        unit = self.env["property.unit"].search(
            [("payer_id", "=", owner.partner_id.id)], limit=1
        )
        bill = self.env["account.move"].search(
            [
                ("fee_unit_id", "=", unit.id),
                ("partner_id", "=", owner.partner_id.id),
                ("payment_state", "=", "not_paid"),
            ],
            limit=1,
        )
        self.assertTrue(bill)
        self.authenticate("owner", "owner")
        for address, words in (
            ("/my", ""),
            ("/my/units", unit.code),
            (f"/my/units/{unit.id}", unit.code),
            (f"/my/fees/{bill.id}", bill.name),
            (f"/my/fees/pay?bill={bill.id}", bill.name),
            ("/my/statements", unit.code),
            ("/my/requests", ""),
            ("/my/complaints", ""),
        ):
            with self.subTest(address=address):
                page = self.url_open(address)
                self.assertEqual(page.status_code, 200)
                self.assertIn(words, page.text)

    def test_every_scheduled_job_of_the_addons_runs(self):
        crons = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "in", MODULES)]
        )
        self.assertGreater(len(crons), 10)
        with self.enter_registry_test_mode(), freeze_time("2026-04-21"):
            for cron in self.env["ir.cron"].browse(crons.mapped("res_id")):
                with self.subTest(job=cron.name):
                    cron.method_direct_trigger()

    def test_documents_of_before_are_printed(self):
        receipt = self.env["property.receipt"].search([], limit=1)
        bill = self.env["account.move"].search(
            [("fee_unit_id", "!=", False), ("state", "=", "posted")], limit=1
        )
        notice = self.env["property.notice"].search([("state", "=", "sent")], limit=1)
        for record, name in (
            (receipt, "property_fee_reports.report_property_receipt"),
            (bill, "account.report_invoice"),
        ):
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                name, record.ids
            )
            self.assertIn(record.name, html.decode())
        self.assertTrue(notice.preview_body or notice.body)
