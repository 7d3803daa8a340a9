"""Money moves by the actions of these addons, never by writing its records.

A cashier needs Odoo's rights on invoices and payments to take money. By themselves
these rights also allow a credit note without approval, or a payment without a receipt:
from Odoo's own screens, or over RPC. So what moves money is marked ``@money_flow``, and
records of money ask ``in_money_flow`` before they change. The mark lives in the server
alone: no caller can send it.
"""

from contextvars import ContextVar
from functools import wraps

_flow = ContextVar("property_money_flow", default=False)


def money_flow(method):
    """Mark a method that moves money: what it does passes the guards of records.

    The method itself, or the action that leads to it, checks who may.
    """

    @wraps(method)
    def marked(self, *args, **kwargs):
        token = _flow.set(True)
        try:
            return method(self, *args, **kwargs)
        finally:
            _flow.reset(token)

    return marked


def in_money_flow(env):
    """Whether a method so marked is at work, or the system itself."""
    return env.su or _flow.get()
