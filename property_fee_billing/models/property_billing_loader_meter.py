from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..engine import Meter, Reading
from .property_billing_loader import to_decimal


class PropertyBillingLoader(models.AbstractModel):
    """Meters with something to bill, and the readings that bear on it."""

    _inherit = "property.billing.loader"

    @api.model
    def _load_meters(self, units, standards, window):
        """Meters with something to bill, and the readings that bear on it."""
        starts = self._get_meter_starts(units, window)
        if not starts:
            return ()
        readings, bases = self._load_readings(starts, window)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, m.unit_id, m.standard_id, m.code, m.multiplier::text,
                       m.digits, m.initial_date, m.initial_value::text
                  FROM property_meter m
                  JOIN property_unit u ON u.id = m.unit_id
                 WHERE m.id = ANY(%s)
                 ORDER BY u.code, m.code
                """,
                list(starts),
            )
        )
        meters = []
        for meter_id, unit_id, standard_id, code, multiplier, digits, *initial in rows:
            base_date, base_value = bases.get(meter_id, initial)
            base_value = to_decimal(base_value)
            meters.append(
                Meter(
                    id=meter_id,
                    code=code,
                    unit=units[unit_id],
                    standard=standards[standard_id],
                    multiplier=to_decimal(multiplier),
                    digits=digits,
                    initial_date=base_date,
                    initial_value=base_value,
                    readings=tuple(
                        reading
                        for reading in readings[meter_id]
                        if reading.date > base_date
                    ),
                )
            )
        return tuple(meters)

    @api.model
    def _get_meter_starts(self, units, window):
        """``{meter id: first day whose readings matter}`` for meters that have an
        unbilled reading: the start of the calendar year of the earliest unbilled or
        corrected reading, since tiers may cumulate over the year."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT r.meter_id,
                           date_trunc('year', MIN(LEAST(r.date, c.date)))::date
                      FROM property_meter_reading r
                      JOIN property_meter m ON m.id = r.meter_id AND m.active
                      LEFT JOIN property_meter_reading c ON c.id = r.corrects_id
                     WHERE m.unit_id = ANY(%s) AND r.date <= %s
                       AND r.kind <> 'replacement'
                       AND NOT EXISTS (
                           SELECT FROM property_fee_line l
                            WHERE l.reading_id = r.id AND l.corrects_id IS NULL
                              AND l.state IN ('draft', 'posted'))
                     GROUP BY r.meter_id
                    """,
                    list(units),
                    window.date_to,
                )
            )
        )

    @api.model
    def _load_readings(self, starts, window):
        """Readings from the last regular one before each meter's start on, and
        their corrections, made after the run's end too: a value known to be wrong is
        not billed.

        :param starts: ``{meter id: first day that matters}``
        :return: ``{meter id: [Reading]}`` and, where there is a regular reading
            before the start, ``{meter id: (its date, its value as corrected)}``
        """
        readings = defaultdict(list)
        bases = {}
        rows = self.env.execute_query(
            SQL(
                """
                WITH start AS (
                    SELECT s.meter_id, s.day,
                           (SELECT MAX(b.date) FROM property_meter_reading b
                             WHERE b.meter_id = s.meter_id AND b.kind = 'regular'
                               AND b.date < s.day) AS base
                      FROM unnest(%s, %s::date[]) AS s (meter_id, day)
                )
                SELECT r.meter_id, r.date = s.base, r.id, r.date, r.value::text, r.kind,
                       r.new_value::text, r.corrects_id, billed.amount::text,
                       (SELECT c.value::text FROM property_meter_reading c
                         WHERE c.corrects_id = r.id
                         ORDER BY c.date DESC LIMIT 1)
                  FROM property_meter_reading r
                  JOIN start s ON s.meter_id = r.meter_id
                  LEFT JOIN LATERAL (
                        SELECT SUM(l.amount) AS amount FROM property_fee_line l
                         WHERE l.reading_id = r.id
                           AND l.state IN ('draft', 'posted')) AS billed ON TRUE
                  LEFT JOIN property_meter_reading c ON c.id = r.corrects_id
                 WHERE COALESCE(c.date, r.date) <= %s
                   AND r.date >= COALESCE(s.base, '-infinity')
                 ORDER BY r.meter_id, r.date
                """,
                list(starts),
                [day.isoformat() for day in starts.values()],
                window.date_to,
            )
        )
        for meter_id, is_base, *values, amount, corrected_value in rows:
            reading_id, date, value, kind, new_value, corrects_id = values
            if is_base:
                base_value = value if corrected_value is None else corrected_value
                bases[meter_id] = (date, base_value)
            else:
                readings[meter_id].append(
                    Reading(
                        id=reading_id,
                        date=date,
                        value=to_decimal(value),
                        kind=kind,
                        new_value=to_decimal(new_value),
                        corrects_id=corrects_id,
                        billed=amount is not None,
                        billed_amount=to_decimal(amount),
                    )
                )
        return readings, bases
