from odoo import fields, models


class PropertyBankImportLine(models.TransientModel):
    """One of the first lines of a bank file, to look at before it is imported."""

    _name = "property.bank.import.line"
    _description = "Line of a Bank File"

    import_id = fields.Many2one(
        "property.bank.import", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="import_id.currency_id")
    row = fields.Integer()
    date = fields.Date()
    amount = fields.Monetary()
    payer_name = fields.Char(string="Payer")
    memo = fields.Char(string="Text")
    balance = fields.Monetary()
    is_known = fields.Boolean(
        string="Known", help="In the journal already; it is not added again."
    )
