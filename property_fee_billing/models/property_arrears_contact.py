from odoo import api, fields, models
from odoo.exceptions import UserError

from ..local_time import get_local_date, get_today

CONTACT_KINDS = [
    ("call", "Call"),
    ("visit", "Visit"),
    ("message", "Message"),
    ("desk", "At the Desk"),
]
CONTACT_RESULTS = [
    ("no_answer", "Not Reached"),
    ("promised", "Promised to Pay"),
    ("paid", "Says It Is Paid"),
    ("forgot", "Had Forgotten"),
    ("disputes", "Disputes It"),
    ("plan", "Asks for a Plan"),
    ("hardship", "Cannot Pay"),
    ("refuses", "Refuses"),
    ("gone", "Wrong Number or Moved"),
    ("other", "Something Else"),
]
# What a result says about the cause of the arrears.
CAUSE_OF_RESULT = {
    "forgot": "forgot",
    "disputes": "dispute",
    "plan": "hardship",
    "hardship": "hardship",
    "refuses": "refuses",
    "gone": "unreachable",
}


class PropertyArrearsContact(models.Model):
    """A call or visit to a debtor, and what came of it."""

    _name = "property.arrears.contact"
    _description = "Call or Visit"
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_name = "result"

    case_id = fields.Many2one(
        "property.arrears.case", required=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, default=lambda self: fields.Datetime.now())
    kind = fields.Selection(CONTACT_KINDS, required=True, default="call")
    result = fields.Selection(CONTACT_RESULTS, required=True)
    note = fields.Char(help="What was said.")
    user_id = fields.Many2one(
        "res.users", string="By", required=True, default=lambda self: self.env.user
    )
    unit_id = fields.Many2one(related="case_id.unit_id", store=True, precompute=True)
    partner_id = fields.Many2one(
        related="case_id.partner_id", string="Debtor", store=True, precompute=True
    )
    community_id = fields.Many2one(
        related="case_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What a debtor says shows the cause, where none is known yet."""
        contacts = super().create(vals_list)
        contacts.case_id._check_open()
        for contact in contacts:
            cause = CAUSE_OF_RESULT.get(contact.result)
            if cause and not contact.case_id.cause:
                contact.case_id.cause = cause
        return contacts

    def write(self, vals):
        """Only the note may follow later."""
        if vals.keys() - {"note"}:
            raise UserError(
                self.env._("A call or visit stays as it was logged; add a note.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own_today(self):
        """A slip of the finger may be taken back on the same day."""
        today = get_today(self)
        for contact in self:
            day = get_local_date(self, contact.date)
            if contact.user_id != self.env.user or day != today:
                raise UserError(
                    self.env._("Calls and visits are kept with their case.")
                )
