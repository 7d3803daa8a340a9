import json
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache

from odoo import api, models
from odoo.tools import SQL, split_every

from ..engine import (
    Concession,
    Facts,
    Meter,
    OneOff,
    Rate,
    Reading,
    RecurringCharge,
    Share,
    SharedCost,
    Span,
    Standard,
    Tier,
    Unit,
)
from .property_fee_rate import BILLABLE_STATES

# Units whose facts are held in memory at one time.
UNITS_PER_LOAD = 2000
# Rows of one INSERT.
ROWS_PER_INSERT = 5000


@lru_cache(maxsize=65536)
def _decimal(text):
    """An exact figure of the database. Odoo has numeric columns read as floats, so
    they are asked for as text."""
    return None if text is None else Decimal(text)


class PropertyBillingLoader(models.AbstractModel):
    """Reads what a run bills from into the engine's plain data.

    Set-based SQL on purpose: figures arrive exact, not as floats, and a handful of
    queries serves thousands of units. The caller has checked that the
    user may read the community; everything read here belongs to it.
    """

    _name = "property.billing.loader"
    _description = "Billing Loader"

    @api.model
    def _iter_facts(self, community, window):
        """Yield engine ``Facts``, a batch of units at a time, then the shared costs.

        :param community: one property.community
        :param window: engine ``Window`` of the run
        """
        self.env.flush_all()
        standards = self._load_standards(community)
        unit_ids = [
            unit_id
            for [unit_id] in self.env.execute_query(
                SQL(
                    "SELECT id FROM property_unit WHERE community_id = %s AND active"
                    " ORDER BY code",
                    community.id,
                )
            )
        ]
        for batch in split_every(UNITS_PER_LOAD, unit_ids, list):
            units = self._load_units(batch)
            yield Facts(
                charges=self._load_charges(units, standards, window),
                meters=self._load_meters(units, standards, window),
                one_offs=self._load_one_offs(units, window),
            )
        shared_costs = self._load_shared_costs(community, window)
        if shared_costs:
            yield Facts(shared_costs=shared_costs)

    # ----------------------------------------------------------------- tariff
    @api.model
    def _load_standards(self, community):
        """``{id: Standard}`` with the rates that may be billed."""
        tiers = defaultdict(list)
        for rate_id, up_to, price in self.env.execute_query(
            SQL(
                """
                SELECT t.rate_id, NULLIF(t.up_to_qty, 0)::text, t.price_unit::text
                  FROM property_fee_rate_tier t
                  JOIN property_fee_rate r ON r.id = t.rate_id
                 WHERE r.company_id = %s AND r.state = ANY(%s)
                 ORDER BY t.rate_id, NULLIF(t.up_to_qty, 0) NULLS LAST
                """,
                community.company_id.id,
                list(BILLABLE_STATES),
            )
        ):
            tiers[rate_id].append(Tier(_decimal(up_to), _decimal(price)))
        rates = defaultdict(list)
        for standard_id, rate_id, date_from, price, base in self.env.execute_query(
            SQL(
                """
                SELECT standard_id, id, date_from, COALESCE(price_unit, 0)::text,
                       COALESCE(base_amount, 0)::text
                  FROM property_fee_rate
                 WHERE company_id = %s AND state = ANY(%s)
                 ORDER BY standard_id, date_from
                """,
                community.company_id.id,
                list(BILLABLE_STATES),
            )
        ):
            rates[standard_id].append(
                Rate(
                    rate_id,
                    date_from,
                    _decimal(price),
                    _decimal(base),
                    tuple(tiers[rate_id]),
                )
            )
        return {
            row[0]: Standard(
                id=row[0],
                code=row[1],
                item_id=row[2],
                method=row[3],
                proration=row[4],
                tier_basis=row[5],
                formula=row[6],
                rates=tuple(rates[row[0]]),
            )
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT id, code, item_id, method, proration, tier_basis, formula
                      FROM property_fee_standard
                     WHERE company_id = %s
                       AND (community_id IS NULL OR community_id = %s)
                    """,
                    community.company_id.id,
                    community.id,
                )
            )
        }

    # ------------------------------------------------------------------ units
    @api.model
    def _load_units(self, unit_ids):
        """``{id: Unit}`` with payers and approved concessions."""
        payers = defaultdict(list)
        for unit_id, partner_id, date_from, date_to in self.env.execute_query(
            SQL(
                """
                SELECT unit_id, partner_id, date_from, date_to
                  FROM property_ownership
                 WHERE unit_id = ANY(%s) AND is_payer
                 ORDER BY unit_id, date_from NULLS FIRST
                """,
                unit_ids,
            )
        ):
            payers[unit_id].append(Span(date_from, date_to, partner_id))
        concessions = defaultdict(lambda: defaultdict(list))
        for unit_id, item_id, *span, factor, reason in self.env.execute_query(
            SQL(
                """
                SELECT unit_id, item_id, id, date_from, date_to, factor::text, reason
                  FROM property_concession
                 WHERE unit_id = ANY(%s) AND state = 'approved'
                 ORDER BY id
                """,
                unit_ids,
            )
        ):
            concessions[unit_id][item_id].append(
                Concession(*span, _decimal(factor), reason)
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, code, charge_area::text, inner_area::text, floor,
                       NULLIF(CONCAT_WS(' ', area_source, area_reference), '')
                  FROM property_unit
                 WHERE id = ANY(%s)
                 ORDER BY code
                """,
                unit_ids,
            )
        )
        return {
            unit_id: Unit(
                unit_id,
                code,
                _decimal(charge_area),
                _decimal(inner_area),
                floor,
                area_source,
                payers=tuple(payers[unit_id]),
                concessions={
                    item_id: tuple(spans)
                    for item_id, spans in concessions[unit_id].items()
                },
            )
            for unit_id, code, charge_area, inner_area, floor, area_source in rows
        }

    # -------------------------------------------------------------- recurring
    @api.model
    def _load_charges(self, units, standards, window):
        """Recurring charges that have begun, with the days billed already."""
        billed = defaultdict(list)
        for charge_id, first, last in self.env.execute_query(
            SQL(
                """
                SELECT charge_id, lower(days), upper(days) - 1
                  FROM (SELECT recurring_charge_id AS charge_id,
                               unnest(range_agg(daterange(date_from, date_to, '[]')))
                               AS days
                          FROM property_fee_line
                         WHERE unit_id = ANY(%s) AND recurring_charge_id IS NOT NULL
                           AND corrects_id IS NULL AND state IN ('draft', 'posted')
                         GROUP BY recurring_charge_id) AS billed
                 ORDER BY charge_id, lower(days)
                """,
                list(units),
            )
        ):
            billed[charge_id].append((first, last))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, c.unit_id, c.standard_id, c.date_from, c.date_to,
                       c.interval_months, c.timing, c.quantity::text
                  FROM property_recurring_charge c
                  JOIN property_unit u ON u.id = c.unit_id
                 WHERE c.unit_id = ANY(%s) AND c.date_from <= %s
                 ORDER BY u.code, c.id
                """,
                list(units),
                window.date_to,
            )
        )
        return tuple(
            RecurringCharge(
                charge_id,
                units[unit_id],
                standards[standard_id],
                *terms,
                _decimal(quantity),
                billed=tuple(billed[charge_id]),
            )
            for charge_id, unit_id, standard_id, *terms, quantity in rows
        )

    # ----------------------------------------------------------------- meters
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
            base_value = _decimal(base_value)
            meters.append(
                Meter(
                    id=meter_id,
                    code=code,
                    unit=units[unit_id],
                    standard=standards[standard_id],
                    multiplier=_decimal(multiplier),
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
                        value=_decimal(value),
                        kind=kind,
                        new_value=_decimal(new_value),
                        corrects_id=corrects_id,
                        billed=amount is not None,
                        billed_amount=_decimal(amount),
                    )
                )
        return readings, bases

    # ---------------------------------------------------------------- one-off
    @api.model
    def _load_one_offs(self, units, window):
        """One-off charges not billed yet."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.unit_id, o.id, o.item_id, o.date, o.quantity::text,
                       o.price_unit::text, o.name
                  FROM property_oneoff_charge o
                  JOIN property_unit u ON u.id = o.unit_id
                 WHERE o.unit_id = ANY(%s) AND o.date <= %s
                   AND NOT EXISTS (
                       SELECT FROM property_fee_line l
                        WHERE l.oneoff_charge_id = o.id AND l.corrects_id IS NULL
                          AND l.state IN ('draft', 'posted'))
                 ORDER BY u.code, o.date, o.id
                """,
                list(units),
                window.date_to,
            )
        )
        return tuple(
            OneOff(
                one_off_id,
                units[unit_id],
                item_id,
                date,
                _decimal(quantity),
                _decimal(price),
                name,
            )
            for unit_id, one_off_id, item_id, date, quantity, price, name in rows
        )

    # ----------------------------------------------------------------- shared
    @api.model
    def _load_shared_costs(self, community, window):
        """Shared costs not fully billed, each with every unit in its scope."""
        costs = self.env.execute_query(
            SQL(
                """
                SELECT s.id, s.item_id, s.date_from, s.date_to, s.amount::text, s.basis,
                       COALESCE(s.name, ''), s.usage_item_id
                  FROM property_shared_cost s
                 WHERE s.community_id = %s AND s.date_to <= %s
                   AND s.amount <> COALESCE((
                       SELECT SUM(l.amount) FROM property_fee_line l
                        WHERE l.shared_cost_id = s.id AND l.corrects_id IS NULL
                          AND l.state IN ('draft', 'posted')), 0)
                 ORDER BY s.date_to, s.id
                """,
                community.id,
                window.date_to,
            )
        )
        if not costs:
            return ()
        scopes = {cost[0]: self._load_weights(cost) for cost in costs}
        units = self._load_units(
            list({unit_id for scope in scopes.values() for unit_id, *_rest in scope})
        )
        return tuple(
            SharedCost(
                id=cost_id,
                item_id=item_id,
                date_from=date_from,
                date_to=date_to,
                amount=_decimal(amount),
                basis=basis,
                description=name,
                shares=tuple(
                    Share(units[unit_id], _decimal(weight), billed)
                    for unit_id, weight, billed in scopes[cost_id]
                ),
            )
            for cost_id, item_id, date_from, date_to, amount, basis, name, _usage
            in costs
        )

    @api.model
    def _load_weights(self, cost):
        """``[(unit id, weight, billed)]`` of all units in scope of a cost.

        :param cost: row of ``_load_shared_costs``
        """
        cost_id, _item, date_from, date_to, _amount, basis, _name, usage_item = cost
        weight = {
            "area": SQL("COALESCE(u.charge_area, 0)"),
            "unit": SQL("1"),
            "usage": SQL("COALESCE(usage.quantity, 0)"),
        }[basis]
        return self.env.execute_query(
            SQL(
                """
                SELECT u.id, (%s)::text,
                       EXISTS (SELECT FROM property_fee_line l
                                WHERE l.shared_cost_id = s.id AND l.unit_id = u.id
                                  AND l.corrects_id IS NULL
                                  AND l.state IN ('draft', 'posted'))
                  FROM property_shared_cost s
                  JOIN property_unit u ON u.community_id = s.community_id AND u.active
                  %s
                 WHERE s.id = %s
                   AND (NOT EXISTS (
                            SELECT FROM property_building_property_shared_cost_rel b
                             WHERE b.property_shared_cost_id = s.id)
                        OR u.building_id IN (
                            SELECT b.property_building_id
                              FROM property_building_property_shared_cost_rel b
                             WHERE b.property_shared_cost_id = s.id))
                   AND (NOT EXISTS (
                            SELECT FROM property_shared_cost_property_unit_type_rel t
                             WHERE t.property_shared_cost_id = s.id)
                        OR u.unit_type IN (
                            SELECT y.code
                              FROM property_shared_cost_property_unit_type_rel t
                              JOIN property_unit_type y
                                ON y.id = t.property_unit_type_id
                             WHERE t.property_shared_cost_id = s.id))
                 ORDER BY u.code
                """,
                weight,
                self._get_usage_join(usage_item, date_from, date_to)
                if basis == "usage"
                else SQL(),
                cost_id,
            )
        )

    @api.model
    def _get_usage_join(self, usage_item_id, date_from, date_to):
        """Join that gives each unit's billed usage of an item in a time."""
        return SQL(
            """
            LEFT JOIN (SELECT unit_id, SUM(quantity) AS quantity
                         FROM property_fee_line
                        WHERE item_id = %s AND kind = 'metered'
                          AND date_to BETWEEN %s AND %s
                          AND state IN ('draft', 'posted')
                        GROUP BY unit_id) AS usage ON usage.unit_id = u.id
            """,
            usage_item_id,
            date_from,
            date_to,
        )

    # ----------------------------------------------------------------- insert
    @api.model
    def _insert(self, table, rows, constants):
        """Insert rows in bulk, skipping those that a constraint says exist.

        :param str table: a table of this addon
        :param rows: list of ``{column: JSON value}``
        :param constants: ``{column: value}`` the same for all rows
        """
        constants = {**constants, "create_uid": self.env.uid, "write_uid": self.env.uid}
        columns = sorted({column for row in rows for column in row})
        for batch in split_every(ROWS_PER_INSERT, rows, list):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO %(table)s (%(columns)s, %(constants)s,
                                           create_date, write_date)
                    SELECT %(values)s, %(constant_values)s,
                           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM jsonb_populate_recordset(NULL::%(table)s, %(rows)s::jsonb) r
                    ON CONFLICT DO NOTHING
                    """,
                    table=SQL.identifier(table),
                    columns=SQL(", ").join(map(SQL.identifier, columns)),
                    constants=SQL(", ").join(map(SQL.identifier, constants)),
                    values=SQL(", ").join(SQL.identifier("r", c) for c in columns),
                    constant_values=SQL(", ").join(
                        SQL("%s", value) for value in constants.values()
                    ),
                    rows=json.dumps(batch, ensure_ascii=False),
                )
            )
