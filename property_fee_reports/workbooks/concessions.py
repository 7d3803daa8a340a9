from odoo import api, models
from odoo.tools import SQL


class PropertyWorkbookConcessions(models.AbstractModel):
    """What was given up, why and by whose decision."""

    _name = "property.workbook.concessions"
    _inherit = ["property.workbook"]
    _description = "Workbook: Concessions and Waivers"
    _workbook_sequence = 50

    @api.model
    def _get_workbook_title(self):
        """Override of `property.workbook`."""
        return self.env._("Concessions and Waivers")

    @api.model
    def _get_workbook_definitions(self):
        """Override of `property.workbook`."""
        return [
            [
                self.env._("Concession"),
                self.env._(
                    "A reduction for a time that counts in some of the days. What "
                    "remains to pay is billed; nothing is credited."
                ),
            ],
            [
                self.env._("Remains to Pay"),
                self.env._("70% stands for a reduction by 30%."),
            ],
            [
                self.env._("Waiver, Credit Note, Write-Off"),
                self.env._(
                    "Taken off bills in the days, as booked; what still waits for a "
                    "decision is not in it."
                ),
            ],
        ]

    @api.model
    def _get_workbook_sheets(self, scope, book):
        """Override of `property.workbook`."""
        yield {
            "key": "concessions",
            "name": self.env._("Concessions"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 18],
                    ["building", self.env._("Building"), "text", 14],
                    ["unit", self.env._("Unit"), "text", 12],
                    ["item", self.env._("Fee Item"), "text", 20],
                    ["reason", self.env._("Reason"), "text", 18],
                    ["factor", self.env._("Remains to Pay"), "percent", 10],
                    ["date_from", self.env._("From"), "date", 11],
                    ["date_to", self.env._("To"), "date", 11],
                    ["state", self.env._("State"), "text", 12],
                    ["decided_by", self.env._("Decided By"), "text", 18],
                    ["decided_on", self.env._("Decided On"), "date", 11],
                    ["evidence", self.env._("Evidence Files"), "number", 10],
                    ["note", self.env._("Note"), "text", 30],
                ]
            ),
            "rows": self._get_concession_rows(scope),
        }
        yield {
            "key": "adjustments",
            "name": self.env._("Waivers and Credits"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 18],
                    ["building", self.env._("Building"), "text", 14],
                    ["unit", self.env._("Unit"), "text", 12],
                    ["partner", self.env._("Payer"), "text", 20],
                    ["number", self.env._("Number"), "text", 16],
                    ["date", self.env._("Date"), "date", 11],
                    ["kind", self.env._("Kind"), "text", 14],
                    ["cause", self.env._("Reason"), "text", 18],
                    ["reason", self.env._("In Words"), "text", 30],
                    ["bill", self.env._("Bill"), "text", 18],
                    ["item", self.env._("Fee Item"), "text", 20],
                    ["amount", self.env._("Amount"), "money", 14],
                    ["requested_by", self.env._("Asked By"), "text", 18],
                    ["decided_by", self.env._("Decided By"), "text", 18],
                    ["entry", self.env._("Entry"), "text", 18],
                ]
            ),
            "rows": self._get_adjustment_rows(scope),
        }

    @api.model
    def _get_concession_rows(self, scope):
        items = self._get_item_names()
        reasons = self._get_labels("property.concession", "reason")
        states = self._get_labels("property.concession", "state")
        concessions = self.env["property.concession"]
        relation = concessions._fields["evidence_ids"]
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, building.code, unit.code,
                   given.item_id, given.reason, given.factor, given.date_from,
                   given.date_to, given.state, partner.name, given.approved_on,
                   (SELECT COUNT(*) FROM %s file WHERE file.%s = given.id), given.note
              FROM property_concession given
              JOIN property_unit unit ON unit.id = given.unit_id
              JOIN property_building building ON building.id = unit.building_id
              JOIN property_community community ON community.id = given.community_id
              LEFT JOIN res_users staff ON staff.id = given.approved_by_id
              LEFT JOIN res_partner partner ON partner.id = staff.partner_id
             WHERE community.id = ANY(%s)
               AND COALESCE(given.date_from, '-infinity') <= %s
               AND COALESCE(given.date_to, 'infinity') >= %s
             ORDER BY community.code, building.code, unit.code, given.id
            """,
            SQL.identifier(relation.relation),
            SQL.identifier(relation.column1),
            scope.community_ids.ids,
            scope.date_to,
            scope.date_from,
        )
        for row in self._stream(query):
            yield (
                *row[:3],
                items.get(row[3], ""),
                reasons[row[4]],
                *row[5:8],
                states[row[8]],
                *row[9:],
            )

    @api.model
    def _get_adjustment_rows(self, scope):
        items = self._get_item_names()
        kinds = self._get_labels("property.adjustment", "kind")
        reasons = self._get_labels("property.adjustment", "reason_code")
        query = SQL(
            """
            SELECT community.code || ' ' || community.name, building.code, unit.code,
                   partner.name, done.name, done.date, done.kind, done.reason_code,
                   done.reason, bill.name, item_line.fee_item_id, line.amount,
                   asked.name, decided.name, entry.name
              FROM property_adjustment_line line
              JOIN property_adjustment done ON done.id = line.adjustment_id
              JOIN property_unit unit ON unit.id = done.unit_id
              JOIN property_building building ON building.id = unit.building_id
              JOIN property_community community ON community.id = done.community_id
              LEFT JOIN res_partner partner ON partner.id = done.partner_id
              LEFT JOIN account_move_line item_line ON item_line.id = line.move_line_id
              LEFT JOIN account_move bill
                ON bill.id = COALESCE(line.move_id, item_line.move_id)
              LEFT JOIN account_move entry ON entry.id = done.move_id
              LEFT JOIN res_users asker ON asker.id = done.requested_by_id
              LEFT JOIN res_partner asked ON asked.id = asker.partner_id
              LEFT JOIN res_users decider ON decider.id = done.decided_by_id
              LEFT JOIN res_partner decided ON decided.id = decider.partner_id
             WHERE community.id = ANY(%s) AND done.date BETWEEN %s AND %s
               AND done.state = 'done' AND done.kind <> 'refund'
             ORDER BY community.code, done.date, done.id, line.id
            """,
            scope.community_ids.ids,
            scope.date_from,
            scope.date_to,
        )
        for row in self._stream(query):
            yield (
                *row[:6],
                kinds[row[6]],
                reasons.get(row[7], ""),
                *row[8:10],
                items.get(row[10], ""),
                *row[11:],
            )
