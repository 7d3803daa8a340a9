# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Posted is posted: a later change gives signed difference lines."""

import json
from decimal import Decimal as D

from ..engine import BilledLine, compute_differences, reckon_recurring
from .engine_case import (
    ANNE,
    BEN,
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


def billed(line_id, partner_id, first, last, amount):
    """A line as it was billed."""
    return BilledLine(line_id, partner_id, day(first), day(last), D(amount))


@tagged("post_install", "-at_install")
class TestDifferences(EngineCase):
    def differ(self, fee, *lines):
        """Compare with what the billed days give today; ``(partner, amount, days)``."""
        first = min(line.date_from for line in lines)
        last = max(line.date_to for line in lines)
        recomputed = reckon_recurring(fee, first, last).lines
        self.found = compute_differences(lines, recomputed, 2)
        for difference in self.found:
            json.dumps(difference.explanation)
            self.assertNoFloat(difference.explanation)
        return [
            (entry.partner_id, str(entry.amount), days(entry)) for entry in self.found
        ]

    def test_a_price_raised_after_the_quarter_was_billed(self):
        fee = standard(rate("2.80"), rate("3.10", "2025-05-15", rate_id=2))
        found = self.differ(
            charge(unit(), fee, "2025-04-01", months=3),
            billed(1, ANNE, "2025-04-01", "2025-06-30", "827.90"),
        )
        self.assertEqual(found, [(ANNE, "45.79", ("2025-04-01", "2025-06-30"))])
        self.assertEqual(self.found[0].corrects, (1,))
        explanation = self.found[0].explanation
        self.assertEqual(explanation["billed_total"], "827.90")
        self.assertEqual(explanation["recomputed_total"], "873.69")
        amounts = [line["amount"] for line in explanation["recomputed"]]
        self.assertEqual(amounts, ["400.60", "473.09"])

    def test_a_flat_sold_after_the_quarter_was_billed(self):
        owners = [span(None, "2025-05-10", ANNE), span("2025-05-11", None, BEN)]
        found = self.differ(
            charge(unit(payers=owners), RESIDENTIAL, "2025-04-01", months=3),
            billed(1, ANNE, "2025-04-01", "2025-06-30", "827.90"),
        )
        changed = ("2025-05-11", "2025-06-30")
        self.assertEqual(found, [(ANNE, "-462.91", changed), (BEN, "462.91", changed)])
        self.assertEqual([entry.corrects for entry in self.found], [(1,), (1,)])

    def test_a_parking_space_given_back_mid_month(self):
        fee = standard(rate("300"), method="fixed")
        found = self.differ(
            charge(unit(), fee, "2025-06-10", "2025-08-15"),
            billed(1, ANNE, "2025-08-01", "2025-08-31", "300.00"),
        )
        self.assertEqual(found, [(ANNE, "-154.84", ("2025-08-16", "2025-08-31"))])

    def test_a_charge_that_ended_before_gives_all_of_it_back(self):
        found = self.differ(
            charge(unit(), RESIDENTIAL, "2025-01-01", "2025-07-31"),
            billed(1, ANNE, "2025-08-01", "2025-08-31", "275.97"),
        )
        self.assertEqual(found, [(ANNE, "-275.97", ("2025-08-01", "2025-08-31"))])

    def test_nothing_changed_gives_nothing(self):
        found = self.differ(
            charge(unit(), RESIDENTIAL, "2025-01-01"),
            billed(1, ANNE, "2025-01-01", "2025-01-31", "275.97"),
            billed(2, ANNE, "2025-02-01", "2025-02-28", "275.97"),
        )
        self.assertEqual(found, [])

    def test_each_month_has_its_own_difference(self):
        fee = standard(rate("2.80"), rate("3.10", "2025-02-01", rate_id=2))
        found = self.differ(
            charge(unit(), fee, "2025-01-01"),
            billed(1, ANNE, "2025-01-01", "2025-01-31", "275.97"),
            billed(2, ANNE, "2025-02-01", "2025-02-28", "275.97"),
            billed(3, ANNE, "2025-03-01", "2025-03-31", "275.97"),
        )
        self.assertEqual([entry[1] for entry in found], ["29.57", "29.57"])
        self.assertEqual([entry.corrects for entry in self.found], [(2,), (3,)])

    def test_a_second_change_counts_from_the_first_difference(self):
        fee = standard(rate("2.80"), rate("3.10", "2025-05-15", rate_id=2))
        lines = (
            billed(1, ANNE, "2025-04-01", "2025-06-30", "827.90"),
            billed(2, ANNE, "2025-04-01", "2025-06-30", "45.79"),
        )
        self.assertEqual(
            self.differ(charge(unit(), fee, "2025-04-01", months=3), *lines), []
        )
        fee = standard(rate("2.80"))
        found = self.differ(charge(unit(), fee, "2025-04-01", months=3), *lines)
        self.assertEqual([entry[1] for entry in found], ["-45.79"])
        self.assertEqual(self.found[0].corrects, (1, 2))

    def test_lines_with_one_common_day_are_compared_together(self):
        old = billed(1, ANNE, "2025-01-01", "2025-01-31", "100.00")
        new = billed(None, ANNE, "2025-01-31", "2025-01-31", "10.00")
        found = compute_differences([old], [new])
        self.assertEqual([str(entry.amount) for entry in found], ["-90.00"])
        self.assertEqual(days(found[0]), ("2025-01-01", "2025-01-30"))
