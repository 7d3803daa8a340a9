from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, groupby

from ..engine import Window, first_open_day, prepay_recurring
from ..engine.months import month_index, period_bounds
from ..local_time import get_today

DEFAULT_MONTHS = 12


class PropertyPrepayment(models.TransientModel):
    """What months ahead come to: the plan, and how it is told."""

    _inherit = "property.prepayment"

    # --------------------------------------------------------------------- plan
    @api.model
    def _get_charges(self, unit, offer):
        """The charges of a unit that can be paid ahead, those of the offer if it names
        some."""
        today = get_today(self)
        charges = unit._origin.charge_ids.filtered(
            lambda charge: not charge.date_to or charge.date_to >= today
        )
        if offer.item_ids:
            charges = charges.filtered(
                lambda charge: charge.item_id in offer.item_ids._origin
            )
        return charges.sorted(lambda charge: (charge.item_id.sequence, charge.id))

    @api.model
    def _get_default_months(self, community):
        return min(DEFAULT_MONTHS, community.prepay_month_limit) or 1

    @api.model
    def _get_plan(self, unit, months, offer, charges):
        """The rows of a plan, see the class; in the order of ``charges``."""
        facts = self._load_charges(unit, charges)
        decimals = unit.community_id.currency_id.decimal_places
        rows = []
        for charge in charges:
            fact = facts.get(charge.id)
            row = {"charge": charge, "fact": fact, "prepayment": None}
            row["problem"] = self._get_request_problem(
                unit, months, offer, charge, fact
            )
            if not row["problem"]:
                found = prepay_recurring(fact, months, offer.gift_months, decimals)
                row["prepayment"] = found
                row["problem"] = self._get_problem(unit, charge, fact, found)
            rows.append(row)
        return rows

    @api.model
    def _load_charges(self, unit, charges):
        """``{id: engine RecurringCharge}`` with the days billed so far."""
        self.env.flush_all()
        loader = self.env["property.billing.loader"]
        community = unit.community_id
        first = min(charges.mapped("date_from"), default=get_today(unit))
        last = max([first, *charges.mapped("date_from")])
        found = loader._load_charges(
            loader._load_units(unit.ids),
            loader._load_standards(community),
            Window(first, last),
        )
        return {fact.id: fact for fact in found}

    @api.model
    def _get_request_problem(self, unit, months, offer, charge, fact):
        """Why these months of a charge cannot be asked for, or ""."""
        name = charge.display_name
        interval = charge.interval_months
        if fact is None:
            return self.env._(
                "Charge %(charge)s is not one of unit %(unit)s.",
                charge=name,
                unit=unit.display_name,
            )
        if offer.item_ids and charge.item_id not in offer.item_ids:
            return self.env._(
                "Offer %(offer)s is not for charge %(charge)s.",
                offer=offer.name,
                charge=name,
            )
        if months < 1:
            return self.env._("Say how many months are paid ahead: at least one.")
        if offer and months != offer.months:
            return self.env._(
                "Offer %(offer)s is for %(asked)s months, not for %(months)s.",
                offer=offer.name,
                asked=offer.months,
                months=months,
            )
        if months % interval:
            return self.env._(
                "Charge %(charge)s is billed every %(interval)s months: pay a multiple "
                "of that ahead, not %(months)s months.",
                charge=name,
                interval=interval,
                months=months,
            )
        return ""

    @api.model
    def _get_problem(self, unit, charge, fact, found):
        """Why what was reckoned cannot be billed, or ""."""
        if found.refusals:
            refusal = found.refusals[0]
            reasons = self.env["property.billing.refusal"]._fields["reason"]
            return self.env._(
                "Charge %(charge)s cannot be billed from %(first)s to %(last)s: "
                "%(reason)s.",
                charge=charge.display_name,
                first=format_date(self.env, refusal.date_from),
                last=format_date(self.env, refusal.date_to),
                reason=dict(reasons._description_selection(self.env))[refusal.reason],
            )
        if found.last_day is None:
            return self.env._(
                "Charge %s is billed up to its last day.", charge.display_name
            )
        limit = self._get_limit_date(unit.community_id)
        if found.last_day <= limit:
            return ""
        return self.env._(
            "Charge %(charge)s is billed up to %(billed)s and would be up to %(last)s: "
            "community %(community)s takes money at most %(limit)s months ahead, that "
            "is up to %(limit_date)s.",
            charge=charge.display_name,
            billed=format_date(self.env, first_open_day(fact) - timedelta(days=1)),
            last=format_date(self.env, found.last_day),
            community=unit.community_id.name,
            limit=unit.community_id.prepay_month_limit,
            limit_date=format_date(self.env, limit),
        )

    @api.model
    def _get_limit_date(self, community):
        """The last day that may be paid today: the end of the month that is the
        community's limit of months after the current one."""
        month = month_index(get_today(self))
        return period_bounds(month + community.prepay_month_limit, 1)[1]

    # --------------------------------------------------------------------- data
    @api.model
    def _get_data(self, unit, months, offer, charges, plan=None):
        """See ``prepare``."""
        community = unit.community_id
        months = months or offer.months or self._get_default_months(community)
        if plan is None:
            plan = self._get_plan(unit, months, offer, charges)
        day = fields.Date.to_string
        rows = [self._get_charge_data(row, months, community) for row in plan]
        return {
            "unit": {"id": unit.id, "name": unit.code},
            "partner": {"id": unit.payer_id.id, "name": unit.payer_id.name or ""},
            "community": {"id": community.id, "name": community.name},
            "currency_id": community.currency_id.id,
            "decimals": community.currency_id.decimal_places,
            "date": day(get_today(self)),
            "months": months,
            "limit": community.prepay_month_limit,
            "limit_date": day(self._get_limit_date(community)),
            "paid_through": day(unit.paid_through) or False,
            "offer_id": offer.id,
            "offers": self._get_offers_data(community),
            "charges": rows,
            **self._get_sums(community, plan, offer),
            "problems": list(
                dict.fromkeys(row["problem"] for row in rows if row["problem"])
            ),
        }

    @api.model
    def _get_offers_data(self, community):
        today = get_today(self)
        offers = self.env["property.prepay.offer"]._get_open_offers(community, today)
        return [
            {
                "id": offer.id,
                "name": offer.name,
                "benefit": offer.benefit,
                "months": offer.months,
                "gift_months": offer.gift_months,
                "discount_percent": offer.discount_percent,
                "discount_until": self._get_discount_until(offer),
            }
            for offer in offers
        ]

    @api.model
    def _get_discount_until(self, offer):
        """The last day of the discount of a bill of today, as text, or False."""
        if not offer.discount_percent:
            return False
        today = get_today(self)
        until = offer.pay_by or today + timedelta(days=offer.discount_days)
        return fields.Date.to_string(until)

    @api.model
    def _get_charge_data(self, row, months, community):
        """What ``prepare`` says of one charge."""
        charge, found = row["charge"], row["prepayment"]
        day = fields.Date.to_string
        open_from = row["fact"] and first_open_day(row["fact"])
        data = {
            "id": charge.id,
            "name": charge.standard_id.name,
            "item": charge.item_id.name,
            "interval_months": charge.interval_months,
            "open_from": day(open_from) or False,
            "months": months,
            "problem": row["problem"],
            "lines": [],
            "amount": 0.0,
            "gift_value": 0.0,
            **dict.fromkeys(
                ("date_from", "date_to", "gift_from", "gift_to", "next_from"), False
            ),
        }
        if found is None or found.last_day is None:
            return data
        paid = [span for span in (found.finished, found.period) if span]
        gift = found.gift or (None, None)
        explain = self.env["property.fee.explanation"]._get_sentence
        return {
            **data,
            "date_from": day(paid[0][0]),
            "date_to": day(paid[-1][1]),
            "gift_from": day(gift[0]) or False,
            "gift_to": day(gift[1]) or False,
            "next_from": day(found.last_day + timedelta(days=1)),
            "amount": float(found.amount),
            "gift_value": float(found.gift_value),
            "lines": [
                {
                    "date_from": day(line.date_from),
                    "date_to": day(line.date_to),
                    "amount": float(line.amount),
                    "is_gift": "gift" in line.explanation,
                    "why": explain(line.explanation, community.currency_id),
                }
                for line in found.lines
            ],
        }

    @api.model
    def _get_sums(self, community, plan, offer):
        """Total with taxes, discount and worth of what is given; one bill for each
        payer, as they will be made."""
        currency = community.currency_id
        found = [row["prepayment"] for row in plan if row["prepayment"]]
        items = {row["charge"].item_id.id: row["charge"].item_id for row in plan}
        lines = [line for prepayment in found for line in prepayment.lines]
        total = discount = 0.0
        for _payer, group in groupby(lines, lambda line: line.partner_id):
            amount = sum(
                self._get_amount_with_taxes(items[line.item_id], line, currency)
                for line in group
            )
            total += amount
            if offer.discount_percent:
                share = 1 - offer.discount_percent / 100
                discount += amount - currency.round(amount * share)
        return {
            "total": currency.round(total),
            "discount": currency.round(discount),
            "discount_until": self._get_discount_until(offer),
            "to_pay": currency.round(total - discount),
            "gift_value": float(sum(prepayment.gift_value for prepayment in found)),
        }

    @api.model
    def _get_amount_with_taxes(self, item, line, currency):
        """What an engine line comes to on a bill."""
        taxes = item.tax_ids.filtered(lambda tax: tax.company_id == item.company_id)
        amount = float(line.amount)
        if not taxes:
            return amount
        return taxes.compute_all(amount, currency, product=item.product_id)[
            "total_included"
        ]
