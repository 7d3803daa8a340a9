# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the engine's tests share: short makers of facts, and a base class.

The tests run under Odoo as any other, and on Python alone (``conftest.py``).
"""

import json
import unittest
from datetime import date
from decimal import Decimal as D

from hypothesis import settings

from ..engine import (
    Concession,
    Meter,
    OneOff,
    Rate,
    Reading,
    RecurringCharge,
    Span,
    Standard,
    Tier,
    Unit,
    Window,
    bill_recurring,
)

if __name__.startswith("odoo.addons."):
    from odoo.tests import BaseCase, tagged
else:
    BaseCase = unittest.TestCase

    def tagged(*tags):
        """No tags outside Odoo."""
        return lambda cls: cls


#: The same examples on every run, of any length of time, kept nowhere.
settings.register_profile(
    "engine", derandomize=True, deadline=None, database=None, max_examples=150
)
settings.load_profile("engine")

ITEM = 5
ANNE, BEN, CLEO = 101, 102, 103
WATER_TIERS = (
    Tier(D(18), D("2.50")),
    Tier(D(30), D("3.80")),
    Tier(None, D("6.20")),
)


def day(text):
    """A date from ISO text, None for None."""
    return text and date.fromisoformat(text)


def window(first, last):
    """The days of a run."""
    return Window(day(first), day(last))


def rate(price, since="2020-01-01", base="0", tiers=(), rate_id=1):
    """A rate with its price and base."""
    return Rate(rate_id, day(since), D(price), D(base), tuple(tiers))


def standard(*rates, method="area", proration="daily", tier_basis=None, formula=None):
    """A standard of the one item the tests have."""
    return Standard(9, "STD", ITEM, method, proration, tier_basis, rates, formula)


def span(first, last, value):
    """A payer from a day to a day, either open."""
    return Span(day(first), day(last), value)


def concession(factor, first=None, last=None, concession_id=1, reason="vacancy"):
    """A reduction of the item to a factor."""
    return Concession(concession_id, day(first), day(last), D(factor), reason)


def unit(area="98.56", payers=None, concessions=(), code="3-2-1801", **values):
    """A unit, paid for by Anne unless said otherwise."""
    payers = (span(None, None, ANNE),) if payers is None else tuple(payers)
    return Unit(
        id=values.get("id", 1),
        code=code,
        charge_area=None if area is None else D(area),
        inner_area=values.get("inner_area"),
        floor=values.get("floor", 18),
        area_source="register",
        payers=payers,
        concessions={ITEM: tuple(concessions)} if concessions else {},
    )


def charge(of_unit, of_standard, first, last=None, months=1, **values):
    """A recurring charge, in advance and of quantity 1 unless said otherwise."""
    return RecurringCharge(
        id=values.get("id", 70),
        unit=of_unit,
        standard=of_standard,
        date_from=day(first),
        date_to=day(last),
        interval_months=months,
        timing=values.get("timing", "advance"),
        quantity=D(values.get("quantity", 1)),
        billed=tuple((day(low), day(high)) for low, high in values.get("billed", ())),
    )


def reading(reading_id, on, value, kind="regular", **values):
    """A reading; ``billed_amount`` makes it a billed one."""
    amount = values.get("billed_amount")
    new_value = values.get("new_value")
    return Reading(
        id=reading_id,
        date=day(on),
        value=D(value),
        kind=kind,
        new_value=None if new_value is None else D(new_value),
        corrects_id=values.get("corrects_id"),
        billed=values.get("billed", amount is not None),
        billed_amount=None if amount is None else D(amount),
    )


def meter(of_unit, of_standard, *readings, initial="0", multiplier=1, digits=5):
    """A meter in service since the end of 2024."""
    return Meter(
        id=40,
        code="W-1801",
        unit=of_unit,
        standard=of_standard,
        multiplier=D(multiplier),
        digits=digits,
        initial_date=day("2024-12-31"),
        initial_value=D(initial),
        readings=readings,
    )


def one_off(of_unit, on, quantity, price, billed=False):
    """A repair on a day."""
    return OneOff(
        80, of_unit, ITEM, day(on), D(quantity), D(price), "Repair", None, billed
    )


def amounts(result):
    """The amounts of a result's lines, as texts."""
    return [str(line.amount) for line in result.lines]


def days(entry):
    """The first and last day of a line or refusal, as texts."""
    return entry.date_from.isoformat(), entry.date_to.isoformat()


class EngineCase(BaseCase):
    """Assertions the engine's tests share."""

    def assertAmounts(self, result, *expected):
        """The lines have these amounts, in this order, and are explained."""
        self.assertEqual(amounts(result), list(expected))
        for line in result.lines:
            self.assertEqual(line.explanation["amount"], str(line.amount))
            self.assertEqual(json.loads(json.dumps(line.explanation)), line.explanation)
            self.assertNoFloat(line.explanation)

    def assertRefused(self, result, *expected):
        """The refusals are ``(reason, amount as text or None)``, in this order."""
        found = [
            (refusal.reason, refusal.amount and str(refusal.amount))
            for refusal in result.refusals
        ]
        self.assertEqual(found, list(expected))

    def assertNoFloat(self, value):
        """No float anywhere in an explanation."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for part in value:
                self.assertNoFloat(part)
        self.assertNotIsInstance(value, float)

    def bill_days(self, one_charge, first, last):
        """Bill a charge whose first period is to be billed in one window."""
        return bill_recurring(one_charge, window(first, last))
