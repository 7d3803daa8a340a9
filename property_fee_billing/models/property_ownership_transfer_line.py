from odoo import api, fields, models


class PropertyOwnershipTransferLine(models.Model):
    """A correction of a billed period as the settlement statement shows it."""

    _name = "property.ownership.transfer.line"
    _description = "Corrected Period of a Transfer"
    _order = "transfer_id, id"

    transfer_id = fields.Many2one(
        "property.ownership.transfer", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(related="transfer_id.community_id")
    company_id = fields.Many2one(related="transfer_id.company_id")
    currency_id = fields.Many2one(related="transfer_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Payer", required=True, ondelete="restrict"
    )
    item_id = fields.Many2one("property.fee.item", required=True, ondelete="restrict")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    bill_names = fields.Char(string="Corrects")
    billed_amount = fields.Monetary(string="Billed")
    amount = fields.Monetary(string="Due")
    difference = fields.Monetary()
    explanation = fields.Json()
    explanation_text = fields.Char(
        string="Why This Amount", compute="_compute_explanation_text"
    )

    @api.depends("explanation")
    @api.depends_context("lang")
    def _compute_explanation_text(self):
        explain = self.env["property.fee.explanation"]._get_sentence
        for line in self:
            line.explanation_text = explain(line.explanation or {}, line.currency_id)
