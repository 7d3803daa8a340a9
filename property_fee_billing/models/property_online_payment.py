from odoo import api, models
from odoo.exceptions import UserError

from ..local_time import get_today
from .property_settlement import FEES


class PropertyOnlinePayment(models.AbstractModel):
    """What bills come to today, and how a sum settles them: for payers who pay by
    themselves. The server alone decides amounts.

    A *row* is a dictionary about one bill: ``bill``; ``residual``, what is open of it;
    ``disputed``, what of that is in review and so not asked; ``is_on_plan``;
    ``principal``, what is asked of the bill itself (of one on a payment plan the next
    instalment); ``discount`` off that for paying it today; ``late_fee`` run up to today
    on top; ``to_pay`` in all; ``date_due``; ``state``: one of STATES.

    A *choice* is what a payer was asked for, kept with the transaction:
    ``{"bill", "amount", "discount", "late_fee"}`` for each bill, amount with discount.
    """

    _name = "property.online.payment"
    _description = "Online Payment"

    # --------------------------------------------------------------------- rows
    @api.model
    def _get_rows(self, bills, date=None):
        """The rows of bills and credit notes, in their order.

        The number of queries does not depend on the number of bills.
        """
        date = date or get_today(bills)
        unpaid = bills.filtered(self._is_unpaid)
        late_fees = unpaid._get_late_fee_amounts(date) if unpaid else {}
        disputed = unpaid._get_disputed_amounts() if unpaid else {}
        return [
            self._get_row(
                bill,
                date,
                disputed.get(bill.id, 0.0) if bill in unpaid else 0.0,
                late_fees.get(bill.id, 0.0) if bill in unpaid else 0.0,
            )
            for bill in bills
        ]

    @api.model
    def _is_unpaid(self, bill):
        """Whether something is left to pay of a posted bill."""
        return bill.move_type == "out_invoice" and bill.payment_state in (
            "not_paid",
            "partial",
        )

    @api.model
    def _get_row(self, bill, date, disputed, late_fee):
        """See the class."""
        is_unpaid = self._is_unpaid(bill)
        row = {
            "bill": bill,
            "residual": bill.amount_residual if is_unpaid else 0.0,
            "disputed": disputed,
            "is_on_plan": bool(is_unpaid and bill.fee_plan_id),
            "date_due": bill.invoice_date_due or bill.date,
            "discount": 0.0,
            "late_fee": 0.0,
            "principal": 0.0,
        }
        if row["is_on_plan"]:
            # a plan that is kept covers everything: the next instalment is due
            row["principal"] = bill.fee_next_payment_amount
            row["date_due"] = bill.fee_next_payment_date or row["date_due"]
        elif is_unpaid:
            row["principal"] = max(
                0.0, bill.currency_id.round(row["residual"] - disputed)
            )
            row["late_fee"] = late_fee
            if not disputed:
                row["discount"] = self.env["property.settlement"]._get_discount(
                    bill, date
                )
        row["to_pay"] = bill.currency_id.round(
            row["principal"] - row["discount"] + row["late_fee"]
        )
        row["state"] = self._get_state(row, date)
        return row

    @api.model
    def _get_state(self, row, date):
        """How a bill stands, the most pressing of what can be said."""
        if row["bill"].move_type == "out_refund":
            return "credit"
        if not row["residual"]:
            return "paid"
        if row["is_on_plan"]:
            return "plan"
        if row["disputed"]:
            return "disputed"
        return "overdue" if row["date_due"] < date else "current"

    @api.model
    def _get_state_labels(self):
        """What the states are called."""
        return {
            "credit": self.env._("Credit Note"),
            "paid": self.env._("Paid"),
            "plan": self.env._("On a Payment Plan"),
            "disputed": self.env._("In Review"),
            "overdue": self.env._("Overdue"),
            "current": self.env._("To Pay"),
        }

    # -------------------------------------------------------------------- quote
    @api.model
    def _get_quote(self, bills, amount=None):
        """What the bills come to today, and how a sum would settle them.

        :param bills: posted account.move that the payer may see
        :param float amount: a part of the total, where the community allows that; all
            of it if None
        :return: ``{community, unit, currency, date, rows, total, amount, choice}``
        :raise UserError: nothing to pay, bills of several communities, or an amount
            that does not fit
        """
        bills = self.env["property.settlement"]._sort_bills(bills)
        date = get_today(bills)
        rows = [row for row in self._get_rows(bills, date) if row["to_pay"] > 0]
        if not rows:
            raise UserError(self.env._("There is nothing to pay of these bills."))
        bills = bills.browse(row["bill"].id for row in rows)
        community = bills.fee_community_id
        if len(community) > 1 or len(bills.currency_id) > 1:
            raise UserError(
                self.env._(
                    "Pay the bills of each community by themselves: these are of %s.",
                    ", ".join(community.mapped("name")),
                )
            )
        currency = bills.currency_id
        total = currency.round(sum(row["to_pay"] for row in rows))
        if amount is None:
            amount = total
        amount = currency.round(amount)
        self._check_amount(community, currency, amount, total)
        return {
            "community": community,
            "unit": bills[0].fee_unit_id,
            "currency": currency,
            "date": date,
            "rows": rows,
            "total": total,
            "amount": amount,
            "choice": self._spread(rows, amount),
        }

    @api.model
    def _check_amount(self, community, currency, amount, total):
        """Refuse a sum that the bills cannot be paid with.

        :raise UserError: not above zero, above the total, or a part where the
            community takes none
        """
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("The amount must be above zero."))
        if currency.compare_amounts(amount, total) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s is more than these bills come to today: %(total)s.",
                    amount=currency.format(amount),
                    total=currency.format(total),
                )
            )
        if (
            not community.allow_partial_payment
            and currency.compare_amounts(amount, total) < 0
        ):
            raise UserError(
                self.env._(
                    "%(community)s takes no part payments: pay %(total)s.",
                    community=community.name,
                    total=currency.format(total),
                )
            )

    @api.model
    def _spread(self, rows, amount):
        """How a sum settles rows: the bills and their late fees, each in the order of
        the community, as ``property.settlement._sort_bills`` orders bills.

        :return: list of choices, those that get nothing left out
        """
        chosen = {}
        for row, kind in self._sort_claims(rows):
            currency = row["bill"].currency_id
            choice = chosen.setdefault(
                row["bill"].id,
                {
                    "bill": row["bill"].id,
                    "amount": 0.0,
                    "discount": 0.0,
                    "late_fee": 0.0,
                },
            )
            asked, discount = row[kind], row["discount"] if kind == "principal" else 0.0
            if currency.compare_amounts(amount, asked - discount) >= 0:
                choice["discount"] += discount
            else:
                # part of a bill earns no discount
                asked, discount = min(asked, amount), 0.0
            choice["late_fee" if kind == "late_fee" else "amount"] += asked
            amount = currency.round(amount - asked + discount)
        return [
            choice
            for choice in chosen.values()
            if choice["amount"] or choice["late_fee"]
        ]

    @api.model
    def _sort_claims(self, rows):
        """``[(row, "principal" or "late_fee")]`` in the order money settles them. A
        late fee that is billed today ranks as such, and is due last."""
        ranks = self.env["property.settlement"]._get_ranks(
            self.env["account.move"].union(*(row["bill"] for row in rows))
        )
        claims = []
        for position, row in enumerate(rows):
            order = row["bill"].fee_community_id.allocation_order
            for kind, rank in (
                ("principal", ranks.get(row["bill"].id, FEES)),
                ("late_fee", 1),
            ):
                rank = {"costs_first": rank, "fees_first": -rank, "due_date": 0}[order]
                is_last = kind == "late_fee" and order == "due_date"
                claims.append(((rank, is_last, position), row, kind))
        return [
            (row, kind)
            for _key, row, kind in sorted(claims, key=lambda claim: claim[0])
        ]

    @api.model
    def _guess_choice(self, bills, amount):
        """The choice of a payment for bills that did not come from our pages, such as
        Odoo's payment links: what fits is settled, the rest is kept as credit."""
        bills = self.env["property.settlement"]._sort_bills(bills)
        rows = self._get_rows(bills)
        return self._spread([row for row in rows if row["to_pay"] > 0], amount)
