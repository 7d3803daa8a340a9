import json
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from odoo import api, models
from odoo.tools import SQL

from ..engine import Debt, Part, SettledDays, compute_late_fee, compute_reference_fee
from .property_billing_loader import to_decimal

# What is in no part of any bill line.
NOTHING = Decimal(0)


class PropertyLateFeeLoader(models.AbstractModel):
    """Reads bills, what was paid of their lines and what of their late fees was dealt
    with into the engine's plain data: a handful of queries for any number of bills.
    """

    _name = "property.late.fee.loader"
    _description = "Late Fee Loader"

    @api.model
    def _get_late_fees(self, bills, date):
        """What has run up on bills up to a day and is neither billed nor waived.

        :param bills: account.move of any kind; those that bear no late fee are left out
        :param date: last day that counts
        :return: ``{account.move: (property.late.fee.policy, Debt, LateFee)}``
        """
        return {
            bill: (
                policy,
                debt,
                compute_late_fee(
                    debt, policy._get_terms(), date, bill.currency_id.decimal_places
                ),
            )
            for bill, (policy, debt) in self._load_debts(bills).items()
        }

    @api.model
    def _get_sheet(self, bill, policy, debt, date, rates):
        """The late fee of a bill as a document shows it; see account.move
        ``_get_late_fee_data``."""
        decimals = bill.currency_id.decimal_places
        terms = policy._get_terms()
        unsettled = Debt(debt.due_date, debt.parts)
        whole = compute_late_fee(unsettled, terms, date, decimals)
        reference = compute_reference_fee(debt, terms, rates, date, decimals)
        billed = sum((row.amount for row in debt.settled if row.exact is not None), 0)
        waived = sum((row.amount for row in debt.settled if row.exact is None), 0)
        return {
            "due_date": debt.due_date,
            "principal": float(debt.principal),
            "daily_percent": policy.daily_percent,
            "grace_days": policy.grace_days,
            "start": policy.start,
            "cap_percent": policy.cap_percent,
            "segments": [
                {
                    "date_from": segment.date_from,
                    "date_to": segment.date_to,
                    "days": segment.days,
                    "principal": float(segment.principal),
                    "amount": float(segment.amount),
                }
                for segment in whole.segments
            ],
            "contract": float(whole.amount),
            # a court takes off what is too much; it adds nothing
            "recoverable": (
                None if reference is None else float(min(reference, whole.amount))
            ),
            "billed": float(billed),
            "waived": float(waived),
        }

    # ------------------------------------------------------------------- debts
    @api.model
    def _load_debts(self, bills):
        """``{bill: (policy, engine Debt)}`` of the bills that may bear a late fee."""
        policies = self._get_policies(bills)
        if not policies:
            return {}
        bills = bills.browse([bill.id for bill in policies])
        for name in (
            "account.move",
            "account.move.line",
            "property.fee.item",
            "property.payment.allocation",
            "property.late.fee",
        ):
            self.env[name].flush_model()
        lines = self._load_lines(bills, policies)
        payments = self._load_payments(bills)
        settled = self._load_settled(bills)
        pauses = bills._get_late_fee_pauses(bills)
        line_ids = [line_id for rows in lines.values() for line_id, _price in rows]
        line_pauses = bills._get_late_fee_line_pauses(
            self.env["account.move.line"].browse(line_ids)
        )
        result = {}
        for bill, policy in policies.items():
            parts = self._make_parts(
                bill, lines[bill.id], payments, pauses.get(bill.id, ()), line_pauses
            )
            if parts:
                debt = Debt(self._get_due_date(bill), parts, settled[bill.id])
                result[bill] = (policy, debt)
        return result

    @api.model
    def _get_due_date(self, bill):
        return bill.invoice_date_due or bill.invoice_date or bill.date

    @api.model
    def _get_policies(self, bills):
        """``{bill: policy}`` of posted bills whose community charges late fees."""
        result = {}
        for bill in bills:
            # whoever may see a bill may see what paying it late costs
            policy = bill.sudo().fee_community_id.late_fee_policy_id
            if (
                policy
                and bill.move_type == "out_invoice"
                and bill.state == "posted"
                and not bill.late_fee_bill_id
            ):
                policy = policy._get_for_due_date(self._get_due_date(bill))
                if policy:
                    result[bill] = policy
        return result

    @api.model
    def _load_lines(self, bills, policies):
        """``{bill id: [(line id, price)]}`` of the lines that bear a late fee."""
        by_id = {bill.id: policy for bill, policy in policies.items()}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.move_id, l.id, l.fee_item_id, i.fee_class,
                       l.price_total::text
                  FROM account_move_line l
                  JOIN property_fee_item i ON i.id = l.fee_item_id
                 WHERE l.move_id = ANY(%s) AND l.display_type = 'product'
                 ORDER BY l.id
                """,
                bills.ids,
            )
        )
        result = defaultdict(list)
        for bill_id, line_id, item_id, fee_class, price in rows:
            if by_id[bill_id]._is_covered(item_id, fee_class):
                result[bill_id].append((line_id, to_decimal(price)))
        return result

    @api.model
    def _load_payments(self, bills):
        """``{line id: [(day, amount)]}`` of what settled bill lines; the day is None
        for what the bill's own credit notes took back: that was never owed."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.move_line_id,
                       CASE WHEN s.reversed_entry_id = a.move_id THEN NULL
                            ELSE a.date END AS day,
                       SUM(a.amount)::text
                  FROM property_payment_allocation a
                  LEFT JOIN account_move s ON s.id = a.settled_by_id
                 WHERE a.move_id = ANY(%s)
                 GROUP BY a.move_line_id, day
                 ORDER BY a.move_line_id, day
                """,
                bills.ids,
            )
        )
        result = defaultdict(list)
        for line_id, day, amount in rows:
            result[line_id].append((day, to_decimal(amount)))
        return result

    @api.model
    def _load_settled(self, bills):
        """``{bill id: tuple of engine SettledDays}``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT bill_id, date_from, date_to, amount::text,
                       COALESCE(deducted_amount, 0)::text, state, explanation::text
                  FROM property_late_fee
                 WHERE bill_id = ANY(%s) AND state <> 'cancelled'
                 ORDER BY date_from
                """,
                bills.ids,
            )
        )
        result = defaultdict(tuple)
        for bill_id, first, last, amount, deducted, state, explanation in rows:
            exact = rate = None
            if state == "billed":
                values = json.loads(explanation)
                exact = Fraction(values["exact"])
                rate = Decimal(values["daily_rate"])
            result[bill_id] += (
                SettledDays(
                    first, last, to_decimal(amount), exact, rate, to_decimal(deducted)
                ),
            )
        return result

    @api.model
    def _make_parts(self, bill, lines, payments, pauses, line_pauses):
        """The parts of a debt: what is held apart, the others together."""
        groups = defaultdict(list)
        for line_id, price in lines:
            paid = payments.get(line_id, ())
            held = line_pauses.get(line_id, ())
            for days, *part in self._cut_line(price, paid, held):
                groups[days].append(part)
        parts = []
        for held, rows in groups.items():
            principal = NOTHING
            paid = defaultdict(Decimal)
            for price, line_payments in rows:
                principal += price
                for day, amount in line_payments:
                    if day is None:
                        principal -= amount
                    else:
                        paid[day] += amount
            parts.append(Part(principal, tuple(sorted(paid.items())), (*pauses, *held)))
        return tuple(parts)

    @api.model
    def _cut_line(self, price, payments, pauses):
        """Cut a line where amounts of it are held.

        Money pays what is not held first; what credit notes took back comes off what
        is held first.

        :param payments: list of (day or None, amount); see ``_load_payments``
        :param pauses: see ``_get_late_fee_line_pauses``
        :return: list of ``(days held, price, payments)``, the most held first
        """
        if not pauses:
            return [((), price, payments)]
        pauses = [
            (first, last, price if amount is None else to_decimal(str(amount)))
            for first, last, amount in pauses
        ]
        tops = {min(amount, price) for _first, _last, amount in pauses}
        slices = []
        bottom = NOTHING
        for top in sorted({*tops, price}):
            days = tuple(
                (first, last) for first, last, amount in pauses if amount >= top
            )
            slices.append((days, top - bottom, []))
            bottom = top
        left = [height for _days, height, _payments in slices]
        order = range(len(slices))
        for day, amount in payments:
            for index in order if day is None else reversed(order):
                part = min(amount, left[index])
                if part > 0:
                    slices[index][2].append((day, part))
                    left[index] -= part
                    amount -= part
        return slices
