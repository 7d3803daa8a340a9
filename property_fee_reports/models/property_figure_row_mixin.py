from odoo import models
from odoo.exceptions import UserError


class PropertyFigureRowMixin(models.AbstractModel):
    """From rows of a report to what they stand for in the books."""

    _name = "property.figure.row.mixin"
    _description = "Row of a Report"

    def _get_journal_item_domain(self):
        """Domain of the journal items that the rows stand for."""
        return [("id", "in", self.move_line_id.ids)]

    def action_open_journal_items(self):
        """The journal items that the rows stand for."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": self._get_journal_item_domain(),
            "context": {"create": False},
        }

    def action_open_bill(self):
        """The document a row stands on."""
        self.ensure_one()
        if not self.move_id:
            raise UserError(self.env._("This row stands on no single document."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
