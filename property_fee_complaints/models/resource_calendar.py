from pytz import utc

from odoo import models


class ResourceCalendar(models.Model):
    """Working hours by which complaints are answered."""

    _inherit = "resource.calendar"

    def _get_complaint_hours(self, start, stop):
        """Begin and end of work, public holidays left out, in UTC without zone.

        Without a calendar there are none.
        """
        if not self:
            return []
        intervals = self._work_intervals_batch(utc.localize(start), utc.localize(stop))[
            False
        ]
        return [
            (
                begin.astimezone(utc).replace(tzinfo=None),
                end.astimezone(utc).replace(tzinfo=None),
            )
            for begin, end, _meta in intervals
        ]
