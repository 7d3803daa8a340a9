from decimal import Decimal
from functools import reduce

from odoo import api, fields, models
from odoo.tools import format_date

from ..lazy_text import say


class PropertyFeeExplanation(models.AbstractModel):
    """Says in one sentence how an amount came about, in the user's language.

    The figures come from the engine (``property.fee.line.explanation``); only the
    wording is made here, so the sentence is always about the stored figures:
    "89.37 m² × 2.60 × 15/31, rate of 01/01/2025, = 112.43".
    """

    _name = "property.fee.explanation"
    _description = "Fee Explanation"

    @api.model
    def _get_sentence(self, explanation, currency):
        """The sentence of one explanation.

        :param dict explanation: see the engine's modules for the keys of each kind
        :param currency: res.currency of the amount
        :rtype: str
        """
        renderer = self._get_renderers().get(explanation.get("kind"))
        return renderer(explanation, currency) if renderer else ""

    @api.model
    def _get_renderers(self):
        """Kind of line to the method that words it."""
        return {
            "recurring": self._explain_recurring,
            "metered": self._explain_metered,
            "shared": self._explain_shared,
            "oneoff": self._explain_oneoff,
            "difference": self._explain_difference,
        }

    # -------------------------------------------------------------- recurring
    def _explain_recurring(self, explanation, currency):
        if explanation.get("gift"):
            return self._explain_gift(explanation, currency)
        return self._join_sentence(
            explanation,
            currency,
            self._get_product_text(explanation, currency),
            [
                self._get_area_source_text(explanation),
                self._get_concession_text(explanation),
                self._get_rounding_text(explanation, currency),
            ],
        )

    def _explain_gift(self, explanation, currency):
        """What days given are worth: ``275.97 (98.56 m² × 2.80)``."""
        return self.env._(
            "given for what is paid from %(first)s to %(last)s: worth %(value)s "
            "(%(how)s), not charged",
            first=self._date(explanation["paid_period"][0]),
            last=self._date(explanation["paid_period"][1]),
            value=self._number(explanation["gift_value"], currency.decimal_places),
            how=self._get_product_text(
                {**explanation, "factor": explanation["gift_factor"]}, currency
            ),
        )

    def _get_product_text(self, explanation, currency):
        """``98.56 m² × 2.80 × 12``, without what is 1."""
        product = [self._get_monthly_text(explanation, currency)]
        for key in ("quantity", "months", "factor"):
            if explanation[key] != "1":
                product.append(self._group(explanation[key]))
        return " × ".join(product)

    def _get_monthly_text(self, explanation, currency):
        """What one month costs: ``89.37 m² × 2.80`` or ``(89.37 m² × 1.95 + 10)``."""
        formula = explanation["formula"]
        if formula:
            return self.env._(
                "%(figure)s by formula %(formula)s (%(variables)s)",
                figure=formula["figure"],
                formula=formula["text"],
                variables=self._join(
                    f"{name} = {self._number(value)}"
                    for name, value in formula["variables"].items()
                ),
            )
        price = self._number(explanation["price_unit"], currency.decimal_places)
        if explanation["basis_kind"] == "charge_area":
            price = f"{explanation['basis']} m² × {price}"
        elif explanation["basis_kind"] == "inner_area":
            price = self.env._(
                "%(area)s m² inside × %(price)s",
                area=explanation["basis"],
                price=price,
            )
        if explanation["base_amount"] == "0":
            return price
        base = self._number(explanation["base_amount"], currency.decimal_places)
        return f"({price} + {base})"

    def _get_area_source_text(self, explanation):
        """Where the area is taken from: ``area by property register 3-118``."""
        code, _space, reference = (explanation["basis_source"] or "").partition(" ")
        if not code or explanation["basis_kind"] == "unit":
            return ""
        sources = self.env["property.unit"]._fields["area_source"]
        label = dict(sources._description_selection(self.env)).get(code, code)
        return self.env._("area by: %s", f"{label} {reference}".strip())

    def _get_rounding_text(self, explanation, currency):
        """Says so where a part takes the cent that makes the parts add up."""
        own = currency.round(float(explanation["exact_shown"]))
        amount = float(explanation["amount"])
        if not currency.compare_amounts(own, amount):
            return ""
        return self.env._(
            "%(exact)s rounded so that the parts up to here add up to %(total)s",
            exact=explanation["exact_shown"],
            total=self._number(explanation["rounded_after"]),
        )

    # ---------------------------------------------------------------- metered
    def _explain_metered(self, explanation, currency):
        if explanation["correction"]:
            return self._explain_correction(explanation, currency)
        places = currency.decimal_places
        if explanation["slices"]:
            calculation = " + ".join(
                f"{part['quantity']} × {self._number(part['price_unit'], places)}"
                for part in explanation["slices"]
            )
        else:
            price = self._number(explanation["price_unit"], places)
            calculation = f"{explanation['usage']} × {price}"
        if explanation["base_amount"] != "0":
            calculation += f" + {self._number(explanation['base_amount'], places)}"
        if explanation["factor"] != "1":
            calculation = f"({calculation}) × {explanation['factor']}"
        return self._join_sentence(
            explanation,
            currency,
            self.env._(
                "%(readings)s, usage %(usage)s: %(calculation)s",
                readings=self._get_readings_text(explanation),
                usage=explanation["usage"],
                calculation=calculation,
            ),
            [
                self._get_year_text(explanation),
                self._get_concession_text(explanation),
            ],
        )

    def _get_readings_text(self, explanation):
        """``1234 → 1250, new meter 0 → 21 (× 10)``, naming a rollover."""
        texts = []
        for number, part in enumerate(explanation["parts"]):
            text = f"{part['value_from']} → {part['value_to']}"
            if part["rollover"]:
                text = self.env._("%s past the end of the dial", text)
            texts.append(self.env._("new meter %s", text) if number else text)
        readings = self._join(texts)
        if explanation["multiplier"] != "1":
            readings += f" (× {explanation['multiplier']})"
        return readings

    def _get_year_text(self, explanation):
        """The usage of the year so far, where tiers count it."""
        if explanation["tier_basis"] != "year" or explanation["usage_before"] == "0":
            return ""
        return self.env._("%s used earlier this year", explanation["usage_before"])

    def _explain_correction(self, explanation, currency):
        correction = explanation["correction"]
        places = currency.decimal_places
        return self.env._(
            "Correction of the reading of %(date)s: usage %(usage)s in place of "
            "%(usage_before)s, %(amount_after)s in place of %(amount_before)s, "
            "= %(amount)s",
            date=self._date(correction["corrects_date"]),
            usage=explanation["usage"],
            usage_before=correction["usage_before"],
            amount_after=self._number(correction["amount_after"], places),
            amount_before=self._number(correction["amount_before"], places),
            amount=self._number(explanation["amount"], places),
        )

    # ------------------------------------------------------- shared, one-off
    def _explain_shared(self, explanation, currency):
        bases = self.env["property.shared.cost"]._fields["basis"]
        label = dict(bases._description_selection(self.env))[explanation["basis"]]
        total = self._number(explanation["total"], currency.decimal_places)
        return self._join_sentence(
            explanation,
            currency,
            f"{total} × {explanation['weight']} / {explanation['weight_total']}",
            [
                self.env._("shared by: %s", label),
                self.env._("with a cent that was left over")
                if explanation["remainder_given"]
                else "",
            ],
        )

    def _explain_oneoff(self, explanation, currency):
        price = self._number(explanation["price_unit"], currency.decimal_places)
        return self._join_sentence(
            explanation,
            currency,
            f"{explanation['quantity']} × {price}",
            [explanation["description"]],
        )

    # ------------------------------------------------------------- difference
    def _explain_difference(self, explanation, currency):
        """Names the bill that is corrected, what it said and what is due instead."""
        places = currency.decimal_places
        bills = self._join(explanation["bills"])
        parts = [
            self._get_sentence(part, currency)
            for part in explanation["parts"]
            if part.get("kind") in self._get_renderers()
        ]
        due = "".join(parts[:1])
        for part in parts[1:]:
            due = self.env._("%(first)s; %(second)s", first=due, second=part)
        if len(parts) > 1:
            due = self.env._(
                "%(parts)s, together %(total)s",
                parts=due,
                total=self._number(explanation["recomputed_total"], places),
            )
        if not explanation["billed"]:
            return self.env._(
                "In place of the payer of bill %(bill)s: %(due)s", bill=bills, due=due
            )
        if explanation.get("credited"):
            due = self.env._(
                "%(due)s, %(credited)s was credited already",
                due=due or self._number("0", places),
                credited=self._number(explanation["credited"], places),
            )
        values = {
            "bill": bills,
            "billed": self._number(explanation["billed_total"], places),
            "days": self._get_days_text(explanation["billed"]),
            "amount": self._number(explanation["amount"], places),
        }
        if not due:
            return self.env._(
                "Bill %(bill)s charged %(billed)s for %(days)s; nothing of it is due "
                "from you any more: %(amount)s",
                **values,
            )
        return self.env._(
            "Bill %(bill)s charged %(billed)s for %(days)s; due is: %(due)s; "
            "difference %(amount)s",
            due=due,
            **values,
        )

    def _get_days_text(self, lines):
        """First and last day of compared lines."""
        first = self._date(min(line["date_from"] for line in lines))
        last = self._date(max(line["date_to"] for line in lines))
        return first if first == last else f"{first} – {last}"

    # ------------------------------------------------------------------ parts
    def _get_concession_text(self, explanation):
        """``vacancy concession``, with the reason's own label."""
        concession = explanation["concession"]
        if not concession:
            return ""
        reasons = self.env["property.concession"]._fields["reason"]
        labels = dict(reasons._description_selection(self.env))
        return self.env._(
            "concession: %s", labels.get(concession["reason"], concession["reason"])
        )

    def _join_sentence(self, explanation, currency, calculation, notes):
        """Calculation, rate, notes and amount, in one sentence."""
        parts = [calculation]
        if explanation.get("rate"):
            date = self._date(explanation["rate"]["date_from"])
            parts.append(self.env._("rate of %s", date))
        parts += [note for note in notes if note]
        amount = self._number(explanation["amount"], currency.decimal_places)
        return self.env._("%(how)s, = %(amount)s", how=self._join(parts), amount=amount)

    @api.model
    def _join(self, texts):
        """``a, b, c`` with the comma of the language."""
        texts = list(texts)
        if not texts:
            return ""
        return reduce(
            lambda first, second: self.env._(
                "%(first)s, %(second)s", first=first, second=second
            ),
            texts,
        )

    @api.model
    def _say(self, sentence):
        """A sentence of the engine in the user's language.

        :param sentence: Sentence of the engine; its text is collected for translation
            where the engine makes it
        """
        return say(self.env, sentence.text, **sentence.values)

    @api.model
    def _number(self, text, places=0):
        """A figure as it stands, with at least ``places`` decimals."""
        value = Decimal(text)
        if -value.as_tuple().exponent > places:
            value = value.normalize()
        if -value.as_tuple().exponent < places:
            value = value.quantize(Decimal(1).scaleb(-places))
        return f"{value:f}"

    @api.model
    def _group(self, text):
        """Parentheses around a sum: ``(2 + 16/31)``."""
        return f"({text})" if "+" in text else text

    @api.model
    def _date(self, text):
        return format_date(self.env, fields.Date.to_date(text))
