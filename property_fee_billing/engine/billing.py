# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All of a community's facts at once."""

from __future__ import annotations

from .facts import Facts, Window
from .metered import bill_meter
from .oneoff import bill_one_off
from .recurring import bill_recurring
from .results import Result
from .shared import bill_shared_cost


def bill(facts: Facts, window: Window, decimals: int = 2) -> Result:
    """Bill everything due by the window's end that is not billed yet.

    :param decimals: the currency's decimal places
    """
    result = Result()
    for charge in facts.charges:
        result.extend(bill_recurring(charge, window, decimals))
    for meter in facts.meters:
        result.extend(bill_meter(meter, window, decimals))
    for cost in facts.shared_costs:
        result.extend(bill_shared_cost(cost, window, decimals))
    for charge in facts.one_offs:
        result.extend(bill_one_off(charge, window, decimals))
    return result
