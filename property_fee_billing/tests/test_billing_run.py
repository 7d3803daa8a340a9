from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .common import PropertyFeeCommon


@tagged("post_install", "-at_install")
class TestComputeRun(PropertyFeeCommon):
    """Compute makes draft lines and says what differs; nothing is posted yet."""

    def test_each_unit_gets_its_area_times_the_price(self):
        for unit in self.units:
            self.charge(unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(run.state, "computed")
        self.assertEqual(
            run.line_ids.sorted("unit_id").mapped("amount"), [250.24, 275.97, 280.00]
        )
        self.assertEqual(run.amount_total, 806.21)
        self.assertFalse(run.move_ids)

    def test_the_sentence_says_why(self):
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(
            run.line_ids.explanation_text,
            "89.37 m² × 2.80, rate of 01/01/2025, = 250.24",
        )

    def test_the_sentence_names_where_the_area_is_from(self):
        self.unit.write({"area_source": "register", "area_reference": "No. 3-118"})
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(
            run.line_ids.explanation_text,
            "89.37 m² × 2.80, rate of 01/01/2025, "
            "area by: Property Register No. 3-118, = 250.24",
        )

    def test_a_price_change_within_the_month_splits_the_line_exactly(self):
        self.set_rate(self.standard, "2026-07-16", 2.60)
        self.charge(self.unit, date_from="2026-07-01")
        run = self.make_run("2026-07-01", "2026-07-31")
        run.action_compute()
        amounts = self.amounts(run.line_ids)
        self.assertEqual(
            amounts,
            [
                ("2026-07-01", "2026-07-15", 121.08),
                ("2026-07-16", "2026-07-31", 119.93),
            ],
        )
        self.assertEqual(
            run.line_ids.sorted("date_from")[1].explanation_text,
            "89.37 m² × 2.60 × 16/31, rate of 07/16/2026, = 119.93",
        )

    def test_computing_again_gives_the_same_lines(self):
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        before = run.line_ids.mapped("explanation")
        run.action_compute()
        self.assertEqual(run.line_ids.mapped("explanation"), before)

    def test_what_another_preview_holds_is_left_out_and_counted(self):
        self.charge(self.unit)
        first = self.make_run("2026-01-01", "2026-01-31")
        first.action_compute()
        second = self.make_run("2026-01-01", "2026-01-31")
        second.action_compute()
        self.assertFalse(second.line_ids)
        self.assertEqual(second.held_line_count, 1)

    def test_a_new_date_throws_the_preview_away(self):
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        run.date_to = "2026-02-28"
        self.assertEqual(run.state, "draft")
        self.assertFalse(run.line_ids)

    def test_earlier_periods_are_billed_as_catch_up(self):
        self.charge(self.unit, date_from="2025-12-01")
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(
            run.line_ids.sorted("date_from").mapped("is_catch_up"), [True, False]
        )
        self.assertEqual(run.item_total_ids.catch_up_amount, 250.24)

    def test_archived_units_are_not_billed(self):
        self.charge(self.unit)
        self.unit.active = False
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertFalse(run.line_ids)


@tagged("post_install", "-at_install")
class TestRefusals(PropertyFeeCommon):
    """What cannot be billed is refused with the reason; the rest is billed."""

    def test_days_without_a_payer_are_refused_with_their_part(self):
        self.unit.ownership_ids.date_to = "2026-01-11"
        self.own(self.unit, self.owners[1], "2026-01-21")
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        refusal = run.refusal_ids
        self.assertEqual(refusal.reason, "no_payer")
        self.assertEqual(str(refusal.date_from), "2026-01-12")
        self.assertEqual(str(refusal.date_to), "2026-01-20")
        total = sum(run.line_ids.mapped("amount")) + refusal.amount
        self.assertAlmostEqual(total, 250.24, places=2)
        self.assertIn("Enter who pays", refusal.message)

    def test_the_refused_days_are_billed_once_the_payer_is_known(self):
        self.unit.ownership_ids.date_from = "2026-01-11"
        self.charge(self.unit)
        first = self.bill_month(2026, 1)
        kept = first.refusal_ids.amount
        self.own(self.unit, self.owners[1], False, "2026-01-10")
        second = self.bill_month(2026, 2)
        caught_up = second.line_ids.filtered("is_catch_up")
        self.assertEqual(caught_up.amount, kept)
        self.assertEqual(caught_up.partner_id, self.owners[1])
        self.assertAlmostEqual(
            kept + sum(first.line_ids.mapped("amount")), 250.24, places=2
        )

    def test_a_standard_without_a_rate_is_refused(self):
        standard = self.env["property.fee.standard"].create(
            {"code": "T-NEW", "name": "New", "item_id": self.item.id}
        )
        self.charge(self.unit, standard)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(run.refusal_ids.reason, "no_rate")
        self.assertFalse(run.line_ids)

    def test_a_unit_without_area_is_refused(self):
        self.unit.charge_area = 0
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(run.refusal_ids.reason, "no_basis")

    def test_a_draft_rate_is_not_billed(self):
        self.env["property.fee.rate"].create(
            {
                "standard_id": self.standard.id,
                "date_from": "2025-06-01",
                "price_unit": 99,
            }
        )
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(run.line_ids.amount, 250.24)

    def test_a_formula_with_an_unknown_variable_cannot_be_saved(self):
        with self.assertRaisesRegex(ValidationError, "formula"):
            self.env["property.fee.standard"].create(
                {
                    "code": "T-F",
                    "name": "F",
                    "item_id": self.item.id,
                    "method": "formula",
                    "formula": "area * prise",
                }
            )

    def test_a_formula_is_billed_by_its_figure(self):
        standard = self.make_standard(
            "T-F", self.item, 2.80, method="formula", formula="area * price * 1.2 + 10"
        )
        self.charge(self.units[1], standard)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(run.line_ids.amount, 341.16)


@tagged("post_install", "-at_install")
class TestPostRun(PropertyFeeCommon):
    """One posted invoice per unit and payer, its total the sum of its fee lines."""

    def test_the_invoice_carries_what_accountants_look_for(self):
        self.charge(self.unit)
        self.charge(self.unit, self.parking_standard)
        run = self.bill_month(2026, 1)
        self.assertEqual(run.state, "done")
        move = run.move_ids
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.amount_total, 550.24)
        self.assertEqual(move.partner_id, self.owner)
        self.assertEqual(move.journal_id, self.community.journal_id)
        self.assertEqual(move.payment_reference, "JADE-3-1201")
        self.assertEqual(move.invoice_date_due, Date.to_date("2026-01-31"))
        self.assertEqual(move.fee_unit_id, self.unit)
        analytic = {str(self.community.analytic_account_id.id): 100}
        for line in move.invoice_line_ids:
            self.assertEqual(line.quantity, 1)
            self.assertEqual(line.analytic_distribution, analytic)
            self.assertEqual(str(line.fee_date_to), "2026-01-31")
            self.assertEqual(line.fee_line_ids.amount, line.price_total)
        self.assertEqual(
            move.line_ids.mapped("fee_unit_id"), self.unit, "all journal items"
        )
        self.assertEqual(set(run.line_ids.mapped("state")), {"posted"})

    def test_without_a_payment_term_a_bill_is_due_on_its_date(self):
        self.community.payment_term_id = False
        self.charge(self.unit)
        move = self.bill_month(2026, 1).move_ids
        self.assertEqual(str(move.invoice_date_due), "2026-01-01")
        term_line = move.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        self.assertEqual(str(term_line.date_maturity), "2026-01-01")

    def test_tax_is_included_in_the_price(self):
        self.charge(self.units[1], interval_months=3)
        move = self.bill_month(2026, 1).move_ids
        self.assertEqual(move.amount_total, 827.90)
        self.assertEqual(move.amount_untaxed, 781.04)
        self.assertEqual(move.amount_tax, 46.86)

    def test_two_payers_in_a_month_get_an_invoice_each(self):
        self.unit.ownership_ids.date_to = "2026-06-11"
        self.own(self.unit, self.owners[1], "2026-06-12")
        self.charge(self.unit, date_from="2026-06-01")
        run = self.bill_month(2026, 6)
        self.assertEqual(len(run.move_ids), 2)
        self.assertEqual(sum(run.move_ids.mapped("amount_total")), 250.24)

    def test_a_run_for_next_month_is_posted_now(self):
        self.charge(self.unit, date_from="2030-01-01")
        run = self.bill_month(2030, 1)
        self.assertEqual(run.move_ids.state, "posted")
        self.assertEqual(str(run.move_ids.date), "2030-01-01")

    def test_the_same_month_again_makes_nothing_new(self):
        self.charge(self.unit)
        self.bill_month(2026, 1)
        again = self.bill_month(2026, 1)
        self.assertFalse(again.line_ids)
        self.assertFalse(again.move_ids)

    def test_a_zero_line_is_settled_without_an_invoice(self):
        free = self.make_standard("T-FREE", self.parking, 0, method="fixed")
        self.charge(self.unit, free)
        run = self.bill_month(2026, 1)
        self.assertEqual(run.line_ids.state, "posted")
        self.assertFalse(run.move_ids)
        self.assertFalse(self.bill_month(2026, 1).line_ids)

    def test_bill_rounding_stands_on_a_line_of_its_own(self):
        account = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        self.community.invoice_cash_rounding_id = self.env[
            "account.cash.rounding"
        ].create(
            {
                "name": "Yuan",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "rounding_method": "UP",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )
        self.charge(self.units[1])
        move = self.bill_month(2026, 1).move_ids
        self.assertEqual(move.amount_total, 276.00)
        rounding = move.invoice_line_ids.filtered(
            lambda line: not line.fee_line_ids
        ) or move.line_ids.filtered(lambda line: line.display_type == "rounding")
        self.assertAlmostEqual(abs(sum(rounding.mapped("balance"))), 0.03, places=2)

    def test_one_bad_unit_is_set_aside_and_the_rest_posts(self):
        for unit in self.units:
            self.charge(unit)
        move_class = type(self.env["account.move"])
        post = move_class._post
        bad = self.units[1]

        def fail_for_one(moves, soft=True):
            if bad in moves.fee_unit_id:
                raise UserError(self.env._("This owner's invoices are blocked."))
            return post(moves, soft=soft)

        with patch.object(move_class, "_post", fail_for_one):
            run = self.bill_month(2026, 1)
        self.assertEqual(run.move_ids.fee_unit_id, self.units - bad)
        self.assertEqual(run.refusal_ids.unit_id, bad)
        self.assertEqual(run.refusal_ids.detail, "This owner's invoices are blocked.")
        later = self.bill_month(2026, 1)
        self.assertEqual(later.move_ids.fee_unit_id, bad, "billed once it is mended")

    def test_posted_lines_never_change(self):
        self.charge(self.unit)
        line = self.bill_month(2026, 1).line_ids
        with self.assertRaisesRegex(UserError, "never changes"):
            line.amount = 1
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            line.unlink()

    def test_a_posted_bill_cannot_be_set_back_to_draft(self):
        self.charge(self.unit)
        move = self.bill_month(2026, 1).move_ids
        with self.assertRaisesRegex(UserError, "stays as it is"):
            move.button_draft()

    def test_a_later_price_or_area_leaves_the_bill_alone(self):
        self.charge(self.unit)
        run = self.bill_month(2026, 1)
        self.set_rate(self.standard, "2026-01-01", 9.99)
        self.unit.charge_area = 200
        self.assertFalse(self.bill_month(2026, 1).line_ids)
        self.assertEqual(run.line_ids.amount, 250.24)
        self.assertIn("89.37 m²", run.line_ids.explanation_text)

    def test_a_fee_manager_needs_no_accountant(self):
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31").with_user(self.manager)
        run.action_compute()
        run.action_post()
        self.assertEqual(run.move_ids.amount_total, 250.24)


@tagged("post_install", "-at_install")
class TestCancelRun(PropertyFeeCommon):
    """Cancelling credits every bill and frees what was billed."""

    def test_cancel_credits_the_bills(self):
        self.charge(self.unit)
        run = self.bill_month(2026, 1)
        invoice = run.move_ids
        run.action_cancel()
        self.assertEqual(run.state, "cancelled")
        credit = run.move_ids - invoice
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.state, "posted")
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(run.line_ids.state, "cancelled")

    def test_what_was_cancelled_can_be_billed_anew(self):
        self.charge(self.unit)
        self.bill_month(2026, 1).action_cancel()
        self.assertEqual(self.bill_month(2026, 1).line_ids.amount, 250.24)

    def test_cancelling_a_preview_leaves_nothing(self):
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        run.action_cancel()
        self.assertFalse(run.line_ids)

    def test_a_posted_run_cannot_be_deleted_or_moved(self):
        self.charge(self.unit)
        run = self.bill_month(2026, 1)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            run.unlink()
        with self.assertRaisesRegex(UserError, "its communities and dates stay"):
            run.date_to = "2026-02-28"


@tagged("post_install", "-at_install")
class TestPreview(PropertyFeeCommon):
    """Before posting, the run is compared with the one before."""

    def setUp(self):
        super().setUp()
        for unit in self.units[:2]:
            self.charge(unit)
        self.bill_month(2026, 1)

    def preview(self):
        run = self.make_run("2026-02-01", "2026-02-28")
        run.action_compute()
        return run

    def test_totals_stand_beside_the_previous_run(self):
        run = self.preview()
        total = run.item_total_ids
        self.assertEqual(total.amount, 526.21)
        self.assertEqual(total.previous_amount, 526.21)
        self.assertEqual(total.difference, 0)
        self.assertFalse(run.unit_change_ids)

    def test_a_new_unit_and_a_gone_one_are_named(self):
        self.units[0].charge_ids.date_to = "2026-01-31"
        self.charge(self.units[2], date_from="2026-02-01")
        changes = {
            change.unit_id: change.change for change in self.preview().unit_change_ids
        }
        self.assertEqual(changes, {self.units[2]: "new", self.units[0]: "gone"})

    def test_a_changed_unit_says_why(self):
        self.set_rate(self.standard, "2026-02-01", 3.50)
        self.env["property.concession"].create(
            {
                "unit_id": self.units[0].id,
                "item_id": self.item.id,
                "factor": 0.5,
                "date_from": "2026-02-01",
                "state": "approved",
            }
        )
        self.units[1].charge_area = 120
        changes = {change.unit_id: change for change in self.preview().unit_change_ids}
        halved, larger = changes[self.units[0]], changes[self.units[1]]
        self.assertTrue(halved.rate_changed and halved.concession_changed)
        self.assertFalse(halved.area_changed or halved.payer_changed)
        self.assertEqual(halved.causes, "rate, concession")
        self.assertTrue(larger.rate_changed and larger.area_changed)
        self.assertTrue(halved.is_beyond and larger.is_beyond)

    def test_a_charge_that_begins_is_not_a_changed_rate(self):
        self.charge(self.unit, self.parking_standard, date_from="2026-02-01")
        change = self.preview().unit_change_ids
        self.assertEqual(change.causes, "charges")

    def test_a_new_owner_is_a_change_even_at_the_same_amount(self):
        self.unit.ownership_ids.date_to = "2026-01-31"
        self.own(self.unit, self.owners[2], "2026-02-01")
        change = self.preview().unit_change_ids
        self.assertTrue(change.payer_changed)
        self.assertEqual(change.difference, 0)


@tagged("post_install", "-at_install")
class TestMonthlyRun(PropertyFeeCommon):
    """The month's run is prepared by itself, and posted where it should be."""

    def trigger(self, name):
        """Run one of the app's scheduled jobs as Odoo does."""
        with self.enter_registry_test_mode():
            self.env.ref(f"property_fee_billing.{name}").method_direct_trigger()

    @freeze_time("2026-03-02")
    def test_the_run_waits_for_a_person(self):
        self.charge(self.unit)
        self.trigger("cron_prepare_runs")
        run = self.env["property.billing.run"].search(
            [("community_ids", "in", self.community.ids)]
        )
        self.assertEqual(run.state, "computed")
        self.assertEqual(str(run.date_to), "2026-03-31")
        self.assertEqual(run.activity_ids.user_id, self.manager)
        self.trigger("cron_prepare_runs")
        self.assertEqual(
            self.env["property.billing.run"].search_count(
                [("community_ids", "in", self.community.ids)]
            ),
            1,
        )

    @freeze_time("2026-03-02")
    def test_a_community_that_says_so_is_posted_in_the_background(self):
        self.charge(self.unit)
        self.community.auto_billing = "post"
        runs = self.env["property.billing.run"]
        self.trigger("cron_prepare_runs")
        run = runs.search([("community_ids", "in", self.community.ids)])
        self.assertEqual(run.state, "posting")
        self.trigger("cron_post_runs_1")
        self.assertEqual(run.state, "done")
        self.assertEqual(run.move_ids.state, "posted")

    @freeze_time("2026-03-02")
    def test_before_its_day_or_by_hand_nothing_is_prepared(self):
        self.community.billing_day = 5
        self.trigger("cron_prepare_runs")
        self.assertFalse(
            self.env["property.billing.run"].search(
                [("community_ids", "in", self.community.ids)]
            )
        )
