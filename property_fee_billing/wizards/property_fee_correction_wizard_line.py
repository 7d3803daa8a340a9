from odoo import api, fields, models


class PropertyFeeCorrectionWizardLine(models.TransientModel):
    """A difference as the wizard shows it, or why there is none."""

    _name = "property.fee.correction.wizard.line"
    _description = "Correction of a Billed Period"
    # as computed: left uncorrected first, then by unit
    _order = "id"

    wizard_id = fields.Many2one(
        "property.fee.correction.wizard", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    unit_id = fields.Many2one("property.unit")
    partner_id = fields.Many2one("res.partner", string="Payer")
    item_id = fields.Many2one("property.fee.item")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    bill_names = fields.Char(string="Corrects")
    billed_amount = fields.Monetary(string="Billed")
    amount = fields.Monetary(string="Now")
    difference = fields.Monetary()
    explanation = fields.Json()
    explanation_text = fields.Char(
        string="Why This Amount", compute="_compute_explanation_text"
    )
    reason = fields.Char(string="Left As It Is")

    @api.depends("explanation")
    @api.depends_context("lang")
    def _compute_explanation_text(self):
        explain = self.env["property.fee.explanation"]._get_sentence
        for line in self:
            line.explanation_text = explain(line.explanation or {}, line.currency_id)
