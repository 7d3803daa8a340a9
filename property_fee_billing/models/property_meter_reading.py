from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..local_time import get_today


class PropertyMeterReading(models.Model):
    """What a meter showed on a day. Replacement and correction are kinds of their
    own, never guessed from the figures."""

    _name = "property.meter.reading"
    _description = "Meter Reading"
    _inherit = ["property.fee.source.mixin"]
    _fee_line_field = "reading_id"
    _order = "meter_id, date desc"
    _check_company_auto = True

    meter_id = fields.Many2one(
        "property.meter",
        required=True,
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
    item_id = fields.Many2one(related="meter_id.item_id", store=True, index=True)
    date = fields.Date(required=True, default=get_today)
    value = fields.Float(
        digits=(16, 4),
        required=True,
        help="What the dial shows. For a replacement: the last value of the old meter.",
    )
    previous_date = fields.Date(
        compute="_compute_previous", help="Day of the reading before this one."
    )
    previous_value = fields.Float(
        digits=(16, 4),
        compute="_compute_previous",
        help="What the dial showed on that day; for a replaced meter, where the new "
        "one began.",
    )
    kind = fields.Selection(
        [
            ("regular", "Regular Reading"),
            ("replacement", "Meter Replacement"),
            ("correction", "Correction"),
        ],
        required=True,
        default="regular",
        help="Replacement: closes the old device; its usage is billed with the next "
        "reading. Correction: states what another reading should have been; the "
        "difference is billed or credited.",
    )
    new_value = fields.Float(
        string="First Value of New Meter", digits=(16, 4), help="For a replacement."
    )
    corrects_id = fields.Many2one(
        "property.meter.reading",
        string="Corrected Reading",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('meter_id', '=', meter_id), ('kind', '=', 'regular')]",
    )
    note = fields.Char()
    fee_line_ids = fields.One2many("property.fee.line", "reading_id")

    _date_unique = models.UniqueIndex(
        "(meter_id, date)", "This meter already has a reading on this day."
    )
    _value_positive = models.Constraint(
        "CHECK (value >= 0 AND new_value >= 0)", "A reading cannot be negative."
    )
    _correction_target = models.Constraint(
        "CHECK ((kind = 'correction') = (corrects_id IS NOT NULL))",
        "A correction, and only a correction, names the reading it corrects.",
    )

    @api.depends("meter_id", "date")
    def _compute_previous(self):
        """Date and value before each reading, for whoever types it in to compare."""
        saved = defaultdict(list)
        for reading in self.search(
            [("meter_id", "in", self.meter_id.ids), ("kind", "!=", "correction")],
            order="meter_id, date",
        ):
            saved[reading.meter_id.id].append((reading.date, reading._get_end_value()))
        for reading in self:
            meter = reading.meter_id
            day, value = meter.initial_date, meter.initial_value
            for other_day, other_value in saved[meter._origin.id]:
                if reading.date and other_day < reading.date:
                    day, value = other_day, other_value
            reading.previous_date = day
            reading.previous_value = value

    @api.depends("meter_id", "date")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = f"{reading.meter_id.code} {reading.date or ''}"

    @api.constrains("value", "new_value", "date", "meter_id")
    def _check_value(self):
        for reading in self:
            meter = reading.meter_id
            limit = 10**meter.digits
            if reading.value >= limit or reading.new_value >= limit:
                raise ValidationError(
                    self.env._(
                        "Reading %(reading)s: meter %(meter)s has %(digits)s digits "
                        "and cannot show %(value)s.",
                        reading=reading.display_name,
                        meter=meter.code,
                        digits=meter.digits,
                        value=f"{max(reading.value, reading.new_value):g}",
                    )
                )
            if reading.date <= meter.initial_date:
                raise ValidationError(
                    self.env._(
                        "Reading %(reading)s: meter %(meter)s was first read on "
                        "%(date)s; a reading must be later.",
                        reading=reading.display_name,
                        meter=meter.code,
                        date=meter.initial_date,
                    )
                )

    @api.constrains("corrects_id", "meter_id", "date")
    def _check_correction(self):
        for reading in self.filtered("corrects_id"):
            corrected = reading.corrects_id
            if corrected.meter_id != reading.meter_id or corrected.kind != "regular":
                raise ValidationError(
                    self.env._(
                        "Reading %s corrects a reading of another meter or kind.",
                        reading.display_name,
                    )
                )

    def _get_end_value(self):
        """Value the next usage counts from."""
        self.ensure_one()
        return self.new_value if self.kind == "replacement" else self.value

    @api.model
    def _get_billed_fields(self):
        return {"meter_id", "date", "value", "kind", "new_value", "corrects_id"}

    @api.model
    def _get_billed_message(self, name):
        return self.env._(
            "Reading %s has been billed. Record a correction instead.", name
        )
