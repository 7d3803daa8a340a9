from odoo import Command
from odoo.tests import tagged

from .bulk_case import BulkCase


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

    def known_bills(self):
        """How many bills the database's planner believes there are."""
        self.env.cr.execute(
            "SELECT reltuples FROM pg_class WHERE oid = 'account_move'::regclass"
        )
        return self.env.cr.fetchone()[0]

    def test_statistics_are_renewed_while_the_ledger_is_small(self):
        bulk = self.env["property.billing.bulk"]
        run = self.make_computed_run()
        self.invoicer._bill_batch(run, run.line_ids.unit_id.ids)
        # for batches of a million units any ledger is small
        bulk._refresh_statistics(1_000_000)
        known = self.known_bills()
        self.assertGreaterEqual(known, len(run.move_ids))
        self.bill_month(2026, 2)
        bulk._refresh_statistics(0)
        self.assertEqual(self.known_bills(), known, "large enough for batches of none")


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
