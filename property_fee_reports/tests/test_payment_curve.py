"""Forecasts from payment curves, in plain figures."""

from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..engine import Cohort, Month, backtest, forecast, make_curve

JAN = Month(2026, 1)


def cohort(number, billed=1000, credited=None, **shares):
    """A cohort of a month of 2026, with amounts paid by age: ``p0``, ``p1`` ..."""
    return Cohort(
        JAN + number,
        Decimal(billed),
        {int(key[1:]): Decimal(value) for key, value in shares.items()},
        credited or {},
    )


@tagged("post_install", "-at_install")
class TestPaymentCurve(BaseCase):
    def test_months_count_over_the_year(self):
        self.assertEqual(Month(2025, 11) + 3, Month(2026, 2))
        self.assertEqual(Month(2026, 2) - Month(2025, 11), 3)

    def test_the_curve_chains_ages_that_are_known(self):
        cohorts = [cohort(0, p0=600, p1=200), cohort(1, p0=700)]
        curve = make_curve(cohorts, JAN + 1)
        self.assertEqual(curve.shares, (Decimal("0.65"), Decimal("0.825")))

    def test_what_is_known_later_does_not_count(self):
        cohorts = [cohort(0, p0=600, p1=200), cohort(1, p0=700)]
        self.assertEqual(make_curve(cohorts, JAN).shares, (Decimal("0.6"),))

    def test_what_is_open_is_paid_as_before(self):
        cohorts = [cohort(0, p0=600, p1=200, p2=100), cohort(1, p0=600, p1=200)]
        cohorts.append(cohort(2, p0=500))
        expected = forecast(cohorts, JAN + 2, 1, billing={JAN + 3: Decimal(2000)})
        # March: 500 open, half comes in the second month; February: 200 open, half in
        # the third; January: 100 open, nothing known; April: 2,000 billed, 1,700/3,000
        april = Decimal(2000) * Decimal(1700) / Decimal(3000)
        total = Decimal(250) + Decimal(100) + april
        self.assertEqual(expected, {JAN + 3: total.quantize(Decimal("0.01"))})

    def test_a_credit_is_neither_paid_nor_open(self):
        cohorts = [cohort(0, p0=500, credited={0: Decimal(500)})]
        expected = forecast(cohorts, JAN, 1, billing={JAN + 1: Decimal(0)})
        self.assertEqual(expected, {JAN + 1: Decimal("0.00")})

    def test_more_than_all_is_never_expected(self):
        cohorts = [cohort(0, p0=1200)]
        expected = forecast(
            cohorts, JAN, 2, billing=dict.fromkeys((JAN + 1, JAN + 2), Decimal(100))
        )
        self.assertEqual(list(expected.values()), [Decimal("100.00")] * 2)

    def test_the_same_month_of_last_year_says_what_will_be_billed(self):
        year = [cohort(n, 1000 + n, p0=1000 + n) for n in range(12)]
        expected = forecast(year, JAN + 11, 2)
        self.assertEqual(list(expected.values()), [Decimal(1000), Decimal(1001)])

    def test_steady_payers_are_forecast_without_error(self):
        cohorts = [
            Cohort(Month(2024, 1) + n, Decimal(100), {0: Decimal(60), 1: Decimal(40)})
            for n in range(24)
        ]
        tested = backtest(cohorts, Month(2025, 12))
        self.assertEqual(len(tested.rows), 12)
        self.assertEqual((tested.error, tested.bias), (0, 0))

    def test_the_error_is_that_of_what_was_known_before(self):
        """Two months like each other, then owners pay a half of what they did."""
        cohorts = [cohort(n, p0=800) for n in range(2)] + [cohort(2, p0=400)]
        tested = backtest(cohorts, JAN + 2, months=1)
        self.assertEqual(tested.rows, ((JAN + 2, Decimal("800.00"), Decimal(400)),))
        self.assertEqual((tested.error, tested.bias), (1, 1))

    def test_nothing_known_gives_no_error(self):
        self.assertIsNone(backtest([], JAN).error)
        self.assertEqual(make_curve([], JAN).shares, ())
