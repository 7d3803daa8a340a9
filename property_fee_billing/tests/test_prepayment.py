from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .prepay_case import PrepayCase


@tagged("post_install", "-at_install")
@freeze_time("2025-01-10")
class TestPrepayment(PrepayCase):
    """Months ahead are billed at once, when the payer asks."""

    def test_a_year_ahead_is_billed_as_one_period(self):
        """E1: the year is 3,311.62, where twelve bills would be 3,311.64."""
        result, bill = self.bill_ahead()
        self.assertEqual((result["total"], result["to_pay"]), (3311.62, 3311.62))
        self.assertEqual(bill.amount_total, 3311.62)
        self.assertEqual(bill.partner_id, self.payer)
        self.assertEqual(bill.invoice_date, date(2025, 1, 10))
        run = bill.fee_run_id
        self.assertEqual((run.kind, run.state), ("prepayment", "done"))
        self.assertEqual(run.create_uid, self.cashier)
        self.assertEqual(
            run.line_ids.explanation["period"], ["2025-01-01", "2025-12-31"]
        )

    def test_pay_12_get_1(self):
        """E8: pay 3,311.62, 13 months covered, next due 13 months later; the gift of
        275.97 is shown and is no money."""
        asked = self.prepay.prepare(self.flat.id, offer_id=self.bonus.id)
        [row] = asked["charges"]
        self.assertEqual((asked["total"], asked["gift_value"]), (3311.62, 275.97))
        self.assertEqual(
            (row["date_from"], row["date_to"]), ("2025-01-01", "2025-12-31")
        )
        self.assertEqual(
            (row["gift_from"], row["gift_to"]), ("2026-01-01", "2026-01-31")
        )
        self.assertEqual(row["next_from"], "2026-02-01")
        self.assertIn(
            "worth 275.97 (98.56 m² × 2.80), not charged", row["lines"][1]["why"]
        )
        self.assertFalse(self.flat.fee_line_count)

        result, bill = self.bill_ahead(offer=self.bonus)
        self.assertEqual((result["total"], result["gift_value"]), (3311.62, 275.97))
        self.assertEqual(bill.amount_total, 3311.62)
        lines = bill.fee_run_id.line_ids
        self.assertEqual(
            self.amounts(lines),
            [("2025-01-01", "2025-12-31", 3311.62), ("2026-01-01", "2026-01-31", 0)],
        )
        self.assertEqual(set(lines.mapped("state")), {"posted"})
        note = bill.invoice_line_ids.filtered(
            lambda line: line.display_type == "line_note"
        )
        self.assertIn("275.97", note.name)
        self.assertEqual(bill.fee_run_id.prepay_offer_id, self.bonus)
        self.assertEqual(self.bonus.run_count, 1)

    def test_the_next_run_continues_right_after(self):
        self.bill_ahead(offer=self.bonus)
        run = self.make_run("2025-01-01", "2026-01-31")
        run.action_compute()
        self.assertFalse(run.line_ids.filtered(lambda line: line.unit_id == self.flat))
        run.action_reset_to_draft()
        run = self.bill_month(2026, 2)
        self.assertEqual(
            self.amounts(run.line_ids), [("2026-02-01", "2026-02-28", 275.97)]
        )

    def test_a_second_prepayment_continues_after_the_first(self):
        self.bill_ahead(6)
        _result, bill = self.bill_ahead(6)
        self.assertEqual(
            self.amounts(bill.fee_run_id.line_ids),
            [("2025-07-01", "2025-12-31", 1655.81)],
        )

    def test_a_month_begun_is_finished_first(self):
        """E2: handed over on 16 March, 142.44 for the rest of the month."""
        self.charge(self.units[2], date_from="2025-03-16")
        self.units[2].charge_area = 98.56
        result, bill = self.bill_ahead(3, unit=self.units[2])
        self.assertEqual(result["total"], 970.34)
        self.assertEqual(
            self.amounts(bill.fee_run_id.line_ids),
            [
                ("2025-03-16", "2025-03-31", 142.44),
                ("2025-04-01", "2025-06-30", 827.90),
            ],
        )

    def test_the_community_limits_how_far_ahead(self):
        """12 months after the current one, months given included."""
        self.bill_ahead(offer=self.bonus)
        with self.assertRaisesRegex(
            UserError,
            "billed up to 01/31/2026 and would be up to 02/28/2026: community Jade "
            "Garden takes money at most 12 months ahead, that is up to 01/31/2026",
        ):
            self.bill_ahead(1)
        self.community.prepay_month_limit = 13
        self.bill_ahead(1)
        self.community.prepay_month_limit = 0
        self.charge(self.units[2], date_from="2025-01-01")
        with self.assertRaisesRegex(UserError, "at most 0 months ahead"):
            self.bill_ahead(2, unit=self.units[2])

    def test_only_charges_that_are_chosen(self):
        parking = self.charge(self.flat, self.parking_standard, "2025-01-01")
        self.assertEqual(self.prepay.prepare(self.flat.id)["total"], 6911.62)
        result, bill = self.bill_ahead(3, charge_ids=parking.ids)
        self.assertEqual(result["total"], 900)
        self.assertEqual(bill.invoice_line_ids.fee_item_id, self.parking)
        self.early.item_ids = self.item
        asked = self.prepay.prepare(self.flat.id, offer_id=self.early.id)
        self.assertEqual([row["id"] for row in asked["charges"]], self.service.ids)
        with self.assertRaisesRegex(UserError, "is not for charge"):
            self.bill_ahead(offer=self.early, charge_ids=parking.ids)

    def test_whole_intervals_only(self):
        self.service.interval_months = 3
        asked = self.prepay.prepare(self.flat.id, months=4)
        self.assertIn("every 3 months", asked["problems"][0])
        with self.assertRaisesRegex(UserError, "every 3 months"):
            self.bill_ahead(4)
        result, _bill = self.bill_ahead(6)
        self.assertEqual(result["total"], 1655.81)

    def test_refusals(self):
        self.bonus.date_to = "2025-01-09"
        other = self.charge(self.units[2], date_from="2025-01-01")
        for message, values in (
            ("cannot be taken", {"offer": self.bonus}),
            ("is for 12 months, not for 6", {"months": 6, "offer": self.early}),
            ("at least one", {"months": -1}),
            ("is not one of unit", {"charge_ids": other.ids}),
            ("no recurring charge", {"unit": self.unit}),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self.bill_ahead(**values)
        self.assertFalse(self.flat.fee_line_count)
        self.flat.ownership_ids.date_to = "2025-06-30"
        with self.assertRaisesRegex(
            UserError, "from 07/01/2025 to 12/31/2025: No payer"
        ):
            self.bill_ahead()
        self.company.sale_lock_date = "2025-01-31"
        with self.assertRaisesRegex(UserError, "books are closed"):
            self.bill_ahead(6)

    def test_days_in_a_preview_are_not_billed_twice(self):
        run = self.make_run("2025-01-01", "2025-01-31")
        run.action_compute()
        _result, bill = self.bill_ahead(2)
        self.assertEqual(
            self.amounts(bill.fee_run_id.line_ids),
            [("2025-02-01", "2025-03-31", 551.94)],
        )

    def test_only_cashiers_of_the_community(self):
        desk = new_test_user(
            self.env, "prepay-desk", "property_fee_billing.group_front_desk"
        )
        stranger = new_test_user(
            self.env, "prepay-stranger", "property_fee_billing.group_cashier"
        )
        for user in (desk, stranger):
            for method in ("prepare", "bill"):
                service = self.env["property.prepayment"].with_user(user)
                with self.assertRaises(AccessError):
                    getattr(service, method)(self.flat.id, 12)

    def test_the_dialog_shows_and_bills_the_same(self):
        action = self.flat.with_user(self.cashier).action_prepay()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.cashier)
            .with_context(**action["context"])
        )
        self.assertEqual((form.months, form.amount_total), (12, 3311.62))
        form.months = 3
        self.assertEqual((form.amount_total, len(form.line_ids)), (827.90, 1))
        form.offer_id = self.bonus
        self.assertEqual((form.months, form.gift_value), (12, 275.97))
        self.assertFalse(form.problem)
        wizard = form.save()
        bill = self.env["account.move"].browse(wizard.action_bill()["res_id"])
        self.assertEqual(bill.amount_total, 3311.62)

    def test_paid_through(self):
        parking = self.charge(self.flat, self.parking_standard, "2025-01-01")
        self.assertEqual(self.flat.paid_through, date(2024, 12, 31))
        _result, bill = self.bill_ahead(offer=self.bonus, charge_ids=self.service.ids)
        _result, other = self.bill_ahead(2, charge_ids=parking.ids)
        self.env.invalidate_all()
        self.assertEqual(self.flat.paid_through, date(2024, 12, 31))
        self.take(self.flat, bills=[(bill, 3311.62), (other, 600)], cash=3911.62)
        self.env.invalidate_all()
        self.assertEqual(self.flat.paid_through, date(2025, 2, 28))
        parking.date_to = "2025-01-05"
        self.env.invalidate_all()
        self.assertEqual(self.flat.paid_through, date(2026, 1, 31))

    def test_paid_through_of_many_units_is_one_query(self):
        for unit in self.units:
            self.charge(unit, self.parking_standard, "2025-01-01")
        self.units.mapped("paid_through")
        self.units.invalidate_recordset(["paid_through"])
        with self.assertQueryCount(1):
            self.units.mapped("paid_through")

    def test_taxes_are_in_the_total(self):
        self.item.tax_ids = self.tax
        asked = self.prepay.prepare(self.flat.id)
        self.assertEqual(asked["total"], 3311.62)
        self.tax.price_include_override = "tax_excluded"
        asked = self.prepay.prepare(self.flat.id)
        _result, bill = self.bill_ahead()
        self.assertEqual((asked["total"], bill.amount_total), (3510.32, 3510.32))

    def test_an_offer_gives_something(self):
        with self.assertRaisesRegex(ValidationError, "gives nothing"):
            self.offer(name="Nothing")
        with self.assertRaisesRegex(ValidationError, "until when"):
            self.offer(name="Never", discount_percent=2, discount_days=0)
        self.assertEqual(self.bonus.benefit, "pay 12 months, get 1")
        self.assertEqual(self.early.benefit, "2 % off if paid by 03/31/2025")


@tagged("post_install", "-at_install")
class TestPrepayDiscount(PrepayCase):
    """E7: the year is 3,311.62, 2 % less if paid by 31 March."""

    def bill_in_march(self, day="2025-03-01"):
        with freeze_time(day):
            result, bill = self.bill_ahead(offer=self.early)
        self.assertEqual(
            (result["total"], result["discount"], result["to_pay"]),
            (3311.62, 66.23, 3245.39),
        )
        return bill

    def get_desk_row(self, day):
        """What the counter shows of the flat's bill on a day."""
        with freeze_time(day):
            account = self.desk.get_account(self.community.id, self.flat.id)
        [row] = account["bills"]
        return row["residual"], row["discount"], row["to_pay"]

    def test_counter_and_portal_agree_until_the_day_and_after(self):
        bill = self.bill_in_march()
        for day, discount, to_pay in (
            ("2025-03-01", 66.23, 3245.39),
            ("2025-03-31", 66.23, 3245.39),
            ("2025-04-01", 0.0, 3311.62),
        ):
            self.assertEqual(self.get_desk_row(day), (3311.62, discount, to_pay))
            with freeze_time(day):
                portal = bill._get_invoice_next_payment_values()
            self.assertEqual(portal["amount_due"], to_pay)

    def test_paid_in_time(self):
        bill = self.bill_in_march()
        with freeze_time("2025-03-31"):
            receipt = self.take(self.flat, bills=[(bill, 3311.62)], cash=3245.39)
        self.assertEqual((bill.payment_state, bill.amount_residual), ("paid", 0))
        self.assertEqual((receipt.amount, receipt.discount_amount), (3245.39, 66.23))
        loss = self.env["account.move.line"].search([("account_id", "=", self.loss.id)])
        self.assertEqual(sum(loss.mapped("balance")), 66.23)

    def test_paid_a_day_late(self):
        """1 April: the full price."""
        bill = self.bill_in_march()
        with freeze_time("2025-04-01"):
            receipt = self.take(self.flat, bills=[(bill, 3311.62)], cash=3311.62)
        self.assertEqual((receipt.amount, receipt.discount_amount), (3311.62, 0))
        self.assertEqual(bill.payment_state, "paid")

    def test_billed_on_the_last_day(self):
        bill = self.bill_in_march("2025-03-31")
        self.assertEqual(self.get_desk_row("2025-03-31")[2], 3245.39)
        self.assertEqual(self.get_desk_row("2025-04-01")[2], 3311.62)
        self.assertEqual(bill.invoice_date_due, date(2025, 4, 30))
        with freeze_time("2025-04-01"), self.assertRaisesRegex(UserError, "be taken"):
            self.bill_ahead(offer=self.early)

    def test_days_to_pay(self):
        offer = self.offer(name="Soon", discount_percent=2, discount_days=45)
        with freeze_time("2025-03-01"):
            asked = self.prepay.prepare(self.flat.id, offer_id=offer.id)
            _result, bill = self.bill_ahead(offer=offer)
        self.assertEqual(asked["discount_until"], "2025-04-15")
        self.assertEqual(self.get_desk_row("2025-04-15")[2], 3245.39)
        self.assertEqual(self.get_desk_row("2025-04-16")[2], 3311.62)
        self.assertEqual(bill.invoice_date_due, date(2025, 4, 15))

    def test_one_payment_term_for_one_discount(self):
        self.charge(self.units[2], date_from="2025-01-01")
        with freeze_time("2025-03-01"):
            _result, one = self.bill_ahead(offer=self.early)
            _result, two = self.bill_ahead(offer=self.early, unit=self.units[2])
        term = one.invoice_payment_term_id
        self.assertEqual(two.invoice_payment_term_id, term)
        self.assertTrue(term.early_discount)
        self.assertEqual(term.early_pay_discount_computation, "included")
        self.early.discount_percent = 3
        self.assertNotEqual(self.early._get_payment_term(self.community), term)

    def test_credit_does_not_cost_the_owner_the_discount(self):
        with freeze_time("2025-03-01"):
            self.take(self.flat, cash=100)
        bill = self.bill_in_march()
        self.assertEqual(bill.amount_residual, 3311.62)
        self.assertEqual(self.get_desk_row("2025-03-01")[2], 3245.39)

    def test_without_a_discount_account_nothing_is_billed(self):
        self.company.account_journal_early_pay_discount_loss_account_id = False
        with (
            freeze_time("2025-03-01"),
            self.assertRaisesRegex(UserError, "cash discount loss account"),
        ):
            self.bill_ahead(offer=self.early)

    def test_cancelling_the_run_frees_the_months(self):
        """The manager takes a prepayment back as long as nobody has paid it."""
        bill = self.bill_in_march()
        self.community.member_ids = [Command.link(self.manager.id)]
        with freeze_time("2025-03-02"):
            bill.fee_run_id.with_user(self.manager).action_cancel()
            asked = self.prepay.prepare(self.flat.id, months=1)
        self.assertEqual(asked["charges"][0]["open_from"], "2025-01-01")
