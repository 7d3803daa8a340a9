from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.models.property_fee_item import FEE_CLASSES

from .property_fee_figures import SOURCES


class PropertyCollectionReport(models.Model):
    """Bill lines with what became of them: collection by the period billed.

    As of now, or as of the day ``figures_date`` of the context.
    """

    _name = "property.collection.report"
    _inherit = ["property.ratio.mixin", "property.figure.row.mixin"]
    _description = "Collection by Period"
    _auto = False
    _order = "month desc, community_id, unit_id, id"
    _rec_name = "move_line_id"
    _depends = SOURCES

    move_line_id = fields.Many2one("account.move.line", string="Bill Line")
    move_id = fields.Many2one("account.move", string="Bill")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    community_id = fields.Many2one("property.community")
    building_id = fields.Many2one("property.building")
    unit_id = fields.Many2one("property.unit")
    partner_id = fields.Many2one("res.partner", string="Payer")
    user_id = fields.Many2one("res.users", string="Collector")
    item_id = fields.Many2one("property.fee.item")
    fee_class = fields.Selection(FEE_CLASSES)
    is_pass_through = fields.Boolean(string="Passed On")
    month = fields.Date(help="First day of the month in which the fee period begins.")
    date = fields.Date(string="Bill Date")
    date_due = fields.Date(string="Due Date")
    billed = fields.Monetary(help="What bills asked for, taxes included.")
    credited = fields.Monetary(help="Taken off by credit notes and waivers.")
    paid = fields.Monetary(
        help="Paid on these very lines up to the day, from whatever money. Discounts "
        "for paying early are within it. Money kept for later periods is not."
    )
    written_off = fields.Monetary(help="Written off as bad debt.")
    moved = fields.Monetary(
        string="Otherwise Settled", help="By other journal entries."
    )
    amount_open = fields.Monetary(
        string="Open",
        help="Billed - credited - paid - written off - otherwise settled.",
    )
    rate_amount = fields.Float(
        string="Collection Rate by Amount",
        aggregator="avg",
        help="Paid on the lines of the period / (billed - credited).",
    )
    unit_month = fields.Integer(string="Unit and Month", aggregator=None)
    is_open = fields.Boolean()
    is_settled = fields.Boolean()
    units_billed = fields.Integer(
        help="Units with a bill, counted once for each month billed.",
    )
    units_open = fields.Integer(
        help="Units of which something is open, counted once for each month billed.",
    )
    units_settled = fields.Integer(help="Units billed - units open.")
    rate_units = fields.Float(
        string="Collection Rate by Units",
        aggregator="avg",
        help="Units of which nothing is open of the period / units billed for it.",
    )

    @api.model
    def _get_ratios(self):
        """Override: the two rates; never one blended figure."""
        return {
            **super()._get_ratios(),
            "rate_amount": (["paid"], ["billed", "-credited"]),
            "rate_units": (["units_billed", "-units_open"], ["units_billed"]),
        }

    @api.model
    def _get_distinct_counts(self):
        """Override: a unit counts once a month, however many lines it has."""
        return {
            **super()._get_distinct_counts(),
            "units_billed": ("unit_month", None),
            "units_open": ("unit_month", "is_open"),
        }

    def _read_group_select(self, aggregate_spec, query):
        """Override: settled is what is billed and not open."""
        if aggregate_spec == "units_settled:sum":
            return self._sum_terms(["units_billed", "-units_open"], query)
        return super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        """The rows as of the day of the context, or as of now."""
        figures = self.env["property.fee.figures"]
        day = self.env.context.get("figures_date")
        return SQL(
            """
            SELECT line.line_key AS id, line.move_line_id, line.move_id,
                   community.company_id, community.currency_id, line.community_id,
                   line.building_id, line.unit_id, line.partner_id, line.item_id,
                   item.fee_class, COALESCE(item.is_pass_through, FALSE)
                       AS is_pass_through,
                   collector.user_id, line.month, line.date, line.date_due,
                   line.billed, line.credited, line.paid, line.written_off, line.moved,
                   line.billed - line.credited - line.paid - line.written_off
                       - line.moved AS amount_open,
                   line.paid / NULLIF(line.billed - line.credited, 0) AS rate_amount,
                   line.unit_id::bigint * 65536 + (line.month - DATE '1990-01-01')
                       AS unit_month,
                   %(is_open)s AS is_open, NOT %(is_open)s AS is_settled,
                   1 AS units_billed, (%(is_open)s)::int AS units_open,
                   1 - (%(is_open)s)::int AS units_settled,
                   1 - (%(is_open)s)::int AS rate_units
              FROM (%(lines)s) line
              JOIN property_community community ON community.id = line.community_id
              LEFT JOIN property_fee_item item ON item.id = line.item_id
              LEFT JOIN (%(collectors)s) collector
                ON collector.unit_id = line.unit_id
               AND collector.partner_id = line.partner_id
            """,
            lines=figures._get_lines(day),
            collectors=figures._get_collectors(),
            is_open=SQL(
                "(line.is_bill_open AND line.billed <> line.credited + line.paid"
                " + line.written_off + line.moved)"
            ),
        )
