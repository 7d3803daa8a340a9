from odoo import Command
from odoo.tests import TransactionCase, tagged

from .sample import bill_month, billed_lines, expected_lines, import_sample


@tagged("post_install", "-at_install")
class TestSampleCommunity(TransactionCase):
    """The main job on real input: 240 units imported and billed for a quarter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {
                "name": "Jade Property Management",
                "country_id": cls.env.ref("base.cn").id,
                "currency_id": cls.env.ref("base.CNY").id,
            }
        )
        cls.env.user.company_ids = [Command.link(cls.company.id)]
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "tracking_disable": True,
            }
        )
        cls.community = import_sample(cls.env)
        cls.runs = {
            month: bill_month(cls.env, cls.community, 2026, month)
            for month in (1, 2, 3)
        }

    def test_every_line_is_as_expected(self):
        for month, run in self.runs.items():
            with self.subTest(month=month):
                expected = expected_lines(f"2026-{month:02}")
                billed = billed_lines(run)
                self.assertFalse(expected - billed, "missing")
                self.assertFalse(billed - expected, "too much")

    def test_each_invoice_is_the_sum_of_its_lines(self):
        moves = self.env["account.move"].search(
            [("fee_community_id", "=", self.community.id)]
        )
        self.assertGreater(len(moves), 700)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        for move in moves:
            total = sum(move.invoice_line_ids.fee_line_ids.mapped("amount"))
            self.assertEqual(
                move.currency_id.compare_amounts(move.amount_total, total), 0, move.name
            )

    def test_one_invoice_per_run_unit_and_payer(self):
        for run in self.runs.values():
            pairs = [(move.fee_unit_id, move.partner_id) for move in run.move_ids]
            self.assertEqual(len(pairs), len(set(pairs)))

    def test_the_trial_balance_equals_the_invoices(self):
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        receivable = lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        invoiced = sum(
            sum(run.move_ids.mapped("amount_total")) for run in self.runs.values()
        )
        self.assertAlmostEqual(sum(lines.mapped("balance")), 0, places=2)
        self.assertAlmostEqual(sum(receivable.mapped("balance")), invoiced, places=2)
        self.assertAlmostEqual(invoiced, 430180.44, places=2)

    def test_numbers_are_gapless_in_the_own_journal(self):
        moves = self.env["account.move"].search(
            [("journal_id", "=", self.community.journal_id.id)], order="sequence_number"
        )
        for prefix, group in moves.grouped("sequence_prefix").items():
            numbers = sorted(group.mapped("sequence_number"))
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), prefix)

    def test_a_month_billed_again_makes_nothing_new(self):
        for month in (1, 2, 3):
            run = bill_month(self.env, self.community, 2026, month)
            self.assertFalse(run.line_ids)
            self.assertFalse(run.move_ids)

    def test_every_line_can_say_why(self):
        for line in self.runs[2].line_ids:
            self.assertIn(f"= {line.amount:.2f}", line.explanation_text)

    def test_the_preview_adds_up(self):
        run = self.runs[3]
        self.assertAlmostEqual(
            sum(run.item_total_ids.mapped("amount")), run.amount_total, places=2
        )
        self.assertAlmostEqual(
            sum(run.item_total_ids.mapped("previous_amount")),
            self.runs[2].amount_total,
            places=2,
        )
