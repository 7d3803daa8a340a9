from collections import defaultdict
from decimal import Decimal
from functools import lru_cache

from odoo import api, models
from odoo.tools import SQL, split_every

from ..engine import (
    Concession,
    Facts,
    OneOff,
    Rate,
    RecurringCharge,
    Span,
    Standard,
    Tier,
    Unit,
)
from .property_fee_rate import BILLABLE_STATES

# Units whose facts are held in memory at one time.
UNITS_PER_LOAD = 2000


@lru_cache(maxsize=65536)
def to_decimal(text):
    """An exact figure of the database.

    Odoo has numeric columns read as floats, so they are asked for as text.
    """
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
            tiers[rate_id].append(Tier(to_decimal(up_to), to_decimal(price)))
        rates = defaultdict(list)
        for (
            standard_id,
            rate_id,
            date_from,
            price,
            base,
            late,
        ) in self.env.execute_query(
            SQL(
                """
                    SELECT standard_id, id, date_from, COALESCE(price_unit, 0)::text,
                           COALESCE(base_amount, 0)::text, %s
                      FROM property_fee_rate
                     WHERE company_id = %s AND state = ANY(%s)
                     ORDER BY standard_id, date_from
                    """,
                community._get_late_publication_sql(),
                community.company_id.id,
                list(BILLABLE_STATES),
            )
        ):
            rates[standard_id].append(
                Rate(
                    rate_id,
                    date_from,
                    to_decimal(price),
                    to_decimal(base),
                    tuple(tiers[rate_id]),
                    not late,
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
                Concession(*span, to_decimal(factor), reason)
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
                to_decimal(charge_area),
                to_decimal(inner_area),
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
                to_decimal(quantity),
                billed=tuple(billed[charge_id]),
            )
            for charge_id, unit_id, standard_id, *terms, quantity in rows
        )

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
                to_decimal(quantity),
                to_decimal(price),
                name,
            )
            for unit_id, one_off_id, item_id, date, quantity, price, name in rows
        )
