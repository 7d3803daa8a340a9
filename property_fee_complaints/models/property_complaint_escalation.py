from odoo import api, fields, models

LEVELS = [
    ("1", "L1 Desk"),
    ("2", "L2 Site Manager"),
    ("3", "L3 Region or Quality"),
    ("4", "L4 Committee, Mediation or Authority"),
]
REASONS = [
    ("breach", "Deadline Missed"),
    ("reopened", "Reopened"),
    ("repeat", "Repeat"),
    ("joint", "Many Complain Together"),
    ("media", "Media or Authority"),
    ("injury", "Injury or Danger"),
    ("other", "Other"),
]
# What people choose; the rest is found by the system.
BY_HAND = ("media", "injury", "other")


class PropertyComplaintEscalation(models.Model):
    """A complaint that rose a level, why, and who was told. Making one lifts it."""

    _name = "property.complaint.escalation"
    _description = "Complaint Escalation"
    _order = "date desc, id desc"
    _rec_name = "reason"

    complaint_id = fields.Many2one(
        "property.complaint", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        related="complaint_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True
    )
    reason = fields.Selection(REASONS, required=True)
    note = fields.Char(string="Details")
    level = fields.Selection(LEVELS, required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Told", readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    @api.model_create_multi
    def create(self, vals_list):
        """Lift the complaints, each one level above where it is."""
        given = self.env.context.get("default_complaint_id")
        vals_list = [{"complaint_id": given, **vals} for vals in vals_list]
        complaints = self.env["property.complaint"].browse(
            vals["complaint_id"] for vals in vals_list
        )
        levels = {complaint.id: complaint.level for complaint in complaints}
        prepared = []
        for vals, complaint in zip(vals_list, complaints, strict=True):
            level = str(min(int(levels[complaint.id]) + 1, 4))
            levels[complaint.id] = level
            prepared.append(
                {
                    **vals,
                    "level": level,
                    "user_id": complaint._get_level_user(level).id,
                    "date": fields.Datetime.now(),
                }
            )
        escalations = super().create(prepared)
        complaints._set_levels(levels)
        escalations._tell()
        return escalations

    def _tell(self):
        """Put the complaints on the lists of who answers for their new level."""
        reasons = {}
        alerts, notes = [], {}
        for escalation in self:
            user = escalation.user_id
            for lang in {user.lang, self.env.lang}:
                if lang not in reasons:
                    env = self.with_context(lang=lang).env
                    reason = self._fields["reason"]._description_selection(env)
                    level = self._fields["level"]._description_selection(env)
                    reasons[lang] = dict(reason) | dict(level)
            notes[escalation.complaint_id.id] = escalation._get_text(
                reasons[self.env.lang]
            )
            if user:
                text = escalation._get_text(reasons[user.lang])
                alerts.append((escalation.complaint_id, user, text))
        self.env["property.complaint"]._create_alerts(alerts)
        self.complaint_id._message_log_batch(notes)

    def _get_text(self, labels):
        """``L2 Site Manager: Deadline Missed``"""
        text = f"{labels[self.level]}: {labels[self.reason]}"
        return f"{text} – {self.note}" if self.note else text
