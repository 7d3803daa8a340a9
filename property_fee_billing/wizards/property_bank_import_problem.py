from odoo import fields, models


class PropertyBankImportProblem(models.TransientModel):
    """What is wrong with a bank file, and where."""

    _name = "property.bank.import.problem"
    _description = "Problem of a Bank File"

    import_id = fields.Many2one(
        "property.bank.import", required=True, index=True, ondelete="cascade"
    )
    row = fields.Integer(help="0: the file as a whole.")
    column = fields.Char()
    message = fields.Char()
