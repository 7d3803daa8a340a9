# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The money rules, in plain Python: facts in, lines with their reasons out.

Nothing here knows of Odoo, a database or a screen. Read in this order:
:mod:`.facts` (what goes in), :mod:`.results` (what comes out), :mod:`.money` and
:mod:`.months` (exact figures), :mod:`.segments` (where a period splits), then a
module per kind of charge: :mod:`.recurring` (with :mod:`.formula`),
:mod:`.metered` (with :mod:`.chain`), :mod:`.shared`, :mod:`.oneoff`; :mod:`.prepay`
for months paid ahead; and
:mod:`.corrections` (with :mod:`.differences`) for what changed after billing.

>>> from datetime import date
>>> from decimal import Decimal as D
>>> rate = Rate(1, date(2024, 1, 1), D("2.80"), D(0))
>>> fee = Standard(1, "PM", 1, "area", "daily", None, (rate,))
>>> flat = Unit(1, "3-2-1801", D("98.56"), None, 18, "register", (Span(None, None, 7),))
>>> charge = RecurringCharge(1, flat, fee, date(2025, 3, 16), None, 3, "advance", D(1))
>>> quarter = Window(date(2025, 3, 1), date(2025, 3, 31))
>>> [str(line.amount) for line in bill_recurring(charge, quarter).lines]
['694.37']
"""

from .billing import bill
from .corrections import PostedLine, correct_recurring, correct_single
from .differences import BilledLine, Difference, compute_differences
from .facts import (
    Concession,
    Facts,
    Meter,
    OneOff,
    Rate,
    Reading,
    RecurringCharge,
    Share,
    SharedCost,
    Span,
    Standard,
    Tier,
    Unit,
    Window,
)
from .formula import FormulaError, check_formula, evaluate_formula, formula_variables
from .late_fee import (
    Debt,
    LateFee,
    LateFeeTerms,
    Part,
    SettledDays,
    compute_late_fee,
    compute_reference_fee,
)
from .metered import bill_meter
from .money import allocate, round_half_up
from .months import months_between
from .oneoff import bill_one_off
from .prepay import Prepayment, first_open_day, prepay_recurring
from .recurring import bill_recurring, reckon_periods, reckon_recurring
from .results import Line, Refusal, Result
from .segments import factor_on, payer_on, rate_on
from .shared import bill_shared_cost

__all__ = [
    "BilledLine",
    "Concession",
    "Debt",
    "Difference",
    "Facts",
    "FormulaError",
    "LateFee",
    "LateFeeTerms",
    "Line",
    "Meter",
    "OneOff",
    "PostedLine",
    "Prepayment",
    "Rate",
    "Reading",
    "RecurringCharge",
    "Refusal",
    "Result",
    "SettledDays",
    "Share",
    "SharedCost",
    "Span",
    "Standard",
    "Tier",
    "Unit",
    "Window",
    "allocate",
    "bill",
    "bill_meter",
    "bill_one_off",
    "bill_recurring",
    "bill_shared_cost",
    "check_formula",
    "compute_differences",
    "compute_late_fee",
    "compute_reference_fee",
    "correct_recurring",
    "correct_single",
    "evaluate_formula",
    "factor_on",
    "first_open_day",
    "formula_variables",
    "months_between",
    "payer_on",
    "prepay_recurring",
    "rate_on",
    "reckon_periods",
    "reckon_recurring",
    "round_half_up",
]
