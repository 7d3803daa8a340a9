from decimal import Decimal

from odoo import api, models


class PropertyFeeExplanation(models.AbstractModel):
    """Says how a late fee came about: "827.90 × 0.05 % × 30 days (04/16/2025 –
    05/15/2025), 427.90 × 0.05 % × 46 days (05/16/2025 – 06/30/2025), due 03/31/2025,
    15 days of grace, = 22.26"."""

    _inherit = "property.fee.explanation"

    @api.model
    def _get_renderers(self):
        """Extended with late fees."""
        return {**super()._get_renderers(), "late_fee": self._explain_late_fee}

    def _explain_late_fee(self, explanation, currency):
        places = currency.decimal_places
        percent = self._number(str(Decimal(explanation["daily_rate"]) * 100))
        segments = [
            self.env._(
                "%(principal)s × %(percent)s %% × %(days)s days (%(first)s – %(last)s)",
                principal=self._number(segment["principal"], places),
                percent=percent,
                days=segment["days"],
                first=self._date(segment["date_from"]),
                last=self._date(segment["date_to"]),
            )
            for segment in explanation["segments"]
        ]
        notes = [self.env._("due %s", self._date(explanation["due_date"]))]
        if explanation["grace_days"]:
            notes.append(self.env._("%s days of grace", explanation["grace_days"]))
        if explanation["is_capped"]:
            notes.append(
                self.env._(
                    "at most %(percent)s %% of %(principal)s",
                    percent=self._number(explanation["cap_percent"]),
                    principal=self._number(explanation["principal"], places),
                )
            )
        if float(explanation["deducted"]):
            notes.append(
                self.env._(
                    "less %s billed too much before a payment was known",
                    self._number(explanation["deducted"], places),
                )
            )
        return self._join_sentence(explanation, currency, self._join(segments), notes)
