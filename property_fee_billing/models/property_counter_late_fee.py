from odoo import api, models


class PropertyCounter(models.AbstractModel):
    """Late fees at the counter."""

    _inherit = "property.counter"

    @api.model
    def _get_bill_data(self, bill, date, late_fee):
        """Extended: the bill of a late fee says how it came about."""
        data = super()._get_bill_data(bill, date, late_fee)
        if bill.late_fee_bill_id:
            fees = self.env["property.late.fee"].search([("move_id", "=", bill.id)])
            why = {fee.move_line_id.id: fee.explanation_text for fee in fees}
            for line in data["lines"]:
                line["why"] = line["why"] or why.get(line["id"], "")
        return data
