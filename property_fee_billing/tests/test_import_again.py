from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .import_case import ImportCase, day


@tagged("post_install", "-at_install")
class TestImportAgain(ImportCase):
    """What a second file does to a community that is there already."""

    def search(self, model, *domain):
        return self.env[model].search(
            [("community_id", "=", self.community.id), *domain]
        )

    def setUp(self):
        super().setUp()
        self.community = self.do_import()

    def test_the_same_file_changes_nothing(self):
        before = self.count_records()
        self.age_records()
        self.do_import()
        self.assertEqual(self.count_records(), before)
        self.assertEqual(self.get_written(), {})

    def test_only_what_differs_is_written(self):
        self.age_records()
        self.put("Owners", 2, "phone", 13911112222)
        self.put("Units", 3, "occupancy", "Occupied")
        self.put("Charges", 3, "date_to", day("2026-12-31"))
        self.put("Readings", 3, "value", 33)
        self.do_import()
        written = self.get_written()
        self.assertEqual(
            {model: len(ids) for model, ids in written.items()},
            {
                "res.partner": 1,
                "property.unit": 1,
                "property.recurring.charge": 1,
                "property.meter.reading": 1,
            },
        )
        owner = self.search("property.ownership").partner_id.filtered(
            lambda partner: partner.ref == "O1"
        )
        self.assertEqual(owner.phone, "13911112222")
        self.assertEqual(
            self.search("property.unit", ("code", "=", "1-102")).occupancy, "occupied"
        )

    def test_an_empty_cell_erases_nothing(self):
        self.put("Owners", 2, "phone", None)
        self.put("Charges", 4, "quantity", None)
        self.age_records()
        self.do_import()
        self.assertEqual(self.get_written(), {})

    def test_a_file_may_bring_readings_alone(self):
        self.sheets = {
            "Community": self.sheets["Community"],
            "Readings": [
                ["meter_code", "date", "value"],
                ["W1", day("2026-03-31"), 50],
            ],
        }
        self.do_import()
        self.assertEqual(
            self.search("property.meter.reading").sorted("date").mapped("value"),
            [12, 32, 50],
        )

    def test_a_unit_changes_hands(self):
        self.put("Owners", 2, "date_to", day("2026-02-14"))
        self.append(
            "Owners", "1-101", "O9", "Cid", None, None, "owner", "Y", "2026-02-15", None
        )
        self.do_import()
        ownerships = self.search("property.ownership", ("unit_id.code", "=", "1-101"))
        self.assertEqual(sorted(ownerships.mapped("partner_id.name")), ["Ann", "Cid"])

    def test_payers_swap_days_in_one_file(self):
        """Ann's time is cut before the time of the next payer grows."""
        self.put("Owners", 2, "date_to", day("2026-02-14"))
        row = self.append(
            "Owners", "1-101", "O9", "Cid", None, None, "owner", "Y", "2026-02-15"
        )
        self.sheets["Owners"][row - 1].append(day("2026-06-30"))
        self.do_import()
        self.put("Owners", 2, "payer", "N")
        self.put("Owners", row, "date_to", day("2026-12-31"))
        self.do_import()
        payers = self.search(
            "property.ownership",
            ("unit_id.code", "=", "1-101"),
            ("is_payer", "=", True),
        )
        self.assertEqual(payers.partner_id.name, "Cid")
        self.assertEqual(str(payers.date_to), "2026-12-31")

    def test_overlap_with_a_payer_of_the_community(self):
        self.sheets["Owners"][1:] = []
        self.append(
            "Owners", "1-101", "O9", "Cid", None, None, "owner", "Y", "2026-02-15", None
        )
        self.assertRefused(
            "Owners, row 2, payer: unit 1-101 has a payer in this time already: Ann of "
            "the community (… – …); end one before the other begins"
        )

    def test_an_owner_code_is_not_taken_over(self):
        self.put("Owners", 3, "owner_name", "Bert")
        self.assertRefused(
            "Owners, row 3, owner_name: owner O2 of the community is Bob, not Bert; "
            "give a new owner a new code, or rename the contact"
        )

    def test_two_communities_use_one_owner_code(self):
        ann = self.search("property.ownership", ("partner_id.ref", "=", "O1"))
        self.put("Community", 2, "community_code", "POND")
        for row in (2, 5):
            self.put("Owners", row, "owner_name", "Another")
        other = self.do_import()
        another = self.env["property.ownership"].search(
            [("community_id", "=", other.id), ("partner_id.ref", "=", "O1")]
        )
        self.assertEqual(ann.partner_id.name, "Ann")
        self.assertEqual(another.partner_id.name, "Another")
        self.assertNotEqual(ann.partner_id, another.partner_id)
        self.community = other
        self.test_the_same_file_changes_nothing()

    def test_equal_one_off_rows_are_two_charges(self):
        row = list(self.sheets["One-off charges"][1])
        self.append("One-off charges", *row)
        self.do_import()
        self.do_import()
        self.assertEqual(len(self.search("property.oneoff.charge")), 2)

    def test_a_new_price_is_a_new_row(self):
        self.put("Standards", 2, "price_unit", 3.1)
        self.assertRefused(
            "Standards, row 2, price_unit: the rate in force from that day differs; "
            "add a row with a later date"
        )
        self.put("Standards", 2, "price_unit", 2.8)
        later = list(self.sheets["Standards"][1])
        later[5:7] = [day("2026-02-01"), 3.1]
        self.append("Standards", *later)
        self.do_import()
        rates = self.search("property.fee.rate", ("standard_id.code", "=", "PM-A"))
        self.assertEqual(rates.sorted("date_from").mapped("price_unit"), [2.8, 3.1])

    def test_tiers_in_force_stay(self):
        self.put("Tiers", 2, "price_unit", 2.6)
        self.assertRefused(
            "Standards, row 4, price_unit: the rate in force from that day differs; "
            "add a row with a later date"
        )

    # ------------------------------------------------------------------ items
    def test_communities_share_an_item_of_one_class_and_tax(self):
        items = self.search("property.fee.standard").item_id
        self.put("Community", 2, "community_code", "POND")
        self.put("Fee items", 2, "tax_percent", 9)
        other = self.do_import()
        standards = self.env["property.fee.standard"].search(
            [("community_id", "=", other.id)]
        )
        by_code = {item.code: item for item in standards.item_id}
        known = {item.code: item for item in items}
        self.assertEqual(by_code["PARK"], known["PARK"])
        self.assertNotEqual(by_code["PM"], known["PM"])
        self.assertEqual(by_code["PM"].community_id, other)
        self.assertEqual(by_code["PM"].tax_ids.amount, 9)
        self.assertEqual(known["PM"].tax_ids.amount, 6)

    def test_the_community_s_own_item_follows_the_file(self):
        self.put("Fee items", 2, "tax_percent", 9)
        self.do_import()
        own = self.env["property.fee.item"].search(
            [("code", "=", "PM"), ("community_id", "=", self.community.id)]
        )
        standard = self.search("property.fee.standard", ("code", "=", "PM-A"))
        self.assertEqual(standard.item_id, own)
        self.put("Fee items", 2, "tax_percent", 5)
        self.do_import()
        self.assertEqual(own.tax_ids.amount, 5)
        self.assertTrue(own.tax_ids.price_include)

    # ---------------------------------------------------------------- refusals
    def test_a_community_of_others_is_refused(self):
        self.assertFalse(self.community.with_user(self.manager).has_access("read"))
        before = self.count_records()
        with self.assertRaisesRegex(
            UserError, "^Community LAKE exists, and you are not on its staff."
        ):
            self.make_wizard(user=self.manager).action_import()
        self.assertEqual(self.count_records(), before)
        self.add_member(self.community, self.manager)
        self.put("Owners", 2, "phone", "13911112222")
        self.do_import(user=self.manager)

    def test_only_fee_managers_import(self):
        cashier = new_test_user(
            self.env, "import-cashier", "property_fee_billing.group_cashier"
        )
        with self.assertRaises(Exception) as caught:
            self.make_wizard(user=cashier)
        self.assertEqual(type(caught.exception).__name__, "AccessError")

    def test_the_currency_stays(self):
        self.put("Community", 2, "currency", "JPY")
        currency = self.env.company.currency_id.name
        self.assertRefused(
            f"Community, row 2, currency: the community bills in {currency}, which an "
            "import does not change"
        )

    def test_what_is_archived_is_not_brought_back_silently(self):
        self.search("property.unit", ("code", "=", "P-01")).active = False
        self.assertRefused(
            "Units, row 4, unit_code: P-01 is archived; restore it before the import"
        )

    def test_what_bills_rest_on_stays(self):
        run = self.env["property.billing.run"].create(
            {
                "community_ids": [Command.set(self.community.ids)],
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
                "invoice_date": "2026-02-01",
            }
        )
        run.action_compute()
        run.action_post()
        self.do_import()
        self.put("Standards", 2, "proration", "full_month")
        self.put("Meters", 2, "multiplier", 10)
        self.put("Readings", 2, "value", 13)
        self.append("Readings", "W1", day("2026-01-15"), 99990)
        self.assertRefused(
            "Standards, row 2, proration: the standard has been billed; give the new "
            "one a new code",
            "Meters, row 2, multiplier: the meter has billed readings; record a "
            "replacement or a correction as a reading",
            "Readings, row 2, value: the reading has been billed; record a correction "
            "instead",
            "Readings, row 4, date: the meter is billed up to 2026-01-31; an earlier "
            "reading cannot be added",
        )
