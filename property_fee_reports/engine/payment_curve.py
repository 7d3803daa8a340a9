"""What will come in, from how this community has paid so far.

A cohort is what was billed in one month. Its curve says which share of it has been paid
after 0, 1, 2 ... months; 0 is the month of the bill itself. What is still open of a
cohort is expected to be paid as former cohorts of that age were: at age k the share
``(curve[k] - curve[k-1]) / (1 - curve[k-1])`` of what was open before.

    >>> jan, feb = Month(2026, 1), Month(2026, 2)
    >>> cohorts = [
    ...     Cohort(jan, Decimal(1000), {0: Decimal(600), 1: Decimal(200)}),
    ...     Cohort(feb, Decimal(1000), {0: Decimal(700)}),
    ... ]
    >>> make_curve(cohorts, feb).shares
    (Decimal('0.65'), Decimal('0.825'))

The share after one month is chained from cohorts that are old enough: half of what
January left open came in its second month, so half of the average 35 % will.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO = Decimal(0)
#: cohorts that a curve is made of, and the oldest age it knows
COHORTS = 12
AGES = 24


class Month(NamedTuple):
    """A month of the calendar."""

    year: int
    month: int

    def __add__(self, months):
        """The month so many months later."""
        number = self.year * 12 + self.month - 1 + months
        return Month(number // 12, number % 12 + 1)

    def __sub__(self, other):
        """Months from another month to this one."""
        return (self.year - other.year) * 12 + self.month - other.month


@dataclass(frozen=True)
class Cohort:
    """What was billed in a month and what became of it.

    :ivar Month month: month of the bills
    :ivar Decimal billed: what they asked for
    :ivar dict paid: ``{age in months: paid in that month}``
    :ivar dict credited: the same of what was taken off otherwise; it is neither paid
        nor open any more
    """

    month: Month
    billed: Decimal
    paid: dict = field(default_factory=dict)
    credited: dict = field(default_factory=dict)

    def open_before(self, age):
        """What was open when the month of an age began."""
        gone = sum((v for k, v in self.paid.items() if k < age), ZERO)
        gone += sum((v for k, v in self.credited.items() if k < age), ZERO)
        return self.billed - gone


@dataclass(frozen=True)
class Curve:
    """Shares of a month's billing paid after 0, 1, 2 ... months, never falling."""

    shares: tuple = ()

    def hazard(self, age):
        """Share of what is open that is paid in the month of an age; 0 beyond what is
        known."""
        if age >= len(self.shares):
            return ZERO
        before = self.shares[age - 1] if age else ZERO
        left = 1 - before
        return (self.shares[age] - before) / left if left > 0 else ZERO


@dataclass(frozen=True)
class Backtest:
    """How far forecasts of months gone by were off, each made at the end of the month
    before.

    :ivar tuple rows: (month, forecast, actual)
    """

    rows: tuple

    @property
    def error(self):
        """Sum of all misses by sum of what came in: 0.05 is 5 %; None for nothing."""
        actual = sum((row[2] for row in self.rows), ZERO)
        if not actual:
            return None
        return sum((abs(row[1] - row[2]) for row in self.rows), ZERO) / actual

    @property
    def bias(self):
        """The same with the signs kept: above zero if too much was expected."""
        actual = sum((row[2] for row in self.rows), ZERO)
        if not actual:
            return None
        return sum((row[1] - row[2] for row in self.rows), ZERO) / actual


def make_curve(cohorts, last):
    """The payment curve known at the end of a month.

    Each age takes the newest `COHORTS` cohorts that have lived through it whole.

    :param cohorts: list of Cohort; later ones and later payments are not looked at
    :param Month last: the month that has just ended
    """
    known = sorted(
        (c for c in cohorts if c.month <= last and c.billed > 0),
        reverse=True,
        key=lambda cohort: cohort.month,
    )
    shares, reached = [], ZERO
    for age in range(AGES):
        old_enough = [c for c in known if last - c.month >= age][:COHORTS]
        if not old_enough:
            break
        before = sum((max(c.open_before(age), ZERO) for c in old_enough), ZERO)
        paid = sum((c.paid.get(age, ZERO) for c in old_enough), ZERO)
        rate = min(max(paid / before, ZERO), Decimal(1)) if before else ZERO
        reached += (1 - reached) * rate
        shares.append(reached)
    return Curve(tuple(shares))


def forecast(cohorts, last, months, billing=None, digits=2):
    """What is expected to be paid in the months after ``last``.

    :param cohorts: list of Cohort of one community and fee class
    :param Month last: what happened up to its end is known
    :param int months: how many months to look ahead
    :param dict billing: ``{Month: amount to be billed}``; for others what was billed
        in the same month a year before, or else in the newest month
    :param int digits: decimals of the currency
    :return: ``{Month: amount}``
    """
    curve = make_curve(cohorts, last)
    known = [c for c in cohorts if c.month <= last]
    open_now = {c.month: max(c.open_before(last - c.month + 1), ZERO) for c in known}
    result = {}
    for ahead in range(1, months + 1):
        month = last + ahead
        open_now[month] = expect_billing(known, month, billing)
        total = ZERO
        for born, amount in open_now.items():
            paid = amount * curve.hazard(month - born)
            open_now[born] = amount - paid
            total += paid
        unit = Decimal(1).scaleb(-digits)
        result[month] = total.quantize(unit, rounding=ROUND_HALF_UP)
    return result


def expect_billing(cohorts, month, billing=None):
    """What will be billed in a month; see `forecast`."""
    if billing and month in billing:
        return billing[month]
    billed = {cohort.month: cohort.billed for cohort in cohorts}
    year_before = month + -12
    if billed.get(year_before):
        return billed[year_before]
    # a quarter or a year is billed at once: the newest month that was billed would
    # repeat it each month, so take the average of the last twelve
    recent = [billed.get(month + -back, ZERO) for back in range(1, 13)]
    first = min(billed, default=month)
    span = min(12, max(month - first, 1))
    return sum(recent, ZERO) / span


def backtest(cohorts, last, months=12, digits=2):
    """Forecast each of the last months from what was known before, and compare.

    :return: Backtest; months before which nothing was known are left out
    """
    rows = []
    for back in range(months - 1, -1, -1):
        month = last + -back
        known = [c for c in cohorts if c.month < month]
        if not known:
            continue
        expected = forecast(known, month + -1, 1, digits=digits)[month]
        actual = sum(
            (c.paid.get(month - c.month, ZERO) for c in cohorts if c.month <= month),
            ZERO,
        )
        rows.append((month, expected, actual))
    return Backtest(tuple(rows))
