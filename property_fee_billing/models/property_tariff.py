from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ..local_time import get_today
from .property_fee_rate import BILLABLE_STATES
from .property_fee_rate_publication import PUBLIC_STATES


class PropertyTariff(models.AbstractModel):
    """The published prices of a community, as plain structures.

    The public page, the printed sheet and the workbook show the same. What it says
    is what price display rules ask for (mainland China, 明码标价规定): company, payer,
    content and standard of the service, charging method, first day, item, price, form
    of the price, basis and complaint phone; and the prices before and to come.
    """

    _name = "property.tariff"
    _description = "Published Prices"

    @api.model
    def _get_tariff(self, community):
        """The price list in the language of the context.

        :param community: one property.community the caller may show prices of
        :return: dictionary with ``company``, ``community``, ``address``, ``phone``,
            ``date``, ``url`` and ``items``: list of ``{name, fee_class, standards}``;
            a standard is ``{code, name, method, charged_to, basis, reference, grade,
            content, rates}``; a rate is ``{id, status, price, tiers, date_from,
            publication_date, decision}``, the one of today first, then those to come,
            then the past; ``status`` is current, announced or past
        """
        # Prices are published: whoever opens the list reads them, and nothing else.
        community = community.sudo()
        standards = self._get_standards(community)
        rates = self._get_rates(standards)
        items = defaultdict(list)
        for standard in standards:
            if rates[standard]:
                items[standard.item_id].append(
                    self._prepare_standard(standard, rates[standard], community)
                )
        classes = dict(
            self.env["property.fee.item"]
            ._fields["fee_class"]
            ._description_selection(self.env)
        )
        return {
            "company": community.company_id.name,
            "community": community.name,
            "address": community.address or "",
            "phone": community.complaint_phone or "",
            "date": get_today(community),
            "url": community._get_tariff_url(),
            "items": [
                {
                    "name": item.name,
                    "fee_class": classes[item.fee_class],
                    "standards": rows,
                }
                for item, rows in items.items()
            ],
        }

    @api.model
    def _get_standards(self, community):
        """The community's own standards, and those of all communities it uses."""
        # published prices are for everybody
        Standard = self.env["property.fee.standard"].sudo().with_env(community.env)
        used = Domain("id", "in", self._get_used_standards(community).ids)
        return Standard.search(
            Domain("company_id", "=", community.company_id.id)
            & (Domain("community_id", "=", community.id) | used)
        ).with_context(lang=self.env.lang)

    @api.model
    def _get_used_standards(self, community):
        """Standards that units of the community are charged by today or later."""
        standards = community.env["property.fee.standard"]
        today = get_today(community)
        in_use = {
            "property.recurring.charge": Domain("date_to", "=", False)
            | Domain("date_to", ">=", today),
            "property.meter": Domain("active", "=", True),
        }
        for model, domain in in_use.items():
            for [standard] in community.env[model]._read_group(
                Domain("unit_id.community_id", "=", community.id) & domain,
                ["standard_id"],
            ):
                standards |= standard
        return standards

    @api.model
    def _get_rates(self, standards):
        """``{standard: its public rates, as the list orders them}``."""
        rates = standards.env["property.fee.rate"].search(
            [("standard_id", "in", standards.ids), ("state", "in", PUBLIC_STATES)],
            order="date_from desc",
        )
        today = get_today(standards)
        result = defaultdict(list)
        for standard, own in rates.grouped("standard_id").items():
            ruling = own.filtered(
                lambda rate: rate.state in BILLABLE_STATES and rate.date_from <= today
            )
            current = ruling[:1]
            past = ruling - current
            announced = (own - ruling).sorted("date_from")
            result[standard] = [
                *((rate, "current") for rate in current),
                *((rate, "announced") for rate in announced),
                *((rate, "past") for rate in past),
            ]
        return result

    @api.model
    def _prepare_standard(self, standard, rates, community):
        """A standard and its prices."""
        labels = {
            name: dict(standard._fields[name]._description_selection(self.env))
            for name in ("charged_to", "basis")
        }
        return {
            "code": standard.code,
            "name": standard.name,
            "method": self._get_method(standard),
            "charged_to": labels["charged_to"][standard.charged_to],
            "basis": labels["basis"][standard.basis],
            "reference": standard.document_reference or "",
            "grade": standard.grade or "",
            "content": standard.service_content or "",
            "rates": [
                self._prepare_rate(rate, status, community) for rate, status in rates
            ],
        }

    @api.model
    def _prepare_rate(self, rate, status, community):
        """One price."""
        tiers = [
            self.env._(
                "above: %(price)s",
                price=self._format_price(tier.price_unit, community),
            )
            if tier.is_open
            else self.env._(
                "up to %(limit)s: %(price)s",
                limit=f"{tier.up_to_qty:g}",
                price=self._format_price(tier.price_unit, community),
            )
            for tier in rate.tier_ids
        ]
        return {
            "id": rate.id,
            "status": status,
            "price": self._get_price(rate, community),
            "tiers": tiers,
            "date_from": rate.date_from,
            "publication_date": rate.publication_date,
            "decision": rate.decision_reference or "",
        }

    # -------------------------------------------------------------------- words
    @api.model
    def _get_method(self, standard):
        """How the fee is reckoned, in words."""
        if standard.method == "formula":
            return self.env._("Per month: %s", standard.formula)
        return {
            "area": self.env._("By charged area, per month"),
            "inner_area": self.env._("By inner area, per month"),
            "fixed": self.env._("Fixed amount per month"),
            "metered": self.env._("By meter, per reading"),
        }[standard.method]

    @api.model
    def _get_price(self, rate, community):
        """The price with what it is for; the base beside it, where there is one."""
        price = self._format_price(rate.price_unit, community)
        words = {
            "area": self.env._("%s per m² and month", price),
            "inner_area": self.env._("%s per m² and month", price),
            "fixed": self.env._("%s per month", price),
            "metered": self.env._("%s per unit of usage", price),
            "formula": self.env._("price in the formula: %s", price),
        }
        parts = [] if rate.tier_ids else [words[rate.method]]
        if rate.base_amount:
            base = self._format_price(rate.base_amount, community)
            parts.append(
                self.env._("plus %s per reading", base)
                if rate.method == "metered"
                else self.env._("plus %s per month", base)
            )
        return ", ".join(parts)

    @api.model
    def _format_price(self, price, community):
        """A price with all its decimals, two at least."""
        currency = community.currency_id
        text = f"{price:.6f}".rstrip("0")
        digits = max(currency.decimal_places, len(text.partition(".")[2]))
        number = formatLang(self.env, price, digits=digits)
        if currency.position == "before":
            return f"{currency.symbol}{number}"
        return f"{number} {currency.symbol}"
