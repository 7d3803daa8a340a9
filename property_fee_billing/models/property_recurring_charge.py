from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PropertyRecurringCharge(models.Model):
    """A standard charged to a unit again and again.

    Periods of ``interval_months`` are anchored on the first day of the month of
    ``date_from``; the first and the last are cut by the charge's own dates.
    """

    _name = "property.recurring.charge"
    _description = "Recurring Charge"
    _inherit = ["property.unit.mixin", "mail.thread"]
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
    fee_line_count = fields.Integer(compute="_compute_fee_line_count")

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

    def _compute_fee_line_count(self):
        counts = dict(
            self.env["property.fee.line"]._read_group(
                [("recurring_charge_id", "in", self.ids)],
                ["recurring_charge_id"],
                ["__count"],
            )
        )
        for charge in self:
            charge.fee_line_count = counts.get(charge, 0)

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

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        billed = self.env["property.fee.line"].search(
            [("recurring_charge_id", "in", self.ids)], limit=1
        )
        if billed:
            raise UserError(
                self.env._(
                    "Charge %s has fee lines. Set its last day instead of deleting it.",
                    billed.recurring_charge_id.display_name,
                )
            )

    def action_open_fee_lines(self):
        """Open what was billed for this charge."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_fee_line_action"
        )
        action["domain"] = [("recurring_charge_id", "=", self.id)]
        return action
