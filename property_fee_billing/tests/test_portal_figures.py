from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from .late_fee_case import LateFeeCase
from .portal_pay_case import PortalPayCase


@tagged("post_install", "-at_install")
class TestPortalFigures(LateFeeCase, PortalPayCase):
    """What bills come to on the day they are looked at, and paid."""

    def row(self, bill):
        (row,) = self.env["property.online.payment"]._get_rows(bill)
        return row

    def test_a_late_fee_is_shown_and_paid_to_the_day(self):
        """827.90 due 31 March, 0.05 % a day after 15 days: 76 days to 30 June."""
        bill = self.late_bill()
        with freeze_time("2025-06-30"):
            page = self.visit(f"/my/fees/{bill.id}")
            self.assertIn("31.46", page.text)
            self.assertIn("859.36", page.text)
            receipt = self.pay(f"/my/fees/pay?bill={bill.id}")
        self.assertEqual(receipt.amount, 859.36)
        self.assertEqual(sorted(receipt.line_ids.mapped("amount")), [31.46, 827.90])
        late_bill = self.env["account.move"].search(
            [("late_fee_bill_id", "=", bill.id)]
        )
        self.assertEqual(late_bill.payment_state, "paid")
        self.assertLateFee(bill, "2025-07-31", 0.0)

    def test_a_late_provider_costs_the_payer_nothing(self):
        bill = self.late_bill()
        with freeze_time("2025-06-30"):
            transaction = self.begin(f"/my/fees/pay?bill={bill.id}")
        with freeze_time("2025-07-03"):
            receipt = self.confirm(transaction)
            self.assertEqual(receipt.date, date(2025, 6, 30))
            self.assertEqual(bill.payment_state, "paid")
            self.assertLateFee(bill, "2025-07-03", 0.0)

    def test_a_part_settles_late_fees_first_where_the_community_says_so(self):
        bill = self.late_bill()
        with freeze_time("2025-06-30"):
            self.pay(f"/my/fees/pay?bill={bill.id}&amount=431.46")
        self.assertEqual(bill.amount_residual, 427.90)

    def test_a_part_settles_fees_first_where_the_community_says_so(self):
        self.community.allocation_order = "fees_first"
        bill = self.late_bill()
        with freeze_time("2025-06-30"):
            self.pay(f"/my/fees/pay?bill={bill.id}&amount=827.90")
        self.assertEqual(bill.amount_residual, 0)

    def test_a_discount_for_paying_early_is_given_online(self):
        loss = self.env["account.account"].create(
            {"code": "667700", "name": "Discounts", "account_type": "expense"}
        )
        self.company.account_journal_early_pay_discount_loss_account_id = loss
        self.community.payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "included",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        bill = self.late_bill([(self.item, 1000)], "2025-03-31")
        with freeze_time("2025-04-05"):
            receipt = self.pay(f"/my/fees/pay?bill={bill.id}")
        self.assertEqual((receipt.amount, receipt.discount_amount), (980, 20))
        self.assertEqual(bill.payment_state, "paid")

    def test_of_a_bill_on_a_plan_the_next_instalment_is_asked(self):
        bill = self.late_bill([(self.item, 900)], "2025-03-31")
        with freeze_time("2025-04-01"):
            plan = self.env["property.payment.plan"].create(
                {
                    "unit_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "bill_ids": [Command.set(bill.ids)],
                    "date_first": "2025-04-30",
                    "instalment_count": 3,
                    "reason": "Illness",
                    "acknowledgement_ids": [
                        Command.create({"name": "plan.pdf", "raw": b"signed"})
                    ],
                }
            )
            plan.action_submit()
            self.assertEqual(plan.state, "active")
            row = self.row(bill)
            self.assertEqual((row["state"], row["to_pay"]), ("plan", 300))
            receipt = self.pay(f"/my/fees/pay?bill={bill.id}")
        self.assertEqual(receipt.amount, 300)
        self.assertEqual(bill.amount_residual, 600)

    def test_a_bill_says_why_it_is_that_amount(self):
        self.charge(self.unit, date_from="2025-03-01")
        self.bill_month(2025, 3)
        bill = self.env["account.move"].search([("fee_unit_id", "=", self.unit.id)])
        text = self.visit(f"/my/fees/{bill.id}").text
        self.assertIn("89.37 m² × 2.80", text)
        self.assertEqual(self.visit(f"/my/fees/{bill.id}", self.bob).status_code, 404)

    def test_states_and_sums_of_a_unit(self):
        with freeze_time("2025-06-30"):
            self.late_bill([(self.item, 100)], "2025-06-30")
            self.late_bill([(self.item, 827.90)], "2025-03-31")
            paid = self.late_bill([(self.parking, 50)], "2025-06-01")
            self.take(self.unit, bills=[(paid, 50)], cash=50)
            text = self.visit(f"/my/units/{self.unit.id}").text
        for words in ("959.36", "859.36", "Overdue", "Paid", "To Pay"):
            self.assertIn(words, text)

    def test_lists_are_searched_filtered_sorted_and_paged(self):
        first = self.late_bill([(self.item, 100)], "2025-03-31")
        second = self.late_bill([(self.parking, 200)], "2025-04-30")

        def names(query):
            text = self.visit(f"/my/fees?{query}").text
            return [bill for bill in (first, second) if bill.name in text]

        self.assertEqual(names("search=Parking&search_in=item"), [second])
        self.assertEqual(names("search=3-12&search_in=unit"), [first, second])
        self.assertEqual(names(f"search={first.name}"), [first])
        self.assertEqual(names("filterby=paid"), [])
        self.assertEqual(names("filterby=overdue&sortby=due"), [first, second])
        self.assertEqual(
            names("filterby=nonsense&sortby=x&search_in=y"), [first, second]
        )
