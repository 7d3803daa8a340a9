import base64
from datetime import date

from odoo.tests import tagged

from .import_case import ImportCase


@tagged("post_install", "-at_install")
class TestImportSample(ImportCase):
    """The 240-unit sample community comes in whole, and only once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        wizard = cls.env["property.community.import"].create(
            {"file": base64.b64encode(cls.get_sample())}
        )
        action = wizard.action_import()
        cls.env.flush_all()
        cls.community = cls.env["property.community"].browse(action["res_id"])

    def count(self, model, *domain):
        return self.env[model].search_count(
            [("community_id", "=", self.community.id), *domain]
        )

    def test_everything_is_there(self):
        expected = {
            "property.building": 4,
            "property.unit": 240,
            "property.ownership": 271,
            "property.fee.standard": 7,
            "property.fee.rate": 8,
            "property.recurring.charge": 355,
            "property.concession": 16,
            "property.meter": 319,
            "property.meter.reading": 914,
            "property.shared.cost": 3,
            "property.oneoff.charge": 11,
        }
        self.assertEqual({model: self.count(model) for model in expected}, expected)
        ownerships = self.env["property.ownership"].search(
            [("community_id", "=", self.community.id)]
        )
        self.assertEqual(len(ownerships.partner_id), 261)
        self.assertEqual(self.community.name, "翠湖花园7")
        self.assertEqual(self.community.currency_id.name, "CNY")
        self.assertTrue(self.community.currency_id.active)
        self.assertTrue(self.community.journal_id)

    def test_two_people_of_one_name_stay_two(self):
        people = (
            self.env["property.ownership"]
            .search(
                [
                    ("community_id", "=", self.community.id),
                    ("partner_id.name", "=", "高娜"),
                ]
            )
            .partner_id
        )
        self.assertEqual(set(people.mapped("ref")), {"O00006", "O00343"})

    def test_the_developer_is_a_company_and_one_person_of_many_units(self):
        units = self.env["property.ownership"].search(
            [("community_id", "=", self.community.id), ("role", "=", "developer")]
        )
        self.assertEqual(len(units), 11)
        self.assertEqual(len(units.partner_id), 1)
        self.assertTrue(units.partner_id.is_company)

    def test_taxes_are_owed_on_the_tax_account_and_shown_by_their_percent(self):
        item = (
            self.env["property.fee.standard"]
            .search([("community_id", "=", self.community.id), ("code", "=", "PM-RES")])
            .item_id
        )
        tax = item.tax_ids
        self.assertEqual(tax.amount, 6)
        self.assertTrue(tax.price_include)
        self.assertEqual(tax.tax_group_id.name, "Tax 6%")
        account = tax.invoice_repartition_line_ids.account_id
        self.assertEqual(account.internal_group, "liability")
        self.assertEqual(account, tax.refund_repartition_line_ids.account_id)

    def test_rates_are_in_force_with_their_tiers(self):
        rates = (
            self.env["property.fee.rate"]
            .search([("standard_id.code", "=", "PM-RES")], order="date_from")
            .filtered(lambda rate: rate.community_id == self.community)
        )
        self.assertEqual(rates.mapped("price_unit"), [2.8, 3.1])
        self.assertLessEqual(set(rates.mapped("state")), {"in_force", "superseded"})
        water = self.env["property.fee.rate"].search(
            [
                ("standard_id.code", "=", "WATER"),
                ("community_id", "=", self.community.id),
            ]
        )
        self.assertEqual(
            [(tier.up_to_qty, tier.price_unit) for tier in water.tier_ids],
            [(18.0, 2.5), (30.0, 3.8), (0.0, 6.2)],
        )

    def test_taxes_are_contained_in_the_prices(self):
        standards = self.env["property.fee.standard"].search(
            [("community_id", "=", self.community.id)]
        )
        taxes = {
            standard.item_id.code: [
                (tax.amount_type, tax.amount, tax.price_include)
                for tax in standard.item_id.tax_ids
            ]
            for standard in standards
        }
        self.assertEqual(taxes["PM"], [("percent", 6.0, True)])
        self.assertEqual(taxes["WATER"], [("percent", 0.0, True)])

    def test_dates_numbers_and_defaults(self):
        charge = self.env["property.recurring.charge"].search(
            [
                ("community_id", "=", self.community.id),
                ("unit_id.code", "=", "1-0101"),
                ("standard_id.code", "=", "PARK-M"),
            ]
        )
        self.assertEqual(charge.date_from, date(2026, 2, 2))
        self.assertEqual(charge.quantity, 1)
        unit = charge.unit_id
        self.assertEqual((unit.charge_area, unit.inner_area), (94.06, 73.37))
        self.assertEqual(unit.payment_reference, "XY07-1-0101")
        concession = self.env["property.concession"].search(
            [("community_id", "=", self.community.id)], limit=1
        )
        self.assertEqual(concession.state, "approved")
        self.assertEqual(concession.approved_by_id, self.env.user)

    def test_the_scope_of_a_shared_cost(self):
        costs = self.env["property.shared.cost"].search(
            [("community_id", "=", self.community.id)], order="date_from"
        )
        self.assertEqual(costs.mapped("amount"), [1542.83, 2226.97, 967.95])
        self.assertEqual(costs[0].building_ids.mapped("code"), ["1"])
        self.assertFalse(costs[0].unit_type_ids)
        self.assertFalse(costs[1].building_ids)
        self.assertEqual(costs[1].unit_type_ids.mapped("code"), ["apartment"])

    def test_the_same_file_again_changes_nothing(self):
        before = self.count_records()
        self.age_records()
        self.do_import(self.get_sample())
        self.assertEqual(self.count_records(), before)
        self.assertEqual(self.get_written(), {})

    def test_a_fee_manager_may_import_and_is_staff_then(self):
        sheets = self.make_sheets()
        community = self.do_import(self.make_file(sheets), self.manager)
        self.assertEqual(community.member_ids, self.manager)
        self.assertEqual(len(community.with_user(self.manager).unit_ids), 3)
