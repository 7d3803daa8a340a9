import logging

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..local_time import get_today
from .money_flow import money_flow

_logger = logging.getLogger(__name__)

# Parts of a month that every day of every month is a whole number of: the least common
# multiple of 28, 29, 30 and 31. So days are added up in integers, without rounding.
MONTH_PARTS = 377_580


class PropertyRevenueDeferral(models.Model):
    """The revenue of days after a month, taken out of it and put into the next.

    On the last day of the month what posted bills charge for later days goes from
    income to deferred revenue; on the first of the next month all of it comes back. A
    bill line is earned by calendar months of its period, months given with it
    included, and rounded cumulatively: 3,311.62 for 13 months are 254.74 a month.
    """

    _name = "property.revenue.deferral"
    _description = "Revenue Deferral"
    _inherit = ["mail.thread"]
    _order = "date desc, community_id"
    _check_company_auto = True

    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Last Day of the Month", required=True, readonly=True, index=True
    )
    state = fields.Selection(
        [("posted", "Posted"), ("cancelled", "Undone")],
        required=True,
        default="posted",
        readonly=True,
        tracking=True,
        copy=False,
    )
    amount = fields.Monetary(
        string="Deferred", readonly=True, help="Revenue of later months, without taxes."
    )
    line_count = fields.Integer(string="Bill Lines", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="None if nothing is to be deferred.",
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        string="Reversal",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _month_once = models.UniqueIndex(
        "(community_id, date) WHERE state = 'posted'",
        "The revenue of this community is deferred for this month already.",
    )

    @api.depends("community_id", "date")
    def _compute_display_name(self):
        for deferral in self:
            deferral.display_name = self.env._(
                "%(community)s at %(date)s",
                community=deferral.community_id.code,
                date=format_date(self.env, deferral.date),
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        for deferral in self:
            if deferral.state == "posted" or deferral.move_id:
                raise UserError(
                    self.env._(
                        "Revenue deferral %s has entries and stays. Undo it instead.",
                        deferral.display_name,
                    )
                )

    # -------------------------------------------------------------------- defer
    @api.model
    def _defer(self, communities, day):
        """Defer what communities have billed for days after a month.

        Doing it again for the same month changes nothing.

        :param day: any day of the month, which has to be over or to end today
        :return: the deferrals of that month, those there were included
        """
        self._check_may_defer()
        date = day + relativedelta(day=31)
        if date > get_today(self):
            raise UserError(
                self.env._(
                    "The month is not over: revenue can be deferred from %s on.",
                    format_date(self.env, date),
                )
            )
        done = self.search(
            [
                ("community_id", "in", communities.ids),
                ("date", "=", date),
                ("state", "=", "posted"),
            ]
        )
        for community in communities - done.community_id:
            done += self._defer_community(community, date)
        return done

    @api.model
    def _check_may_defer(self):
        """Refuse whoever does not keep the books."""
        user = self.env.user
        if not self.env.su and not (
            user.has_group("property_fee_billing.group_fee_manager")
            or user.has_group("account.group_account_user")
        ):
            raise AccessError(
                self.env._("Only fee managers and accountants defer revenue.")
            )

    @api.model
    @money_flow
    def _defer_community(self, community, date):
        """Post the entry of one community and month, and its reversal."""
        journal, account = community._check_deferral_setup()
        groups = self._get_deferred(community, date)
        deferral = self.create(
            {
                "community_id": community.id,
                "date": date,
                "amount": sum(amount for *_group, amount, _count in groups),
                "line_count": sum(count for *_group, count in groups),
            }
        )
        groups = [group for group in groups if group[2]]
        if groups:
            next_day = date + relativedelta(days=1)
            for booked_on in (date, next_day):
                community._check_money_date(booked_on, journal)
            entry = self.env["account.move"].create(
                deferral._prepare_entry_values(journal, account, groups)
            )
            entry._post(soft=False)
            deferral.move_id = entry
            deferral.reversal_move_id = entry._reverse_moves(
                [deferral._prepare_reversal_values(next_day)], cancel=True
            )
        return deferral

    @api.model
    def _get_deferred(self, community, date):
        """What is earned after a day, by income account and analytic distribution.

        :return: list of (account id, analytic distribution, amount, number of lines);
            amounts in the company's currency, above 0 for revenue
        """
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, analytic_distribution,
                       SUM(ROUND(balance * earned / total, %(places)s) - balance),
                       COUNT(*)
                  FROM (%(lines)s) AS line
                 GROUP BY account_id, analytic_distribution
                 ORDER BY account_id, analytic_distribution::text
                """,
                places=community.company_id.currency_id.decimal_places,
                lines=self._get_lines_query(community, date),
            )
        )
        return [
            (account_id, distribution, float(amount), count)
            for account_id, distribution, amount, count in rows
        ]

    @api.model
    def _get_lines_query(self, community, date):
        """SQL of the lines of posted bills and credit notes that are earned after a
        day: balance, and parts of months earned by then and in all."""
        end = SQL("(%s::date + 1)", date)
        return SQL(
            """
            SELECT l.id, l.account_id, l.analytic_distribution, l.balance,
                   GREATEST(0, %(reached)s - %(start)s) AS earned,
                   %(stop)s - %(start)s AS total
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_account a ON a.id = l.account_id
              CROSS JOIN LATERAL (
                   SELECT COALESCE(l.fee_earned_from, l.fee_date_from) AS first,
                          COALESCE(l.fee_earned_to, l.fee_date_to) + 1 AS next) AS days
             WHERE m.fee_community_id = %(community)s AND m.state = 'posted'
               AND m.move_type IN ('out_invoice', 'out_refund')
               AND m.date <= %(date)s AND l.display_type = 'product'
               AND a.account_type IN ('income', 'income_other')
               AND COALESCE(l.fee_earned_to, l.fee_date_to) > %(date)s
            """,
            start=self._get_position(SQL("days.first")),
            stop=self._get_position(SQL("days.next")),
            reached=self._get_position(end),
            community=community.id,
            date=date,
        )

    @api.model
    def _get_position(self, day):
        """SQL of where a day begins, in parts of months since year 0: the difference of
        two is the number of months between, an exact integer."""
        return SQL(
            """
            ((EXTRACT(YEAR FROM %(day)s) * 12 + EXTRACT(MONTH FROM %(day)s)) * %(parts)s
             + (EXTRACT(DAY FROM %(day)s) - 1) * %(parts)s / EXTRACT(DAY FROM
               (date_trunc('month', %(day)s) + interval '1 month - 1 day')))
            """,
            day=day,
            parts=MONTH_PARTS,
        )

    def _prepare_entry_values(self, journal, account, groups):
        """Values of the entry: out of income, into deferred revenue.

        :param groups: see ``_get_deferred``
        """
        self.ensure_one()
        name = self.env._(
            "Revenue of months after %(date)s, %(community)s",
            date=format_date(self.env, self.date),
            community=self.community_id.name,
        )
        total = self.currency_id.round(sum(group[2] for group in groups))
        lines = [
            {
                "name": name,
                "account_id": account_id,
                "analytic_distribution": distribution,
                "balance": amount,
            }
            for account_id, distribution, amount, _count in groups
        ]
        lines.append({"name": name, "account_id": account.id, "balance": -total})
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": self.date,
            "ref": name,
            "fee_community_id": self.community_id.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _prepare_reversal_values(self, date):
        """Values of the reversal on the first day of the next month."""
        return {
            "date": date,
            "ref": self.env._("Reversal of: %s", self.move_id.name),
        }

    # --------------------------------------------------------------------- undo
    @money_flow
    def action_undo(self):
        """Reverse the entry and its reversal, each on its own day; the month can then
        be deferred anew."""
        self._check_may_defer()
        for deferral in self:
            deferral.check_access("write")
            if deferral.state != "posted":
                raise UserError(
                    self.env._(
                        "Revenue deferral %s is undone already.", deferral.display_name
                    )
                )
            moves = deferral.move_id + deferral.reversal_move_id
            for move in moves:
                deferral.community_id._check_money_date(move.date, move.journal_id)
            moves._reverse_moves(
                [
                    {
                        "date": move.date,
                        "ref": self.env._("Undoes: %s", move.name),
                    }
                    for move in moves
                ],
                cancel=True,
            )
            deferral.state = "cancelled"

    # --------------------------------------------------------------------- cron
    @api.model
    def _cron_defer(self):
        """Defer the month before for each community that is set up for it."""
        communities = self.env["property.community"].search([("active", "=", True)])
        communities = communities.filtered(
            lambda community: all(community._get_deferral_setup())
        )
        remaining = len(communities)
        for community in communities:
            date = get_today(community) + relativedelta(day=1, days=-1)
            try:
                with self.env.cr.savepoint():
                    self.with_company(community.company_id)._defer(community, date)
            except UserError as error:
                # e.g. a closed period: the others are not to wait for it
                _logger.warning("Revenue of %s not deferred: %s", community.code, error)
                community.message_post(body=str(error))
            remaining -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    # ------------------------------------------------------------------ actions
    def action_open_entries(self):
        """Open the entry, its reversal and what undid them."""
        self.ensure_one()
        moves = self.move_id + self.reversal_move_id
        moves += moves.reversal_move_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
        }

    def action_open_bill_lines(self):
        """Open the bill lines that are earned after the month, as they are now."""
        self.ensure_one()
        self.community_id.check_access("read")
        rows = self.env.execute_query(
            self._get_lines_query(self.community_id, self.date)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Earned after %s", format_date(self.env, self.date)),
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", [row[0] for row in rows])],
            "context": {"create": False},
        }
