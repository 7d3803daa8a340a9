from odoo import api, models
from odoo.tools import SQL


class PropertyWorkbookMeters(models.AbstractModel):
    """Readings and shared costs, each with what was billed of it."""

    _name = "property.workbook.meters"
    _inherit = ["property.workbook"]
    _description = "Workbook: Meters and Shared Costs"
    _workbook_sequence = 40

    @api.model
    def _get_workbook_title(self):
        """Override of `property.workbook`."""
        return self.env._("Meters and Shared Costs")

    @api.model
    def _get_workbook_definitions(self):
        """Override of `property.workbook`."""
        return [
            [
                self.env._("Usage"),
                self.env._(
                    "What was billed for the reading: the difference to the reading "
                    "before, past the end of the dial where it turned over, times the "
                    "multiplier. Empty while the reading is not billed."
                ),
            ],
            [
                self.env._("Billed"),
                self.env._("Posted fee lines of the reading or cost, taxes included."),
            ],
            [
                self.env._("Not Billed"),
                self.env._(
                    "The part of a shared cost that no unit was billed for: units "
                    "without a payer keep their share."
                ),
            ],
        ]

    @api.model
    def _get_workbook_sheets(self, scope, book):
        """Override of `property.workbook`."""
        yield {
            "key": "readings",
            "name": self.env._("Meter Readings"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 18],
                    ["building", self.env._("Building"), "text", 14],
                    ["unit", self.env._("Unit"), "text", 12],
                    ["meter", self.env._("Meter"), "text", 14],
                    ["serial", self.env._("Serial Number"), "text", 14],
                    ["item", self.env._("Fee Item"), "text", 20],
                    ["date", self.env._("Read On"), "date", 11],
                    ["kind", self.env._("Kind"), "text", 16],
                    ["value", self.env._("Reading"), "quantity", 12],
                    ["new_value", self.env._("New Meter"), "quantity", 12],
                    ["multiplier", self.env._("Multiplier"), "quantity", 10],
                    ["usage", self.env._("Usage"), "quantity", 12],
                    ["billed", self.env._("Billed"), "money", 14],
                ]
            ),
            "rows": self._get_reading_rows(scope),
        }
        yield {
            "key": "costs",
            "name": self.env._("Shared Costs"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 18],
                    ["item", self.env._("Fee Item"), "text", 20],
                    ["name", self.env._("Description"), "text", 28],
                    ["date_from", self.env._("From"), "date", 11],
                    ["date_to", self.env._("To"), "date", 11],
                    ["basis", self.env._("Split By"), "text", 14],
                    ["units", self.env._("Units Billed"), "number", 10],
                    ["amount", self.env._("Amount"), "money", 14],
                    ["billed", self.env._("Billed"), "money", 14],
                    ["rest", self.env._("Not Billed"), "money", 14],
                ]
            ),
            "rows": self._get_cost_rows(scope),
        }
        yield {
            "key": "shares",
            "name": self.env._("Shares"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 18],
                    ["building", self.env._("Building"), "text", 14],
                    ["unit", self.env._("Unit"), "text", 12],
                    ["payer", self.env._("Payer"), "text", 20],
                    ["item", self.env._("Fee Item"), "text", 20],
                    ["name", self.env._("Description"), "text", 28],
                    ["date_to", self.env._("To"), "date", 11],
                    ["billed", self.env._("Billed"), "money", 14],
                ]
            ),
            "rows": self._get_share_rows(scope),
        }

    @api.model
    def _get_reading_rows(self, scope):
        items = self._get_item_names()
        kinds = self._get_labels("property.meter.reading", "kind")
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, building.code, unit.code,
                   meter.code, meter.serial, meter.item_id, reading.date, reading.kind,
                   reading.value,
                   CASE WHEN reading.kind = 'replacement' THEN reading.new_value END,
                   meter.multiplier, billed.quantity, billed.amount
              FROM property_meter_reading reading
              JOIN property_meter meter ON meter.id = reading.meter_id
              JOIN property_unit unit ON unit.id = meter.unit_id
              JOIN property_building building ON building.id = unit.building_id
              JOIN property_community community ON community.id = reading.community_id
              LEFT JOIN (
                    SELECT reading_id, SUM(quantity) AS quantity, SUM(amount) AS amount
                      FROM property_fee_line
                     WHERE state = 'posted' AND reading_id IS NOT NULL
                     GROUP BY reading_id) billed ON billed.reading_id = reading.id
             WHERE community.id = ANY(%s) AND reading.date BETWEEN %s AND %s
             ORDER BY community.code, building.code, unit.code, meter.code, reading.date
            """,
            scope.community_ids.ids,
            scope.date_from,
            scope.date_to,
        )
        for row in self._stream(query):
            yield (*row[:5], items.get(row[5], ""), row[6], kinds[row[7]], *row[8:])

    @api.model
    def _get_cost_rows(self, scope):
        items = self._get_item_names()
        bases = self._get_labels("property.shared.cost", "basis")
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, cost.item_id, cost.name,
                   cost.date_from, cost.date_to, cost.basis, billed.units, cost.amount,
                   COALESCE(billed.amount, 0), cost.amount - COALESCE(billed.amount, 0)
              FROM property_shared_cost cost
              JOIN property_community community ON community.id = cost.community_id
              LEFT JOIN (
                    SELECT shared_cost_id, COUNT(DISTINCT unit_id) AS units,
                           SUM(amount) AS amount
                      FROM property_fee_line
                     WHERE state = 'posted' AND shared_cost_id IS NOT NULL
                     GROUP BY shared_cost_id) billed ON billed.shared_cost_id = cost.id
             WHERE community.id = ANY(%s) AND cost.date_to BETWEEN %s AND %s
             ORDER BY community.code, cost.date_to, cost.id
            """,
            scope.community_ids.ids,
            scope.date_from,
            scope.date_to,
        )
        for row in self._stream(query):
            yield (row[0], items.get(row[1], ""), *row[2:5], bases[row[5]], *row[6:])

    @api.model
    def _get_share_rows(self, scope):
        items = self._get_item_names()
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, building.code, unit.code,
                   partner.name, line.item_id, cost.name, cost.date_to, line.amount
              FROM property_fee_line line
              JOIN property_shared_cost cost ON cost.id = line.shared_cost_id
              JOIN property_community community ON community.id = line.community_id
              JOIN property_unit unit ON unit.id = line.unit_id
              JOIN property_building building ON building.id = unit.building_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE community.id = ANY(%s) AND cost.date_to BETWEEN %s AND %s
               AND line.state = 'posted'
             ORDER BY community.code, building.code, unit.code, cost.date_to, line.id
            """,
            scope.community_ids.ids,
            scope.date_from,
            scope.date_to,
        )
        for row in self._stream(query):
            yield (*row[:4], items.get(row[4], ""), *row[5:])
