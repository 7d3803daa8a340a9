from odoo import fields, models


class PropertyCommunity(models.Model):
    """When owners may send meter readings."""

    _inherit = "property.community"

    reading_day_from = fields.Integer(
        string="Readings From Day",
        tracking=True,
        help="First day of the month on which owners may send readings in the portal. "
        "0: they send none.",
    )
    reading_day_to = fields.Integer(
        string="Readings To Day",
        tracking=True,
        help="Last day. Before the first one, it is a day of the next month.",
    )
    reading_photo_required = fields.Boolean(
        string="Photo of the Dial Required", default=True, tracking=True
    )

    _reading_days_valid = models.Constraint(
        "CHECK (reading_day_from BETWEEN 0 AND 31 AND reading_day_to BETWEEN 0 AND 31)",
        "The days on which owners send readings are days of a month, 1 to 31.",
    )

    def _is_reading_window_open(self, day):
        """Whether owners may send readings on a day."""
        self.ensure_one()
        first, last = self.reading_day_from, self.reading_day_to
        if not first or not last:
            return False
        if first <= last:
            return first <= day.day <= last
        return day.day >= first or day.day <= last
