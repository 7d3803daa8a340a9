from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyComplaintActionCheck(models.Model):
    """Whether a corrective action helped, some time after it was done."""

    _name = "property.complaint.action.check"
    _description = "Check of a Corrective Action"
    _order = "date_due, id"
    _rec_name = "date_due"

    action_id = fields.Many2one(
        "property.complaint.action", required=True, index=True, ondelete="cascade"
    )
    complaint_id = fields.Many2one(
        related="action_id.complaint_id", store=True, index=True
    )
    community_id = fields.Many2one(
        related="action_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="action_id.company_id", store=True, precompute=True
    )
    date_due = fields.Date(string="Due Date", required=True, readonly=True)
    result = fields.Selection(
        [("yes", "Effective"), ("no", "Not Effective")], string="Did It Help?"
    )
    note = fields.Char(string="How It Shows")
    checked_on = fields.Date(readonly=True)
    user_id = fields.Many2one("res.users", string="Checked By", readonly=True)

    def write(self, vals):
        """Who says that it helped, and when. What was said stays."""
        if "result" in vals:
            if any(check.result for check in self):
                raise UserError(
                    self.env._("The effect has been checked; that stays as it is.")
                )
            vals = {
                **vals,
                "checked_on": get_today(self),
                "user_id": self.env.uid,
            }
        result = super().write(vals)
        if vals.get("result") == "no":
            self._ask_again()
        return result

    def _ask_again(self):
        """What did not help needs another action."""
        for check in self:
            check.complaint_id.activity_schedule(
                "property_fee_complaints.mail_activity_type_corrective",
                summary=self.env._(
                    "It did not help: %s. What else?", check.action_id.name
                ),
                user_id=check.action_id.user_id.id,
            )
