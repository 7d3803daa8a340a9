# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Formulas: what they may be, exactly what they give, and what they refuse."""

from decimal import Decimal as D
from fractions import Fraction

from ..engine import (
    FormulaError,
    check_formula,
    evaluate_formula,
    formula_variables,
)
from .engine_case import (
    EngineCase,
    charge,
    concession,
    rate,
    standard,
    tagged,
    unit,
)


@tagged("post_install", "-at_install")
class TestFormulaText(EngineCase):
    """A formula is checked when it is saved."""

    def test_arithmetic_comparison_choice_minimum_and_maximum(self):
        for text in (
            "area * price * 1.2 + base",
            "-(area - 10) / 3 + +floor",
            "max(area, inner_area, 50) * min(price, 3)",
            "price * (1 if floor <= 3 else 1.15 if floor < 10 else 1.3)",
            "price if 1 < floor <= 30 else 0",
            "area *\n  price",
            "007.50",
            ".5",
        ):
            with self.subTest(text):
                check_formula(text)

    def assertNotAllowed(self, text, words):
        with self.subTest(text), self.assertRaisesRegex(FormulaError, words) as caught:
            check_formula(text)
        sentence = str(caught.exception)
        self.assertTrue(sentence.endswith(".") and "\n" not in sentence, sentence)

    def test_nothing_is_not_a_formula(self):
        for text in ("", "   ", None):
            self.assertNotAllowed(text, "empty")

    def test_an_unknown_variable_is_named(self):
        self.assertNotAllowed("area * prize", "'prize'.*area, inner_area, price")
        self.assertNotAllowed("True", "not a plain number")
        self.assertNotAllowed("面积 * price", "'面积'")

    def test_half_a_formula_is_not_one(self):
        for text in ("area *", "area price", "(area", "a = 1", "1; 2", "import os"):
            self.assertNotAllowed(text, "complete expression")

    def test_power_and_other_operators_are_not_allowed(self):
        for text in ("area ** 2", "9**9**9", "area % 2", "area // 2", "area << 2"):
            self.assertNotAllowed(text, "not allowed")
        self.assertNotAllowed("~floor", "not allowed")
        self.assertNotAllowed("not floor", "not allowed")

    def test_texts_lists_and_attributes_are_not_allowed(self):
        self.assertNotAllowed("'a' * 3", "not a plain number")
        self.assertNotAllowed("None", "not a plain number")
        for text in (
            "[1, 2]",
            "area.real",
            "area[0]",
            "lambda: 1",
            "{1: 2}",
            "f'{area}'",
        ):
            self.assertNotAllowed(text, "not allowed")
        self.assertNotAllowed("().__class__.__bases__", "not allowed")

    def test_only_minimum_and_maximum_may_be_called(self):
        for text in ("abs(area)", "area.__class__()", "eval('1')", "(lambda: 1)()"):
            self.assertNotAllowed(text, "'min' and 'max' only")
        for text in ("min(area)", "max()", "min(area, price, key=floor)"):
            self.assertNotAllowed(text, "two or more numbers")
        self.assertNotAllowed("max(*area, 2)", "not allowed")
        self.assertNotAllowed("min + 1", "Unknown variable 'min'")

    def test_a_condition_is_a_comparison_and_nothing_else_is(self):
        self.assertNotAllowed("1 if area else 2", "must be a comparison")
        self.assertNotAllowed("1 if area in (1, 2) else 2", "must be a comparison")
        self.assertNotAllowed("(area > 100) * 5", "not allowed")
        self.assertNotAllowed("area > 100", "not allowed")

    def test_numbers_are_plain_and_of_a_sensible_size(self):
        for text in ("1e9", "0x10", "1_000", "2j", "1234567890123", "0.1234567890123"):
            self.assertNotAllowed(text, "not a plain number")

    def test_length_and_depth_are_limited(self):
        self.assertNotAllowed("1+" * 200 + "1", "longer than")
        self.assertNotAllowed("-" * 100 + "1", "nested too deeply")
        self.assertNotAllowed("min(1, " * 40 + "1" + ")" * 40, "longer|nested")


@tagged("post_install", "-at_install")
class TestFormulaValue(EngineCase):
    """Numbers are exact."""

    def value(self, text, **variables):
        return evaluate_formula(text, variables)

    def test_decimals_are_what_they_look_like(self):
        self.assertEqual(self.value("0.1 + 0.2"), Fraction(3, 10))
        self.assertEqual(self.value("1.2"), Fraction(12, 10))
        self.assertEqual(self.value("1 / 3 * 3"), 1)

    def test_a_shops_fee(self):
        found = self.value(
            "area * price * 1.2 + base", area=D("98.56"), price=D("2.80"), base=D(10)
        )
        self.assertEqual(found, Fraction("341.1616"))

    def test_choice_and_comparison(self):
        text = "1 if floor <= 3 else 1.15 if floor < 10 else 1.3"
        for floor, expected in ((3, "1"), (4, "1.15"), (10, "1.3")):
            self.assertEqual(self.value(text, floor=floor), Fraction(expected))
        self.assertEqual(self.value("2 if 1 < floor <= 5 else 0", floor=1), 0)
        self.assertEqual(self.value("min(3, floor, 5)", floor=4), 3)
        self.assertEqual(self.value("max(3, floor) - -1", floor=4), 5)

    def test_division_by_zero_is_told(self):
        with self.assertRaisesRegex(FormulaError, "divides by zero"):
            self.value("1 / (area - area)", area=D(1))

    def test_an_empty_variable_is_told(self):
        for variables in ({}, {"floor": None}):
            with self.assertRaisesRegex(FormulaError, "'floor' is empty"):
                self.value("floor * 2", **variables)

    def test_the_variables_of_all_branches_are_found(self):
        found = formula_variables("area if floor > 3 else max(base, 1)")
        self.assertEqual(found, {"area", "floor", "base"})


@tagged("post_install", "-at_install")
class TestFormulaFee(EngineCase):
    """A formula stands in the place of basis x price + base."""

    def bill(self, text, home=None, first="2025-01-01", price="2.80", **values):
        fee = standard(rate(price, base="10"), method="formula", formula=text)
        one = charge(home or unit(), fee, first, **values)
        return self.bill_days(one, "2025-01-01", "2025-01-31")

    def test_a_shops_fee_for_a_month(self):
        result = self.bill("area * price * 1.2 + base")
        self.assertAmounts(result, "341.16")
        explanation = result.lines[0].explanation
        self.assertEqual(
            explanation["formula"],
            {
                "text": "area * price * 1.2 + base",
                "variables": {"area": "98.56", "base": "10", "price": "2.80"},
                "figure": "341.1616",
            },
        )
        self.assertIsNone(explanation["basis_source"])

    def test_quantity_months_and_factor_apply_to_its_figure(self):
        home = unit(concessions=[concession("0.5")])
        result = self.bill("area / 3", home, "2025-01-16", quantity="2")
        self.assertAmounts(result, "16.96")
        self.assertEqual(result.lines[0].explanation["monthly"], "4928/75")

    def test_an_empty_variable_refuses_with_its_name(self):
        bare = unit(area=None, floor=None)
        zero = unit(area="0", inner_area=D("0"))
        for home, text, field in (
            (bare, "area", "charge_area"),
            (bare, "inner_area", "inner_area"),
            (bare, "floor", "floor"),
            (zero, "area", "charge_area"),
            (zero, "inner_area", "inner_area"),
        ):
            result = self.bill(f"{text} * price", home)
            self.assertAmounts(result)
            self.assertRefused(result, ("no_basis", None))
            self.assertEqual(result.refusals[0].details, {"variable": field})

    def test_a_cellar_is_a_floor(self):
        self.assertAmounts(self.bill("5 - floor", unit(floor=-1)), "6.00")
        self.assertAmounts(self.bill("5 - floor", unit(floor=0)), "5.00")

    def test_a_variable_that_is_not_used_may_be_empty(self):
        self.assertAmounts(self.bill("price * 10", unit(area=None)), "28.00")

    def test_what_cannot_be_worked_out_refuses_with_the_reason(self):
        for text, words in (
            ("price / (floor - 18)", "zero"),
            ("prize", "prize"),
            ("", "empty"),
            ("price - 100", "less than nothing"),
        ):
            result = self.bill(text)
            self.assertAmounts(result)
            self.assertRefused(result, ("formula_error", None))
            self.assertIn(words, result.refusals[0].details["message"])
