# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Meters: usage, tiers, rollover, replacement and correction."""

from dataclasses import replace
from decimal import Decimal as D

from ..engine import Tier, bill_meter
from .engine_case import (
    ANNE,
    BEN,
    WATER_TIERS,
    EngineCase,
    concession,
    days,
    meter,
    rate,
    reading,
    span,
    standard,
    tagged,
    unit,
    window,
)

WATER = standard(rate("0", tiers=WATER_TIERS), method="metered", tier_basis="period")
FLAT = standard(rate("2"), method="metered")
POWER_TIERS = (Tier(D(2160), D("0.5283")), Tier(None, D("0.5783")))
POWER = standard(rate("0", tiers=POWER_TIERS), method="metered", tier_basis="year")
JANUARY = window("2025-01-01", "2025-01-31")
FEBRUARY = window("2025-02-01", "2025-02-28")
MARCH = window("2025-03-01", "2025-03-31")


def january(value, **values):
    """The reading at the end of January."""
    return reading(1, "2025-01-31", value, **values)


def february(value, **values):
    """The reading at the end of February."""
    return reading(2, "2025-02-28", value, **values)


@tagged("post_install", "-at_install")
class TestUsage(EngineCase):
    """usage = (value - previous) x multiplier, amount = (slices + base) x factor."""

    def test_water_by_tiers(self):
        result = bill_meter(meter(unit(), WATER, january("37")), JANUARY)
        self.assertAmounts(result, "134.00")
        line = result.lines[0]
        self.assertEqual(days(line), ("2025-01-01", "2025-01-31"))
        self.assertEqual((line.quantity, line.price_unit), (37, 0))
        self.assertEqual(
            [tuple(part.values()) for part in line.explanation["slices"]],
            [
                ("0", "18", "18", "2.5", "45"),
                ("18", "30", "12", "3.8", "45.6"),
                ("30", None, "7", "6.2", "43.4"),
            ],
        )

    def test_tiers_meet_without_a_gap_or_an_overlap(self):
        for value, amount in (("0", "0.00"), ("18", "45.00"), ("30", "90.60")):
            result = bill_meter(meter(unit(), WATER, january(value)), JANUARY)
            self.assertAmounts(result, amount)

    def test_usage_within_one_tier_has_that_price(self):
        result = bill_meter(meter(unit(), WATER, january("10")), JANUARY)
        self.assertEqual(result.lines[0].price_unit, D("2.50"))

    def test_without_tiers_usage_times_price(self):
        result = bill_meter(meter(unit(), FLAT, january("12.5")), JANUARY)
        self.assertAmounts(result, "25.00")
        self.assertEqual(result.lines[0].price_unit, 2)

    def test_yearly_tiers_count_all_usage_of_the_calendar_year(self):
        one = meter(
            unit(), POWER, january("2100", billed_amount="1109.43"), february("2400")
        )
        result = bill_meter(one, FEBRUARY)
        self.assertAmounts(result, "170.49")
        explanation = result.lines[0].explanation
        self.assertEqual(explanation["usage_before"], "2100")
        quantities = [part["quantity"] for part in explanation["slices"]]
        self.assertEqual(quantities, ["60", "240"])

    def test_yearly_tiers_start_again_in_january(self):
        one = meter(
            unit(),
            POWER,
            reading(1, "2025-12-31", "2160", billed_amount="1141.13"),
            reading(2, "2026-01-31", "2260"),
        )
        result = bill_meter(one, window("2026-01-01", "2026-01-31"))
        self.assertAmounts(result, "52.83")

    def test_the_multiplier_counts(self):
        result = bill_meter(meter(unit(), FLAT, january("3"), multiplier=10), JANUARY)
        self.assertAmounts(result, "60.00")

    def test_the_base_is_added_once_a_reading_and_reduced_with_the_rest(self):
        fee = standard(rate("2", base="5"), method="metered")
        home = unit(concessions=[concession("0.7")])
        self.assertAmounts(
            bill_meter(meter(home, fee, january("10")), JANUARY), "17.50"
        )

    def test_payer_rate_and_factor_are_those_of_the_readings_day(self):
        home = unit(
            payers=[span(None, "2025-01-30", ANNE), span("2025-01-31", None, BEN)],
            concessions=[concession("0.5", "2025-01-31")],
        )
        fee = standard(rate("2"), rate("4", "2025-01-31", rate_id=2), method="metered")
        result = bill_meter(meter(home, fee, january("10")), JANUARY)
        self.assertAmounts(result, "20.00")
        line = result.lines[0]
        self.assertEqual(
            (line.partner_id, line.rate_id, line.factor), (BEN, 2, D("0.5"))
        )

    def test_a_value_below_the_one_before_is_one_rollover(self):
        one = meter(unit(), FLAT, january("12"), initial="99970")
        result = bill_meter(one, JANUARY)
        self.assertAmounts(result, "84.00")
        self.assertTrue(result.lines[0].explanation["rollover"])

    def test_an_equal_value_is_no_usage(self):
        one = meter(unit(), FLAT, january("12"), initial="12")
        self.assertAmounts(bill_meter(one, JANUARY), "0.00")

    def test_only_readings_due_and_not_billed(self):
        one = meter(unit(), FLAT, january("10", billed_amount="20.00"), february("15"))
        self.assertAmounts(bill_meter(one, JANUARY))
        result = bill_meter(one, MARCH)
        self.assertAmounts(result, "10.00")
        self.assertTrue(result.lines[0].catch_up)
        self.assertEqual(days(result.lines[0]), ("2025-02-01", "2025-02-28"))

    def test_a_reading_on_the_first_day_of_the_window_is_no_catch_up(self):
        one = meter(unit(), FLAT, reading(1, "2025-02-01", "10"))
        self.assertFalse(bill_meter(one, FEBRUARY).lines[0].catch_up)

    def test_readings_are_put_in_order_of_time(self):
        one = meter(unit(), FLAT, february("15"), january("10"))
        self.assertAmounts(bill_meter(one, FEBRUARY), "20.00", "10.00")


@tagged("post_install", "-at_install")
class TestRefusedReadings(EngineCase):
    """What is not known is refused, never guessed."""

    def test_a_value_with_too_many_digits_stops_the_readings_after_it(self):
        one = meter(unit(), FLAT, january("100000"), february("15"))
        result = bill_meter(one, FEBRUARY)
        self.assertAmounts(result)
        self.assertRefused(
            result, ("reading_exceeds_digits", None), ("previous_reading_refused", None)
        )
        self.assertEqual(result.refusals[0].details["value"], "100000")

    def test_a_negative_value_is_refused(self):
        result = bill_meter(meter(unit(), FLAT, january("-1")), JANUARY)
        self.assertRefused(result, ("reading_negative", None))

    def test_a_reading_before_the_meters_time_is_refused_and_left_out(self):
        early = reading(3, "2024-12-31", "90")
        result = bill_meter(meter(unit(), FLAT, early, january("10")), JANUARY)
        self.assertAmounts(result, "20.00")
        self.assertRefused(result, ("reading_before_start", None))

    def test_without_a_payer_the_amount_is_kept_and_the_chain_goes_on(self):
        home = unit(payers=[span("2025-02-01", None, ANNE)])
        result = bill_meter(meter(home, FLAT, january("10"), february("15")), FEBRUARY)
        self.assertAmounts(result, "10.00")
        self.assertRefused(result, ("no_payer", "20.00"))

    def test_what_was_kept_is_billed_when_a_payer_is_entered(self):
        one = meter(unit(), FLAT, january("10"), february("15", billed_amount="10.00"))
        self.assertAmounts(bill_meter(one, FEBRUARY), "20.00")

    def test_without_a_rate_on_the_day_the_reading_is_refused(self):
        fee = standard(rate("2", "2025-02-01"), method="metered")
        result = bill_meter(meter(unit(), fee, january("10"), february("15")), FEBRUARY)
        self.assertAmounts(result, "10.00")
        self.assertRefused(result, ("no_rate", None))

    def test_a_reading_entered_before_a_billed_one_is_not_charged_twice(self):
        one = meter(unit(), FLAT, january("10"), february("15", billed_amount="30.00"))
        result = bill_meter(one, FEBRUARY)
        self.assertAmounts(result)
        self.assertRefused(result, ("reading_already_covered", None))
        self.assertEqual(result.refusals[0].details["billed_reading_id"], 2)


@tagged("post_install", "-at_install")
class TestReplacement(EngineCase):
    """The usage of the old meter goes into the next reading of the new one."""

    def replaced(self, *more, **values):
        swap = reading(5, "2025-01-20", "1250", "replacement", new_value="0", **values)
        return meter(unit(), WATER, swap, january("21"), *more, initial="1234")

    def test_both_usages_are_one_bill_by_tiers_once(self):
        result = bill_meter(self.replaced(), JANUARY)
        self.assertAmounts(result, "134.00")
        line = result.lines[0]
        self.assertEqual(line.quantity, 37)
        self.assertEqual(days(line), ("2025-01-01", "2025-01-31"))
        parts = line.explanation["parts"]
        self.assertEqual(
            [
                (part["value_from"], part["value_to"], part["quantity"])
                for part in parts
            ],
            [("1234", "1250", "16"), ("0", "21", "21")],
        )
        self.assertFalse(line.explanation["rollover"])

    def test_a_replacement_alone_bills_nothing(self):
        swap = reading(5, "2025-01-20", "1250", "replacement", new_value="0")
        result = bill_meter(meter(unit(), WATER, swap, initial="1234"), JANUARY)
        self.assertAmounts(result)
        self.assertRefused(result)

    def test_a_replacement_may_be_billed_in_a_later_month(self):
        swap = reading(5, "2025-02-10", "20", "replacement", new_value="100")
        one = meter(
            unit(), FLAT, january("10", billed_amount="20.00"), swap, february("103")
        )
        result = bill_meter(one, FEBRUARY)
        self.assertAmounts(result, "26.00")
        self.assertEqual(days(result.lines[0]), ("2025-02-01", "2025-02-28"))

    def test_the_closing_value_may_be_corrected_before_and_after_billing(self):
        fix = reading(6, "2025-02-05", "1251", "correction", corrects_id=5)
        one = self.replaced(fix)
        self.assertAmounts(bill_meter(one, JANUARY), "140.20")
        billed = replace(
            one,
            readings=tuple(
                replace(entry, billed=True, billed_amount=D("134.00"))
                if entry.id == 1
                else entry
                for entry in one.readings
            ),
        )
        result = bill_meter(billed, FEBRUARY)
        self.assertAmounts(result, "6.20")
        self.assertEqual(result.lines[0].source_id, 6)
        taken = replace(billed.readings[1], billed_amount=D("140.20"))
        again = replace(billed, readings=(billed.readings[0], taken, fix))
        self.assertAmounts(bill_meter(again, FEBRUARY))


@tagged("post_install", "-at_install")
class TestCorrection(EngineCase):
    """A billed reading is never changed; the difference has a line of its own."""

    def fix(self, value, on="2025-02-05", reading_id=9, **values):
        return reading(reading_id, on, value, "correction", corrects_id=1, **values)

    def test_the_difference_names_the_reading_it_corrects(self):
        one = meter(
            unit(), WATER, january("37", billed_amount="134.00"), self.fix("27")
        )
        result = bill_meter(one, FEBRUARY)
        self.assertAmounts(result, "-54.80")
        line = result.lines[0]
        self.assertEqual((line.source_id, line.quantity), (9, -10))
        self.assertEqual(days(line), ("2025-01-01", "2025-01-31"))
        self.assertEqual(
            line.explanation["correction"],
            {
                "id": 9,
                "date": "2025-02-05",
                "corrects_id": 1,
                "corrects_date": "2025-01-31",
                "reading_id": 1,
                "usage_before": "37",
                "amount_before": "134.00",
                "amount_after": "79.20",
            },
        )
        self.assertEqual(line.explanation["reading"]["value"], "27")

    def test_the_reading_after_it_starts_from_the_corrected_value(self):
        one = meter(
            unit(),
            WATER,
            january("37", billed_amount="134.00"),
            self.fix("27"),
            february("40"),
        )
        result = bill_meter(one, FEBRUARY)
        self.assertAmounts(result, "32.50", "-54.80")

    def test_a_later_bill_that_started_from_the_wrong_value_is_corrected_too(self):
        one = meter(
            unit(),
            FLAT,
            january("37", billed_amount="74.00"),
            february("40", billed_amount="6.00"),
            self.fix("27", "2025-03-05"),
        )
        result = bill_meter(one, MARCH)
        self.assertAmounts(result, "-20.00", "20.00")
        self.assertEqual({line.source_id for line in result.lines}, {9})
        self.assertEqual(
            [line.explanation["correction"]["reading_id"] for line in result.lines],
            [1, 2],
        )

    def test_a_billed_correction_is_not_billed_again(self):
        done = self.fix("27", billed_amount="-54.80")
        one = meter(unit(), WATER, january("37", billed_amount="134.00"), done)
        self.assertAmounts(bill_meter(one, FEBRUARY))
        later = replace(one, readings=(*one.readings, february("40")))
        self.assertAmounts(bill_meter(later, FEBRUARY), "32.50")

    def test_a_second_correction_starts_from_the_first(self):
        first = self.fix("27", billed_amount="-54.80")
        for corrects_id in (1, 9):
            second = reading(
                10, "2025-02-07", "28", "correction", corrects_id=corrects_id
            )
            one = meter(
                unit(), WATER, january("37", billed_amount="134.00"), first, second
            )
            result = bill_meter(one, FEBRUARY)
            self.assertAmounts(result, "3.80")
            correction = result.lines[0].explanation["correction"]
            self.assertEqual(correction["corrects_id"], 1)

    def test_two_corrections_at_once_add_up_to_the_last_value(self):
        one = meter(
            unit(),
            WATER,
            january("37", billed_amount="134.00"),
            self.fix("27"),
            self.fix("28", "2025-02-07", 10),
        )
        self.assertAmounts(bill_meter(one, FEBRUARY), "-54.80", "3.80")

    def test_a_reading_not_billed_yet_is_billed_as_corrected(self):
        one = meter(unit(), WATER, january("37"), self.fix("27"))
        self.assertAmounts(bill_meter(one, FEBRUARY), "79.20")

    def test_and_is_not_corrected_again_later(self):
        one = meter(
            unit(),
            WATER,
            january("27", billed_amount="79.20"),
            self.fix("27"),
            february("40"),
        )
        self.assertAmounts(bill_meter(one, FEBRUARY), "32.50")
        wrong = replace(one.readings[0], value=D(37))
        one = replace(one, readings=(wrong, *one.readings[1:]))
        self.assertAmounts(bill_meter(one, FEBRUARY), "32.50")

    def test_a_known_wrong_value_is_not_billed_even_by_an_earlier_window(self):
        one = meter(unit(), WATER, january("37"), self.fix("27"))
        self.assertAmounts(bill_meter(one, JANUARY), "79.20")

    def test_a_refused_value_is_billed_once_corrected(self):
        one = meter(unit(), WATER, january("100037"), self.fix("37"), february("40"))
        result = bill_meter(one, FEBRUARY)
        self.assertAmounts(result, "134.00", "7.50")
        self.assertRefused(result)

    def test_yearly_tiers_after_it_are_corrected_where_they_change(self):
        one = meter(
            unit(),
            POWER,
            january("2100", billed_amount="1109.43"),
            february("2400", billed_amount="170.49"),
            self.fix("2000", "2025-03-05"),
        )
        result = bill_meter(one, MARCH)
        self.assertAmounts(result, "-52.83", "52.83")
        whole = sum(line.amount for line in result.lines)
        self.assertEqual(whole, 0)

    def test_a_correction_that_cannot_be_billed_in_full_is_refused_in_full(self):
        home = unit(payers=[span(None, "2025-02-01", ANNE)])
        one = meter(
            home,
            FLAT,
            january("37", billed_amount="74.00"),
            february("40", billed_amount="6.00"),
            self.fix("27", "2025-03-05"),
        )
        result = bill_meter(one, MARCH)
        self.assertAmounts(result)
        self.assertRefused(result, ("no_payer", None))
        self.assertEqual(result.refusals[0].source_id, 9)

    def test_a_correction_taken_back_before_it_is_billed_leaves_nothing(self):
        home = unit(payers=[span(None, "2025-02-01", ANNE)])
        one = meter(
            home,
            FLAT,
            january("37", billed_amount="74.00"),
            february("40", billed_amount="6.00"),
            self.fix("27", "2025-03-05"),
            self.fix("37", "2025-03-06", 10),
        )
        result = bill_meter(one, MARCH)
        self.assertAmounts(result)
        self.assertRefused(result)

    def test_an_older_correction_entered_late_does_not_undo_a_newer_one(self):
        newer = self.fix("27", "2025-02-10", 9, billed_amount="-54.80")
        older = self.fix("30", "2025-02-05", 10)
        one = meter(unit(), WATER, january("37", billed_amount="134.00"), newer, older)
        self.assertAmounts(bill_meter(one, FEBRUARY))

    def test_a_value_corrected_before_billing_stays_so_beside_other_corrections(self):
        fix_of_february = reading(10, "2025-03-01", "40", "correction", corrects_id=2)
        one = meter(
            unit(),
            FLAT,
            january("37", billed_amount="74.00"),
            self.fix("27", billed_amount="-20.00"),
            february("100", billed_amount="26.00"),
            fix_of_february,
            reading(3, "2025-03-31", "45"),
        )
        self.assertAmounts(bill_meter(one, MARCH), "10.00")

    def test_a_kept_reading_is_billed_beside_a_correction_of_the_next(self):
        fix = reading(
            10, "2025-03-01", "16", "correction", corrects_id=2, billed_amount="2.00"
        )
        one = meter(
            unit(), FLAT, january("10"), february("15", billed_amount="10.00"), fix
        )
        self.assertAmounts(bill_meter(one, MARCH), "20.00")

    def test_a_correction_of_no_known_reading_is_refused(self):
        lost = reading(9, "2025-02-05", "27", "correction", corrects_id=777)
        result = bill_meter(meter(unit(), WATER, january("37"), lost), FEBRUARY)
        self.assertAmounts(result, "134.00")
        self.assertRefused(result, ("unknown_reading", None))
