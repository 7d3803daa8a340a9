from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..local_time import get_today


class PropertyMeterSubmission(models.Model):
    """A reading that an owner sent, with a photo of the dial.

    It is nothing to bill from until staff confirm it: then it becomes a reading of the
    meter. What looks odd is asked about and never refused; what it was, is kept.
    """

    _name = "property.meter.submission"
    _description = "Meter Reading Sent by an Owner"
    _inherit = ["property.flow.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _rec_name = "meter_id"
    _check_company_auto = True

    meter_id = fields.Many2one(
        "property.meter",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    unit_id = fields.Many2one(
        related="meter_id.unit_id", store=True, index=True, precompute=True
    )
    community_id = fields.Many2one(
        related="meter_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="meter_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Sent By",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date = fields.Date(required=True, readonly=True, default=get_today)
    value = fields.Float(
        string="Reading",
        digits=(16, 4),
        required=True,
        tracking=True,
        help="What the dial shows, as sent; mend it by the photo before confirming.",
    )
    sent_value = fields.Float(string="As Sent", digits=(16, 4), readonly=True)
    photo = fields.Image(max_width=1920, max_height=1920)
    note = fields.Char()
    previous_value = fields.Float(
        string="Before", digits=(16, 4), compute="_compute_check"
    )
    usage = fields.Float(digits=(16, 4), compute="_compute_check")
    usual_usage = fields.Float(
        digits=(16, 1),
        compute="_compute_check",
        help="What is usual for as many days.",
    )
    is_lower = fields.Boolean(string="Lower than Before", compute="_compute_check")
    is_high = fields.Boolean(
        string="More than Three Times the Usual", compute="_compute_check"
    )
    is_rollover = fields.Boolean(
        string="Passed Zero",
        tracking=True,
        help="A lower reading is confirmed only when somebody looked at the photo and "
        "says that the dial went past its last digit.",
    )
    state = fields.Selection(
        [
            ("sent", "To Confirm"),
            ("confirmed", "Confirmed"),
            ("refused", "Refused"),
            ("replaced", "Sent Anew"),
        ],
        required=True,
        readonly=True,
        default="sent",
        index=True,
        tracking=True,
    )
    refusal_reason = fields.Char(tracking=True)
    reading_id = fields.Many2one(
        "property.meter.reading",
        string="Confirmed Reading",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)

    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "A reading cannot be negative."
    )
    _one_open = models.UniqueIndex(
        "(meter_id) WHERE state = 'sent'",
        "A reading of this meter is waiting already.",
    )

    @api.depends("meter_id", "date", "value")
    def _compute_check(self):
        known = self.filtered("meter_id")
        checks = known.meter_id._check_readings(
            [(row.meter_id, row.date, Decimal(f"{row.value:.4f}")) for row in known]
        )
        for row, check in zip(known, checks, strict=True):
            row.usage = float(check.usage)
            row.usual_usage = float(check.expected or 0)
            row.is_lower = check.is_lower
            row.is_high = check.is_high
            row.previous_value = row.value - row.usage
            if check.is_lower:
                row.previous_value += 10**row.meter_id.digits
        for row in self - known:
            row.update(dict.fromkeys(("usage", "usual_usage", "previous_value"), 0.0))
            row.update(dict.fromkeys(("is_lower", "is_high"), False))

    @api.constrains("value", "meter_id")
    def _check_value(self):
        for row in self:
            if row.value >= 10**row.meter_id.digits:
                raise ValidationError(
                    self.env._(
                        "Meter %(meter)s has %(digits)s digits and cannot show "
                        "%(value)s.",
                        meter=row.meter_id.code,
                        digits=row.meter_id.digits,
                        value=f"{row.value:g}",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """What is sent anew takes the place of what still waits."""
        meters = [vals.get("meter_id") for vals in vals_list]
        waiting = self.search([("meter_id", "in", meters), ("state", "=", "sent")])
        if waiting:
            waiting._write_flow({"state": "replaced"})
            self.flush_model(["state"])
        return super().create(
            [{**vals, "sent_value": vals.get("value")} for vals in vals_list]
        )

    def write(self, vals):
        """What was decided stays."""
        if {"value", "photo", "is_rollover"} & vals.keys():
            for row in self:
                if row.state != "sent":
                    raise UserError(
                        self.env._(
                            "The reading of %(meter)s sent on %(date)s is decided.",
                            meter=row.meter_id.code,
                            date=row.date,
                        )
                    )
        return super().write(vals)

    @api.model
    def _get_flow_fields(self):
        """Override: the decision."""
        return super()._get_flow_fields() | {"state", "decided_by_id", "reading_id"}

    # ------------------------------------------------------------------ actions
    def action_confirm(self):
        """Make readings of what may be confirmed; say what is left and why."""
        problems = self._get_problems()
        ready = self.filtered(lambda row: row.state == "sent") - self.browse(problems)
        readings = self.env["property.meter.reading"].create(
            [row._prepare_reading_values() for row in ready]
        )
        for row, reading in zip(ready, readings, strict=True):
            row._write_flow({"reading_id": reading.id})
        ready._write_flow({"state": "confirmed", "decided_by_id": self.env.uid})
        if len(self) == 1 and problems:
            raise UserError(problems[self.id])
        return self._notify_confirmed(len(ready), list(problems.values()))

    def _prepare_reading_values(self):
        """Values of the reading that this becomes."""
        return {
            "meter_id": self.meter_id.id,
            "date": self.date,
            "value": self.value,
            "note": self.env._("Sent by %s", self.partner_id.name),
        }

    def _get_problems(self):
        """Why some of these cannot become readings: ``{id: sentence}``."""
        later = dict(
            self.env["property.meter.reading"]._read_group(
                [("meter_id", "in", self.meter_id.ids)], ["meter_id"], ["date:max"]
            )
        )
        problems = {}
        for row in self.filtered(lambda row: row.state == "sent"):
            last = later.get(row.meter_id) or row.meter_id.initial_date
            if row.date <= last:
                problems[row.id] = self.env._(
                    "Meter %(meter)s: there is a reading of %(last)s, as late as this "
                    "one. Refuse it.",
                    meter=row.meter_id.code,
                    last=last,
                )
            elif row.is_lower and not row.is_rollover:
                problems[row.id] = self.env._(
                    "Meter %(meter)s shows %(value)s, less than the %(previous)s "
                    "before. Look at the photo: tick that it passed zero, mend the "
                    "figure, or refuse it.",
                    meter=row.meter_id.code,
                    value=f"{row.value:g}",
                    previous=f"{row.previous_value:g}",
                )
        return problems

    def _notify_confirmed(self, count, problems):
        """What came of confirming many."""
        message = self.env._("%s readings confirmed.", count)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if problems else "success",
                "message": "\n".join([message, *problems]),
                "sticky": bool(problems),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_refuse(self):
        """Refuse, with a reason that the owner reads."""
        for row in self.filtered(lambda row: row.state == "sent"):
            if not (row.refusal_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why the reading of meter %s is refused: the owner reads "
                        "it.",
                        row.meter_id.code,
                    )
                )
        self.filtered(lambda row: row.state == "sent")._write_flow(
            {"state": "refused", "decided_by_id": self.env.uid}
        )
