from collections import defaultdict
from decimal import Decimal

from odoo import models

from ..engine.reading_check import Usage, check_reading

#: How many readings back the usual usage looks.
HISTORY = 12


class PropertyMeter(models.Model):
    """What a meter usually shows, to ask about a reading that looks odd."""

    _inherit = "property.meter"

    def _check_readings(self, readings):
        """Compare readings with those before them; the number of queries does not
        depend on how many there are.

        :param readings: list of ``(meter, day, value)``, the value exact
        :return: list of engine ``Check``, in the same order
        """
        history = self._get_usages()
        result = []
        for meter, day, value in readings:
            start, usages = history[meter.id]
            before = [usage for usage in usages if usage[0].date_to < day]
            previous_day, previous = (
                (before[-1][0].date_to, before[-1][1]) if before else start
            )
            steps = [usage for usage, _end in before][-HISTORY:]
            result.append(
                check_reading(value, day, previous, previous_day, meter.digits, steps)
            )
        return result

    def _get_usages(self):
        """``{meter id: (first day and value, [(Usage, value it ended with)])}``.

        A correction gives the value of the reading it corrects; a replacement ends the
        old device's usage and starts from the new one's first value.
        """
        readings = self.env["property.meter.reading"].search_fetch(
            [("meter_id", "in", self.ids)],
            ["meter_id", "date", "value", "new_value", "kind", "corrects_id"],
            order="meter_id, date",
        )
        corrected = {
            reading.corrects_id.id: reading.value
            for reading in readings
            if reading.kind == "correction"
        }
        by_meter = defaultdict(list)
        for reading in readings:
            if reading.kind != "correction":
                by_meter[reading.meter_id.id].append(reading)
        result = {}
        for meter in self:
            start = day, value = meter.initial_date, _exact(meter.initial_value)
            usages = []
            for reading in by_meter[meter.id]:
                end = _exact(corrected.get(reading.id, reading.value))
                usage = end - value
                if usage < 0:
                    usage += Decimal(10) ** meter.digits
                value = end
                if reading.kind == "replacement":
                    value = _exact(reading.new_value)
                usages.append((Usage(day, reading.date, usage), value))
                day = reading.date
            result[meter.id] = (start, usages)
        return result


def _exact(value):
    """A figure of a dial, which has four decimals at most."""
    return Decimal(f"{value:.4f}")
