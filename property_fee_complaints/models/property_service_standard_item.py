from odoo import api, fields, models


class PropertyServiceStandardItem(models.Model):
    """One thing that is looked at when a post is inspected."""

    _name = "property.service.standard.item"
    _description = "Checklist Item"
    _order = "standard_id, sequence, id"

    standard_id = fields.Many2one(
        "property.service.standard", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="standard_id.company_id", store=True, index=True, precompute=True
    )
    community_id = fields.Many2one(
        related="standard_id.community_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What Is Checked", required=True, translate=True)
    points = fields.Float(required=True, default=10.0, help="What keeping it is worth.")

    _points_positive = models.Constraint(
        "CHECK (points > 0)", "A checklist item is worth more than zero points."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Drafts alone are changed."""
        items = super().create(vals_list)
        items.standard_id._check_draft()
        return items

    def write(self, vals):
        """Drafts alone are changed."""
        self.standard_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self.standard_id._check_draft()
