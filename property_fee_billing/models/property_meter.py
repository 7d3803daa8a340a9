from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .company_domain import check_company_domain_once_known


class PropertyMeter(models.Model):
    """A metering point of a unit. A replaced device is recorded as a reading of kind
    replacement, so the point and its history go on."""

    _name = "property.meter"
    _description = "Meter"
    _check_company_domain = check_company_domain_once_known
    _inherit = ["property.unit.mixin", "mail.thread"]
    _order = "unit_id, code"
    _rec_name = "code"
    _rec_names_search = ["code", "serial"]

    code = fields.Char(required=True, tracking=True, help="Unique in the community.")
    serial = fields.Char(string="Serial Number", tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    standard_id = fields.Many2one(
        "property.fee.standard",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('method', '=', 'metered'), "
        "('community_id', 'in', (community_id, False))]",
        tracking=True,
    )
    item_id = fields.Many2one(
        related="standard_id.item_id", store=True, index=True, precompute=True
    )
    multiplier = fields.Float(
        digits=(12, 4),
        required=True,
        default=1.0,
        tracking=True,
        help="Usage is the difference of readings times this.",
    )
    digits = fields.Integer(
        required=True,
        default=5,
        tracking=True,
        help="Digits of the dial before the decimal point: with 5 digits the reading "
        "after 99999 is 0.",
    )
    initial_date = fields.Date(required=True, tracking=True)
    initial_value = fields.Float(digits=(16, 4), required=True, tracking=True)
    reading_ids = fields.One2many("property.meter.reading", "meter_id")
    reading_count = fields.Integer(compute="_compute_last_reading")
    last_date = fields.Date(compute="_compute_last_reading")
    last_value = fields.Float(digits=(16, 4), compute="_compute_last_reading")

    _code_unique = models.UniqueIndex(
        "(community_id, code)", "This community already has a meter with this code."
    )
    _values_valid = models.Constraint(
        "CHECK (multiplier > 0 AND digits BETWEEN 1 AND 12 AND initial_value >= 0)",
        "Multiplier above 0, 1 to 12 digits, and a first value of 0 or more, please.",
    )

    @api.depends("reading_ids.date", "reading_ids.value", "initial_date")
    def _compute_last_reading(self):
        counts = dict(
            self.env["property.meter.reading"]._read_group(
                [("meter_id", "in", self.ids)], ["meter_id"], ["__count"]
            )
        )
        last = {
            reading.meter_id: reading
            for reading in self.env["property.meter.reading"].search(
                [("meter_id", "in", self.ids)], order="meter_id, date"
            )
        }
        for meter in self:
            reading = last.get(meter)
            meter.reading_count = counts.get(meter, 0)
            meter.last_date = reading.date if reading else meter.initial_date
            meter.last_value = (
                reading._get_end_value() if reading else meter.initial_value
            )

    @api.constrains("standard_id", "unit_id")
    def _check_standard(self):
        for meter in self:
            standard = meter.standard_id
            if standard.method != "metered":
                raise ValidationError(
                    self.env._(
                        "Meter %(meter)s: standard %(standard)s is not metered.",
                        meter=meter.code,
                        standard=standard.code,
                    )
                )
            if standard.community_id and standard.community_id != meter.community_id:
                raise ValidationError(
                    self.env._(
                        "Meter %(meter)s: standard %(standard)s is of another "
                        "community.",
                        meter=meter.code,
                        standard=standard.code,
                    )
                )

    @api.constrains("digits", "initial_value")
    def _check_initial_value(self):
        for meter in self:
            if meter.initial_value >= 10**meter.digits:
                raise ValidationError(
                    self.env._(
                        "Meter %(meter)s has %(digits)s digits: it cannot show "
                        "%(value)s.",
                        meter=meter.code,
                        digits=meter.digits,
                        value=f"{meter.initial_value:g}",
                    )
                )

    def write(self, vals):
        """What the amounts of billed readings rest on stays."""
        locked = {"unit_id", "standard_id", "multiplier", "digits"} & vals.keys()
        locked |= {"initial_date", "initial_value"} & vals.keys()
        if locked:
            self._check_not_billed()
        return super().write(vals)

    def _check_not_billed(self):
        """What the amounts of billed readings rest on stays as it is."""
        line = self.env["property.fee.line"].search(
            [("reading_id.meter_id", "in", self.ids), ("state", "=", "posted")],
            limit=1,
        )
        if line:
            raise UserError(
                self.env._(
                    "Meter %s has billed readings: unit, standard, multiplier, digits "
                    "and first reading stay. Record a replacement or a correction "
                    "as a reading.",
                    line.reading_id.meter_id.code,
                )
            )

    def action_open_readings(self):
        """Open the meter's readings."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_meter_reading_action"
        )
        action["domain"] = [("meter_id", "=", self.id)]
        action["context"] = {"default_meter_id": self.id}
        return action
