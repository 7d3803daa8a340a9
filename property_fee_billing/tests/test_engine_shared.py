# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shared costs, one-off charges, and everything in one call."""

from dataclasses import replace
from decimal import Decimal as D

from ..engine import (
    Facts,
    Share,
    SharedCost,
    bill,
    bill_one_off,
    bill_recurring,
    bill_shared_cost,
)
from .engine_case import (
    ANNE,
    BEN,
    ITEM,
    EngineCase,
    charge,
    concession,
    day,
    days,
    meter,
    one_off,
    rate,
    reading,
    span,
    standard,
    tagged,
    unit,
    window,
)

JANUARY = window("2025-01-01", "2025-01-31")


def cost(amount, *shares, basis="area", first="2025-01-01", last="2025-01-31"):
    """A cost of January."""
    return SharedCost(
        60, ITEM, day(first), day(last), D(amount), basis, shares, "Stairway lights"
    )


def share(code, weight, billed=False, **values):
    """A unit's share."""
    return Share(unit(code=code, id=int(code), **values), D(weight), billed)


@tagged("post_install", "-at_install")
class TestSharedCost(EngineCase):
    """Largest remainder over every unit in scope, exact to the cent."""

    def test_a_thousand_by_area(self):
        one = cost(
            "1000.00", share("1", "89.12"), share("2", "104.55"), share("3", "121.33")
        )
        result = bill_shared_cost(one, JANUARY)
        self.assertAmounts(result, "282.92", "331.91", "385.17")
        line = result.lines[1]
        self.assertEqual((line.quantity, line.price_unit), (1, D("331.91")))
        self.assertEqual(
            line.explanation,
            {
                "kind": "shared",
                "description": "Stairway lights",
                "period": ["2025-01-01", "2025-01-31"],
                "total": "1000.00",
                "basis": "area",
                "weight": "104.55",
                "weight_total": "315",
                "exact": "6970/21",
                "exact_shown": "331.904762",
                "remainder_given": True,
                "amount": "331.91",
                "decimals": 2,
                "rounding": "largest_remainder",
            },
        )

    def test_a_hundred_by_household_ties_go_to_the_lower_code(self):
        shares = share("3", 1), share("1", 1), share("2", 1)
        result = bill_shared_cost(cost("100", *shares, basis="unit"), JANUARY)
        found = {line.unit_id: str(line.amount) for line in result.lines}
        self.assertEqual(found, {1: "33.34", 2: "33.33", 3: "33.33"})

    def test_a_unit_without_a_payer_on_the_last_day_keeps_its_share(self):
        left = [span(None, "2025-01-30", ANNE)]
        shares = share("1", 1), share("2", 1, payers=left), share("3", 1)
        result = bill_shared_cost(cost("100", *shares), JANUARY)
        self.assertAmounts(result, "33.34", "33.33")
        self.assertRefused(result, ("no_payer", "33.33"))

    def test_the_payer_of_the_last_day_owes_all_of_it(self):
        owners = [span(None, "2025-01-30", ANNE), span("2025-01-31", None, BEN)]
        one = cost("100", share("1", 1, payers=owners))
        line = bill_shared_cost(one, JANUARY).lines[0]
        self.assertEqual(
            (line.partner_id, *days(line)), (BEN, "2025-01-01", "2025-01-31")
        )

    def test_billed_shares_take_part_in_the_split_and_give_no_line(self):
        one = cost("100", share("1", 1, billed=True), share("2", 1), share("3", 1))
        self.assertAmounts(bill_shared_cost(one, JANUARY), "33.33", "33.33")
        done = replace(one, shares=tuple(replace(s, billed=True) for s in one.shares))
        self.assertAmounts(bill_shared_cost(done, JANUARY))

    def test_a_share_of_nothing_has_a_line_of_zero(self):
        one = cost("100", share("1", 0), share("2", 5), basis="usage")
        self.assertAmounts(bill_shared_cost(one, JANUARY), "0.00", "100.00")

    def test_weights_that_cannot_split_refuse_every_share(self):
        for weights in ((0, 0), (3, -1)):
            one = cost("100", *(share(str(i), w) for i, w in enumerate(weights)))
            result = bill_shared_cost(one, JANUARY)
            self.assertAmounts(result)
            self.assertRefused(result, ("no_basis", None), ("no_basis", None))

    def test_a_cost_without_any_share_bills_nothing(self):
        self.assertAmounts(bill_shared_cost(cost("100"), JANUARY))

    def test_a_cost_is_due_when_it_has_ended(self):
        one = cost("100", share("1", 1), last="2025-02-15")
        self.assertAmounts(bill_shared_cost(one, JANUARY))
        result = bill_shared_cost(one, window("2025-03-01", "2025-03-31"))
        self.assertAmounts(result, "100.00")
        self.assertTrue(result.lines[0].catch_up)
        on_first_day = bill_shared_cost(one, window("2025-02-15", "2025-02-28"))
        self.assertFalse(on_first_day.lines[0].catch_up)


@tagged("post_install", "-at_install")
class TestOneOff(EngineCase):
    """Quantity times price on a day, to that day's payer."""

    def test_quantity_times_price(self):
        result = bill_one_off(one_off(unit(), "2025-01-05", "2", "88"), JANUARY)
        self.assertAmounts(result, "176.00")
        line = result.lines[0]
        self.assertEqual(days(line), ("2025-01-05", "2025-01-05"))
        self.assertEqual((line.quantity, line.price_unit), (2, 88))
        self.assertEqual(line.explanation["description"], "Repair")

    def test_it_is_rounded_half_up(self):
        self.assertAmounts(
            bill_one_off(one_off(unit(), "2025-01-05", "0.5", "0.25"), JANUARY), "0.13"
        )

    def test_the_payer_is_that_of_the_day(self):
        owners = [span(None, "2025-01-04", ANNE), span("2025-01-05", None, BEN)]
        one = one_off(unit(payers=owners), "2025-01-05", "1", "88")
        self.assertEqual(bill_one_off(one, JANUARY).lines[0].partner_id, BEN)

    def test_nobody_on_the_day_refuses_with_the_amount(self):
        one = one_off(unit(payers=[]), "2025-01-05", "1", "88")
        self.assertRefused(bill_one_off(one, JANUARY), ("no_payer", "88.00"))

    def test_concessions_do_not_touch_an_agreed_price(self):
        home = unit(concessions=[concession("0.5")])
        one = one_off(home, "2025-01-05", "1", "88")
        self.assertAmounts(bill_one_off(one, JANUARY), "88.00")

    def test_once_and_when_due(self):
        self.assertAmounts(
            bill_one_off(one_off(unit(), "2025-01-05", "1", "88", True), JANUARY)
        )
        self.assertAmounts(
            bill_one_off(one_off(unit(), "2025-02-01", "1", "88"), JANUARY)
        )
        late = bill_one_off(one_off(unit(), "2024-12-31", "1", "88"), JANUARY)
        self.assertTrue(late.lines[0].catch_up)
        early = bill_one_off(one_off(unit(), "2025-01-01", "1", "88"), JANUARY)
        self.assertFalse(early.lines[0].catch_up)


@tagged("post_install", "-at_install")
class TestEverything(EngineCase):
    """One call bills all kinds of charges."""

    def test_all_kinds_in_order_with_their_refusals(self):
        home, empty = unit(), unit(payers=[], code="9")
        fee = standard(rate("2"), method="metered")
        facts = Facts(
            charges=(
                charge(home, standard(rate("2.80")), "2025-01-01"),
                charge(empty, standard(rate("2.80")), "2025-01-01"),
            ),
            meters=(meter(home, fee, reading(1, "2025-01-31", "10")),),
            shared_costs=(cost("100", share("1", 1), share("2", 1, payers=[])),),
            one_offs=(one_off(home, "2025-01-05", "1", "88"),),
        )
        result = bill(facts, JANUARY)
        self.assertAmounts(result, "275.97", "20.00", "50.00", "88.00")
        self.assertEqual(
            [line.kind for line in result.lines],
            ["recurring", "metered", "shared", "oneoff"],
        )
        self.assertRefused(result, ("no_payer", "275.97"), ("no_payer", "50.00"))

    def test_nothing_gives_nothing(self):
        result = bill(Facts(), JANUARY)
        self.assertFalse(result.lines or result.refusals)

    def test_a_currency_without_decimals_is_billed_in_whole_units(self):
        home = unit(
            payers=[span(None, "2025-01-10", ANNE), span("2025-01-11", None, BEN)]
        )
        fee = charge(home, standard(rate("2.80")), "2025-01-01")
        self.assertAmounts(bill_recurring(fee, JANUARY, decimals=0), "89", "187")
        facts = Facts(
            (fee,), shared_costs=(cost("100", *(share(c, 1) for c in "123")),)
        )
        self.assertAmounts(bill(facts, JANUARY, 0), "89", "187", "34", "33", "33")
