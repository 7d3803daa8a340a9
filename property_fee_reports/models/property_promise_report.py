from odoo import api, fields, models
from odoo.tools import SQL

from .property_fee_figures import SOURCES


class PropertyPromiseReport(models.Model):
    """Promises to pay and instalments of plans whose day has passed, and whether they
    were kept on time.

    As of now, or as of the day ``figures_date`` of the context. What is judged is what
    had been paid on the promised day: money that comes later changes nothing.
    """

    _name = "property.promise.report"
    _inherit = ["property.ratio.mixin"]
    _description = "Promises Kept"
    _auto = False
    _order = "date desc, id"
    _rec_name = "unit_id"
    _depends = {
        **SOURCES,
        "property.arrears.promise": [
            "case_id",
            "amount",
            "amount_paid",
            "date",
            "decided_on",
            "state",
            "user_id",
        ],
        "property.payment.plan": [
            "activated_on",
            "amount",
            "bill_ids",
            "ended_on",
            "partner_id",
            "requested_by_id",
            "state",
            "unit_id",
        ],
        "property.payment.plan.line": ["amount", "date", "plan_id"],
    }

    kind = fields.Selection([("promise", "Promise"), ("instalment", "Instalment")])
    case_id = fields.Many2one("property.arrears.case")
    plan_id = fields.Many2one("property.payment.plan")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    community_id = fields.Many2one("property.community")
    building_id = fields.Many2one("property.building")
    unit_id = fields.Many2one("property.unit")
    partner_id = fields.Many2one("res.partner", string="Debtor")
    user_id = fields.Many2one(
        "res.users",
        string="Made To",
        help="To whom the promise was made, or who asked for the plan.",
    )
    date = fields.Date(string="Promised For")
    amount = fields.Monetary(string="Amount Promised")
    paid = fields.Monetary(
        string="Paid on Time",
        help="Paid up to the promised day, the oldest promise or instalment first, and "
        "no more than was promised.",
    )
    is_kept = fields.Boolean(string="Fulfilled")
    due = fields.Integer(
        string="Promises Due", help="Promises and instalments whose day has passed."
    )
    kept = fields.Integer(
        string="Promises Kept", help="Those paid in full up to the promised day."
    )
    rate_kept = fields.Float(
        string="Promise-Kept Rate",
        aggregator="avg",
        help="Promises kept / promises due.",
    )
    rate_amount = fields.Float(
        string="Promise-Kept Rate by Amount",
        aggregator="avg",
        help="Paid on time / promised.",
    )

    @api.model
    def _get_ratios(self):
        """Override: by number and by amount."""
        return {
            **super()._get_ratios(),
            "rate_kept": (["kept"], ["due"]),
            "rate_amount": (["paid"], ["amount"]),
        }

    def action_open_source(self):
        """The case of a promise, or the plan of an instalment."""
        self.ensure_one()
        source = self.plan_id or self.case_id
        return {
            "type": "ir.actions.act_window",
            "res_model": source._name,
            "res_id": source.id,
            "views": [(False, "form")],
        }

    @property
    def _table_query(self):
        """Rows of promises and of instalments."""
        today = SQL("%s::date", self.env["property.fee.figures"]._get_today())
        return SQL(
            """
            SELECT entry.*, unit.building_id, unit.community_id, unit.company_id,
                   community.currency_id, entry.is_kept::int AS kept, 1 AS due,
                   entry.is_kept::int AS rate_kept, paid / amount AS rate_amount
              FROM (%s UNION ALL %s) entry
              JOIN property_unit unit ON unit.id = entry.unit_id
              JOIN property_community community ON community.id = unit.community_id
            """,
            self._query_promises(today),
            self._query_instalments(today),
        )

    @api.model
    def _query_promises(self, today):
        """Promises that payments have decided; what was called off before its day does
        not count, what was called off after it was not kept."""
        return SQL(
            """
            SELECT promise.id * 2 AS id, 'promise' AS kind, promise.case_id,
                   NULL::int AS plan_id, promise.unit_id, promise.partner_id,
                   promise.user_id, promise.date, promise.amount,
                   LEAST(COALESCE(promise.amount_paid, 0), promise.amount) AS paid,
                   promise.state = 'kept' AS is_kept
              FROM property_arrears_promise promise
             WHERE promise.date < %s
               AND (promise.state IN ('kept', 'broken')
                    OR promise.state = 'cancelled'
                       AND promise.decided_on > promise.date)
            """,
            today,
        )

    @api.model
    def _query_instalments(self, today):
        """Instalments of plans that began, until the plan ended. What has been paid
        follows from what was open of its bills on the instalment's day, as in the plan
        itself."""
        return SQL(
            """
            SELECT line.id * 2 + 1 AS id, 'instalment' AS kind, NULL::int AS case_id,
                   line.plan_id, plan.unit_id, plan.partner_id,
                   plan.requested_by_id AS user_id, line.date, line.amount,
                   LEAST(GREATEST(plan.amount - left_open.amount - line.before, 0),
                         line.amount) AS paid,
                   plan.amount - left_open.amount >= line.before + line.amount
                       AS is_kept
              FROM (SELECT id, plan_id, date, amount,
                           SUM(amount) OVER (PARTITION BY plan_id ORDER BY date, id)
                               - amount AS before
                      FROM property_payment_plan_line) line
              JOIN property_payment_plan plan ON plan.id = line.plan_id
             CROSS JOIN LATERAL (
                SELECT COALESCE(SUM(bill.amount_total - COALESCE(settled.amount, 0)), 0)
                       AS amount
                  FROM property_payment_plan_bill_rel rel
                  JOIN account_move bill ON bill.id = rel.move_id
                  LEFT JOIN LATERAL (
                        SELECT SUM(settlement.amount) AS amount
                          FROM (%(settlements)s) settlement
                         WHERE settlement.move_id = bill.id
                           AND settlement.line_key <> 0
                           AND settlement.date <= line.date) settled ON TRUE
                 WHERE rel.plan_id = plan.id) left_open
             WHERE line.date < %(today)s AND plan.activated_on IS NOT NULL
               AND (plan.ended_on IS NULL OR plan.state = 'kept'
                    OR line.date <= plan.ended_on)
            """,
            settlements=self.env["property.fee.figures"]._get_settlements(),
            today=today,
        )
