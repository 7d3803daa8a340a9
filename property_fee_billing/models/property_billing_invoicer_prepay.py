from odoo import Command, api, models


class PropertyBillingInvoicer(models.AbstractModel):
    """Bills of months paid ahead."""

    _inherit = "property.billing.invoicer"

    @api.model
    def _prepare_invoice_values(self, run, lines):
        """Extend with the months given: what they are worth, and that what is paid is
        earned over them too."""
        values = super()._prepare_invoice_values(run, lines)
        if run.kind != "prepayment":
            return values
        for command, line in zip(values["invoice_line_ids"], lines, strict=True):
            command[2].update(self._prepare_coverage_values(line))
        gifts = run.line_ids.filtered(
            lambda line: (
                line.unit_id == lines.unit_id
                and line.partner_id == lines.partner_id
                and (line.explanation or {}).get("gift")
            )
        )
        explain = self.with_context(lang=lines.partner_id.lang or self.env.lang)
        values["invoice_line_ids"] += [
            Command.create(explain._prepare_gift_note_values(gift, len(lines) + number))
            for number, gift in enumerate(gifts.sorted("date_from"))
        ]
        return values

    @api.model
    def _prepare_coverage_values(self, line):
        """Values of a bill line that is earned over other days than it is for."""
        coverage = (line.explanation or {}).get("coverage")
        if not coverage:
            return {}
        return {"fee_earned_from": coverage[0], "fee_earned_to": coverage[1]}

    @api.model
    def _prepare_gift_note_values(self, line, number):
        """Values of the note on a bill that names days given and their worth."""
        explanation = self.env["property.fee.explanation"]
        return {
            "display_type": "line_note",
            "sequence": 10 + number,
            "name": self.env._(
                "%(line)s: %(why)s",
                line=self._get_invoice_line_name(line),
                why=explanation._get_sentence(line.explanation, line.currency_id),
            ),
        }
