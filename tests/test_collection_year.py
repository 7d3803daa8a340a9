"""A year of collecting: every arrears case is what the ledger says, all year long."""

import random
from datetime import date

from odoo import Command
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.property_fee_billing.tests.arrears_case import ArrearsCase

UNITS = 10
YEAR = 2026


@tagged("post_install", "-at_install")
class TestCollectionYear(ArrearsCase):
    """Twelve months of bills; owners pay, forget, dispute, agree on plans and break
    them; reminders, late fees and credit notes go out. The dice are always the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(20260105)
        late_item = cls.env["property.fee.item"].create(
            {
                "code": "T-LATE",
                "name": "Late Fee",
                "fee_class": "late_fee",
                "tax_ids": [Command.set(cls.tax.ids)],
            }
        )
        cls.community.late_fee_policy_id = cls.env["property.late.fee.policy"].create(
            {
                "name": "0.05 % a day",
                "daily_percent": 0.05,
                "grace_days": 10,
                "fee_item_id": late_item.id,
            }
        )
        cls.make_units()
        cls.plans = cls.env["property.payment.plan"]
        cls.disputes = cls.env["property.fee.dispute"]
        cls.events = dict.fromkeys(
            ("payment", "credit", "dispute", "plan", "promise", "notice"), 0
        )

    @classmethod
    def make_units(cls):
        """Flats with an owner each; every other one has a parking space as well."""
        units = cls.env["property.unit"].create(
            [
                {
                    "code": f"8-{number:03}",
                    "building_id": cls.building.id,
                    "charge_area": 50 + number * 3.7,
                }
                for number in range(UNITS)
            ]
        )
        owners = cls.env["res.partner"].create(
            [
                {"name": f"Owner of {unit.code}", "email": f"{unit.code}@example.com"}
                for unit in units
            ]
        )
        for number, (unit, owner) in enumerate(zip(units, owners, strict=True)):
            cls.own(unit, owner)
            cls.charge(unit)
            if number % 2:
                cls.charge(unit, cls.parking_standard)
        cls.units = units

    # ------------------------------------------------------------------- the year
    def test_every_case_equals_the_ledger(self):
        for month in range(1, 13):
            with freeze_time(date(YEAR, month, 1)):
                self.bill_month(YEAR, month)
            for day, step in (
                (6, self.pay),
                (9, self.dispute),
                (12, self.agree),
                (15, self.remind),
                (19, self.pay),
                (22, self.credit),
                (25, self.charge_late_fees),
            ):
                with freeze_time(date(YEAR, month, day)):
                    self.env.invalidate_all()
                    step()
            self.check(date(YEAR, month, 28))
        # everything has fallen due by then
        with freeze_time(date(YEAR + 1, 2, 2)):
            self.check_all(self.check(date(YEAR + 1, 2, 2)))
        self.assertGreater(min(self.events.values()), 3, self.events)
        states = set(self.plans.mapped("state"))
        self.assertTrue(states & {"kept", "broken"}, states)
        self.assertEqual(
            set(self.disputes.mapped("state")) & {"upheld", "rejected", "withdrawn"},
            {"upheld", "rejected", "withdrawn"},
        )
        cases = self.Case.search([("community_id", "=", self.community.id)])
        stages = set(cases.mapped("stage"))
        self.assertLessEqual({"closed", "demand"}, stages)

    def debts(self, unit):
        """Open bills of a unit that nobody disputes, the oldest first."""
        bills = self.env["account.move"].search(
            self.env["account.move"]._get_unpaid_domain()
            & self.env["account.move"]._get_overdue_domain(date(YEAR + 9, 1, 1))
            & Domain("fee_unit_id", "=", unit.id),
            order="invoice_date_due, id",
        )
        return bills.filtered(
            lambda bill: (
                not any(
                    line.fee_dispute_id.state in ("open", "upheld")
                    for line in bill.invoice_line_ids
                )
            )
        )

    def pay(self):
        """Some pay all, some a part, some more than they owe."""
        for unit in self.random.sample(list(self.units), 3):
            owed = sum(self.debts(unit).mapped("amount_residual"))
            share = self.random.choice((1, 1, 0.5, 0.35, 1.2))
            amount = self.community.currency_id.round(owed * share)
            if amount > 0:
                self.take(unit, cash=amount)
                self.events["payment"] += 1

    def dispute(self):
        """What was opened the month before is decided; another line is disputed."""
        for dispute in self.disputes.filtered(lambda row: row.state == "open"):
            dispute.decision_note = "Looked into"
            decision = self.random.choice(("uphold", "reject", "withdraw"))
            if decision == "reject":
                dispute.deadline = date.today().replace(day=24)
            getattr(dispute, f"action_{decision}")()
            if decision == "uphold":
                for line in dispute.line_ids:
                    self.credit_line(line.move_line_id, line.amount)
        unit = self.random.choice(self.units)
        lines = self.debts(unit).invoice_line_ids.filtered(
            lambda line: line.fee_item_id and line.fee_amount_open > 30
        )
        lines -= self.env["property.payment.plan"].search([]).bill_ids.invoice_line_ids
        if lines:
            self.disputes += self.disputes.create(
                {
                    "unit_id": unit.id,
                    "reason_code": "service",
                    "line_ids": [
                        Command.create({"move_line_id": lines[0].id, "amount": 25})
                    ],
                }
            )
            self.events["dispute"] += 1

    def agree(self):
        """Who owes for two months agrees on a plan; others promise something."""
        for unit in self.random.sample(list(self.units), 6):
            case = self.Case.search(
                [("unit_id", "=", unit.id), ("closed_on", "=", False)]
            )
            if case.stage == "plan" or not case:
                continue
            bills = self.debts(unit)
            if len(bills) > 2 and not bills._get_bills_on_plan():
                self.make_plan(unit, bills)
            else:
                self.env["property.arrears.promise"].create(
                    {
                        "case_id": case.id,
                        "amount": 50,
                        "date": date.today().replace(day=20),
                    }
                )
                self.events["promise"] += 1

    def make_plan(self, unit, bills):
        plan = self.plans.create(
            {
                "unit_id": unit.id,
                "date_first": date.today().replace(day=20),
                "instalment_count": 3,
                "reason": "Out of work",
                "bill_ids": [Command.set(bills.ids)],
                "acknowledgement_ids": [
                    Command.create({"name": "plan.pdf", "raw": b"signed"})
                ],
            }
        )
        plan.action_submit()
        self.assertEqual(plan.state, "active")
        self.plans += plan
        self.events["plan"] += 1

    def remind(self):
        """The run of the month; half of the demands are proven."""
        run = self.env["property.dunning.run"].create(
            {"community_ids": [Command.set(self.community.ids)]}
        )
        run.action_compute()
        run.action_send()
        self.events["notice"] += len(run.notice_ids)
        for notice in run.notice_ids.filtered("is_demand"):
            if self.random.random() < 0.5:
                notice._register_delivery(
                    date.today(), "provider_receipt", provider_message_id=notice.name
                )

    def credit(self):
        """A line of some bill was too high."""
        unit = self.random.choice(self.units)
        line = self.debts(unit).invoice_line_ids.filtered(
            lambda line: line.fee_item_id and line.fee_amount_open > 20
        )[:1]
        if line:
            self.credit_line(line, 7.77)

    def credit_line(self, line, amount):
        self.env["property.credit.note"]._credit_lines(
            line.move_id, [(line, amount)], date.today(), "Too much"
        )
        self.events["credit"] += 1

    def charge_late_fees(self):
        """Twice a year late fees are billed."""
        if date.today().month in (5, 11):
            self.env["account.move"].search(
                [
                    ("fee_community_id", "=", self.community.id),
                    ("move_type", "=", "out_invoice"),
                ]
            )._post_late_fees(date.today())

    # ------------------------------------------------------------------ the ledger
    def get_ledger(self):
        """What debits and credits say each debtor owes for each unit; nothing of
        reconciliation in it: ``{(unit id, partner id): balance}``."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.fee_unit_id, partner.commercial_partner_id,
                       SUM(line.balance)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.fee_community_id = %s
                   AND line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                 GROUP BY 1, 2
                """,
                self.community.id,
            )
        )
        return {(unit, partner): float(total) for unit, partner, total in rows}

    def check(self, day):
        """The night's work, then every case against the ledger.

        :return: the open cases
        """
        with freeze_time(day):
            self.env.invalidate_all()
            self.plans.filtered(lambda plan: plan.state == "active")._check_kept()
            cases = self.sync(day)
            ledger = self.get_ledger()
            overdue = self.env["account.move"].search(
                self.env["account.move"]._get_overdue_domain()
                & self.env["account.move"]._get_unpaid_domain()
            )
            overdue = overdue.filtered(
                lambda bill: bill.fee_community_id == self.community
            )
            self.assertEqual(cases.unit_id, overdue.fee_unit_id.sorted("id"))
            for case in cases:
                key = (case.unit_id.id, case.partner_id.id)
                self.assertAlmostEqual(case.balance, ledger[key], 2, case.name)
                own = overdue.filtered(
                    lambda bill, case=case: bill.fee_unit_id == case.unit_id
                )
                self.assertAlmostEqual(
                    case.amount_overdue, sum(own.mapped("amount_residual")), 2
                )
        return cases

    def check_all(self, cases):
        """All cases, and what is to the credit of who has none, are the account."""
        ledger = self.get_ledger()
        known = {(case.unit_id.id, case.partner_id.id) for case in cases}
        credit = [total for key, total in ledger.items() if key not in known]
        self.assertTrue(all(total < 0.005 for total in credit), credit)
        [[total]] = self.Case._read_group(
            [("id", "in", cases.ids)], [], ["balance:sum"]
        )
        account = self.env["account.move"].search(
            [("fee_community_id", "=", self.community.id)], limit=1
        )
        account = account.line_ids.account_id.filtered(
            lambda account: account.account_type == "asset_receivable"
        )
        [[booked]] = self.env["account.move.line"]._read_group(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("partner_id", "in", self.units.payer_id.ids),
            ],
            [],
            ["balance:sum"],
        )
        self.assertAlmostEqual(total + sum(credit), booked, 2)
        self.assertGreater(len(cases), 3)
