from odoo import api, fields, models
from odoo.exceptions import ValidationError

REASONS = [
    ("complainant", "Waiting for the Complainant"),
    ("third_party", "Waiting for a Contractor, Developer or Authority"),
    ("appointment", "Appointment Agreed On"),
    ("parts", "Waiting for Parts or Weather"),
    ("legal", "Before Court or Mediation"),
    ("other", "Other"),
]


class PropertyComplaintPause(models.Model):
    """Time that does not count, and why. Making one stops the deadlines of the
    complaint; ending it moves them by the hours that passed."""

    _name = "property.complaint.pause"
    _description = "Pause of Complaint Deadlines"
    _order = "date_from desc, id desc"
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
    date_from = fields.Datetime(
        string="From", required=True, readonly=True, default=fields.Datetime.now
    )
    date_to = fields.Datetime(string="To", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    _open_once = models.UniqueIndex(
        "(complaint_id) WHERE date_to IS NULL", "This complaint is paused already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Stop the deadlines now, whatever time is given."""
        # the end of an earlier pause must be there before the database looks
        self.flush_model(["date_to"])
        fresh = {"date_from": fields.Datetime.now(), "date_to": False}
        pauses = super().create(
            [{**vals, **fresh, "user_id": self.env.uid} for vals in vals_list]
        )
        for pause in pauses:
            if pause.reason == "other" and not (pause.note or "").strip():
                raise ValidationError(self.env._("Say why the deadlines are paused."))
        pauses.complaint_id._set_paused()
        labels = dict(self._fields["reason"]._description_selection(self.env))
        pauses.complaint_id._message_log_batch(
            {
                pause.complaint_id.id: self.env._(
                    "Deadlines paused: %s",
                    " – ".join(filter(None, (labels[pause.reason], pause.note))),
                )
                for pause in pauses
            }
        )
        return pauses

    def _end(self):
        """Let the deadlines go on."""
        now = fields.Datetime.now()
        self.write({"date_to": now})
        complaints = self.complaint_id
        get_time = self.env["property.complaint.sla"]._get_times(complaints)
        clocks = complaints._get_open_clocks()
        for pause in self:
            for clock in clocks & pause.complaint_id.clock_ids:
                time = get_time(clock.complaint_id, clock.counting)
                begin = max(pause.date_from, clock.started_at)
                clock.write(
                    {
                        "paused_hours": clock.paused_hours + time.count(begin, now),
                        "state": "running",
                    }
                )
        clocks._plan(get_time)
        complaints.write({"is_paused": False})
        complaints._refresh_sla()
        complaints._message_log_batch(
            dict.fromkeys(complaints.ids, self.env._("Deadlines go on."))
        )
