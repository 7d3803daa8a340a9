from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_local_date_sql
from odoo.addons.property_fee_billing.models.property_notice import CHANNELS, KINDS

from ..tools import figure_sql
from .property_fee_figures import BUCKET_LABELS, SOURCES
from .property_notice_base import DAYS


class PropertyNoticeEffect(models.Model):
    """What bills demanded by a notice were paid within 14 days of it, beside what is
    paid without one of bills as old, and what the notices cost."""

    _name = "property.notice.effect"
    _inherit = ["property.ratio.mixin", "property.figure.row.mixin"]
    _description = "Notice Effectiveness"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "notice_id"
    _depends = {
        **SOURCES,
        "property.notice": [
            "sent_on",
            "level_id",
            "channel",
            "kind",
            "user_id",
            "cost",
            "amount",
        ],
        "property.notice.line": ["notice_id", "move_id", "amount", "is_void"],
        "property.notice.base": ["amount_open", "amount_paid"],
    }

    notice_id = fields.Many2one("property.notice")
    move_id = fields.Many2one("account.move", string="Bill")
    level_id = fields.Many2one("property.dunning.level")
    kind = fields.Selection(KINDS)
    channel = fields.Selection(CHANNELS)
    cause = fields.Selection("_get_causes", help="Why the debtor does not pay.")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    community_id = fields.Many2one("property.community")
    building_id = fields.Many2one("property.building")
    unit_id = fields.Many2one("property.unit")
    user_id = fields.Many2one("res.users", string="Collector")
    date = fields.Date(string="Sent")
    bucket = fields.Selection(
        BUCKET_LABELS, string="Age", help="Days past due when the notice left."
    )
    is_complete = fields.Boolean(
        string="14 Days Over", help="Those of the last 14 days may still be paid."
    )
    demanded = fields.Monetary(help="Demanded of the bill by the notice.")
    paid = fields.Monetary(
        string="Paid in 14 Days",
        help="Paid on the bill after the notice, up to 14 days later and up to what it "
        "demanded.",
    )
    rate_cure = fields.Float(
        string="Cure Rate",
        aggregator="avg",
        help="Paid in 14 days / demanded.",
    )
    compared = fields.Monetary(
        string="Demanded with a Comparison",
        help="Demanded of bills that there is a comparison for: others as old of the "
        "community, open that day, that no notice was sent about from 14 days before "
        "to 14 days after.",
    )
    compared_paid = fields.Monetary(
        string="Paid with a Comparison", help="Of it paid in 14 days."
    )
    expected = fields.Monetary(
        string="Expected without Notice",
        help="Demanded with a comparison x what was paid in the same 14 days of the "
        "bills that no notice was sent about / what was open of them.",
    )
    rate_base = fields.Float(
        string="Cure Rate without Notice",
        aggregator="avg",
        help="Expected without notice / demanded with a comparison.",
    )
    rate_lift = fields.Float(
        string="Gain by Notices",
        aggregator="avg",
        help="(paid - expected without notice) / demanded, of what there is a "
        "comparison for. Above zero: the notices brought in more than waiting.",
    )
    cost = fields.Monetary(
        string="Cost of Notices",
        help="What sending the notices cost, by their levels, shared by amount.",
    )
    rate_cost = fields.Float(
        string="Cost per Amount Paid",
        aggregator="avg",
        digits=(16, 4),
        help="Cost / paid in 14 days: what it cost to bring in 1.00.",
    )

    @api.model
    def _get_causes(self):
        """The causes of arrears cases."""
        return self.env["property.fee.figures"]._get_causes()

    @api.model
    def _get_ratios(self):
        """Override: what was paid of what was demanded, without and because of it."""
        return {
            **super()._get_ratios(),
            "rate_cure": (["paid"], ["demanded"]),
            "rate_base": (["expected"], ["compared"]),
            "rate_lift": (["compared_paid", "-expected"], ["compared"]),
            "rate_cost": (["cost"], ["paid"]),
        }

    def _get_journal_item_domain(self):
        """Override: the receivable items of the bills."""
        return [
            ("move_id", "in", self.move_id.ids),
            ("account_type", "=", "asset_receivable"),
        ]

    @property
    def _table_query(self):
        """A row for each bill on a notice that was sent and did not fail."""
        figures = self.env["property.fee.figures"]
        sent = get_local_date_sql(SQL("notice.sent_on"), SQL("line.company_id"))
        return SQL(
            """
            SELECT effect.*, paid / NULLIF(demanded, 0) AS rate_cure,
                   expected / NULLIF(compared, 0) AS rate_base,
                   (compared_paid - expected) / NULLIF(compared, 0) AS rate_lift,
                   cost / NULLIF(paid, 0) AS rate_cost
              FROM (
                SELECT line.id, line.notice_id, line.move_id, notice.level_id,
                       notice.kind, notice.channel, collector.cause, line.company_id,
                       community.currency_id, line.community_id, unit.building_id,
                       notice.unit_id, COALESCE(collector.user_id, notice.user_id)
                           AS user_id,
                       %(sent)s AS date, %(bucket)s AS bucket,
                       %(sent)s + %(days)s < %(today)s AS is_complete,
                       line.amount AS demanded, LEAST(paid.amount, line.amount) AS paid,
                       CASE WHEN base.amount_open > 0 THEN line.amount ELSE 0 END
                           AS compared,
                       CASE WHEN base.amount_open > 0
                            THEN LEAST(paid.amount, line.amount) ELSE 0 END
                           AS compared_paid,
                       CASE WHEN base.amount_open > 0
                            THEN line.amount * base.amount_paid / base.amount_open
                            ELSE 0 END AS expected,
                       COALESCE(notice.cost * line.amount / NULLIF(notice.amount, 0), 0)
                           AS cost
                  FROM property_notice_line line
                  JOIN property_notice notice ON notice.id = line.notice_id
                  JOIN account_move bill ON bill.id = line.move_id
                  JOIN property_unit unit ON unit.id = notice.unit_id
                  JOIN property_community community ON community.id = line.community_id
                  JOIN LATERAL (
                        SELECT COALESCE(SUM(a.amount), 0) AS amount
                          FROM property_payment_allocation a
                          JOIN account_move s ON s.id = a.settled_by_id
                         WHERE a.move_id = line.move_id
                           AND a.date > %(sent)s
                           AND a.date <= %(sent)s + %(days)s
                           AND %(kind)s = 'paid') paid ON TRUE
                  LEFT JOIN property_notice_base base
                    ON base.community_id = line.community_id
                   AND base.date = %(sent)s AND base.bucket = %(bucket)s
                  LEFT JOIN (%(collectors)s) collector
                    ON collector.unit_id = notice.unit_id
                   AND collector.partner_id = bill.commercial_partner_id
                 WHERE notice.sent_on IS NOT NULL AND line.is_void IS NOT TRUE) effect
            """,
            # SQL: constant
            days=SQL(str(DAYS)),
            today=SQL("%s::date", figures._get_today()),
            bucket=figures._get_bucket(sent, SQL("line.date_due")),
            sent=sent,
            kind=figure_sql.kind_of("s"),
            collectors=figures._get_collectors(),
        )
