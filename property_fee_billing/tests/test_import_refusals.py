from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .import_case import ImportCase, day


@tagged("post_install", "-at_install")
class TestImportRefusals(ImportCase):
    """Every refusal names sheet, row and column, and nothing is written."""

    def test_all_errors_are_reported_at_once(self):
        self.put("Units", 2, "charge_area", "abc")
        self.put("Charges", 3, "standard_code", "PM-X")
        self.put("Readings", 3, "meter_code", "W9")
        self.assertRefused(
            "Units, row 2, charge_area: abc is not a number",
            "Charges, row 3, standard_code: there is no standard PM-X in the workbook "
            "or the community",
            "Readings, row 3, meter_code: there is no meter W9 in the workbook or the "
            "community",
        )

    def test_unknown_references(self):
        self.put("Units", 2, "building", "9")
        self.put("Owners", 2, "unit_code", "9-999")
        self.put("Standards", 2, "item_code", "XX")
        self.put("Tiers", 2, "standard_code", "XX")
        self.put("Concessions", 2, "item_code", "XX")
        self.put("Shared costs", 2, "buildings", "1,7")
        unknown = "there is no {} in the workbook or the community"
        self.assertRefused(
            "Units, row 2, building: " + unknown.format("building 9"),
            "Owners, row 2, unit_code: " + unknown.format("unit 9-999"),
            "Standards, row 2, item_code: " + unknown.format("fee item XX"),
            "Tiers, row 2, standard_code: " + unknown.format("standard XX"),
            "Concessions, row 2, item_code: " + unknown.format("fee item XX"),
            "Shared costs, row 2, buildings: " + unknown.format("building 7"),
        )

    def test_a_required_cell_is_empty(self):
        self.put("Owners", 3, "owner_name", "  ")
        self.assertRefused("Owners, row 3, owner_name: the cell is empty")

    def test_codes_that_are_there_twice(self):
        self.append("Buildings", 1, "Again")
        self.append("Units", "1-101", "1", 2, "apartment", 50, 40, "vacant")
        self.append("Fee items", "PM", "Again", "public_service", 6)
        self.append("Meters", "W1", "1-102", "WATER", 1, 5, day("2025-12-31"), 0)
        self.append("Readings", "W1", day("2026-01-31"), 13)
        again = self.append(
            "Charges", "1-101", "PM-A", "2026-01-01", None, 1, "advance", 1
        )
        self.assertRefused(
            "Buildings, row 4, building_code: the same as row 2",
            "Units, row 5, unit_code: the same as row 2",
            "Fee items, row 7, item_code: the same as row 2",
            f"Charges, row {again}, standard_code: the same as row 2",
            "Meters, row 3, meter_code: the same as row 2",
            "Readings, row 4, date: the same as row 2",
        )

    def test_one_owner_code_with_two_names(self):
        self.put("Owners", 5, "owner_name", "Another")
        self.assertRefused(
            "Owners, row 5, owner_name: owner O1 is Another here and Ann in row 2; two "
            "people need two codes"
        )

    def test_overlapping_payers_name_both_rows(self):
        self.put("Owners", 2, "date_to", day("2026-02-15"))
        row = self.append(
            "Owners", "1-101", "O9", "Cid", None, None, "owner", "Y", "2026/2/15", None
        )
        self.assertRefused(
            f"Owners, row {row}, payer: unit 1-101 has a payer in this time already: "
            "row 2, Ann (… – 2026-02-15); end one before the other begins"
        )

    def test_payers_who_follow_each_other(self):
        self.put("Owners", 2, "date_to", day("2026-02-15"))
        self.append(
            "Owners", "1-101", "O9", "Cid", None, None, "owner", "Y", "2026/2/16", None
        )
        community = self.do_import()
        self.assertEqual(len(community.unit_ids[0].ownership_ids), 2)

    def test_dates_the_wrong_way_round(self):
        self.put("Charges", 2, "date_to", day("2025-12-31"))
        self.put("Concessions", 2, "date_to", day("2026-01-01"))
        self.assertRefused(
            "Charges, row 2, date_to: 2025-12-31 is before the first day 2026-01-01",
            "Concessions, row 2, date_to: 2026-01-01 is before the first day "
            "2026-01-10",
        )

    def test_areas(self):
        self.put("Units", 2, "charge_area", 0)
        self.put("Units", 3, "charge_area", -5)
        self.append("Charges", "P-01", "PM-A", "2026-01-01", None, 1, "advance", None)
        self.assertRefused(
            "Units, row 2, charge_area: the charged area must be above 0",
            "Units, row 3, charge_area: an area cannot be negative",
            "Charges, row 5, unit_code: unit P-01 has no charged area above 0, which "
            "standard PM-A charges by",
        )

    def test_numbers_out_of_range(self):
        self.put("Concessions", 2, "factor", 1.2)
        self.put("Charges", 2, "interval_months", 2)
        self.put("Charges", 3, "quantity", 0)
        self.put("Standards", 3, "price_unit", -300)
        self.put("Meters", 2, "multiplier", 0)
        self.put("One-off charges", 2, "quantity", -1)
        self.put("Shared costs", 2, "amount", 0)
        self.put("Fee items", 2, "tax_percent", 100)
        self.assertRefused(
            "Fee items, row 2, tax_percent: a tax is from 0 to less than 100 percent",
            "Standards, row 3, price_unit: a price cannot be negative",
            "Charges, row 2, interval_months: 2 is not 1, 3, 6 or 12",
            "Charges, row 3, quantity: the quantity must be above 0",
            "Concessions, row 2, factor: the factor must be from 0 (nothing to pay) to "
            "1 (no reduction)",
            "Meters, row 2, multiplier: the multiplier must be above 0",
            "Shared costs, row 2, amount: the amount must be above 0",
            "One-off charges, row 2, quantity: the quantity must be above 0",
        )

    def test_tiers(self):
        self.put("Tiers", 2, "up_to_qty", 40)
        self.put("Tiers", 4, "up_to_qty", 50)
        self.append("Tiers", "WATER", day("2025-01-01"), None, 1)
        self.assertRefused(
            "Tiers, row 3, up_to_qty: the limit must be above 40, the one before",
            "Tiers, row 4, up_to_qty: the last tier must have no upper limit; leave "
            "the cell empty",
            "Tiers, row 5, date_from: standard WATER has no price from 2025-01-01 on "
            "the sheet of standards",
        )

    def test_an_open_tier_that_is_not_the_last(self):
        self.put("Tiers", 3, "up_to_qty", None)
        self.assertRefused(
            "Tiers, row 3, up_to_qty: only the last tier has no upper limit"
        )

    def test_tiers_need_a_metered_standard_with_a_basis(self):
        self.append("Tiers", "PM-A", day("2024-11-27"), None, 1)
        self.put("Standards", 4, "tier_basis", None)
        self.assertRefused(
            "Tiers, row 5, standard_code: standard PM-A is not metered and has no "
            "tiers",
            "Standards, row 4, tier_basis: the standard has tiers: say whether each "
            "reading or the year counts",
        )

    def test_metered_standards_belong_on_meters(self):
        self.put("Charges", 2, "standard_code", "WATER")
        self.put("Meters", 2, "standard_code", "PM-A")
        self.assertRefused(
            "Charges, row 2, standard_code: standard WATER is metered; put it on a "
            "meter of the unit",
            "Meters, row 2, standard_code: standard PM-A is not metered",
        )

    def test_rows_of_a_standard_differ_in_the_price_only(self):
        row = self.append(
            "Standards", "PM-A", "PM", "Flats", "fixed", "daily", "2026-02-01", 3.1, 0
        )
        for column, value in (("grade", "grade-1"), ("basis", "contract")):
            self.sheets["Standards"][row - 1] += [None] * 3
            self.put("Standards", row, column, value)
        self.assertRefused(
            f"Standards, row {row}, method: standard PM-A has fixed here and area in "
            "row 2; only the prices may differ"
        )

    def test_formulas_of_standards(self):
        self.sheets["Standards"][0].append("formula")
        self.put("Standards", 2, "method", "formula")
        self.sheets["Standards"][1].append("area * prize")
        lines = self.get_refusal()
        self.assertEqual(len(lines), 1)
        self.assertIn("Standards, row 2, formula: the formula cannot be used", lines[0])
        self.assertIn("prize", lines[0])

    def get_refusal(self):
        _plan, _snapshot, problems = self.make_wizard()._get_plan()
        wizard = self.env["property.community.import"]
        return [wizard._get_problem_text(problem) for problem in problems.errors]

    def test_readings(self):
        self.put("Readings", 2, "date", day("2025-12-31"))
        self.put("Readings", 3, "value", 100000)
        self.append("Readings", "W1", day("2026-03-31"), -1)
        self.assertRefused(
            "Readings, row 2, date: the meter was first read on 2025-12-31; a reading "
            "must be later",
            "Readings, row 3, value: 100000 has more than the 5 digits of the meter",
            "Readings, row 4, value: a reading cannot be negative",
        )

    def test_a_split_by_usage_names_a_metered_item(self):
        self.put("Shared costs", 2, "basis", "usage")
        self.assertRefused(
            "Shared costs, row 2, usage_item: a split by usage names the metered item "
            "whose usage counts"
        )
        self.sheets["Shared costs"][0].append("usage_item")
        self.sheets["Shared costs"][1].append("PM")
        self.assertRefused("Shared costs, row 2, usage_item: item PM is not metered")
        self.put("Shared costs", 2, "usage_item", "WATER")
        community = self.do_import()
        cost = self.env["property.shared.cost"].search(
            [("community_id", "=", community.id)]
        )
        self.assertEqual(cost.usage_item_id.code, "WATER")

    def test_unknown_currency(self):
        self.put("Community", 2, "currency", "RMB")
        self.assertRefused("Community, row 2, currency: RMB is not a currency")

    def test_one_community_in_a_file(self):
        self.append("Community", "POND", "Pond Court", None, "CNY")
        self.assertRefused(
            "Community, row 3, community_code: a file holds one community only"
        )

    def test_what_an_email_address_looks_like(self):
        self.put("Owners", 2, "email", "none")
        self.assertRefused("Owners, row 2, email: none is not an email address")

    def test_a_constraint_nobody_foresaw_becomes_a_sentence(self):
        """Payment references are unique in the company: community LAKE-1 with unit
        101 and community LAKE with unit 1-101 would have the same one."""
        self.do_import()
        self.sheets = self.make_sheets()
        self.put("Community", 2, "community_code", "LAKE-1")
        for sheet in ("Units", "Owners", "Charges", "Concessions", "One-off charges"):
            for cells in self.sheets[sheet][1:]:
                cells[0] = cells[0].replace("1-", "")
        self.put("Meters", 2, "unit_code", "101")
        before = self.count_records()
        with self.assertRaisesRegex(
            Exception,
            "^Nothing was imported. Another unit of this company already has this "
            "payment reference.",
        ):
            self.make_wizard().action_import()
        self.assertEqual(self.count_records(), before)

    def test_figures_reach_the_database_as_they_are(self):
        self.put("Units", 2, "charge_area", "89.37")
        self.put("Standards", 2, "price_unit", 2.123456)
        community = self.do_import()
        self.assertEqual(community.unit_ids[0].charge_area, 89.37)
        rate = self.env["property.fee.rate"].search(
            [("community_id", "=", community.id), ("standard_id.code", "=", "PM-A")]
        )
        self.assertEqual(Decimal(str(rate.price_unit)), Decimal("2.123456"))
        self.assertEqual(rate.date_from, date(2024, 11, 27))
