from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..local_time import get_today

# Figures of a case and the subquery they come from.
FIGURES = {
    "balance": "ledger",
    "amount_overdue": "bills",
    "bill_count": "bills",
    "overdue_since": "bills",
    "limitation_date": "bills",
}
# SQL: constant, the four of this line
COMPARISONS = {operator: SQL(operator) for operator in ("<", "<=", ">", ">=")}


class PropertyArrearsCase(models.Model):
    """What the ledger says of a case.

    The figures are stored nowhere. They are subqueries on journal items and bills, for
    reading, searching, sorting and sums alike, so they cannot differ from the ledger.
    """

    _inherit = "property.arrears.case"

    balance = fields.Monetary(
        compute="_compute_figures",
        search="_search_balance",
        aggregator="sum",
        help="What the ledger says the debtor owes for the unit: bills due or not, "
        "less credit. Zero once the case is closed.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_figures",
        search="_search_amount_overdue",
        aggregator="sum",
        help="What is open of bills whose due date has passed.",
    )
    bill_count = fields.Integer(
        string="Overdue Bills",
        compute="_compute_figures",
        search="_search_bill_count",
        aggregator="sum",
    )
    overdue_since = fields.Date(
        compute="_compute_figures",
        search="_search_overdue_since",
        help="Due date of the oldest bill that is overdue.",
    )
    limitation_date = fields.Date(
        string="Lapses",
        compute="_compute_figures",
        search="_search_limitation_date",
        help="Last day on which the first of its claims can be enforced.",
    )
    days_overdue = fields.Integer(compute="_compute_days_overdue")
    amount_disputed = fields.Monetary(
        string="Disputed",
        compute="_compute_claims",
        help="Part of what is overdue that is in review and not demanded.",
    )
    late_fee = fields.Monetary(
        string="Late Fee of Today",
        compute="_compute_claims",
        help="On top of what is overdue, not billed yet; the figure of bills, counter "
        "and letters.",
    )
    expired_demand_on = fields.Date(
        string="Demand Expired On",
        compute="_compute_claims",
        help="First deadline of a delivered demand that has passed: from then on the "
        "legal stage may be opened.",
    )

    # --------------------------------------------------------------- subqueries
    def _field_to_sql(self, alias, field_expr, query=None):
        """Override of the ORM: figures come from the ledger."""
        source = FIGURES.get(field_expr)
        if not source:
            return super()._field_to_sql(alias, field_expr, query)
        source_alias = f"{alias}__{source}"
        if source_alias not in query._joins:
            build = self._get_ledger_sql if source == "ledger" else self._get_bills_sql
            query.add_join("LEFT JOIN", source_alias, build(alias), SQL("TRUE"))
        return SQL.identifier(source_alias, field_expr)

    @api.model
    def _get_ledger_sql(self, alias):
        """Subquery: the open receivable items of the debtor for the unit."""
        Line = self.env["account.move.line"]._fields
        return SQL(
            """LATERAL (
                SELECT COALESCE(SUM(line.amount_residual_currency), 0) AS balance
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN property_community community
                    ON community.id = line.fee_community_id
                   AND community.currency_id = line.currency_id
                 WHERE line.fee_unit_id = %(unit)s
                   AND partner.commercial_partner_id = %(partner)s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND account.account_type = 'asset_receivable'
                   AND %(closed_on)s IS NULL)""",
            unit=SQL.identifier(alias, "unit_id"),
            partner=SQL.identifier(alias, "partner_id"),
            closed_on=SQL.identifier(alias, "closed_on"),
            to_flush=[
                Line["amount_residual_currency"],
                Line["fee_unit_id"],
                Line["parent_state"],
                Line["reconciled"],
                self._fields["closed_on"],
            ],
        )

    @api.model
    def _get_bills_sql(self, alias):
        """Subquery: the bills that `account.move` calls overdue today.

        The same conditions as its ``_get_overdue_domain``; a test compares the two.
        """
        Move = self.env["account.move"]._fields
        return SQL(
            """LATERAL (
                SELECT COALESCE(SUM(bill.amount_residual), 0) AS amount_overdue,
                       COUNT(*) AS bill_count,
                       MIN(bill.invoice_date_due) AS overdue_since,
                       MIN(bill.limitation_date) AS limitation_date
                  FROM account_move bill
                 WHERE bill.fee_unit_id = %(unit)s
                   AND bill.commercial_partner_id = %(partner)s
                   AND bill.move_type = 'out_invoice'
                   AND bill.state = 'posted'
                   AND bill.payment_state IN ('not_paid', 'partial')
                   AND bill.invoice_date_due < %(today)s
                   AND %(closed_on)s IS NULL)""",
            unit=SQL.identifier(alias, "unit_id"),
            partner=SQL.identifier(alias, "partner_id"),
            closed_on=SQL.identifier(alias, "closed_on"),
            today=get_today(self),
            to_flush=[
                Move["amount_residual"],
                Move["payment_state"],
                Move["state"],
                Move["invoice_date_due"],
                Move["limitation_date"],
                Move["commercial_partner_id"],
                self._fields["closed_on"],
            ],
        )

    @api.depends("unit_id", "partner_id", "closed_on")
    def _compute_figures(self):
        names = list(FIGURES)
        self.flush_model(["unit_id", "partner_id", "closed_on"])
        query = self._origin._as_query(ordered=False)
        columns = [self._field_to_sql(self._table, name, query) for name in names]
        ids = SQL.identifier(self._table, "id")
        rows = {
            case_id: values
            for case_id, *values in self.env.execute_query(query.select(ids, *columns))
        }
        nothing = [False] * len(names)
        for case in self:
            values = rows.get(case._origin.id, nothing)
            for name, value in zip(names, values, strict=True):
                case[name] = value

    @api.model
    def _search_figure(self, name, operator, value):
        """Domain of a figure, as a condition on its subquery."""

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, name, query)
            if operator in COMPARISONS:
                return SQL("%s %s %s", column, COMPARISONS[operator], value)
            known = [item for item in value if item is not False]
            conditions = [SQL("%s IN %s", column, tuple(known))] if known else []
            if len(known) < len(value):
                conditions.append(SQL("%s IS NULL", column))
            return SQL("(%s)", SQL(" OR ").join(conditions))

        if operator not in COMPARISONS and operator != "in":
            return NotImplemented
        return Domain.custom(to_sql=to_sql)

    def _search_balance(self, operator, value):
        return self._search_figure("balance", operator, value)

    def _search_amount_overdue(self, operator, value):
        return self._search_figure("amount_overdue", operator, value)

    def _search_bill_count(self, operator, value):
        return self._search_figure("bill_count", operator, value)

    def _search_overdue_since(self, operator, value):
        return self._search_figure("overdue_since", operator, value)

    def _search_limitation_date(self, operator, value):
        return self._search_figure("limitation_date", operator, value)

    @api.depends("overdue_since")
    def _compute_days_overdue(self):
        today = get_today(self)
        for case in self:
            since = case.overdue_since
            case.days_overdue = (today - since).days if since else 0

    @api.depends("unit_id", "partner_id", "closed_on")
    def _compute_claims(self):
        today = get_today(self)
        bills_by_case = self._get_overdue_bills()
        bills = self.env["account.move"].union(*bills_by_case.values())
        disputed = bills._get_disputed_amounts()
        late_fees = bills._get_late_fee_amounts(today)
        expired = bills._get_expired_demands(today)
        for case in self:
            own = bills_by_case[case]
            round_amount = case.currency_id.round if case.currency_id else float
            case.amount_disputed = round_amount(
                sum(disputed.get(bill.id, 0.0) for bill in own)
            )
            case.late_fee = round_amount(
                sum(late_fees.get(bill.id, 0.0) for bill in own)
            )
            case.expired_demand_on = min(
                (expired[bill.id] for bill in own if bill.id in expired), default=False
            )

    def _get_overdue_bills(self):
        """The overdue bills of open cases, in one query.

        :return: ``{case: account.move}``, every case of ``self`` in it
        """
        # whoever may see a case may see what its figures rest on
        Move = self.env["account.move"].sudo()
        own = self._origin.filtered(lambda case: not case.closed_on)
        found = defaultdict(Move.browse)
        domain = (
            Move._get_overdue_domain()
            & Domain("fee_unit_id", "in", own.unit_id.ids)
            & Domain("commercial_partner_id", "in", own.partner_id.ids)
        )
        for bill in Move.search(domain, order="invoice_date_due, id"):
            found[bill.fee_unit_id.id, bill.commercial_partner_id.id] += bill
        open_ids = set(own.ids)
        return {
            case: (
                found[case.unit_id._origin.id, case.partner_id._origin.id]
                if case._origin.id in open_ids
                else Move
            ).sudo(False)
            for case in self
        }
