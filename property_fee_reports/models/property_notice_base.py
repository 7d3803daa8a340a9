from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_local_date_sql, get_today

from .property_fee_figures import BUCKET_LABELS

#: days in which a payment counts as the answer to a notice
DAYS = 14


class PropertyNoticeBase(models.Model):
    """What is paid in 14 days without a notice: what notices are compared with.

    Of the bills of a community that were open at the end of a day on which notices
    left, by age: those that no notice was sent about from 14 days before that day to 14
    days after it. Reckoned once, when the 14 days are over, and kept: what happens
    later does not change it.
    """

    _name = "property.notice.base"
    _description = "Paid without a Notice"
    _order = "date desc, community_id, bucket"
    _log_access = False
    _rec_name = "date"

    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="community_id.company_id", store=True)
    currency_id = fields.Many2one(related="community_id.currency_id", store=True)
    date = fields.Date(string="Day of Notices", required=True)
    bucket = fields.Selection(BUCKET_LABELS, string="Age", required=True)
    bill_count = fields.Integer(string="Bills")
    amount_open = fields.Monetary(string="Open")
    amount_paid = fields.Monetary(string="Paid in 14 Days")

    _once = models.UniqueIndex(
        "(community_id, date, bucket)", "This day has been reckoned already."
    )

    @api.model
    def _cron_fill(self):
        """Reckon the days whose 14 days are over, a community at a time."""
        pending = self._get_pending()
        for number, community_id in enumerate(pending, 1):
            self._fill(community_id)
            left = len(pending) - number
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    @api.model
    def _get_pending(self):
        """Ids of communities with notices of days that are over and not reckoned."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT community_id FROM (%s) day ORDER BY community_id",
                self._query_days(),
            )
        )
        return [community_id for [community_id] in rows]

    @api.model
    def _query_days(self):
        """SQL of what is to be reckoned: community_id, date, bucket."""
        figures = self.env["property.fee.figures"]
        last = get_today(self) - timedelta(days=DAYS + 1)
        sent = get_local_date_sql(SQL("notice.sent_on"), SQL("line.company_id"))
        return SQL(
            """
            SELECT DISTINCT line.community_id, %(sent)s AS date,
                   %(bucket)s AS bucket
              FROM property_notice_line line
              JOIN property_notice notice ON notice.id = line.notice_id
             WHERE line.is_void IS NOT TRUE AND %(sent)s <= %(last)s
               AND NOT EXISTS (
                    SELECT FROM property_notice_base base
                     WHERE base.community_id = line.community_id
                       AND base.date = %(sent)s
                       AND base.bucket = %(bucket)s)
            """,
            bucket=figures._get_bucket(sent, SQL("line.date_due")),
            sent=sent,
            last=last,
        )

    @api.model
    def _fill(self, community_id):
        """Reckon the days of a community that are over.

        :param int community_id: of a property.community
        """
        self.env.flush_all()
        figures = self.env["property.fee.figures"]
        self.env.cr.execute(
            SQL(
                """
                WITH day AS MATERIALIZED (
                    SELECT * FROM (%(days)s) day WHERE community_id = %(community)s
                ), bill AS MATERIALIZED (
                    SELECT move_id, MIN(date) AS date, MIN(date_due) AS date_due,
                           SUM(billed) AS billed
                      FROM (%(lines)s) line
                     WHERE community_id = %(community)s
                     GROUP BY move_id
                ), settled AS MATERIALIZED (
                    SELECT move_id, date, kind, amount
                      FROM (%(settlements)s) settlement
                     WHERE community_id = %(community)s AND line_key <> 0
                ), noticed AS MATERIALIZED (
                    SELECT line.move_id, %(sent)s AS date
                      FROM property_notice_line line
                      JOIN property_notice notice ON notice.id = line.notice_id
                     WHERE line.community_id = %(community)s
                       AND line.is_void IS NOT TRUE AND notice.sent_on IS NOT NULL
                ), free AS (
                    SELECT on_day.date, %(bucket)s AS bucket, bill.move_id, bill.billed
                      FROM (SELECT DISTINCT date FROM day) on_day
                      JOIN bill ON bill.date <= on_day.date
                     WHERE NOT EXISTS (
                            SELECT FROM noticed
                             WHERE noticed.move_id = bill.move_id
                               AND noticed.date BETWEEN on_day.date - %(span)s
                                   AND on_day.date + %(span)s)
                ), found AS (
                    SELECT free.date, free.bucket, free.move_id,
                           free.billed - COALESCE(SUM(settled.amount) FILTER (
                               WHERE settled.date <= free.date), 0) AS open,
                           COALESCE(SUM(settled.amount) FILTER (
                               WHERE settled.kind = 'paid'
                                 AND settled.date > free.date
                                 AND settled.date <= free.date + %(span)s), 0) AS paid
                      FROM free LEFT JOIN settled USING (move_id)
                     GROUP BY free.date, free.bucket, free.move_id, free.billed)
                INSERT INTO property_notice_base (community_id, company_id, currency_id,
                       date, bucket, bill_count, amount_open, amount_paid)
                SELECT community.id, community.company_id, community.currency_id,
                       day.date, day.bucket, COUNT(found.move_id),
                       COALESCE(SUM(found.open), 0), COALESCE(SUM(found.paid), 0)
                  FROM day
                  JOIN property_community community ON community.id = day.community_id
                  LEFT JOIN found ON found.date = day.date
                   AND found.bucket = day.bucket AND found.open > 0
                 GROUP BY community.id, day.date, day.bucket
                ON CONFLICT DO NOTHING
                """,
                days=self._query_days(),
                sent=get_local_date_sql(SQL("notice.sent_on"), SQL("line.company_id")),
                community=community_id,
                lines=figures._get_lines(),
                settlements=figures._get_settlements(),
                bucket=figures._get_bucket(SQL("on_day.date"), SQL("bill.date_due")),
                # SQL: constant, of this file
                span=SQL(str(DAYS)),
            )
        )
        self.invalidate_model()
