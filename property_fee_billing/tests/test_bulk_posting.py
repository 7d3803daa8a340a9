from odoo import Command
from odoo.tests import tagged

from .bulk_case import BulkCase


@tagged("post_install", "-at_install")
class TestBulkEqualsPlain(BulkCase):
    """Every stored field of bills, items and analytic items comes out the same."""

    def test_tax_included(self):
        self.assert_same()

    def test_no_tax(self):
        self.set_taxes(self.env["account.tax"])
        self.assert_same()

    def test_tax_excluded(self):
        self.set_taxes(self.make_tax("Ex", 9.0))
        self.assert_same()

    def test_included_and_excluded_on_one_bill(self):
        included = self.tax
        excluded = self.make_tax("Ex", 9.0)
        self.set_taxes(included, excluded)
        self.assert_same()

    def test_several_taxes_rounded_per_line_and_globally(self):
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            for mode in ("tax_included", "tax_excluded"):
                taxes = self.env["account.tax"].union(
                    *(
                        self.make_tax(
                            f"{method} {mode} {amount}",
                            amount,
                            price_include_override=mode,
                        )
                        for amount in (3.7, 5.3)
                    )
                )
                self.set_taxes(taxes)
                with self.subTest(method=method, mode=mode), self.undone():
                    self.assert_same()

    def test_a_tax_that_affects_the_base_of_the_next(self):
        first = self.make_tax("First", 7.0, include_base_amount=True, sequence=1)
        second = self.make_tax("Second", 3.3, is_base_affected=True, sequence=2)
        self.set_taxes(first | second)
        self.assert_same()

    def test_a_group_of_taxes(self):
        children = self.make_tax("A", 6.0) | self.make_tax("B", 1.5)
        group = self.make_tax(
            "Group",
            0,
            amount_type="group",
            children_tax_ids=[Command.set(children.ids)],
        )
        self.set_taxes(group)
        self.assert_same()

    def test_a_fixed_tax_and_a_tax_with_analytics(self):
        fixed = self.make_tax("Fixed", 2.5, amount_type="fixed")
        analytic = self.make_tax("Analytic", 6.0, analytic=True)
        self.set_taxes(fixed | analytic)
        self.assert_same()

    def test_a_tax_split_over_accounts_with_tags(self):
        tags = self.env["account.account.tag"].create(
            [
                {"name": name, "applicability": "taxes"}
                for name in ("base", "tax one", "tax two")
            ]
        )
        lines = [
            Command.create({"repartition_type": "base", "tag_ids": tags[0].ids}),
            Command.create(
                {
                    "factor_percent": 33.3,
                    "tag_ids": tags[1].ids,
                    "account_id": self.account.id,
                }
            ),
            Command.create({"factor_percent": 66.7, "tag_ids": tags[2].ids}),
        ]
        tax = self.make_tax(
            "Split",
            9.0,
            invoice_repartition_line_ids=[Command.clear(), *lines],
            refund_repartition_line_ids=[Command.clear(), *lines],
        )
        self.set_taxes(tax)
        self.assert_same()

    def test_cash_rounding_as_a_line(self):
        self.set_rounding("add_invoice_line")
        moves = self.assert_same()
        self.assertIn("rounding", moves.line_ids.mapped("display_type"))

    def test_cash_rounding_as_a_line_with_instalments(self):
        self.set_rounding("add_invoice_line")
        self.set_term(("percent", 30, 0), ("percent", 70, 30))
        self.assert_same()

    def test_cash_rounding_in_the_biggest_tax(self):
        """Odoo names that line itself; a bill that is round already needs none."""
        self.set_rounding("biggest_tax")
        run = self.make_computed_run()
        lines = run.line_ids.filtered(lambda fee: fee.unit_id == self.unit)
        lines[0].amount = 10.5
        moves = self.assert_same(run=run, bulk=2)
        self.assertEqual(moves.mapped("fee_is_bulk"), [True, False, True])

    def set_rounding(self, strategy):
        self.community.invoice_cash_rounding_id = self.env[
            "account.cash.rounding"
        ].create(
            {
                "name": "To 0.50",
                "rounding": 0.5,
                "strategy": strategy,
                "profit_account_id": self.account.id,
                "loss_account_id": self.account.id,
            }
        )

    def test_foreign_currency_rounded_to_coins(self):
        self.set_rounding("add_invoice_line")
        self.test_foreign_currency()

    def test_foreign_currency(self):
        currency = self.env["res.currency"].create(
            {"name": "FEE", "symbol": "F", "rounding": 0.01}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2025-12-15",
                "rate": 7.1234567,
            }
        )
        self.community.journal_id.currency_id = currency
        self.community.currency_id = currency
        run = self.make_computed_run()
        moves = self.assert_same(run=run)
        self.assertEqual(moves.currency_id, currency)

    def test_a_term_of_instalments(self):
        self.set_term(
            ("percent", 30, 0), ("percent", 33.33, 30), ("percent", 36.67, 60)
        )
        moves = self.assert_same()
        self.assertEqual(
            len(
                moves[0].line_ids.filtered(
                    lambda line: line.display_type == "payment_term"
                )
            ),
            3,
        )

    def test_a_term_with_a_fixed_part_and_two_parts_on_one_day(self):
        self.set_term(("fixed", 100, 0), ("percent", 20, 30), ("percent", 80, 30))
        self.assert_same()

    def test_no_term_no_reference(self):
        self.community.payment_term_id = False
        self.assert_same()
        self.units.payment_reference = False
        run = self.make_computed_run("2026-02-01", "2026-02-28")
        self.assert_same(run=run)

    def test_an_early_discount(self):
        for computation in ("included", "excluded"):
            self.set_term(
                ("percent", 100, 30),
                early_discount=True,
                discount_percentage=2,
                discount_days=7,
                early_pay_discount_computation=computation,
            )
            with self.subTest(computation), self.undone():
                self.assert_same()

    def test_an_early_discount_that_lowers_the_tax(self):
        self.set_term(
            ("percent", 100, 30),
            early_discount=True,
            discount_percentage=2,
            discount_days=7,
            early_pay_discount_computation="mixed",
        )
        self.assert_same(bulk=0)

    def test_no_analytic_account(self):
        self.community.analytic_account_id = False
        self.assert_same()

    def test_a_fiscal_position_that_maps_taxes_and_accounts(self):
        other = self.account.copy({"code": "FEEMAP"})
        target = self.make_tax("Mapped", 13.0)
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Zone",
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": self.account.id,
                            "account_dest_id": other.id,
                        }
                    )
                ],
            }
        )
        self.item.product_id.property_account_income_id = self.account
        target.original_tax_ids = self.tax
        target.fiscal_position_ids = position
        self.owners[1].property_account_position_id = position
        moves = self.assert_same()
        self.assertEqual(moves[1].fiscal_position_id, position)
        self.assertEqual(moves[1].line_ids.tax_ids, target)
        self.assertIn(other, moves[1].line_ids.account_id)

    def test_a_position_found_by_country(self):
        country = self.env.ref("base.fr")
        self.env["account.fiscal.position"].create(
            {"name": "Auto", "auto_apply": True, "country_id": country.id}
        )
        self.owners[2].country_id = country
        moves = self.assert_same()
        self.assertTrue(moves[2].fiscal_position_id)

    def test_a_total_below_zero_is_a_credit_note(self):
        run = self.make_computed_run()
        for line in run.line_ids.filtered(lambda fee: fee.unit_id == self.unit):
            line.amount = -line.amount
        moves = self.assert_same(run=run)
        self.assertEqual(moves[0].move_type, "out_refund")

    def test_lines_of_both_signs(self):
        run = self.make_computed_run()
        run.line_ids.filtered(lambda line: line.item_id == self.parking)[
            0
        ].amount = -7.77
        self.assert_same(run=run)

    def test_lines_of_zero_and_a_bill_of_zero(self):
        run = self.make_computed_run()
        lines = run.line_ids.filtered(lambda line: line.unit_id == self.unit)
        lines[0].amount = 100
        lines[1].amount = -100
        run.line_ids.filtered(lambda line: line.unit_id == self.units[1])[0].amount = 0
        moves = self.assert_same(run=run, bulk=2)
        self.assertEqual(moves[0].payment_state, "paid")

    def test_two_payers_of_one_unit(self):
        self.unit.ownership_ids.date_to = "2026-01-11"
        self.own(self.unit, self.owners[1], "2026-01-12")
        moves = self.assert_same()
        self.assertEqual(len(moves), 4)

    def test_a_contact_of_a_company_with_a_delivery_address(self):
        company = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self.owner.parent_id = company
        self.env["res.partner"].create(
            {"name": "Gate", "parent_id": company.id, "type": "delivery"}
        )
        self.owners[1].user_id = self.manager
        moves = self.assert_same()
        self.assertEqual(moves[0].commercial_partner_id, company)

    def test_a_payer_with_a_receivable_account_and_language_of_their_own(self):
        receivable = self.owner.property_account_receivable_id
        self.owner.property_account_receivable_id = receivable.copy({"code": "FEEREC"})
        self.assert_same()

    def test_terms_and_conditions_on_the_bill(self):
        self.env["ir.config_parameter"].set_param("account.use_invoice_terms", True)
        self.company.invoice_terms = "<p>Pay in time.</p>"
        moves = self.assert_same()
        self.assertIn("Pay in time", moves[0].narration)

    def test_a_tax_due_on_payment(self):
        self.company.tax_exigibility = True
        tax = self.make_tax(
            "On payment",
            6.0,
            tax_exigibility="on_payment",
            cash_basis_transition_account_id=self.account.copy(
                {"code": "FEECABA", "reconcile": True}
            ).id,
        )
        self.set_taxes(tax)
        self.assert_same()

    def test_storno(self):
        self.company.account_storno = True
        self.assert_same(bulk=0)

    def test_the_second_bill_of_a_payer(self):
        self.assert_same()
        self.assert_same(run=self.make_computed_run("2026-02-01", "2026-02-28"))

    def test_values_of_another_addon_go_the_plain_way(self):
        prepare = type(self.invoicer)._prepare_invoice_values

        def with_reference(invoicer, run, lines):
            return {**prepare(invoicer, run, lines), "ref": lines.unit_id.code}

        self.patch(type(self.invoicer), "_prepare_invoice_values", with_reference)
        self.assert_same(bulk=0)
