"""Forecasts in plain Python; nothing of Odoo in here."""

from .payment_curve import (
    Backtest,
    Cohort,
    Curve,
    Month,
    backtest,
    expect_billing,
    forecast,
    make_curve,
)
