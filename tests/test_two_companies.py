"""Two companies with their own currencies in one database, billed side by side."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools import SQL

from .company_case import get_currency, make_company

#: name, currency, price, what a flat of 89.37 m2 pays, with exact halves where
#: the currency has no cents: 89.37 x 50 = 4468.5
BOOKS = (
    ("Yuan", "CNY", "2.80", "250.24"),
    ("Yen", "JPY", "50", "4469"),
    ("Dinar", "BHD", "0.1235", "11.037"),
)


class Place:
    """A company with a community of two flats, a cashier and its drawer.

    :ivar currency: of the bills
    """

    def __init__(self, env, name, currency, price, bills_in=None):
        self.company = make_company(env, name, currency, "generic_coa")
        self.currency = bills_in or self.company.currency_id
        env = env(context={**env.context, "allowed_company_ids": self.company.ids})
        self.env = env
        self.community = env["property.community"].create(
            # the same codes in all companies
            {
                "code": "JADE",
                "name": f"{name} Garden",
                "auto_billing": "none",
                "currency_id": self.currency.id,
            }
        )
        building = env["property.building"].create(
            {"code": "3", "name": "3", "community_id": self.community.id}
        )
        item = env["property.fee.item"].create(
            {"code": "PM", "name": "Service", "tax_ids": [Command.clear()]}
        )
        standard = env["property.fee.standard"].create(
            {
                "code": "PM-A",
                "name": "By area",
                "item_id": item.id,
                "rate_ids": [
                    Command.create(
                        {
                            "date_from": "2025-01-01",
                            "price_unit": float(price),
                            "state": "in_force",
                        }
                    )
                ],
            }
        )
        self.units = env["property.unit"].create(
            [
                {"code": code, "building_id": building.id, "charge_area": area}
                for code, area in (("3-1201", 89.37), ("3-1202", 98.56))
            ]
        )
        self.owners = env["res.partner"].create(
            [{"name": f"{name} {unit.code}"} for unit in self.units]
        )
        env["property.ownership"].create(
            [
                {"unit_id": unit.id, "partner_id": owner.id}
                for unit, owner in zip(self.units, self.owners, strict=True)
            ]
        )
        env["property.recurring.charge"].create(
            [
                {
                    "unit_id": unit.id,
                    "standard_id": standard.id,
                    "date_from": "2026-01-01",
                }
                for unit in self.units
            ]
        )
        self.cashier = new_test_user(
            env,
            f"cashier-{name.lower()}",
            "property_fee_billing.group_cashier,property_fee_billing.group_collector",
        )
        self.community.member_ids = [Command.link(self.cashier.id)]
        self.cash = env["account.journal"].create(
            {"name": "Drawer", "code": "DRW", "type": "cash"}
        )

    def bill(self, month):
        """The bills of a month of 2026."""
        first, last = date(2026, month, 1), monthrange(2026, month)[1]
        run = self.env["property.billing.run"].create(
            {
                "community_ids": [Command.set(self.community.ids)],
                "date_from": first,
                "date_to": first.replace(day=last),
                "invoice_date": first,
            }
        )
        run.action_compute()
        run.action_post()
        return run.move_ids.sorted("fee_unit_id")

    def take(self, bill, amount):
        """Take cash for a bill at the counter."""
        env = self.env(user=self.cashier)
        if not env["property.cashier.session"].search([("state", "=", "open")]):
            env["property.cashier.session"].create({"community_id": self.community.id})
        method = self.cash.inbound_payment_method_line_ids[:1]
        result = env["property.counter"].register(
            {
                "community_id": self.community.id,
                "unit_id": bill.fee_unit_id.id,
                "partner_id": bill.partner_id.id,
                "methods": [{"id": method.id, "amount": amount}],
                "bills": [
                    {"id": bill.id, "amount": amount, "residual": bill.amount_residual}
                ],
            }
        )
        return env["property.receipt"].browse(result["id"])

    def exact(self, amount):
        """An amount as the currency writes it."""
        return Decimal(f"{amount:.{self.currency.decimal_places}f}")

    def get_receivable(self):
        """What the general ledger says the owners owe."""
        self.env.flush_all()
        [[balance]] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(sum(l.balance), 0) FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                 WHERE a.account_type = 'asset_receivable'
                   AND l.parent_state = 'posted' AND l.company_id = %s
                """,
                self.company.id,
            )
        )
        return self.exact(balance)


@tagged("post_install", "-at_install")
class TestTwoCompanies(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.places = [
            Place(cls.env, name, currency, price)
            for name, currency, price, _amount in BOOKS
        ]
        with freeze_time("2026-01-01"):
            cls.bills = [place.bill(1) for place in cls.places]

    def test_each_is_billed_exactly_in_its_own_currency(self):
        for place, bills, (*_rest, amount) in zip(
            self.places, self.bills, BOOKS, strict=True
        ):
            with self.subTest(currency=place.currency.name):
                self.assertEqual(len(bills), 2)
                self.assertEqual(bills.currency_id, place.currency)
                self.assertEqual(bills.company_id, place.company)
                self.assertEqual(place.exact(bills[0].amount_total), Decimal(amount))
                line = bills[0].invoice_line_ids.fee_line_ids
                self.assertEqual(place.exact(line.amount), Decimal(amount))
                total = place.exact(sum(bills.mapped("amount_total")))
                self.assertEqual(place.get_receivable(), total)

    def test_numbers_are_counted_apart(self):
        for bills in self.bills:
            self.assertEqual(sorted(bills.mapped("sequence_number")), [1, 2])

    def test_money_settles_to_the_last_unit_of_the_currency(self):
        for place, bills in zip(self.places, self.bills, strict=True):
            with self.subTest(currency=place.currency.name), freeze_time("2026-01-20"):
                smallest = place.currency.rounding
                part = bills[0].amount_residual - smallest
                receipt = place.take(bills[0], place.currency.round(part))
                self.assertEqual(receipt.currency_id, place.currency)
                self.assertEqual(bills[0].payment_state, "partial")
                self.assertEqual(
                    place.exact(bills[0].amount_residual), place.exact(smallest)
                )
                place.take(bills[0], smallest)
                self.assertEqual(bills[0].payment_state, "paid")
                self.assertEqual(
                    place.get_receivable(), place.exact(bills[1].amount_residual)
                )
                sheet = place.env["property.day.sheet"]._get_data(
                    place.community,
                    date_from=date(2026, 1, 20),
                    date_to=date(2026, 1, 20),
                )
                self.assertTrue(sheet["is_balanced"])

    def test_staff_of_one_see_nothing_of_the_other(self):
        for place in self.places:
            env = place.env(user=place.cashier)
            for model in (
                "property.community",
                "property.unit",
                "property.fee.line",
                "property.arrears.case",
                "property.fee.item",
            ):
                found = env[model].search([])
                self.assertLessEqual(found.company_id, place.company, model)
            self.assertEqual(env["property.unit"].search([]), place.units)
            accounts = env["property.counter"].search_accounts("3-1201")
            self.assertEqual([row["unit_id"] for row in accounts], place.units[:1].ids)

    def test_figures_of_each_are_its_ledger(self):
        if "property.ageing.report" not in self.env:
            self.skipTest("property_fee_reports is not installed")
        for place in self.places:
            env = place.env(user=place.cashier)
            [[balance]] = env["property.ageing.report"]._read_group(
                [], [], ["balance:sum"]
            )
            self.assertEqual(place.exact(balance), place.get_receivable())
            data = env["property.fee.dashboard"].get_data()
            self.assertEqual(data["currency_id"], place.currency.id)
            self.assertEqual(
                [row["id"] for row in data["communities"]], place.community.ids
            )

    def test_arrears_of_each(self):
        with freeze_time("2026-03-01"):
            for place, bills in zip(self.places, self.bills, strict=True):
                cases = place.env["property.arrears.case"]._sync(place.community)
                self.assertEqual(cases.unit_id, place.units)
                self.assertEqual(cases.currency_id, place.currency)
                self.assertEqual(
                    place.exact(sum(cases.mapped("amount_overdue"))),
                    place.exact(sum(bills.mapped("amount_residual"))),
                )

    def test_a_community_may_bill_in_another_currency_than_its_company(self):
        """Prices and bills in yen, the books in yuan at the day's rate; money in
        yen."""
        yen = get_currency(self.env, "JPY")
        place = Place(self.env, "Both", "CNY", "2.80", bills_in=yen)
        self.env["res.currency.rate"].create(
            {
                "currency_id": yen.id,
                "company_id": place.company.id,
                "name": "2026-01-01",
                "rate": 20,
            }
        )
        with freeze_time("2026-02-01"):
            bill = place.bill(2)[0]
        self.assertEqual(bill.currency_id, yen)
        self.assertEqual(bill.journal_id, place.community.journal_id)
        # January and February, each 2.80 x 89.37 = 250.236 without cents
        self.assertEqual(bill.amount_total, 500)
        self.assertAlmostEqual(bill.amount_total_signed, 25)
        self.assertEqual(
            bill.invoice_line_ids.fee_line_ids.mapped("amount"), [250, 250]
        )
        with self.assertRaisesRegex(ValidationError, "payment methods in JPY"):
            place.take(bill, 500)
        place.cash = place.cash.copy(
            {"name": "Yen", "code": "YEN", "currency_id": yen.id}
        )
        place.take(bill, 499)
        self.assertEqual(bill.amount_residual, 1)
        place.take(bill, 1)
        self.assertEqual(bill.payment_state, "paid")
        with self.assertRaisesRegex(ValidationError, "can no longer change"):
            place.community.currency_id = place.company.currency_id
