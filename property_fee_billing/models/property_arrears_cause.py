from odoo import fields, models
from odoo.exceptions import UserError

from .property_arrears_case import CAUSES


class PropertyArrearsCause(models.Model):
    """Why a debtor did not pay, from a day on: the history of a case's cause."""

    _name = "property.arrears.cause"
    _description = "Cause of Arrears"
    _order = "date desc, id desc"
    _check_company_auto = True

    case_id = fields.Many2one(
        "property.arrears.case", required=True, index=True, ondelete="cascade"
    )
    cause = fields.Selection(CAUSES, required=True)
    date = fields.Datetime(
        string="Since", required=True, default=lambda self: fields.Datetime.now()
    )
    user_id = fields.Many2one(
        "res.users",
        string="Noted By",
        required=True,
        default=lambda self: self.env.user,
    )
    unit_id = fields.Many2one(related="case_id.unit_id")
    community_id = fields.Many2one(
        related="case_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )

    def write(self, vals):
        """A history is added to, never changed."""
        if vals:
            raise UserError(self.env._("The history of causes never changes."))
        return super().write(vals)
