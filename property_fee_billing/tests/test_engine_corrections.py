# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Billed periods are reckoned anew as they were billed, and only the days billed."""

from ..engine import reckon_periods
from .engine_case import (
    ANNE,
    EngineCase,
    charge,
    day,
    days,
    rate,
    span,
    standard,
    tagged,
    unit,
)

RESIDENTIAL = standard(rate("2.80"))


def ranges(*texts):
    """Ranges of days as dates."""
    return [(day(first), day(last)) for first, last in texts]


@tagged("post_install", "-at_install")
class TestReckonPeriods(EngineCase):
    def reckon(self, fee, periods, billed=None):
        lines = reckon_periods(fee, ranges(*periods), ranges(*(billed or periods)))
        return [(days(line), str(line.amount)) for line in lines.lines]

    def test_a_year_paid_ahead_by_a_monthly_charge(self):
        year = ("2025-01-01", "2025-12-31")
        fee = charge(unit(), RESIDENTIAL, "2025-01-01")
        self.assertEqual(self.reckon(fee, [year]), [(year, "3311.62")])

    def test_days_not_billed_give_no_line_and_keep_their_part(self):
        fee = charge(unit(), RESIDENTIAL, "2025-04-01", months=3)
        quarter = ("2025-04-01", "2025-06-30")
        late = ("2025-05-11", "2025-06-30")
        self.assertEqual(self.reckon(fee, [quarter], [late]), [(late, "462.91")])

    def test_periods_that_share_days_are_one(self):
        """A period was cut when the charge ended, and billed on when it went on."""
        fee = charge(unit(), standard(rate("300"), method="fixed"), "2025-08-01")
        cut, whole = ("2025-08-01", "2025-08-15"), ("2025-08-01", "2025-08-31")
        rest = ("2025-08-16", "2025-08-31")
        self.assertEqual(
            self.reckon(fee, [cut, whole], [cut, rest]), [(whole, "300.00")]
        )

    def test_the_charge_as_it_is_now_cuts_a_period(self):
        fee = charge(
            unit(), standard(rate("300"), method="fixed"), "2025-06-10", "2025-08-15"
        )
        august = ("2025-08-01", "2025-08-31")
        self.assertEqual(
            self.reckon(fee, [august]), [(("2025-08-01", "2025-08-15"), "145.16")]
        )
        self.assertEqual(self.reckon(fee, [("2025-09-01", "2025-09-30")]), [])

    def test_a_payer_who_is_gone_is_refused(self):
        fee = charge(
            unit(payers=[span(None, "2025-05-10", ANNE)]),
            RESIDENTIAL,
            "2025-04-01",
            months=3,
        )
        quarter = ranges(("2025-04-01", "2025-06-30"))
        refusals = reckon_periods(fee, quarter, quarter).refusals
        self.assertEqual([refusal.reason for refusal in refusals], ["no_payer"])
