from contextlib import contextmanager

from odoo import Command
from odoo.tests import tagged

from .common import PropertyFeeCommon

# Not compared, and why: an id is new for every row, and what refers to the row above
# refers to its id; `fee_is_bulk` says which way a bill went.
OWN_IDS = {"id", "move_id", "move_line_id", "fee_is_bulk"}


class BulkCase(PropertyFeeCommon):
    """Bills the same fee lines both ways from the same state of the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoicer = cls.env["property.billing.invoicer"]
        cls.account = cls.env["account.account"].search(
            [
                ("account_type", "=", "income"),
                ("company_ids", "in", cls.company.ids),
            ],
            limit=1,
        )
        for unit in cls.units:
            cls.charge(unit)
            cls.charge(unit, cls.parking_standard)

    @classmethod
    def make_tax(cls, name, amount, **values):
        return cls.env["account.tax"].create(
            {"name": name, "amount": amount, "type_tax_use": "sale", **values}
        )

    def set_taxes(self, taxes, parking_taxes=None):
        self.item.product_id.taxes_id = taxes
        self.parking.product_id.taxes_id = (
            taxes if parking_taxes is None else parking_taxes
        )

    def set_term(self, *lines, **values):
        """A payment term of ``(value, amount, days)`` lines."""
        self.community.payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "Term",
                "line_ids": [
                    Command.create(
                        {"value": value, "value_amount": amount, "nb_days": days}
                    )
                    for value, amount, days in lines
                ],
                **values,
            }
        )

    def make_computed_run(self, date_from="2026-01-01", date_to="2026-01-31"):
        run = self.make_run(date_from, date_to)
        run.action_compute()
        run.state = "posting"
        self.env.flush_all()
        return run

    @contextmanager
    def undone(self):
        """What happens inside is rolled back."""
        with self.env.cr.savepoint() as savepoint:
            yield
            self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.env.cr.precommit.data.pop("sequence.mixin", None)

    def bill(self, run, bulk):
        """Bills of a run, one way."""
        invoicer = self.invoicer.with_context(fee_bulk=bulk)
        units = run.line_ids.unit_id.sorted("code")
        moves = invoicer._bill_units(run, units.ids)
        self.env.flush_all()
        return self.env["account.move"].browse(moves.ids)

    def snapshot(self, moves):
        """Every stored value of bills, journal items and analytic items, in order."""
        result = []
        for move in moves:
            lines = move.line_ids.sorted("id")
            result.append(
                {
                    "move": self.read_row(move),
                    "lines": [self.read_row(line) for line in lines],
                    "analytic": [
                        self.read_row(line)
                        for line in lines.analytic_line_ids.sorted("id")
                    ],
                    "fee": [
                        (line.state, lines.ids.index(line.move_line_id.id))
                        for line in lines.fee_line_ids.sorted("id")
                    ],
                    "rank": move.partner_id.customer_rank,
                }
            )
        return result

    def read_row(self, record):
        """Every stored field of one record, as the database holds it."""
        record.flush_recordset()
        self.env.cr.execute(
            f"SELECT to_jsonb(r) FROM {record._table} r WHERE id = %s", [record.id]
        )
        [row] = self.env.cr.fetchone()
        for name, field in record._fields.items():
            if field.store and field.type == "many2many":
                row[name] = record[name].sorted("id").ids
            elif field.store and field.column_type:
                self.assertIn(name, row)
        return {name: value for name, value in row.items() if name not in OWN_IDS}

    def assert_same(self, bulk=None, run=None):
        """Both ways give the same, and the first is taken for ``bulk`` bills."""
        run = run or self.make_computed_run()
        with self.undone():
            moves = self.bill(run, bulk=False)
            self.assertFalse(any(moves.mapped("fee_is_bulk")))
            expected = self.snapshot(moves)
        moves = self.bill(run, bulk=True)
        found = self.snapshot(moves)
        self.assertTrue(expected)
        self.assertEqual(len(found), len(expected))
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            for kind in ("lines", "analytic"):
                self.assertEqual(
                    len(one[kind]), len(other[kind]), f"bill {number}: {kind}"
                )
            self.assertEqual(self.list_differences(one, other), [], f"bill {number}")
        count = len(moves.filtered("fee_is_bulk"))
        self.assertEqual(count, len(moves) if bulk is None else bulk)
        return moves

    def list_differences(self, one, other):
        result = []
        pairs = [("move", one["move"], other["move"])]
        for kind in ("lines", "analytic"):
            pairs += [
                (f"{kind}[{number}] {a.get('display_type', '')}", a, b)
                for number, (a, b) in enumerate(
                    zip(one[kind], other[kind], strict=True)
                )
            ]
        for label, a, b in pairs:
            result += [
                f"{label}.{name}: {a.get(name)!r} instead of {b.get(name)!r}"
                for name in sorted(a.keys() | b.keys())
                if a.get(name) != b.get(name)
            ]
        for label in ("fee", "rank"):
            if one[label] != other[label]:
                result.append(f"{label}: {one[label]} instead of {other[label]}")
        return result


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
        self.assert_same(bulk=0)

    def test_cash_rounding_in_the_biggest_tax(self):
        self.set_rounding("biggest_tax")
        self.assert_same(bulk=0)

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
        run = self.make_computed_run()
        run.line_ids.currency_id = currency
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


@tagged("post_install", "-at_install")
class TestBulkWay(BulkCase):
    """Which way a bill went is known, and a bulk bill that is not whole is not kept."""

    def test_the_run_says_how_many_went_which_way(self):
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        lines = run.line_ids.filtered(lambda fee: fee.unit_id == self.unit)
        lines[0].amount = 50
        lines[1].amount = -50
        run.action_post()
        self.assertEqual((run.invoice_count, run.bulk_count), (3, 2))
        self.assertIn(
            "2 bills were made in bulk, 1 one by one", run.message_ids[0].body
        )

    def test_a_bill_that_is_not_whole_is_made_the_plain_way(self):
        """Here an override of Odoo's posting spoils the totals of bulk bills."""
        move_class = type(self.env["account.move"])
        post = move_class._post

        def spoil(moves, soft=True):
            posted = post(moves, soft=soft)
            moves.flush_recordset()
            self.env.cr.execute(
                "UPDATE account_move SET amount_tax_signed = 0"
                " WHERE id = ANY(%s) AND fee_is_bulk",
                [moves.ids],
            )
            return posted

        self.patch(move_class, "_post", spoil)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        run.action_post()
        self.assertFalse(run.refusal_ids)
        self.assertEqual((run.invoice_count, run.bulk_count), (3, 0))
        # the numbers of the failed attempt are given again
        self.assertEqual(
            run.move_ids.sorted("name").mapped("sequence_number"), [1, 2, 3]
        )

    def test_each_disorder_of_an_entry_is_seen(self):
        run = self.make_computed_run()
        units = run.line_ids.unit_id.sorted("code")
        moves = self.invoicer._bill_units(run, units.ids)
        check = self.env["property.billing.bulk"]._check_entries
        for statement in (
            "UPDATE account_move_line SET balance = balance + 0.01",
            "UPDATE account_move_line SET date = '2025-12-31'",
            "UPDATE account_move_line SET move_name = 'X'",
            "UPDATE account_move_line SET partner_id = NULL",
            "UPDATE account_move_line SET parent_state = 'draft'",
            "UPDATE account_move_line SET amount_residual = 1"
            " WHERE display_type = 'payment_term'",
            "UPDATE account_move_line SET display_type = 'product'"
            " WHERE display_type = 'tax'",
            "UPDATE account_move SET amount_total_signed = 1",
            "UPDATE account_move SET amount_untaxed_signed = 1",
            "UPDATE account_move SET name = NULL",
        ):
            key = "id" if "account_move SET" in statement else "move_id"
            joint = "AND" if "WHERE" in statement else "WHERE"
            with self.subTest(statement), self.undone():
                check(moves)
                self.env.cr.execute(f"{statement} {joint} {key} = %s", [moves[1].id])
                with self.assertRaises(ValueError):
                    check(moves)

    def test_statistics_are_renewed_while_the_ledger_is_small(self):
        self.env.cr.execute(
            "UPDATE pg_class SET reltuples = 0 WHERE oid = 'account_move'::regclass"
        )
        run = self.make_computed_run()
        self.invoicer._bill_batch(run, run.line_ids.unit_id.ids)
        self.env.cr.execute(
            "SELECT reltuples FROM pg_class WHERE oid = 'account_move'::regclass"
        )
        self.assertGreaterEqual(self.env.cr.fetchone()[0], 3)


@tagged("post_install", "-at_install")
class TestBulkNumbers(BulkCase):
    """Numbers have no gap, whatever came before and however a run is cut."""

    def bill_in_batches(self, run, size=2):
        units = run.line_ids.unit_id.sorted("code")
        for start in range(0, len(units), size):
            self.invoicer._bill_batch(run, units.ids[start : start + size])
        self.env.flush_all()
        moves = run.move_ids.sorted("id")
        self.assertTrue(all(moves.mapped("fee_is_bulk")))
        self.assertFalse(any(moves.mapped("made_sequence_gap")))
        return moves.sorted(lambda move: move.fee_unit_id.code).mapped("name")

    def test_two_batches_in_the_order_of_units(self):
        names = self.bill_in_batches(self.make_computed_run())
        self.assertEqual(
            names, ["JADE/2026/00001", "JADE/2026/00002", "JADE/2026/00003"]
        )

    def test_a_bill_between_two_batches_made_by_hand(self):
        run = self.make_computed_run()
        units = run.line_ids.unit_id.sorted("code")
        self.invoicer._bill_batch(run, units[:1].ids)
        self.make_bill("out_invoice")
        self.invoicer._bill_batch(run, units[1:].ids)
        self.assertEqual(
            run.move_ids.sorted("name").mapped("sequence_number"), [1, 3, 4]
        )

    def make_bill(self, move_type, date="2026-01-15", **values):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "journal_id": self.community.journal_id.id,
                "partner_id": self.owner.id,
                "invoice_date": date,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.item.product_id.id, "price_unit": 10}
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def test_a_new_year_begins_at_one(self):
        self.bill_in_batches(self.make_computed_run("2026-12-01", "2026-12-31"))
        run = self.make_computed_run("2027-01-01", "2027-01-31")
        self.assertEqual(
            self.bill_in_batches(run),
            ["JADE/2027/00001", "JADE/2027/00002", "JADE/2027/00003"],
        )

    def test_a_monthly_format_begins_anew_each_month(self):
        self.make_bill("out_invoice").name = "JADE/2026/01/0007"
        names = self.bill_in_batches(self.make_computed_run())
        self.assertEqual(names[0], "JADE/2026/01/0008")
        self.assertEqual(names[-1], "JADE/2026/01/0010")
        run = self.make_computed_run("2026-02-01", "2026-02-28")
        self.assertEqual(
            self.bill_in_batches(run),
            ["JADE/2026/02/0001", "JADE/2026/02/0002", "JADE/2026/02/0003"],
        )

    def test_a_format_the_accountant_chose_goes_on(self):
        for name, expected in (
            ("FEE2026-98-A", ["FEE2026-99-A", "FEE2026-100-A", "FEE2026-101-A"]),
            ("B00099", ["B00100", "B00101", "B00102"]),
            ("2026/9", ["2026/10", "2026/11", "2026/12"]),
        ):
            with self.subTest(name), self.undone():
                self.make_bill("out_invoice").name = name
                run = self.make_computed_run()
                self.assertEqual(self.bill_in_batches(run, size=3), expected)
                for move in run.move_ids:
                    prefix, number = move.sequence_prefix, move.sequence_number
                    move._compute_split_sequence()
                    self.assertEqual(
                        (move.sequence_prefix, move.sequence_number), (prefix, number)
                    )

    def test_credit_notes_with_numbers_of_their_own(self):
        self.community.journal_id.refund_sequence = True
        self.make_bill("out_refund")
        run = self.make_computed_run()
        for line in run.line_ids.filtered(lambda fee: fee.unit_id == self.units[1]):
            line.amount = -line.amount
        self.assertEqual(
            self.bill_in_batches(run, size=3),
            ["JADE/2026/00001", "RJADE/2026/00002", "JADE/2026/00002"],
        )

    def test_credit_notes_in_one_sequence_with_bills(self):
        self.community.journal_id.refund_sequence = False
        run = self.make_computed_run()
        for line in run.line_ids.filtered(lambda fee: fee.unit_id == self.units[1]):
            line.amount = -line.amount
        self.assertEqual(
            self.bill_in_batches(run, size=3),
            ["JADE/2026/00001", "JADE/2026/00002", "JADE/2026/00003"],
        )

    def test_bulk_and_plain_bills_of_one_batch_in_the_order_of_units(self):
        run = self.make_computed_run()
        lines = run.line_ids.filtered(lambda fee: fee.unit_id == self.units[1])
        lines[0].amount = 50
        lines[1].amount = -50
        moves = self.invoicer._bill_units(run, self.units.sorted("code").ids)
        self.assertEqual(moves.mapped("fee_is_bulk"), [True, False, True])
        self.assertEqual(moves.mapped("sequence_number"), [1, 2, 3])


@tagged("post_install", "-at_install")
class TestBulkQueries(BulkCase):
    def test_a_unit_more_costs_next_to_no_query(self):
        """Inserts and updates of a hundred rows each are all that grows: less than a
        query for every four units, where the plain way takes ten for each."""
        units = self.env["property.unit"].create(
            [
                {
                    "code": f"9-{number:03}",
                    "building_id": self.building.id,
                    "charge_area": 50 + number,
                }
                for number in range(90)
            ]
        )
        owners = self.env["res.partner"].create(
            [{"name": f"Owner {number}"} for number in range(90)]
        )
        for unit, owner in zip(units, owners, strict=True):
            self.own(unit, owner)
            self.charge(unit)
        run = self.make_computed_run()
        units = units.sorted("code")
        self.count_queries(run, units[:40])  # reads what any batch reads once
        few = self.count_queries(run, units[40:50])
        many = self.count_queries(run, units[50:])
        self.assertLessEqual((many - few) / 30, 0.25)

    def count_queries(self, run, units):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.invoicer._bill_batch(run, units.ids)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
