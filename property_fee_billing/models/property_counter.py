from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..local_time import get_today


class PropertyCounter(models.AbstractModel):
    """What the counter screen asks and does. The server decides every amount."""

    _name = "property.counter"
    _description = "Counter"

    # ------------------------------------------------------------------- search
    @api.model
    def search_accounts(self, query, community_id=None, limit=20):
        """Units and people that fit what the cashier typed: a unit's code or payment
        reference, a name, a phone number, an owner code or the number of a bill.

        :return: list of ``{unit_id, unit, partner_id, partner, phone, community_id,
            community, amount_open}``, one for each unit and payer
        """
        query = (query or "").strip()
        if not query:
            return []
        units = self.env["property.unit"].search(
            self._get_search_domain(query, community_id), limit=limit
        )
        open_amounts = dict(
            self.env["account.move"]._read_group(
                [
                    ("fee_unit_id", "in", units.ids),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                ],
                ["fee_unit_id"],
                ["amount_residual:sum"],
            )
        )
        return [
            {
                "unit_id": unit.id,
                "unit": unit.code,
                "partner_id": unit.payer_id.id,
                "partner": unit.payer_id.name or "",
                "phone": unit.payer_id.phone or "",
                "community_id": unit.community_id.id,
                "community": unit.community_id.name,
                "amount_open": open_amounts.get(unit, 0.0),
            }
            for unit in units
        ]

    @api.model
    def _get_search_domain(self, query, community_id):
        """Units that a query means."""
        people = (
            Domain("name", "ilike", query)
            | Domain("phone", "ilike", query)
            | Domain("ref", "=", query)
        )
        domain = (
            Domain("code", "ilike", query)
            | Domain("payment_reference", "ilike", query)
            | Domain("ownership_ids.partner_id", "any", people)
        )
        bills = self.env["account.move"].search(
            [("fee_unit_id", "!=", False), ("name", "=ilike", query)], limit=5
        )
        if bills:
            domain |= Domain("id", "in", bills.fee_unit_id.ids)
        if community_id:
            domain &= Domain("community_id", "=", community_id)
        return domain

    # ------------------------------------------------------------------ account
    @api.model
    def get_account(self, community_id, unit_id=None, partner_id=None):
        """Everything the screen shows of a unit, or of all units of a payer.

        :return: ``community``, ``unit``, ``partner``, ``date``, ``bills`` (see
            ``_get_bill_data``), ``credits``, ``methods``, ``purposes``, ``session``
        """
        community = self._get_community(community_id)
        date = get_today(community)
        unit = self.env["property.unit"].browse(unit_id or ())
        partner = self.env["res.partner"].browse(partner_id or ())
        bills = self._get_bills(community, unit, partner)
        units = unit or bills.fee_unit_id
        if not partner:
            partner = unit.payer_id or bills.partner_id[:1]
        credit_lines = self.env["property.settlement"]._get_credits(units)
        late_fees = bills._get_late_fee_amounts(date)
        return {
            "community": self._get_community_data(community),
            "unit": {"id": unit.id, "name": unit.code} if unit else False,
            "units": [{"id": unit.id, "name": unit.code} for unit in units],
            "partner": {
                "id": partner.id,
                "name": partner.name or "",
                "phone": partner.phone or "",
            },
            "date": fields.Date.to_string(date),
            "bills": [
                self._get_bill_data(bill, date, late_fees.get(bill.id, 0.0))
                for bill in bills
            ],
            "credits": [self._get_credit_data(line) for line in credit_lines],
            "methods": self._get_method_data(community),
            "purposes": self.env["account.payment"]
            ._fields["fee_purpose"]
            ._description_selection(self.env),
            "session": self._get_session_data(community),
        }

    @api.model
    def _get_community(self, community_id):
        """The community, if the user may take money there."""
        community = self.env["property.community"].browse(community_id).exists()
        if not community:
            raise UserError(self.env._("This community does not exist (any more)."))
        community.check_access("read")
        self.env["property.receipt"].check_access("create")
        return community

    @api.model
    def _get_bills(self, community, unit, partner):
        """Open bills of a unit, or else of a partner's units, in order to be paid."""
        domain = [("fee_community_id", "=", community.id)]
        if unit:
            domain.append(("fee_unit_id", "=", unit.id))
        else:
            domain.append(
                ("commercial_partner_id", "=", partner.commercial_partner_id.id)
            )
        return self.env["property.settlement"]._get_open_bills(domain)

    @api.model
    def _get_community_data(self, community):
        currency = community.currency_id
        return {
            "id": community.id,
            "name": community.name,
            "currency_id": currency.id,
            "decimals": currency.decimal_places,
            "allow_partial": community.allow_partial_payment,
        }

    @api.model
    def _get_bill_data(self, bill, date, late_fee):
        """One open bill: ``residual`` to settle, ``discount`` if all of it is paid
        today, ``late_fee`` run up to today, ``to_pay`` of all three."""
        discount = self.env["property.settlement"]._get_discount(bill, date)
        due = bill.invoice_date_due or bill.date
        return {
            "id": bill.id,
            "name": bill.name,
            "unit_id": bill.fee_unit_id.id,
            "unit": bill.fee_unit_id.code,
            "partner": bill.partner_id.name,
            "date": fields.Date.to_string(bill.invoice_date or bill.date),
            "date_due": fields.Date.to_string(due),
            "days_overdue": max(0, (date - due).days),
            "amount": bill.amount_total,
            "residual": bill.amount_residual,
            "discount": discount,
            "late_fee": late_fee,
            "to_pay": bill.currency_id.round(
                bill.amount_residual - discount + late_fee
            ),
            "lines": [
                {
                    "id": line.id,
                    "name": line.name,
                    "fee_class": line.fee_item_id.fee_class or "",
                    "amount": line.price_total,
                    "open": line.fee_amount_open,
                    "why": line.fee_line_ids[:1].explanation_text or "",
                }
                for line in bill.invoice_line_ids
                if line.display_type == "product"
            ],
        }

    @api.model
    def _get_credit_data(self, line):
        purposes = dict(
            self.env["account.move"]
            ._fields["fee_purpose"]
            ._description_selection(self.env)
        )
        return {
            "id": line.id,
            "name": line.move_id.fee_receipt_id.name or line.move_id.name,
            "unit": line.fee_unit_id.code,
            "date": fields.Date.to_string(line.date),
            "amount": -line.amount_residual_currency,
            "purpose": purposes.get(line.move_id.fee_purpose, ""),
        }

    @api.model
    def _get_method_data(self, community):
        lines = community._get_payment_methods()
        return [
            {
                "id": line.id,
                "name": self._get_method_name(line, lines),
                "is_cash": line.journal_id.type == "cash",
            }
            for line in lines
        ]

    @api.model
    def _get_method_name(self, line, lines):
        """The journal says how it is paid, unless it has several methods."""
        journal = line.journal_id
        if len(lines.filtered(lambda other: other.journal_id == journal)) == 1:
            return journal.name
        return " ".join(dict.fromkeys((journal.name, line.name)))

    @api.model
    def _get_session_data(self, community):
        session = self.env["property.cashier.session"].search(
            [
                ("community_id", "=", community.id),
                ("user_id", "=", self.env.uid),
                ("state", "=", "open"),
            ],
            limit=1,
        )
        if not session:
            return False
        return {
            "id": session.id,
            "name": session.name,
            "receipts": session.receipt_count,
            "total": session.total_amount,
        }

    @api.model
    def open_session(self, community_id, opening_amount=0.0):
        """Begin a session of the current user."""
        community = self._get_community(community_id)
        self.env["property.cashier.session"].create(
            {"community_id": community.id, "opening_amount": opening_amount}
        )
        return self._get_session_data(community)

    @api.model
    def distribute(
        self, community_id, amount, unit_id=None, partner_id=None, bill_ids=None
    ):
        """How a sum of money would settle the open bills, in the community's order.

        :param bill_ids: only these of the open bills; None for all
        :return: list of ``{id, amount, discount}``
        """
        community = self._get_community(community_id)
        bills = self._get_bills(
            community,
            self.env["property.unit"].browse(unit_id or ()),
            self.env["res.partner"].browse(partner_id or ()),
        )
        if bill_ids is not None:
            bills = bills.filtered(lambda bill: bill.id in set(bill_ids))
        items = self.env["property.settlement"]._distribute(
            bills, amount, get_today(community)
        )
        return [{**item, "bill": False, "id": item["bill"].id} for item in items]

    # ----------------------------------------------------------------- register
    @api.model
    def register(self, values):
        """Take money and issue the receipt.

        :param dict values: ``community_id``; ``partner_id`` who pays; ``unit_id`` the
            unit that money beyond the bills is kept for; ``methods``: list of
            ``{id, amount, reference}``, id of an account.payment.method.line;
            ``bills``: list of ``{id, amount, residual, late_fee}``: what is settled,
            discount included, what the screen showed as open, and the late fee that
            is taken as well; without ``bills`` the money settles the oldest first;
            ``is_designated``: whether the payer chose the bills (True without bills:
            all is kept), by default if there are any; ``purpose``, ``note``, ``date``;
            ``request_key``: sent again after an answer was lost, it takes nothing twice
        :return: ``{id, name, amount, credit}`` of the receipt
        :raise UserError, ValidationError: in one sentence, nothing is stored
        """
        community = self._get_community(values.get("community_id"))
        session = self.env["property.cashier.session"]._get_open(community)
        if earlier := self._get_earlier_receipt(session, values.get("request_key")):
            return self._get_result(earlier)
        # a session that closes meanwhile takes no more money
        self._lock_session(session)
        methods = self._check_methods(community, values.get("methods") or [])
        partner = self.env["res.partner"].browse(values.get("partner_id") or ())
        if not partner.exists():
            raise ValidationError(self.env._("Say who pays."))
        unit = self._check_unit(community, values.get("unit_id"))
        date = fields.Date.to_date(values.get("date")) or get_today(community)
        total = sum(amount for _line, amount, _reference in methods)
        items = self._get_items(community, unit, partner, values, date, total)
        receipt = self._take_money(
            {
                "community_id": community.id,
                "partner_id": partner.id,
                "unit_id": unit.id,
                "date": date,
                "session_id": session.id,
                "purpose": values.get("purpose") or False,
                "is_designated": self._is_designated(values),
                "note": values.get("note") or False,
                "request_key": values.get("request_key") or False,
            },
            items,
            methods,
        )
        return self._get_result(receipt)

    @api.model
    def _is_designated(self, values):
        """Whether the payer says which bills the money is for. Of none is also an
        answer: then all of it is kept."""
        return bool(values.get("is_designated", values.get("bills")))

    @api.model
    def _check_methods(self, community, methods):
        """What is paid how, checked.

        :return: list of (account.payment.method.line, amount, reference)
        """
        allowed = community._get_payment_methods()
        currency = community.currency_id
        result = []
        for method in methods:
            line = allowed.filtered(lambda line, m=method: line.id == m.get("id"))
            if not line:
                raise ValidationError(
                    self.env._(
                        "Community %(community)s does not take money that way: choose "
                        "one of its payment methods in %(currency)s.",
                        community=community.name,
                        currency=currency.name,
                    )
                )
            amount = currency.round(float(method.get("amount") or 0.0))
            if currency.compare_amounts(amount, 0) <= 0:
                raise ValidationError(
                    self.env._(
                        "%(method)s: the amount must be above zero, not %(amount)s.",
                        method=line.name,
                        amount=currency.format(amount),
                    )
                )
            result.append((line, amount, method.get("reference") or ""))
        if not result:
            raise ValidationError(self.env._("Say how much is paid, and how."))
        return result

    @api.model
    def _check_unit(self, community, unit_id):
        """The unit money beyond the bills is kept for."""
        unit = self.env["property.unit"].browse(unit_id or ())
        if unit and (not unit.exists() or unit.community_id != community):
            raise ValidationError(
                self.env._(
                    "The unit is not one of community %s.", community.display_name
                )
            )
        return unit

    @api.model
    def _get_items(self, community, unit, partner, values, date, total):
        """The items to settle: as chosen on the screen, or the oldest first."""
        settlement = self.env["property.settlement"]
        if not values.get("bills") and not self._is_designated(values):
            bills = self._get_bills(community, unit, partner)
            settlement._lock_bills(bills)
            return settlement._distribute(bills, total, date)
        chosen = {
            int(choice["id"]): choice
            for choice in values.get("bills") or ()
            if choice.get("amount") or choice.get("late_fee")
        }
        bills = settlement._sort_bills(
            self.env["account.move"].search([("id", "in", list(chosen))])
        )
        settlement._lock_bills(bills)
        items = []
        for bill in bills:
            items += self._get_chosen_items(community, bill, chosen[bill.id], date)
        money = sum(item["amount"] - item["discount"] for item in items)
        if community.currency_id.compare_amounts(money, total) > 0:
            raise ValidationError(
                self.env._(
                    "The bills ask for %(due)s but only %(paid)s is paid.",
                    due=community.currency_id.format(money),
                    paid=community.currency_id.format(total),
                )
            )
        return items

    @api.model
    def _get_chosen_items(self, community, bill, choice, date):
        """The items of one bill as chosen, with its late fee first if that is taken."""
        self._check_choice(community, bill, choice)
        items = []
        if choice.get("late_fee"):
            # credit of the unit may have settled it at once
            for late_bill in bill._post_late_fees(date).filtered("amount_residual"):
                items.append(
                    {
                        "bill": late_bill,
                        "amount": late_bill.amount_residual,
                        "discount": 0.0,
                    }
                )
        amount = bill.currency_id.round(float(choice.get("amount") or 0.0))
        if amount:
            is_whole = not bill.currency_id.compare_amounts(
                amount, bill.amount_residual
            )
            discount = (
                self.env["property.settlement"]._get_discount(bill, date)
                if is_whole
                else 0.0
            )
            items.append({"bill": bill, "amount": amount, "discount": discount})
        return items

    @api.model
    def _check_choice(self, community, bill, choice):
        """Refuse what does not fit the bill as it is now."""
        currency = bill.currency_id
        name = bill.name
        if bill.fee_community_id != community or currency != community.currency_id:
            raise ValidationError(
                self.env._(
                    "Bill %(bill)s is not one of %(community)s in %(currency)s.",
                    bill=name,
                    community=community.display_name,
                    currency=community.currency_id.name,
                )
            )
        seen = choice.get("residual")
        if seen is not None and currency.compare_amounts(seen, bill.amount_residual):
            raise UserError(
                self.env._(
                    "Bill %(bill)s has changed meanwhile: %(now)s is open, not "
                    "%(seen)s. Look at it again.",
                    bill=name,
                    now=currency.format(bill.amount_residual),
                    seen=currency.format(seen),
                )
            )
        amount = float(choice.get("amount") or 0.0)
        if currency.compare_amounts(amount, 0) < 0:
            raise ValidationError(
                self.env._("Bill %s: the amount cannot be negative.", name)
            )
        if currency.compare_amounts(amount, bill.amount_residual) > 0:
            raise ValidationError(
                self.env._(
                    "Bill %(bill)s: %(amount)s is more than the %(open)s that is open.",
                    bill=name,
                    amount=currency.format(amount),
                    open=currency.format(bill.amount_residual),
                )
            )
        if (
            not community.allow_partial_payment
            and amount
            and currency.compare_amounts(amount, bill.amount_residual)
        ):
            raise ValidationError(
                self.env._(
                    "Bill %(bill)s: %(community)s takes no part payments.",
                    bill=name,
                    community=community.display_name,
                )
            )
