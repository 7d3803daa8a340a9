# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Late fees: the worked cases, and what holds for any bill and any payments."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ..engine import (
    Debt,
    LateFeeTerms,
    Part,
    SettledDays,
    compute_late_fee,
    compute_reference_fee,
)
from .engine_case import EngineCase, tagged

DUE = date(2025, 3, 31)
PAID = date(2025, 6, 30)
TERMS = LateFeeTerms(D("0.0005"), grace_days=15)
FROM_DUE = LateFeeTerms(D("0.0005"), grace_days=15, start="from_due")


def debt(principal="827.90", payments=(), due=DUE, **values):
    """A bill of one part; payments as (ISO day, amount)."""
    paid = tuple((date.fromisoformat(day), D(amount)) for day, amount in payments)
    paused = tuple(
        tuple(map(date.fromisoformat, days)) for days in values.pop("paused", ())
    )
    return Debt(due, (Part(D(principal), paid, paused),), **values)


def settle(fee, terms):
    """The rows of the books that a fee makes when it is billed."""
    return tuple(
        SettledDays(
            run.date_from,
            run.date_to,
            run.amount,
            run.exact,
            terms.daily_rate,
            run.deducted,
        )
        for run in fee.runs
    )


def figures(fee):
    return [
        (segment.days, str(segment.principal), str(segment.amount))
        for segment in fee.segments
    ]


@tagged("post_install", "-at_install")
class TestEngineLateFee(EngineCase):
    """E6, E6c and example 8: 827.90 due 31 March 2025 at 0.05 % a day."""

    def test_from_the_end_of_grace(self):
        fee = compute_late_fee(debt(), TERMS, PAID)
        self.assertEqual(figures(fee), [(76, "827.90", "31.46")])
        self.assertEqual(fee.segments[0].date_from, date(2025, 4, 16))

    def test_from_the_due_date(self):
        fee = compute_late_fee(debt(), FROM_DUE, PAID)
        self.assertEqual(figures(fee), [(91, "827.90", "37.67")])

    def test_a_part_payment_ends_a_segment(self):
        fee = compute_late_fee(debt(payments=[("2025-05-15", "400")]), TERMS, PAID)
        self.assertEqual(
            figures(fee), [(30, "827.90", "12.42"), (46, "427.90", "9.84")]
        )
        self.assertEqual(fee.amount, D("22.26"))

    def test_nothing_within_grace(self):
        for terms in (TERMS, FROM_DUE):
            self.assertEqual(
                compute_late_fee(debt(), terms, date(2025, 4, 15)).amount, 0
            )
            fee = compute_late_fee(debt(), terms, date(2025, 4, 16))
            self.assertEqual(fee.segments[0].days, 1 if terms is TERMS else 16)
            paid = debt(payments=[("2025-04-15", "827.90")])
            self.assertEqual(compute_late_fee(paid, terms, PAID).amount, 0)

    def test_what_is_paid_within_grace_bears_no_fee(self):
        """From the due date: a cent that stays open costs the days of that cent."""
        paid = debt(payments=[("2025-04-10", "400")])
        self.assertEqual(
            figures(compute_late_fee(paid, FROM_DUE, PAID)), [(91, "427.90", "19.47")]
        )
        almost = debt(payments=[("2025-04-10", "827.89")])
        self.assertEqual(compute_late_fee(almost, FROM_DUE, PAID).amount, 0)

    def test_contract_rates_and_what_is_recoverable(self):
        """Example 8: 30 days at 0.05 %, at 0.3 %, and at 1.3 times 3.00 % a year."""
        bill = debt("250.24", due=date(2026, 1, 31))
        paid = date(2026, 3, 2)
        for rate, amount in (("0.0005", "3.75"), ("0.003", "22.52")):
            fee = compute_late_fee(bill, LateFeeTerms(D(rate)), paid)
            self.assertEqual(figures(fee), [(30, "250.24", amount)])
        rates = [(date(2025, 1, 1), Fraction(D("0.03")) * Fraction(D("1.3")) / 365)]
        terms = LateFeeTerms(D("0.003"))
        self.assertEqual(compute_reference_fee(bill, terms, rates, paid), D("0.80"))
        later = [(date(2026, 2, 11), rates[0][1])]
        self.assertIsNone(compute_reference_fee(bill, terms, later, paid))

    def test_a_new_reference_rate_counts_from_its_day(self):
        bill = debt("1000", due=date(2026, 1, 31))
        rates = [
            (date(2025, 1, 1), Fraction(1, 10000)),
            (date(2026, 2, 11), Fraction(2, 10000)),
        ]
        terms = LateFeeTerms(D("0.003"))
        self.assertEqual(
            compute_reference_fee(bill, terms, rates, date(2026, 2, 20)), D("3.00")
        )

    def test_held_lines_bear_no_fee(self):
        """Example 4: owed 250.24 + 150 + 80 disputed: the base is 400.24."""
        held = Part(D("80"), (), ((date(2025, 1, 1), date(2025, 4, 25)),))
        bill = Debt(DUE, (Part(D("400.24")), held))
        fee = compute_late_fee(bill, TERMS, date(2025, 5, 5))
        self.assertEqual(figures(fee), [(10, "400.24", "2.00"), (10, "480.24", "2.40")])

    def test_paused_days_make_a_gap(self):
        bill = debt(paused=[("2025-05-01", "2025-05-31")])
        fee = compute_late_fee(bill, TERMS, PAID)
        self.assertEqual(
            [(str(run.date_from), str(run.date_to)) for run in fee.runs],
            [("2025-04-16", "2025-04-30"), ("2025-06-01", "2025-06-30")],
        )
        self.assertEqual(fee.amount, D("6.21") + D("12.42"))

    def test_cap(self):
        terms = replace(TERMS, cap_percent=D("3"))
        fee = compute_late_fee(debt(), terms, PAID)
        self.assertEqual(fee.amount, D("24.83"))  # 24.837 rounded down
        self.assertTrue(fee.runs[-1].explanation["is_capped"])
        bill = debt(settled=settle(fee, terms))
        later = compute_late_fee(bill, terms, PAID + timedelta(99))
        self.assertEqual((later.amount, later.runs), (0, ()))

    def test_billed_days_are_not_billed_again(self):
        first = compute_late_fee(debt(), TERMS, date(2025, 5, 31))
        self.assertEqual(first.amount, D("19.04"))  # 46 days
        rest = compute_late_fee(debt(settled=settle(first, TERMS)), TERMS, PAID)
        self.assertEqual(figures(rest), [(30, "827.90", "12.42")])
        self.assertEqual(first.amount + rest.amount, D("31.46"))

    def test_a_payment_known_late_is_taken_off_the_next_amount(self):
        """Billed to 31 May as if nothing was paid; then the 400 of 15 May is found:
        16 days on 400.00 were 3.20 too much."""
        first = compute_late_fee(debt(), TERMS, date(2025, 5, 31))
        bill = debt(payments=[("2025-05-15", "400")], settled=settle(first, TERMS))
        rest = compute_late_fee(bill, TERMS, PAID)
        [run] = rest.runs
        self.assertEqual((run.deducted, rest.amount), (D("3.20"), D("3.22")))
        self.assertEqual(first.amount + rest.amount, D("22.26"))
        again = replace(bill, settled=bill.settled + settle(rest, TERMS))
        last = compute_late_fee(again, TERMS, PAID + timedelta(10))
        self.assertEqual((last.amount, last.runs[0].deducted), (D("2.14"), 0))
        # less than was billed too much: nothing to bill, the excess is kept
        soon = compute_late_fee(bill, TERMS, date(2025, 6, 5))
        self.assertEqual((soon.amount, soon.runs), (0, ()))

    def test_waived_days_are_settled_and_nothing_is_taken_off(self):
        waived = SettledDays(date(2025, 4, 16), date(2025, 5, 31), D("19.04"))
        bill = debt(payments=[("2025-05-15", "400")], settled=(waived,))
        fee = compute_late_fee(bill, TERMS, PAID)
        self.assertEqual(figures(fee), [(30, "427.90", "6.42")])

    def test_a_freed_gap_is_billed_by_itself(self):
        """Of May and June billed apart, May's is cancelled."""
        june = SettledDays(
            date(2025, 6, 1), PAID, D("12.42"), Fraction("12.4185"), D("0.0005")
        )
        fee = compute_late_fee(debt(settled=(june,)), TERMS, date(2025, 7, 31))
        self.assertEqual(
            [(run.date_from, run.date_to) for run in fee.runs],
            [
                (date(2025, 4, 16), date(2025, 5, 31)),
                (date(2025, 7, 1), date(2025, 7, 31)),
            ],
        )
        whole = compute_late_fee(debt(), TERMS, date(2025, 7, 31))
        self.assertAlmostEqual(fee.amount + june.amount, whole.amount, delta=D("0.01"))

    def test_explanation(self):
        [run] = compute_late_fee(
            debt(payments=[("2025-05-15", "400")]), TERMS, PAID
        ).runs
        self.assertEqual(
            run.explanation,
            {
                "kind": "late_fee",
                "principal": "827.9",
                "due_date": "2025-03-31",
                "grace_days": 15,
                "start": "after_grace",
                "daily_rate": "0.0005",
                "cap_percent": None,
                "cap": None,
                "is_capped": False,
                "payments": [["2025-05-15", "400"]],
                "days": ["2025-04-16", "2025-06-30"],
                "segments": [
                    {
                        "date_from": "2025-04-16",
                        "date_to": "2025-05-15",
                        "days": 30,
                        "principal": "827.9",
                        "exact": "12.4185",
                        "amount": "12.42",
                    },
                    {
                        "date_from": "2025-05-16",
                        "date_to": "2025-06-30",
                        "days": 46,
                        "principal": "427.9",
                        "exact": "9.8417",
                        "amount": "9.84",
                    },
                ],
                "exact": "22.2602",
                "deducted": "0.00",
                "amount": "22.26",
                "decimals": 2,
                "rounding": "half_up",
            },
        )


offsets = st.integers(0, 400)
amounts = st.decimals("0.01", "2000", places=2)


@st.composite
def debts(draw):
    """A bill of one or two parts with any payments and pauses."""
    parts = []
    for _number in range(draw(st.integers(1, 2))):
        principal = draw(amounts)
        left = principal
        payments = []
        for day in sorted(draw(st.lists(offsets, max_size=3))):
            paid = min(left, draw(amounts))
            payments.append((DUE + timedelta(day - 30), paid))
            left -= paid
        paused = []
        for day in draw(st.lists(offsets, max_size=2)):
            low = DUE + timedelta(day)
            paused.append((low, low + timedelta(draw(st.integers(0, 60)))))
        parts.append(Part(principal, tuple(payments), tuple(paused)))
    return Debt(DUE, tuple(parts))


@st.composite
def terms(draw):
    return LateFeeTerms(
        daily_rate=draw(st.decimals("0", "0.01", places=5)),
        grace_days=draw(st.integers(0, 40)),
        start=draw(st.sampled_from(["after_grace", "from_due"])),
        cap_percent=draw(
            st.none() | st.sampled_from([D("0"), D("3.33"), D("30"), D("100")])
        ),
    )


def fee_by_day(bill, agreed, until):
    """The exact fee, day by day, the slow and simple way."""
    after_grace = bill.due_date + timedelta(agreed.grace_days + 1)
    total = Fraction(0)
    day = after_grace if agreed.start == "after_grace" else DUE + timedelta(1)
    while until >= after_grace and day <= until:
        for part in bill.parts:
            if not any(low <= day <= high for low, high in part.paused):
                limit = max(day, after_grace)
                paid = sum(amount for when, amount in part.payments if when < limit)
                total += Fraction(part.principal - paid) * Fraction(agreed.daily_rate)
        day += timedelta(1)
    return total


def leaves(value):
    """All plain values of an explanation."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


@tagged("post_install", "-at_install")
class TestEngineLateFeeProperties(EngineCase):
    """What holds for any bill, whatever was paid or held and when."""

    @given(debts(), terms(), st.lists(offsets, min_size=1, max_size=5))
    def test_billing_in_steps_bills_the_same(self, bill, agreed, days):
        days = sorted(days)
        whole = compute_late_fee(bill, agreed, DUE + timedelta(days[-1]))
        total = D(0)
        for day in days:
            step = compute_late_fee(bill, agreed, DUE + timedelta(day))
            total += step.amount
            bill = replace(bill, settled=bill.settled + settle(step, agreed))
        self.assertEqual(total, whole.amount)

    @given(debts(), terms(), offsets, offsets)
    def test_days_never_make_it_less(self, bill, agreed, one, other):
        first, later = sorted((one, other))
        self.assertLessEqual(
            compute_late_fee(bill, agreed, DUE + timedelta(first)).amount,
            compute_late_fee(bill, agreed, DUE + timedelta(later)).amount,
        )

    @given(debts(), terms(), offsets)
    def test_within_the_cap_and_half_a_cent_a_segment(self, bill, agreed, day):
        until = DUE + timedelta(day)
        fee = compute_late_fee(bill, agreed, until)
        exact = fee_by_day(bill, agreed, until)
        if agreed.cap_percent is not None:
            cap = Fraction(bill.principal) * Fraction(agreed.cap_percent) / 100
            self.assertLessEqual(Fraction(fee.amount), cap)
            agreed = replace(agreed, cap_percent=None)
            fee = compute_late_fee(bill, agreed, until)
        if fee.runs:
            difference = abs(Fraction(fee.amount) - exact)
            self.assertLessEqual(difference, Fraction(len(fee.segments), 200))
            self.assertEqual(sum(segment.exact for segment in fee.segments), exact)
        else:
            # nothing, or no segment of half a cent
            count = 2 + sum(
                len(part.payments) + 2 * len(part.paused) for part in bill.parts
            )
            self.assertLess(exact, Fraction(count, 200))

    @given(debts(), terms(), offsets, offsets, st.integers(-30, 400), amounts)
    def test_a_payment_known_late_never_costs_more(
        self, bill, agreed, one, other, when, paid
    ):
        """Billed without it, then reckoned with it: together no more than had it been
        known, or than what was billed already."""
        agreed = replace(agreed, cap_percent=None)
        first, later = sorted((one, other))
        head = compute_late_fee(bill, agreed, DUE + timedelta(first))
        part = bill.parts[0]
        left = part.principal - sum(amount for __, amount in part.payments)
        payment = (DUE + timedelta(when), min(paid, left))
        known = replace(
            bill,
            parts=(
                part._replace(payments=(*part.payments, payment)),
                *bill.parts[1:],
            ),
        )
        fair = compute_late_fee(known, agreed, DUE + timedelta(later)).amount
        billed = replace(known, settled=settle(head, agreed))
        rest = compute_late_fee(billed, agreed, DUE + timedelta(later))
        count = 1 + sum(len(part.payments) for part in known.parts)
        count += 2 * sum(len(part.paused) for part in known.parts)
        self.assertLessEqual(
            head.amount + rest.amount,
            max(head.amount, fair + D("0.01") * (count + 1)),
        )

    @given(debts(), terms(), offsets)
    def test_no_float_anywhere(self, bill, agreed, day):
        fee = compute_late_fee(bill, agreed, DUE + timedelta(day))
        self.assertIsInstance(fee.amount, D)
        for run in fee.runs:
            self.assertIsInstance(run.exact, Fraction)
            json.dumps(run.explanation)
            self.assertFalse(
                [leaf for leaf in leaves(run.explanation) if isinstance(leaf, float)]
            )
