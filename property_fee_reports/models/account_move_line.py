from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    late_fee_ids = fields.One2many(
        "property.late.fee", "move_line_id", string="Late Fees Billed", readonly=True
    )

    def _get_document_explanation(self):
        """Why this line of a bill is that amount, in one text."""
        self.ensure_one()
        # whoever may read a bill may read why
        line = self.sudo()
        sources = line.fee_line_ids or line.late_fee_ids
        texts = sources.mapped("explanation_text")
        text = "; ".join(filter(None, texts)) or line.name or ""
        # the result stays on the line of its sign
        return text.replace("= ", "=\N{NO-BREAK SPACE}")
