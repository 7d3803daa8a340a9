from odoo import api, models
from odoo.tools import SQL

from ..engine import Share, SharedCost
from .property_billing_loader import to_decimal


class PropertyBillingLoader(models.AbstractModel):
    """Shared costs, with every unit in their scope."""

    _inherit = "property.billing.loader"

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
                amount=to_decimal(amount),
                basis=basis,
                description=name,
                shares=tuple(
                    Share(units[unit_id], to_decimal(weight), billed)
                    for unit_id, weight, billed in scopes[cost_id]
                ),
            )
            for cost_id, item_id, date_from, date_to, amount, basis, name, _ in costs
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
