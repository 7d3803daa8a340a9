# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recurring charges: the formula of the fee, its periods and its segments."""

from dataclasses import replace
from decimal import Decimal as D

from ..engine import bill_recurring, reckon_recurring
from .engine_case import (
    ANNE,
    BEN,
    CLEO,
    ITEM,
    EngineCase,
    charge,
    concession,
    day,
    days,
    rate,
    span,
    standard,
    tagged,
    unit,
    window,
)

RESIDENTIAL = standard(rate("2.80"))
YEAR = ("2025-01-01", "2025-12-31")


@tagged("post_install", "-at_install")
class TestAmount(EngineCase):
    """amount = (basis x price + base) x quantity x months x factor, rounded once."""

    def test_a_month_a_quarter_and_a_year_are_each_rounded_once(self):
        for months, amount in ((1, "275.97"), (3, "827.90"), (12, "3311.62")):
            fee = charge(unit(), RESIDENTIAL, "2025-01-01", months=months)
            self.assertAmounts(self.bill_days(fee, "2025-01-01", "2025-01-31"), amount)

    def test_a_half_cent_the_float_product_misses(self):
        fee = charge(unit("100.10"), standard(rate("2.15")), "2025-01-01")
        self.assertAmounts(self.bill_days(fee, "2025-01-01", "2025-01-31"), "215.22")

    def test_the_base_is_added_each_month_and_quantity_multiplies_both(self):
        fee = standard(rate("1.95", base="10"))
        two = charge(unit("100"), fee, "2025-01-01", months=3, quantity="2")
        self.assertAmounts(self.bill_days(two, "2025-01-01", "2025-01-31"), "1230.00")

    def test_inner_area_and_fixed_are_methods_of_their_own(self):
        home = unit(inner_area=D("73.37"))
        inner = standard(rate("3"), method="inner_area")
        fixed = standard(rate("25"), method="fixed")
        for fee, amount, kind in (
            (inner, "220.11", "inner_area"),
            (fixed, "25.00", "unit"),
        ):
            result = self.bill_days(
                charge(home, fee, "2025-01-01"), *YEAR[:1], "2025-01-31"
            )
            self.assertAmounts(result, amount)
            self.assertEqual(result.lines[0].explanation["basis_kind"], kind)

    def test_a_fixed_fee_needs_no_area(self):
        fee = charge(
            unit(area=None), standard(rate("25"), method="fixed"), "2025-01-01"
        )
        self.assertAmounts(self.bill_days(fee, "2025-01-01", "2025-01-31"), "25.00")

    def test_no_area_refuses_and_is_never_zero(self):
        for area in (None, "0", "-1"):
            fee = charge(unit(area=area), RESIDENTIAL, "2025-01-01")
            result = self.bill_days(fee, "2025-01-01", "2025-01-31")
            self.assertAmounts(result)
            self.assertRefused(result, ("no_basis", None))
            self.assertEqual(result.refusals[0].details, {"variable": "charge_area"})

    def test_a_free_fee_has_a_line_of_zero_so_its_days_count_as_billed(self):
        fee = charge(unit(), standard(rate("0")), "2025-01-01")
        self.assertAmounts(self.bill_days(fee, "2025-01-01", "2025-01-31"), "0.00")

    def test_a_method_of_meters_is_an_error_here(self):
        fee = charge(unit(), standard(rate("1"), method="metered"), "2025-01-01")
        with self.assertRaises(ValueError):
            self.bill_days(fee, "2025-01-01", "2025-01-31")

    def test_the_line_says_everything_the_amount_came_from(self):
        fee = charge(unit("89.37"), RESIDENTIAL, "2025-01-01")
        line = self.bill_days(fee, "2025-01-01", "2025-01-31").lines[0]
        self.assertEqual((line.unit_id, line.partner_id, line.item_id), (1, ANNE, ITEM))
        self.assertEqual((line.source_id, line.standard_id, line.rate_id), (70, 9, 1))
        self.assertEqual((line.quantity, line.price_unit), (D(1), D("2.80")))
        self.assertEqual(line.factor, 1)
        self.assertEqual(
            line.explanation,
            {
                "kind": "recurring",
                "standard": "STD",
                "method": "area",
                "proration": "daily",
                "basis_kind": "charge_area",
                "basis": "89.37",
                "basis_source": "register",
                "price_unit": "2.8",
                "base_amount": "0",
                "quantity": "1",
                "formula": None,
                "monthly": "250.236",
                "months": "1",
                "months_exact": "1",
                "factor": "1",
                "concession": None,
                "rate": {"id": 1, "date_from": "2020-01-01"},
                "period": ["2025-01-01", "2025-01-31"],
                "days": ["2025-01-01", "2025-01-31"],
                "exact": "250.236",
                "exact_shown": "250.236",
                "exact_before": "0",
                "exact_after": "250.236",
                "rounded_before": "0.00",
                "rounded_after": "250.24",
                "amount": "250.24",
                "decimals": 2,
                "rounding": "half_up",
            },
        )


@tagged("post_install", "-at_install")
class TestPeriods(EngineCase):
    """Periods count from the first of the first month, cut by the charge's dates."""

    def periods(self, fee, first, last):
        return [days(line) for line in bill_recurring(fee, window(first, last)).lines]

    def test_moving_in_mid_month_prorates_the_first_month(self):
        fee = charge(unit(), RESIDENTIAL, "2025-03-16", months=1)
        self.assertAmounts(self.bill_days(fee, "2025-03-01", "2025-03-31"), "142.44")
        in_one = charge(unit(), RESIDENTIAL, "2025-03-16", "2025-06-30", months=6)
        self.assertAmounts(self.bill_days(in_one, "2025-03-01", "2025-03-31"), "970.34")

    def test_the_anchor_is_the_first_of_the_month_so_quarters_do_not_drift(self):
        fee = charge(unit(), RESIDENTIAL, "2025-01-31", months=3)
        self.assertEqual(
            self.periods(fee, *YEAR),
            [
                ("2025-01-31", "2025-03-31"),
                ("2025-04-01", "2025-06-30"),
                ("2025-07-01", "2025-09-30"),
                ("2025-10-01", "2025-12-31"),
            ],
        )

    def test_the_last_period_is_cut_by_the_end_of_the_charge(self):
        fee = charge(unit(), RESIDENTIAL, "2025-01-01", "2025-05-15", months=3)
        expected = [("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-05-15")]
        self.assertEqual(self.periods(fee, *YEAR), expected)

    def test_a_charge_may_be_one_day_long(self):
        fee = charge(unit(), RESIDENTIAL, "2025-02-10", "2025-02-10")
        self.assertAmounts(bill_recurring(fee, window(*YEAR)), "9.86")

    def test_in_advance_a_period_is_due_on_its_first_covered_day(self):
        fee = charge(unit(), RESIDENTIAL, "2025-03-16", months=3)
        self.assertFalse(self.periods(fee, "2025-03-01", "2025-03-15"))
        self.assertTrue(self.periods(fee, "2025-03-01", "2025-03-16"))

    def test_in_arrears_it_is_due_on_its_last_covered_day(self):
        fee = charge(
            unit(), RESIDENTIAL, "2025-01-01", "2025-03-20", months=3, timing="arrears"
        )
        self.assertFalse(self.periods(fee, "2025-03-01", "2025-03-19"))
        self.assertTrue(self.periods(fee, "2025-03-01", "2025-03-20"))

    def test_periods_missed_by_earlier_runs_are_billed_as_catch_up(self):
        fee = charge(unit(), RESIDENTIAL, "2025-01-01")
        result = bill_recurring(fee, window("2025-03-01", "2025-03-31"))
        self.assertEqual([line.catch_up for line in result.lines], [True, True, False])

    def test_arrears_are_caught_up_by_the_day_they_were_due(self):
        fee = charge(unit(), RESIDENTIAL, "2025-01-01", timing="arrears")
        result = bill_recurring(fee, window("2025-02-01", "2025-02-28"))
        self.assertEqual([line.catch_up for line in result.lines], [True, False])

    def test_what_is_billed_is_not_billed_again(self):
        fee = charge(
            unit(), RESIDENTIAL, "2025-01-01", billed=[("2025-01-01", "2025-02-28")]
        )
        expected = [("2025-03-01", "2025-03-31")]
        self.assertEqual(self.periods(fee, "2025-03-01", "2025-03-31"), expected)
        done = replace(fee, billed=((day("2025-01-01"), day("2025-03-31")),))
        self.assertFalse(self.periods(done, "2025-03-01", "2025-03-31"))

    def test_gaps_between_billed_ranges_are_found(self):
        fee = charge(
            unit(),
            RESIDENTIAL,
            "2024-01-01",
            billed=[("2024-02-01", "2024-05-31"), ("2024-07-01", "2025-02-28")],
        )
        expected = [
            ("2024-01-01", "2024-01-31"),
            ("2024-06-01", "2024-06-30"),
            ("2025-03-01", "2025-03-31"),
        ]
        self.assertEqual(self.periods(fee, "2025-03-01", "2025-03-31"), expected)

    def test_days_billed_before_the_charge_began_are_harmless(self):
        fee = charge(
            unit(), RESIDENTIAL, "2025-03-10", billed=[("2025-01-01", "2025-02-28")]
        )
        expected = [("2025-03-10", "2025-03-31")]
        self.assertEqual(self.periods(fee, "2025-03-01", "2025-03-31"), expected)


@tagged("post_install", "-at_install")
class TestSegments(EngineCase):
    """A period splits where payer, rate or factor changes, and nowhere else."""

    def quarter(self, home, fee=RESIDENTIAL, **values):
        one_charge = charge(home, fee, "2025-04-01", months=3, **values)
        return self.bill_days(one_charge, "2025-04-01", "2025-04-30")

    def july(self, home, fee=RESIDENTIAL, **values):
        one_charge = charge(home, fee, "2025-07-01", **values)
        return self.bill_days(one_charge, "2025-07-01", "2025-07-31")

    def test_a_price_change_within_a_month(self):
        fee = standard(rate("2.60"), rate("2.80", "2025-07-16", rate_id=2))
        result = self.july(unit("89.37"), fee)
        self.assertAmounts(result, "112.43", "129.16")
        self.assertEqual([line.rate_id for line in result.lines], [1, 2])
        second = result.lines[1].explanation
        self.assertEqual(second["months"], "16/31")
        self.assertEqual(
            (second["rounded_before"], second["rounded_after"]), ("112.43", "241.59")
        )

    def test_a_price_change_within_a_quarter(self):
        fee = standard(rate("2.80"), rate("3.10", "2025-05-15", rate_id=2))
        result = self.quarter(unit(), fee)
        self.assertAmounts(result, "400.60", "473.09")
        self.assertEqual(result.lines[0].explanation["months"], "1 + 14/31")

    def test_a_new_owner_within_a_quarter(self):
        owners = [span(None, "2025-05-10", ANNE), span("2025-05-11", None, BEN)]
        result = self.quarter(unit(payers=owners))
        self.assertAmounts(result, "364.99", "462.91")
        self.assertEqual([line.partner_id for line in result.lines], [ANNE, BEN])

    def test_a_sale_on_the_twelfth_of_june(self):
        owners = [span(None, "2025-06-12", ANNE), span("2025-06-13", None, BEN)]
        fee = charge(unit("89.37", payers=owners), RESIDENTIAL, "2025-06-01")
        result = self.bill_days(fee, "2025-06-01", "2025-06-30")
        self.assertAmounts(result, "100.09", "150.15")
        self.assertEqual(result.lines[0].explanation["exact"], "100.0944")

    def test_the_same_owner_twice_in_a_row_splits_nothing(self):
        owners = [span(None, "2025-07-10", ANNE), span("2025-07-11", None, ANNE)]
        result = self.july(unit(payers=owners))
        self.assertAmounts(result, "275.97")

    def test_a_concession_begins_and_ends_within_the_month(self):
        vacancy = concession("0.7", "2025-07-11", "2025-07-20")
        result = self.july(unit(concessions=[vacancy]))
        self.assertEqual(
            [days(line) for line in result.lines],
            [
                ("2025-07-01", "2025-07-10"),
                ("2025-07-11", "2025-07-20"),
                ("2025-07-21", "2025-07-31"),
            ],
        )
        self.assertEqual(sum(line.amount for line in result.lines), D("249.26"))
        self.assertEqual(
            [line.explanation["concession"] for line in result.lines],
            [None, {"id": 1, "reason": "vacancy"}, None],
        )

    def test_a_vacant_flat_pays_seventy_per_cent(self):
        home = unit("89.37", concessions=[concession("0.7")])
        self.assertAmounts(self.july(home), "175.17")

    def test_concessions_do_not_stack_and_the_best_for_the_owner_counts(self):
        both = [concession("0.9"), concession("0.7", concession_id=2)]
        result = self.july(unit("89.37", concessions=both))
        self.assertAmounts(result, "175.17")
        self.assertEqual(result.lines[0].explanation["concession"]["id"], 2)

    def test_a_factor_above_one_never_makes_a_fee_dearer(self):
        self.assertAmounts(self.july(unit(concessions=[concession("1.5")])), "275.97")

    def test_two_concessions_of_the_same_factor_in_a_row_split_nothing(self):
        both = [
            concession("0.7", None, "2025-07-10"),
            concession("0.7", "2025-07-11", concession_id=2),
        ]
        result = self.july(unit("89.37", concessions=both))
        self.assertAmounts(result, "175.17")
        self.assertEqual(result.lines[0].explanation["concession"]["id"], 1)

    def test_a_concession_of_another_item_changes_nothing(self):
        home = replace(unit(), concessions={ITEM + 1: (concession("0.5"),)})
        self.assertAmounts(self.july(home), "275.97")

    def test_changes_on_different_days_give_a_segment_each(self):
        owners = [span(None, "2025-07-10", ANNE), span("2025-07-11", None, BEN)]
        fee = standard(rate("2.80"), rate("3.10", "2025-07-21", rate_id=2))
        result = self.july(unit(payers=owners), fee)
        found = [(line.partner_id, line.rate_id) for line in result.lines]
        self.assertEqual(found, [(ANNE, 1), (BEN, 1), (BEN, 2)])


@tagged("post_install", "-at_install")
class TestFullMonth(EngineCase):
    """Whoever pays on the month's first covered day pays all of it."""

    PARKING = standard(rate("300"), method="fixed", proration="full_month")

    def parking(self, home, first="2025-06-01", last=None, months=1, fee=PARKING):
        one_charge = charge(home, fee, first, last, months)
        return self.bill_days(one_charge, "2025-06-01", "2025-06-30")

    def test_part_of_a_month_costs_a_month(self):
        self.assertAmounts(self.parking(unit(), "2025-06-10"), "300.00")
        self.assertAmounts(self.parking(unit(), "2025-06-10", "2025-06-12"), "300.00")

    def test_daily_parking_for_comparison(self):
        fee = standard(rate("300"), method="fixed")
        self.assertAmounts(self.parking(unit(), "2025-06-10", fee=fee), "210.00")

    def test_the_payer_of_the_first_day_pays_the_whole_month(self):
        owners = [span(None, "2025-06-10", ANNE), span("2025-06-11", None, BEN)]
        result = self.parking(unit(payers=owners), months=3)
        self.assertAmounts(result, "300.00", "600.00")
        self.assertEqual(
            [(line.partner_id, *days(line)) for line in result.lines],
            [(ANNE, "2025-06-01", "2025-06-30"), (BEN, "2025-07-01", "2025-08-31")],
        )

    def test_the_first_covered_day_counts_not_the_first_of_the_month(self):
        owners = [span(None, "2025-06-10", ANNE), span("2025-06-11", None, BEN)]
        result = self.parking(unit(payers=owners), "2025-06-11")
        self.assertEqual([line.partner_id for line in result.lines], [BEN])

    def test_an_owner_of_a_few_days_mid_month_pays_nothing(self):
        owners = [
            span(None, "2025-06-10", ANNE),
            span("2025-06-11", "2025-06-20", CLEO),
            span("2025-06-21", None, ANNE),
        ]
        self.assertAmounts(self.parking(unit(payers=owners), months=3), "900.00")

    def test_a_price_or_concession_takes_effect_with_the_next_month(self):
        fee = replace(
            self.PARKING, rates=(rate("300"), rate("350", "2025-06-15", rate_id=2))
        )
        home = unit(concessions=[concession("0.5", "2025-07-20")])
        result = self.parking(home, months=3, fee=fee)
        self.assertAmounts(result, "300.00", "350.00", "175.00")

    def test_nobody_on_the_first_day_keeps_the_month_unbilled(self):
        home = unit(payers=[span("2025-06-05", None, ANNE)])
        result = self.parking(home, months=3)
        self.assertAmounts(result, "600.00")
        self.assertRefused(result, ("no_payer", "300.00"))

    def test_days_left_of_a_month_billed_in_part_cost_nothing_more(self):
        fee = charge(
            unit(), self.PARKING, "2025-06-01", billed=[("2025-06-01", "2025-06-11")]
        )
        result = self.bill_days(fee, "2025-06-01", "2025-06-30")
        self.assertAmounts(result, "0.00")


@tagged("post_install", "-at_install")
class TestRefusedSegments(EngineCase):
    """Without a payer or a rate a segment is refused, and the rest is billed."""

    def test_a_gap_between_owners_keeps_its_part_of_the_rounded_whole(self):
        owners = [span(None, "2025-07-10", ANNE), span("2025-07-13", None, BEN)]
        fee = charge(unit("89.37", payers=owners), RESIDENTIAL, "2025-07-01")
        result = self.bill_days(fee, "2025-07-01", "2025-07-31")
        self.assertAmounts(result, "80.72", "153.37")
        self.assertRefused(result, ("no_payer", "16.15"))
        self.assertEqual(days(result.refusals[0]), ("2025-07-11", "2025-07-12"))
        self.assertEqual(result.refusals[0].details["months"], "2/31")
        self.assertEqual(D("80.72") + D("16.15") + D("153.37"), D("250.24"))

    def test_the_part_that_was_kept_is_billed_when_a_payer_is_entered(self):
        owners = [span(None, None, ANNE)]
        fee = charge(
            unit("89.37", payers=owners),
            RESIDENTIAL,
            "2025-07-01",
            billed=[("2025-07-01", "2025-07-10"), ("2025-07-13", "2025-07-31")],
        )
        result = self.bill_days(fee, "2025-08-01", "2025-08-31")
        self.assertAmounts(result, "16.15", "250.24")
        self.assertEqual(days(result.lines[0]), ("2025-07-11", "2025-07-12"))
        self.assertTrue(result.lines[0].catch_up)
        self.assertEqual(result.lines[0].explanation["rounded_before"], "80.72")

    def test_several_open_segments_before_billed_days_each_keep_their_days(self):
        fee = standard(
            rate("2.60"),
            rate("2.70", "2025-07-06", rate_id=2),
            rate("2.80", "2025-07-11", rate_id=3),
        )
        one = charge(
            unit("89.37"), fee, "2025-07-01", billed=[("2025-07-21", "2025-07-25")]
        )
        result = self.bill_days(one, "2025-07-01", "2025-07-31")
        self.assertEqual(
            [days(line) for line in result.lines],
            [
                ("2025-07-01", "2025-07-05"),
                ("2025-07-06", "2025-07-10"),
                ("2025-07-11", "2025-07-20"),
                ("2025-07-26", "2025-07-31"),
            ],
        )
        self.assertAmounts(result, "37.48", "38.92", "80.72", "48.43")

    def test_days_before_the_first_rate_count_as_nothing(self):
        fee = standard(rate("2.80", "2025-07-16"))
        result = self.bill_days(
            charge(unit("89.37"), fee, "2025-07-01"), "2025-07-01", "2025-07-31"
        )
        self.assertAmounts(result, "129.15")
        self.assertRefused(result, ("no_rate", None))
        self.assertEqual(days(result.refusals[0]), ("2025-07-01", "2025-07-15"))

    def test_a_standard_without_any_rate_refuses_all(self):
        fee = charge(unit(), standard(), "2025-07-01")
        result = self.bill_days(fee, "2025-07-01", "2025-07-31")
        self.assertAmounts(result)
        self.assertRefused(result, ("no_rate", None))

    def test_a_unit_without_owners_refuses_all_with_the_amount(self):
        fee = charge(unit("89.37", payers=[]), RESIDENTIAL, "2025-07-01")
        result = self.bill_days(fee, "2025-07-01", "2025-07-31")
        self.assertRefused(result, ("no_payer", "250.24"))

    def test_billed_days_are_not_refused_again(self):
        fee = standard(rate("2.80", "2025-07-16"))
        done = charge(
            unit("89.37"), fee, "2025-07-01", billed=[("2025-07-01", "2025-07-15")]
        )
        result = self.bill_days(done, "2025-07-01", "2025-07-31")
        self.assertAmounts(result, "129.15")
        self.assertRefused(result)


@tagged("post_install", "-at_install")
class TestReckoningAnew(EngineCase):
    """The same periods as they would be billed today, whatever was billed."""

    def test_only_the_periods_that_touch_the_days_are_reckoned(self):
        fee = charge(
            unit(), RESIDENTIAL, "2015-01-01", billed=[("2015-01-01", "2025-12-31")]
        )
        result = reckon_recurring(fee, day("2025-06-30"), day("2025-07-01"))
        self.assertEqual(
            [days(line) for line in result.lines],
            [("2025-06-01", "2025-06-30"), ("2025-07-01", "2025-07-31")],
        )

    def test_days_after_the_end_of_the_charge_cost_nothing(self):
        fee = charge(unit(), RESIDENTIAL, "2025-01-01", "2025-08-15")
        result = reckon_recurring(fee, day("2025-08-01"), day("2025-12-31"))
        self.assertEqual(
            [days(line) for line in result.lines], [("2025-08-01", "2025-08-15")]
        )
