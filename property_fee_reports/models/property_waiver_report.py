from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.models.property_adjustment import REASONS
from odoo.addons.property_fee_billing.models.property_fee_item import FEE_CLASSES

from .property_fee_figures import SOURCES


class PropertyWaiverReport(models.Model):
    """What was given away, by reason and by who approved it, beside what was billed.

    A row for each line of a waiver, credit note or write-off that was booked, and one
    for what was billed of each community, item and month. So amounts are right by
    anything, and the rates by community, item and month, not by reason or approver.
    """

    _name = "property.waiver.report"
    _inherit = ["property.ratio.mixin"]
    _description = "Waivers of Billed"
    _auto = False
    _order = "date desc, id"
    _rec_name = "adjustment_id"
    _depends = {
        **SOURCES,
        "property.adjustment": [
            "date",
            "decided_by_id",
            "kind",
            "reason_code",
            "requested_by_id",
            "state",
        ],
        "property.adjustment.line": [
            "adjustment_id",
            "amount",
            "move_id",
            "move_line_id",
        ],
    }

    adjustment_id = fields.Many2one("property.adjustment")
    kind = fields.Selection(
        [
            ("waiver", "Waiver"),
            ("credit_note", "Credit Note"),
            ("write_off", "Write-Off"),
        ]
    )
    reason_code = fields.Selection(REASONS, string="Reason")
    requested_by_id = fields.Many2one("res.users")
    decided_by_id = fields.Many2one(
        "res.users",
        string="Approved By",
        help="Who approved it, or who did it within the own limit.",
    )
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    community_id = fields.Many2one("property.community")
    building_id = fields.Many2one("property.building")
    unit_id = fields.Many2one("property.unit")
    item_id = fields.Many2one("property.fee.item")
    fee_class = fields.Selection(FEE_CLASSES)
    date = fields.Date(
        help="Day of booking; of what was billed, the first of the month."
    )
    waived = fields.Monetary(
        string="Amount Waived", help="Waivers booked, taxes included."
    )
    given = fields.Monetary(
        string="Waived, Credited, Written Off",
        help="Waivers, credit notes and write-offs booked, taxes included.",
    )
    billed = fields.Monetary(help="Bills dated in the month, taxes included.")
    rate_waived = fields.Float(
        string="Waived of Billed",
        aggregator="avg",
        help="Waived / billed, by community, item and month.",
    )
    rate_given = fields.Float(
        string="Given Away of Billed",
        aggregator="avg",
        help="(waived + credited + written off) / billed, by community, item and "
        "month.",
    )

    @api.model
    def _get_ratios(self):
        """Override: waivers alone, and all that was given away."""
        return {
            **super()._get_ratios(),
            "rate_waived": (["waived"], ["billed"]),
            "rate_given": (["given"], ["billed"]),
        }

    def action_open_adjustment(self):
        """The adjustment that a row is a line of; what was billed has none."""
        self.ensure_one()
        if not self.adjustment_id:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.adjustment",
            "res_id": self.adjustment_id.id,
            "views": [(False, "form")],
        }

    @property
    def _table_query(self):
        """Rows of what was given away, and of what was billed."""
        return SQL(
            """
            SELECT entry.*, community.company_id, community.currency_id, item.fee_class,
                   waived / NULLIF(billed, 0) AS rate_waived,
                   given / NULLIF(billed, 0) AS rate_given
              FROM (
                SELECT line.id, adjustment.id AS adjustment_id, adjustment.kind,
                       adjustment.reason_code, adjustment.requested_by_id,
                       COALESCE(adjustment.decided_by_id, adjustment.requested_by_id)
                           AS decided_by_id,
                       adjustment.community_id, unit.building_id, adjustment.unit_id,
                       billed.fee_item_id AS item_id, adjustment.date,
                       CASE WHEN adjustment.kind = 'waiver' THEN line.amount ELSE 0 END
                           AS waived,
                       line.amount AS given, 0 AS billed
                  FROM property_adjustment_line line
                  JOIN property_adjustment adjustment
                    ON adjustment.id = line.adjustment_id
                   AND adjustment.state = 'done'
                   AND adjustment.kind IN ('waiver', 'credit_note', 'write_off')
                  JOIN property_unit unit ON unit.id = adjustment.unit_id
                  LEFT JOIN account_move_line billed ON billed.id = line.move_line_id
                 UNION ALL
                SELECT -row_number() OVER (
                           ORDER BY community_id, building_id, item_id, month_billed),
                       NULL, NULL, NULL, NULL, NULL, community_id,
                       NULLIF(building_id, 0), NULL, NULLIF(item_id, 0), month_billed,
                       0, 0, SUM(billed)
                  FROM (%s) cell
                 WHERE billed <> 0
                 GROUP BY community_id, building_id, item_id, month_billed) entry
              JOIN property_community community ON community.id = entry.community_id
              LEFT JOIN property_fee_item item ON item.id = entry.item_id
            """,
            self.env["property.fee.figures"]._get_cells(),
        )
