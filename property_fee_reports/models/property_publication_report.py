from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.models.property_fee_item import FEE_CLASSES

from .property_fee_figures import SOURCES


class PropertyPublicationReport(models.Model):
    """Bill lines that a price stands behind, and whether it was published in time.

    In time is so many days before its first day as the community asks for, where it
    bills published prices only; elsewhere on its first day at the latest. One-off
    charges and shares of costs have no price of a standard: they are not in it.
    """

    _name = "property.publication.report"
    _inherit = ["property.ratio.mixin", "property.figure.row.mixin"]
    _description = "Publication Compliance"
    _auto = False
    _order = "month desc, community_id, unit_id, id"
    _rec_name = "move_line_id"
    _depends = {
        **SOURCES,
        "property.fee.rate": ["standard_id", "date_from", "publication_date"],
        "property.community": ["tariff_rule_from", "tariff_notice_days"],
    }

    move_line_id = fields.Many2one("account.move.line", string="Bill Line")
    move_id = fields.Many2one("account.move", string="Bill")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    community_id = fields.Many2one("property.community")
    building_id = fields.Many2one("property.building")
    unit_id = fields.Many2one("property.unit")
    item_id = fields.Many2one("property.fee.item")
    fee_class = fields.Selection(FEE_CLASSES)
    standard_id = fields.Many2one("property.fee.standard")
    rate_id = fields.Many2one("property.fee.rate")
    month = fields.Date(help="First day of the month in which the fee period begins.")
    publication_date = fields.Date(string="Published On")
    date_earliest = fields.Date(
        string="Earliest Start", help="Published + days of notice."
    )
    date_from = fields.Date(string="Price From")
    is_published = fields.Boolean(string="Published in Time")
    billed = fields.Monetary(help="What bills asked for, taxes included.")
    billed_published = fields.Monetary(
        string="Billed at Published Prices",
        help="Of it by prices that were published in time.",
    )
    rate_amount = fields.Float(
        string="Published by Amount",
        aggregator="avg",
        help="Billed at prices published in time / billed.",
    )
    unit_month = fields.Integer(string="Unit and Month", aggregator=None)
    is_late = fields.Boolean(string="Not Published in Time")
    units_billed = fields.Integer(
        help="Units with such a line, counted once for each month billed."
    )
    units_late = fields.Integer(
        string="Units Billed Otherwise",
        help="Units with a line whose price was not published in time, counted once "
        "for each month billed.",
    )
    rate_units = fields.Float(
        string="Published by Units",
        aggregator="avg",
        help="(units billed - units billed otherwise) / units billed. It should be "
        "100 %.",
    )

    @api.model
    def _get_ratios(self):
        """Override: by amount and by units."""
        return {
            **super()._get_ratios(),
            "rate_amount": (["billed_published"], ["billed"]),
            "rate_units": (["units_billed", "-units_late"], ["units_billed"]),
        }

    @api.model
    def _get_distinct_counts(self):
        """Override: a unit counts once a month, however many lines it has."""
        return {
            **super()._get_distinct_counts(),
            "units_billed": ("unit_month", None),
            "units_late": ("unit_month", "is_late"),
        }

    @property
    def _table_query(self):
        """The rows as of the day of the context, or as of now."""
        figures = self.env["property.fee.figures"]
        return SQL(
            """
            SELECT line.line_key AS id, line.move_line_id, line.move_id,
                   community.company_id, community.currency_id, line.community_id,
                   line.building_id, line.unit_id, line.item_id, item.fee_class,
                   rate.standard_id, line.rate_id, line.month, rate.publication_date,
                   notice.date_earliest, rate.date_from, notice.is_published,
                   NOT notice.is_published AS is_late, line.billed,
                   CASE WHEN notice.is_published THEN line.billed ELSE 0 END
                       AS billed_published,
                   notice.is_published::int AS rate_amount,
                   line.unit_id::bigint * 65536 + (line.month - DATE '1990-01-01')
                       AS unit_month,
                   1 AS units_billed, (NOT notice.is_published)::int AS units_late,
                   notice.is_published::int AS rate_units
              FROM (%(lines)s) line
              JOIN property_community community ON community.id = line.community_id
              JOIN property_fee_item item ON item.id = line.item_id
              JOIN property_fee_rate rate ON rate.id = line.rate_id
             CROSS JOIN LATERAL (
                SELECT rate.publication_date
                       + CASE WHEN rate.date_from >= community.tariff_rule_from
                              THEN community.tariff_notice_days ELSE 0 END
                       AS date_earliest) earliest
             CROSS JOIN LATERAL (
                SELECT earliest.date_earliest,
                       COALESCE(earliest.date_earliest <= rate.date_from, FALSE)
                       AS is_published) notice
            """,
            lines=figures._get_lines(self.env.context.get("figures_date")),
        )
