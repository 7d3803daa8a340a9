from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.models.property_fee_item import FEE_CLASSES

from .property_fee_figures import BUCKET_LABELS, SOURCES


class PropertyAgeingReport(models.Model):
    """What is open of each bill line, by the days it is past due, and the credit that
    waits for bills. Together they are the receivable in the general ledger.

    As of now, or as of the end of the day ``figures_date`` of the context.
    """

    _name = "property.ageing.report"
    _inherit = ["property.ratio.mixin", "property.figure.row.mixin"]
    _description = "Arrears by Age"
    _auto = False
    _order = "date_due, community_id, unit_id, id"
    _rec_name = "move_line_id"
    _depends = SOURCES

    move_line_id = fields.Many2one("account.move.line", string="Journal Item")
    move_id = fields.Many2one("account.move", string="Document")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    community_id = fields.Many2one("property.community")
    building_id = fields.Many2one("property.building")
    unit_id = fields.Many2one("property.unit")
    partner_id = fields.Many2one("res.partner", string="Debtor")
    user_id = fields.Many2one("res.users", string="Collector")
    cause = fields.Selection("_get_causes", help="Why the debtor does not pay.")
    item_id = fields.Many2one("property.fee.item")
    fee_class = fields.Selection(FEE_CLASSES)
    is_pass_through = fields.Boolean(string="Passed On")
    month = fields.Date(help="First day of the month in which the fee period begins.")
    date_due = fields.Date(string="Due Date")
    days = fields.Integer(
        string="Days Past Due",
        aggregator="max",
        help="Of the line's due date, not of the bill's date.",
    )
    bucket = fields.Selection(BUCKET_LABELS, string="Age")
    amount_open = fields.Monetary(string="Open", help="Open of bill lines.")
    amount_past_due = fields.Monetary(
        string="Past Due", help="Open of bill lines whose due date has passed."
    )
    amount_credit = fields.Monetary(
        string="Credit",
        help="Money, credit notes and entries that wait for bills.",
    )
    balance = fields.Monetary(
        help="Open - credit: the receivable in the general ledger."
    )

    @api.model
    def _get_causes(self):
        """The causes of arrears cases."""
        return self.env["property.fee.figures"]._get_causes()

    @property
    def _table_query(self):
        """The rows as of the day of the context, or as of now."""
        figures = self.env["property.fee.figures"]
        day = self.env.context.get("figures_date")
        today = figures._get_today()
        return SQL(
            """
            SELECT entry.id, entry.move_line_id, entry.move_id, community.company_id,
                   community.currency_id, entry.community_id, entry.building_id,
                   entry.unit_id, entry.partner_id, collector.user_id, collector.cause,
                   entry.item_id, item.fee_class,
                   COALESCE(item.is_pass_through, FALSE) AS is_pass_through,
                   entry.month, entry.date_due, %(today)s - entry.date_due AS days,
                   entry.bucket, entry.amount_open,
                   CASE WHEN entry.date_due < %(today)s THEN entry.amount_open ELSE 0
                   END AS amount_past_due,
                   entry.amount_credit, entry.amount_open - entry.amount_credit
                       AS balance
              FROM (
                SELECT line_key AS id, move_line_id, move_id, community_id, building_id,
                       unit_id, partner_id, item_id, month, date_due,
                       %(bucket)s AS bucket,
                       billed - paid - credited - written_off - moved AS amount_open,
                       0 AS amount_credit
                  FROM (%(lines)s) line
                 WHERE is_bill_open
                   AND billed <> paid + credited + written_off + moved
                 UNION ALL
                SELECT credit.move_line_id, credit.move_line_id, credit.move_id,
                       credit.community_id, unit.building_id, credit.unit_id,
                       credit.partner_id, NULL, NULL, NULL, 'credit', 0, credit.amount
                  FROM (%(credits)s) credit
                  LEFT JOIN property_unit unit ON unit.id = credit.unit_id) entry
              JOIN property_community community ON community.id = entry.community_id
              LEFT JOIN property_fee_item item ON item.id = entry.item_id
              LEFT JOIN (%(collectors)s) collector
                ON collector.unit_id = entry.unit_id
               AND collector.partner_id = entry.partner_id
            """,
            today=SQL("%s::date", today),
            bucket=figures._get_bucket(today, SQL("date_due")),
            lines=figures._get_lines(day),
            credits=figures._get_credits(day),
            collectors=figures._get_collectors(),
        )
