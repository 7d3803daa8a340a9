"""`./setup/odoo-tests`: what it takes for a difference."""

from property_fee_setup.odoo_tests_table import Comparison, module_of

from odoo.tests import BaseCase, tagged


@tagged("post_install", "-at_install")
class TestOdooTestsTable(BaseCase):
    """What Odoo's own tests gave without the addons and with them."""

    TEST = "/account/tests/test_tax.py:TestTax.test_rate"
    LINT = "/test_lint/tests/test_pylint.py:TestPyLint.test_pylint"

    def compare(self, test, without, with_addons):
        """The comparison of one test: pairs of outcome and lines found, or None."""
        halves = [
            {test: {"outcome": half[0], "seconds": 1, "found": half[1]}} if half else {}
            for half in (without, with_addons)
        ]
        return Comparison(*halves)

    def test_what_fails_on_both_is_no_difference(self):
        failed = ("failed", ["AssertionError: 1 != 2"])
        self.assertTrue(self.compare(self.TEST, failed, failed).is_same())

    def test_what_fails_with_the_addons_alone_is_one_and_named(self):
        failed = ("failed", ["AssertionError: 12 queries, 10 expected"])
        comparison = self.compare(self.TEST, ("passed", []), failed)
        self.assertFalse(comparison.is_same())
        text = comparison.render("abc", 3)
        self.assertIn("| `account` | 1 | 0 | 0 | 1 | 1 |", text)
        self.assertIn(
            f"- `{self.TEST}`: passed, with: failed (AssertionError: 12 queries", text
        )

    def test_a_test_that_is_skipped_or_missing_with_the_addons_is_a_difference(self):
        for half in (("skipped", ["no browser"]), None):
            comparison = self.compare(self.TEST, ("passed", []), half)
            self.assertFalse(comparison.is_same(), half)

    def test_a_class_that_does_not_begin_belongs_to_its_module(self):
        name = "setUpClass (odoo.addons.survey.tests.test_survey.TestSurvey)"
        self.assertEqual(module_of(name), "survey")

    def test_the_linter_is_compared_line_by_line(self):
        known, ours = "sql-injection at odoo/x.py:1", "sql-injection at ours.py:9"
        comparison = self.compare(
            self.LINT, ("failed", [known]), ("failed", [known, ours])
        )
        self.assertEqual(
            comparison.differences(), {"test_lint": [f"`{self.LINT}`: {ours}"]}
        )
