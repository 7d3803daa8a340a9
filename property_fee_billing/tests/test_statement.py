import random
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .adjust_case import AdjustCase


class StatementCase(AdjustCase):
    """Statements of the small community, beside the ledger itself."""

    @classmethod
    def make_statement(
        cls, last, first="2026-01-01", unit=None, partner=None, **values
    ):
        return cls.env["property.statement"].create(
            {
                "community_id": cls.community.id,
                "unit_id": unit.id if unit else False,
                "partner_id": partner.id if partner else False,
                "date_from": first,
                "date_to": last,
                **values,
            }
        )

    @classmethod
    def get_ledger(cls, day, partner):
        """What journal items say a partner owes on a day, to the cent."""
        lines = cls.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ]
        )
        return cls.company.currency_id.round(sum(lines.mapped("balance")))


@tagged("post_install", "-at_install")
class TestStatement(StatementCase):
    """What an owner is told they owe, and how it came about."""

    def test_bills_payments_and_credits_lead_from_opening_to_closing(self):
        self.make_bill(self.unit, [(self.item, 100)], "2025-12-01")
        bill = self.make_bill(
            self.unit, [(self.item, 250.24), (self.parking, 150)], "2026-01-01"
        )
        with freeze_time("2026-01-20"):
            receipt = self.take(self.unit, cash=300)
        line = bill.invoice_line_ids.filtered(
            lambda line: line.fee_item_id == self.parking
        )
        self.adjust("waiver", bill, [(line, 50)], user=self.chief).action_submit()
        data = self.make_statement(
            "2026-02-28", partner=self.owner
        )._get_statement_data()
        self.assertEqual(data["opening"], 100)
        self.assertEqual(
            [
                (str(row["date"]), row["kind"], row["debit"], row["credit"])
                for row in data["rows"]
            ],
            [
                ("2026-01-01", "bill", 400.24, 0),
                ("2026-01-20", "payment", 0, 300),
                ("2026-02-01", "credit_note", 0, 50),
            ],
        )
        self.assertEqual(
            [row["balance"] for row in data["rows"]], [500.24, 200.24, 150.24]
        )
        self.assertEqual(data["closing"], 150.24)
        self.assertEqual(data["closing"], self.get_ledger("2026-02-28", self.owner))
        self.assertEqual(
            {line["item"]: line["amount"] for line in data["rows"][0]["lines"]},
            {"Property Service": 250.24, "Parking": 150},
        )
        self.assertEqual(data["rows"][1]["name"], receipt.name)
        self.assertEqual(
            data["opening"] + sum(data["totals"].values()), data["closing"]
        )

    def test_what_is_disputed_is_in_review(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24), (self.parking, 80)])
        line = bill.invoice_line_ids.filtered(lambda line: line.price_total == 80)
        self.env["property.fee.dispute"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "reason_code": "service",
                "line_ids": [Command.create({"move_line_id": line.id, "amount": 80})],
            }
        )
        data = self.make_statement(
            date.today(), partner=self.owner
        )._get_statement_data()
        self.assertEqual(data["disputed"], 80)
        self.assertEqual(
            sorted(line["disputed"] for line in data["rows"][0]["lines"]), [0, 80]
        )
        self.assertEqual(data["closing"], 330.24)

    def test_money_counts_for_the_unit_whose_bill_it_settled(self):
        """Ann owns two units and pays both bills at once, and 20 more for the first."""
        self.units[2].ownership_ids.partner_id = self.owner
        first = self.make_bill(self.unit, [(self.item, 100)])
        second = self.make_bill(self.units[2], [(self.item, 60)])
        self.take(self.unit, cash=180, bills=[(first, 100), (second, 60)])
        today = date.today()
        closings = [
            self.make_statement(
                today, unit=unit, partner=self.owner
            )._get_statement_data()["closing"]
            for unit in (self.unit, self.units[2])
        ]
        self.assertEqual(closings, [-20, 0])
        data = self.make_statement(today, partner=self.owner)._get_statement_data()
        self.assertEqual(data["closing"], -20)
        self.assertEqual(len(data["rows"]), 3)

    def test_a_voided_receipt_is_taken_back(self):
        self.make_bill(self.unit, [(self.item, 100)])
        receipt = self.take(self.unit, cash=100)
        receipt.with_user(self.cashier)._void("Wrong unit")
        data = self.make_statement(date.today(), unit=self.unit)._get_statement_data()
        self.assertEqual(data["closing"], 100)
        self.assertEqual(
            [row["kind"] for row in data["rows"]], ["bill", "payment", "reversal"]
        )

    def test_a_former_owner_is_told_of_the_own_bills_alone(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        self.unit.ownership_ids.date_to = "2026-01-31"
        self.own(self.unit, self.owners[1], "2026-02-01")
        self.make_bill(self.unit, [(self.item, 70)], "2026-02-01")
        of_unit = self.make_statement("2026-03-31", unit=self.unit)
        of_ann = self.make_statement("2026-03-31", unit=self.unit, partner=self.owner)
        self.assertEqual(of_unit._get_statement_data()["closing"], 170)
        self.assertEqual(of_ann._get_statement_data()["closing"], 100)

    def test_one_statement_for_each_community(self):
        other = self.env["property.community"].create({"code": "OAK", "name": "Oak"})
        building = self.env["property.building"].create(
            {"code": "1", "name": "1", "community_id": other.id}
        )
        unit = self.env["property.unit"].create(
            {"code": "1-1", "building_id": building.id, "charge_area": 1}
        )
        self.own(unit, self.owner)
        charge = {"unit_id": unit.id, "item_id": self.item.id, "date": "2026-01-01"}
        self.env["property.oneoff.charge"].create(
            {**charge, "name": "x", "quantity": 1, "price_unit": 9}
        )
        run = self.make_run("2026-01-01", "2026-01-01", other)
        run.action_compute()
        run.action_post()
        self.make_bill(self.unit, [(self.item, 100)])
        statement = self.make_statement(
            "2026-03-31", partner=self.owner, community_id=False
        )
        self.assertEqual(
            [part._get_statement_data()["closing"] for part in statement._get_parts()],
            [100, 9],
        )

    def test_it_needs_an_owner_or_a_unit_and_days_in_order(self):
        with self.assertRaisesRegex(ValidationError, "Choose an owner or a unit"):
            self.make_statement("2026-01-31")
        with self.assertRaisesRegex(ValidationError, "must not be after"):
            self.make_statement("2025-01-31", unit=self.unit)

    def test_staff_of_other_communities_get_none(self):
        stranger = new_test_user(
            self.env, "stranger", "property_fee_billing.group_collector"
        )
        statement = self.make_statement("2026-01-31", unit=self.unit)
        with self.assertRaises(AccessError):
            statement.with_user(stranger).sudo(False)._get_statement_data()

    def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(self):
        def count(bills):
            for number in range(bills):
                self.make_bill(self.unit, [(self.item, 10 + number)])
            statement = self.make_statement(date.today(), unit=self.unit)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            statement._get_statement_data()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(1), count(6))

    def test_the_code_tells_whether_it_is_still_so(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24)])
        statement = self.make_statement(
            "2026-07-31", unit=self.unit, partner=self.owner
        )
        code = statement._get_verification_code()
        statement.unlink()
        seal = self.env["property.document.seal"]
        result = seal._verify(code)
        self.assertEqual(result["state"], "valid")
        self.assertIn("as of 07/31/2026, $\xa0250.24", result["message"])
        self.adjust(
            "credit_note", bill, [(bill.invoice_line_ids, 50)], user=self.chief
        ).action_submit()
        result = seal._verify(code)
        self.assertEqual(result["state"], "changed")
        self.assertIn("the ledger now says $\xa0200.24", result["message"])


@tagged("post_install", "-at_install")
class TestStatementEqualsLedger(StatementCase):
    """Whatever is billed, paid, credited and voided, on whatever days: the closing
    balance is the ledger's, and the units add up to the owner."""

    STEPS = 24

    def setUp(self):
        super().setUp()
        self.random = random.Random(7)
        self.units[2].ownership_ids.partner_id = self.owner
        self.pair = [self.unit, self.units[2]]

    def any_day(self):
        return date(2026, 1, 1) + timedelta(days=self.random.randrange(200))

    def any_amount(self):
        return self.random.randrange(1, 30000) / 100

    def bill(self):
        item = self.random.choice([self.item, self.parking])
        count = self.random.choice((1, 2))
        lines = [(item, self.any_amount()) for _number in range(count)]
        self.make_bill(self.random.choice(self.pair), lines, str(self.any_day()))

    def pay(self):
        with freeze_time(self.any_day()):
            self.take(self.random.choice(self.pair), cash=self.any_amount())

    def credit(self):
        bills = self.env["account.move"].search(
            [("partner_id", "=", self.owner.id), ("move_type", "=", "out_invoice")]
        )
        if bills:
            line = self.random.choice(list(bills.invoice_line_ids))
            left = line.price_total - line.fee_line_ids.amount_credited
            if left > 0.02:
                amount = round(left / 2, 2)
                self.adjust(
                    "credit_note", line.move_id, [(line, amount)], self.chief
                ).action_submit()

    def void(self):
        receipts = self.env["property.receipt"].search([("state", "=", "issued")])
        if receipts:
            self.random.choice(list(receipts)).with_user(self.cashier)._void("Error")

    def test_closing_balances_equal_journal_items_to_the_cent(self):
        for _step in range(self.STEPS):
            self.random.choice(
                [self.bill, self.bill, self.pay, self.pay, self.credit, self.void]
            )()
        for days in range(0, 400, 23):
            last = date(2026, 1, 1) + timedelta(days=days)
            with self.subTest(last=last):
                of_owner, *of_units = (
                    self.make_statement(
                        last, last - timedelta(days=30), unit=unit, partner=self.owner
                    )._get_statement_data()
                    for unit in (None, *self.pair)
                )
                self.assertEqual(
                    f"{of_owner['closing']:.2f}",
                    f"{self.get_ledger(last, self.owner):.2f}",
                )
                self.assertEqual(
                    f"{of_owner['closing']:.2f}",
                    f"{sum(data['closing'] for data in of_units):.2f}",
                )
        # today what is open of each unit is also what Odoo has as residual
        for unit in self.pair:
            lines = self.env["account.move.line"].search(
                [
                    ("fee_unit_id", "=", unit.id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                ]
            )
            statement = self.make_statement("2027-12-31", unit=unit)
            self.assertAlmostEqual(
                statement._get_statement_data()["closing"],
                sum(lines.mapped("amount_residual")),
                places=2,
            )
