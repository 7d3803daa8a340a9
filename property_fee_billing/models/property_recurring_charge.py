from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PropertyRecurringCharge(models.Model):
    """A standard charged to a unit again and again.

    Periods of ``interval_months`` are anchored on the first day of the month of
    ``date_from``; the first and the last are cut by the charge's own dates.
    """

    _name = "property.recurring.charge"
    _description = "Recurring Charge"
    _inherit = ["property.fee.source.mixin", "property.unit.mixin", "mail.thread"]
    _fee_line_field = "recurring_charge_id"
    _order = "unit_id, standard_id, date_from"

    standard_id = fields.Many2one(
        "property.fee.standard",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('method', '!=', 'metered'), "
        "('community_id', 'in', (community_id, False))]",
        tracking=True,
    )
    item_id = fields.Many2one(
        related="standard_id.item_id", store=True, index=True, precompute=True
    )
    method = fields.Selection(related="standard_id.method")
    date_from = fields.Date(required=True, tracking=True)
    date_to = fields.Date(
        tracking=True, help="Last day, included. Empty: until further notice."
    )
    interval_months = fields.Integer(
        string="Months per Bill",
        required=True,
        default=1,
        tracking=True,
        help="1, 3, 6 or 12 months are billed together.",
    )
    interval = fields.Selection(
        [
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("half_year", "Half-Year"),
            ("year", "Year"),
        ],
        string="Billed Every",
        compute="_compute_interval",
        inverse="_inverse_interval",
    )
    timing = fields.Selection(
        [("advance", "In advance"), ("arrears", "In arrears")],
        required=True,
        default="advance",
        tracking=True,
        help="Billable on the first covered day of a period, or on its last.",
    )
    quantity = fields.Float(
        digits=(16, 4),
        default=1.0,
        required=True,
        tracking=True,
        help="How many, e.g. parking spaces.",
    )
    note = fields.Char()
    fee_line_ids = fields.One2many("property.fee.line", "recurring_charge_id")

    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )
    _interval_known = models.Constraint(
        "CHECK (interval_months IN (1, 3, 6, 12))",
        "A charge is billed every 1, 3, 6 or 12 months.",
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a charge must be above zero."
    )
    # the same fee twice on one unit from one day is double charging: use quantity
    _start_unique = models.UniqueIndex(
        "(unit_id, standard_id, date_from)",
        "This unit already has this charge from this day. Use the quantity instead.",
    )

    @api.depends("interval_months")
    def _compute_interval(self):
        names = self._get_intervals()
        for charge in self:
            charge.interval = names.get(charge.interval_months, False)

    def _inverse_interval(self):
        months = {name: months for months, name in self._get_intervals().items()}
        for charge in self.filtered("interval"):
            charge.interval_months = months[charge.interval]

    @api.model
    def _get_intervals(self):
        """Months per bill to the name of the interval."""
        return {1: "month", 3: "quarter", 6: "half_year", 12: "year"}

    @api.depends("unit_id", "standard_id")
    def _compute_display_name(self):
        for charge in self:
            charge.display_name = (
                f"{charge.unit_id.display_name} {charge.standard_id.code}"
            )

    @api.constrains("standard_id", "unit_id")
    def _check_standard(self):
        for charge in self:
            standard = charge.standard_id
            if standard.method == "metered":
                raise ValidationError(
                    self.env._(
                        "Standard %s is metered: put it on a meter of the unit, not "
                        "on a recurring charge.",
                        standard.code,
                    )
                )
            if standard.community_id and standard.community_id != charge.community_id:
                raise ValidationError(
                    self.env._(
                        "Standard %(standard)s is of community %(community)s, unit "
                        "%(unit)s is not.",
                        standard=standard.code,
                        community=standard.community_id.display_name,
                        unit=charge.unit_id.display_name,
                    )
                )

    @api.model
    def _get_billed_fields(self):
        return {"unit_id", "standard_id"}

    @api.model
    def _get_billed_message(self, name):
        return self.env._(
            "Charge %s has been billed: its unit and standard stay. Set its last day, "
            "and add a charge for what comes after.",
            name,
        )
