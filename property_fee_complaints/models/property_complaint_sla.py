from odoo import fields, models

from ..tools import ClockTime, WorkingTime
from .property_complaint_category import SEVERITIES

KINDS = [
    ("acknowledge", "Acknowledge"),
    ("reply", "Reply"),
    ("resolve", "Resolve"),
    ("callback", "Call Back"),
]
COUNTINGS = [("working", "Working Hours"), ("clock", "Around the Clock")]


class PropertyComplaintSla(models.Model):
    """How soon complaints of a kind are acknowledged, answered, resolved and called
    back on. Of several policies that fit, the most particular counts: sub-category
    before category before severity, and the own company's before a general one."""

    _name = "property.complaint.sla"
    _description = "Complaint Deadlines"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    category_id = fields.Many2one(
        "property.complaint.category",
        index=True,
        ondelete="cascade",
        help="A category or sub-category. Empty: all.",
    )
    severity = fields.Selection(SEVERITIES, help="Empty: all.")
    counting = fields.Selection(
        COUNTINGS,
        required=True,
        default="working",
        help="Working hours are those of the team, without public holidays. Days that "
        "a law gives are counted around the clock.",
    )
    acknowledge_hours = fields.Float(
        string="Acknowledge Within", help="Hours from receipt. 0: no deadline."
    )
    reply_hours = fields.Float(
        string="Reply Within",
        help="Hours from receipt to the decision. 0: no deadline.",
    )
    resolve_hours = fields.Float(
        string="Resolve Within",
        help="Hours from receipt to closing, all promises kept. 0: no deadline.",
    )
    callback_hours = fields.Float(
        string="Call Back Within", help="Hours from closing. 0: no call."
    )
    warning_percent = fields.Integer(
        string="Warn After (%)",
        default=75,
        help="Who works on it is warned when this much of the time has passed.",
    )

    _hours_positive = models.Constraint(
        "CHECK (acknowledge_hours >= 0 AND reply_hours >= 0 AND resolve_hours >= 0"
        " AND callback_hours >= 0)",
        "Hours cannot be negative.",
    )
    _warning_range = models.Constraint(
        "CHECK (warning_percent BETWEEN 1 AND 100)",
        "A warning comes after 1 to 100 % of the time.",
    )

    def _get_hours(self, kind):
        """Hours allowed for one of ``KINDS``; 0: no deadline."""
        return self[f"{kind}_hours"] if self else 0.0

    def _get_policies(self, complaints):
        """The policy of each complaint.

        :return: ``{complaint: property.complaint.sla}``, none where nothing fits
        """
        # which deadlines apply is a fact for whoever complains
        policies = self.sudo().search(
            [("company_id", "in", [False, *complaints.company_id.ids])]
        )
        return {complaint: policies._choose(complaint) for complaint in complaints}

    def _choose(self, complaint):
        """The most particular of these policies that fits, or none."""
        return max(
            self.filtered(lambda policy: policy._fits(complaint)),
            key=lambda policy: policy._get_rank(complaint),
            default=self.browse(),
        )

    def _fits(self, complaint):
        """Whether the policy is meant for a complaint."""
        return (
            self.company_id in (self.company_id.browse(), complaint.company_id)
            and self.severity in (False, complaint.severity)
            and self.category_id
            in (
                self.category_id.browse(),
                complaint.category_id,
                complaint.subcategory_id,
            )
        )

    def _get_rank(self, complaint):
        """The higher, the more particular; the first of the list wins a tie."""
        category = self.category_id
        return (
            bool(category) and category == complaint.subcategory_id,
            bool(category),
            bool(self.severity),
            bool(self.company_id),
            -self.sequence,
            -self.id,
        )

    def _get_times(self, complaints):
        """How time is counted for each complaint.

        Complaints of one calendar share one line of time, so the number of queries
        does not grow with the complaints.

        :return: function of a complaint and one of ``COUNTINGS``
        """
        lines = {}

        def get_time(complaint, counting):
            if counting == "clock":
                return ClockTime()
            calendar = complaint._get_calendar()
            if calendar not in lines:
                lines[calendar] = WorkingTime(calendar._get_complaint_hours)
            return lines[calendar]

        return get_time
