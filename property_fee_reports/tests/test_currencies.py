"""Communities of two currencies: figures never add up yuan and dollars."""

import json
from datetime import datetime

from odoo import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import json_default

from .figure_case import FigureCase


@tagged("post_install", "-at_install")
class TestCurrencies(FigureCase):
    """1,000 are billed and 400 paid in the company's currency; 100 and 50 in another of
    which 1 is worth 7."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_currency = cls.company.currency_id
        cls.foreign = cls.env["res.currency"].create(
            {"name": "FGN", "symbol": "F", "rounding": 0.01}
        )
        cls.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": cls.foreign.id,
                "company_id": cls.company.id,
                "rate": 1 / 7,
            }
        )
        cls.home = cls.community
        cls.abroad = cls.env["property.community"].create(
            {
                "code": "FAR",
                "name": "Far Court",
                "currency_id": cls.foreign.id,
                "payment_term_id": cls.community.payment_term_id.id,
            }
        )
        cls.far_unit = cls.env["property.unit"].create(
            {
                "code": "F-1",
                "building_id": cls.env["property.building"]
                .create({"code": "F", "name": "F", "community_id": cls.abroad.id})
                .id,
                "charge_area": 50,
            }
        )
        cls.own(cls.far_unit, cls.owners[2])
        cls.both = [("community_id", "in", (cls.home + cls.abroad).ids)]
        with freeze_time("2026-03-01"):
            near = cls.make_bill(cls.unit, [(cls.item, 1000)], day="2026-03-01")
            far = cls.make_far_bill()
            cls.settle(near, 400)
            cls.settle(far, 50)

    @classmethod
    def make_far_bill(cls):
        cls.env["property.oneoff.charge"].create(
            {
                "unit_id": cls.far_unit.id,
                "item_id": cls.item.id,
                "name": "Fee",
                "date": "2026-03-01",
                "quantity": 1,
                "price_unit": 100,
            }
        )
        run = cls.make_run("2026-03-01", "2026-03-01", cls.abroad)
        run.action_compute()
        run.action_post()
        return run.move_ids

    @classmethod
    def settle(cls, bill, amount):
        """A payment in the bill's currency."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": bill.partner_id.id,
                "amount": amount,
                "currency_id": bill.currency_id.id,
                "journal_id": cls.bank.id,
                "date": "2026-03-01",
                "fee_community_id": bill.fee_community_id.id,
                "fee_unit_id": bill.fee_unit_id.id,
            }
        )
        payment.action_post()
        (bill | payment.move_id).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()

    def ask(self, model, *names, groupby=()):
        """As a pivot asks: plain sums, the currencies, sums in the company's."""
        specs = ["currency_id:array_agg_distinct"]
        specs += [f"{name}:sum_currency" for name in names]
        with freeze_time("2026-03-31"):
            return self.env[model]._read_group(self.both, groupby, specs)

    def test_a_sum_of_two_currencies_is_in_that_of_the_company(self):
        [(currencies, billed, paid)] = self.ask(
            "property.collection.report", "billed", "paid"
        )
        self.assertEqual(
            currencies, sorted((self.own_currency + self.foreign).ids), "two are in it"
        )
        self.assertAlmostEqual(billed, 1000 + 7 * 100, 2)
        self.assertAlmostEqual(paid, 400 + 7 * 50, 2)

    def test_a_group_of_one_currency_stays_in_it(self):
        rows = self.ask(
            "property.collection.report", "billed", groupby=["community_id"]
        )
        self.assertEqual(
            {row[0]: row[1] for row in rows},
            {self.home: self.own_currency.ids, self.abroad: self.foreign.ids},
        )

    def test_the_sum_is_what_odoo_converts_row_by_row(self):
        for model, name in (
            ("property.collection.report", "billed"),
            ("property.ageing.report", "amount_open"),
        ):
            [[_currencies, found]] = self.ask(model, name)
            with freeze_time("2026-03-31"):
                rows = self.env[model].search(self.both)
                expected = sum(
                    row.currency_id._convert(
                        row[name], self.own_currency, self.company, round=False
                    )
                    for row in rows
                )
            self.assertTrue(found)
            self.assertAlmostEqual(found, expected, 2, model)

    def test_a_rate_takes_both_in_one_currency(self):
        """(400 + 7 x 50) / (1000 + 7 x 100) = 44.1 %, not 450 / 1,100."""
        for model, name in (
            ("property.collection.report", "rate_amount"),
            ("property.collection.month", "rate_cash"),
        ):
            [[rate]] = self.env[model]._read_group(
                [*self.both, ("month", "=", "2026-03-01")], [], [f"{name}:avg"]
            )
            self.assertAlmostEqual(rate, 750 / 1700, 4, model)

    def test_days_outstanding_of_both(self):
        """(600 + 350) x 365 / (1000 + 700)."""
        with freeze_time("2026-03-31"):
            [[dso]] = self.env["property.collection.month"]._read_group(
                [*self.both, ("month", "=", "2026-03-01")], [], ["dso:avg"]
            )
        self.assertAlmostEqual(dso, 950 * 365 / 1700, 1)

    def load(self, user, community=False):
        with freeze_time("2026-03-31"):
            data = (
                self.env["property.fee.dashboard"].with_user(user).get_data(community)
            )
        return json.loads(json.dumps(data, default=json_default))

    def test_the_dashboard_converts_and_says_so(self):
        user = new_test_user(
            self.env, "two-currencies", "property_fee_billing.group_collector"
        )
        (self.home + self.abroad).member_ids = [Command.link(user.id)]
        data = self.load(user)
        self.assertTrue(data["is_converted"])
        self.assertEqual(data["currency_id"], self.own_currency.id)
        tiles = {tile["key"]: tile for tile in data["tiles"]}
        self.assertAlmostEqual(tiles["rate_amount"]["value"], 750 / 1700, 4)
        bars = {bar["key"]: bar["amount"] for bar in data["ageing"]}
        self.assertAlmostEqual(bars["a_not_due"], 600 + 7 * 50, 2)
        self.assertAlmostEqual(data["trend"][-1]["billed"], 1700, 2)
        self.assertAlmostEqual(data["trend"][-1]["open"], 950, 2)
        far = self.load(user, self.abroad.id)
        self.assertFalse(far["is_converted"])
        self.assertEqual(far["currency_id"], self.foreign.id)
        self.assertEqual(far["trend"][-1]["billed"], 100)

    def test_the_digest_is_in_the_companys_currency(self):
        digest = (
            self.env["digest.digest"]
            .create({"name": "Fees", "company_id": self.company.id})
            .with_context(
                start_datetime=datetime(2026, 3, 1), end_datetime=datetime(2026, 4, 1)
            )
        )
        with freeze_time("2026-04-01"):
            names = ("billed", "received", "past_due")
            values = [digest[f"kpi_property_fee_{name}_value"] for name in names]
        self.assertEqual([round(value, 2) for value in values], [1700, 750, 950])
