from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils

from ..tools.figure_sql import KINDS
from .property_fee_figures import BUCKET_LABELS

#: columns taken over from the row of the month in property.collection.month
MONTH_COLUMNS = (
    "arrears",
    "arrears_credited",
    "arrears_paid",
    "billed",
    "received",
    "opening",
    "closing",
    "closing_not_due",
    "prepaid",
    "billed_year",
    "days_open",
)


class PropertyReportSnapshotLine(models.Model):
    """Frozen figures by building and fee item.

    - *age*: what was open by age and cause, and credit;
    - *total*: what was billed and settled up to the day, for the bridge;
    - *month*: what happened in the month;
    - *period*: what was paid of the month's own billing;
    - *units*: how many units had paid it;
    - *roll*: what had been open at the end of the month before, by its age then, and
      what of the same lines has moved on to an older age.
    """

    _name = "property.report.snapshot.line"
    _inherit = ["property.ratio.mixin"]
    _description = "Line of a Frozen Month"
    _order = "snapshot_id, kind, building_id, item_id, id"
    _log_access = False

    snapshot_id = fields.Many2one(
        "property.report.snapshot", required=True, index=True, ondelete="restrict"
    )
    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="community_id.company_id")
    currency_id = fields.Many2one(related="community_id.currency_id")
    date = fields.Date(string="Month", required=True, index=True)
    kind = fields.Selection(
        [
            ("age", "Arrears by Age"),
            ("total", "Totals up to the Day"),
            ("month", "Collection by Month"),
            ("period", "Collection by Period"),
            ("units", "Units"),
            ("roll", "Moved On to an Older Age"),
        ],
        required=True,
    )
    building_id = fields.Many2one("property.building", ondelete="restrict")
    item_id = fields.Many2one("property.fee.item", ondelete="restrict")
    bucket = fields.Selection(BUCKET_LABELS, string="Age")
    cause = fields.Selection("_get_causes")

    amount_open = fields.Monetary(string="Open")
    amount_credit = fields.Monetary(string="Credit")
    total_billed = fields.Monetary(string="Billed up to the Day")
    total_paid = fields.Monetary(string="Paid up to the Day")
    total_credited = fields.Monetary(string="Credited up to the Day")
    total_written_off = fields.Monetary(string="Written Off up to the Day")
    total_moved = fields.Monetary(string="Otherwise Settled up to the Day")
    arrears = fields.Monetary(string="Prior Arrears")
    arrears_credited = fields.Monetary(string="Prior Arrears Waived")
    arrears_paid = fields.Monetary(string="Prior Arrears Paid")
    billed = fields.Monetary()
    received = fields.Monetary()
    opening = fields.Monetary(string="Open at Beginning")
    closing = fields.Monetary(string="Open at End")
    closing_not_due = fields.Monetary(string="Open at End, Due Later")
    prepaid = fields.Monetary(string="Credit at End")
    billed_year = fields.Monetary(string="Billed in 12 Months")
    days_open = fields.Monetary(string="Open at End x 365")
    period_billed = fields.Monetary(string="Billed for the Month")
    period_credited = fields.Monetary(string="Credited of the Month's Billing")
    period_paid = fields.Monetary(string="Paid of the Month's Billing")
    units_billed = fields.Integer()
    units_settled = fields.Integer()
    roll_before = fields.Monetary(
        string="Open a Month Before",
        help="Open at the end of the month before, in this age then.",
    )
    roll_on = fields.Monetary(
        string="Moved On",
        help="Of the same lines, what is still open and in an older age now.",
    )
    rate_amount = fields.Float(
        string="Collection Rate by Amount",
        compute="_compute_ratios",
        store=True,
        aggregator="avg",
        help="Paid of the month's billing / (billed - credited).",
    )
    rate_units = fields.Float(
        string="Collection Rate by Units",
        compute="_compute_ratios",
        store=True,
        aggregator="avg",
        help="Units of which nothing was open for the month / units billed for it.",
    )
    rate_arrears = fields.Float(
        string="Prior-Arrears Clearing Rate",
        compute="_compute_ratios",
        store=True,
        aggregator="avg",
        help="Prior arrears paid / (prior arrears - prior arrears waived).",
    )
    rate_cei = fields.Float(
        string="Collection Effectiveness (CEI)",
        compute="_compute_ratios",
        store=True,
        aggregator="avg",
        help="(open at beginning + billed - open at end) / "
        "(open at beginning + billed - open at end, due later).",
    )
    dso = fields.Float(
        string="Days Sales Outstanding (12 Months)",
        compute="_compute_ratios",
        store=True,
        aggregator="avg",
        digits=(16, 1),
        help="Open at end x 365 / billed in 12 months.",
    )
    rate_roll = fields.Float(
        string="Roll Rate",
        compute="_compute_ratios",
        store=True,
        aggregator="avg",
        help="Moved on to an older age / open a month before, of the same bill lines. "
        "It is reckoned when a month is frozen, from the ledger as of its last day and "
        "as of that of the month before; any past month can be frozen.",
    )

    @api.model
    def _get_causes(self):
        """The causes of arrears cases."""
        return self.env["property.fee.figures"]._get_causes()

    @api.model
    def _get_ratios(self):
        """Override: each ratio of its own sums."""
        return {
            **super()._get_ratios(),
            "rate_amount": (["period_paid"], ["period_billed", "-period_credited"]),
            "rate_units": (["units_settled"], ["units_billed"]),
            "rate_arrears": (["arrears_paid"], ["arrears", "-arrears_credited"]),
            "rate_cei": (
                ["opening", "billed", "-closing"],
                ["opening", "billed", "-closing_not_due"],
            ),
            "dso": (["days_open"], ["billed_year"]),
            "rate_roll": (["roll_on"], ["roll_before"]),
        }

    @api.depends("kind")
    def _compute_ratios(self):
        """Of the row alone; groups work out their own."""
        for line in self:
            for name, (above, below) in self._get_ratios().items():
                divisor = line._add_up(below)
                line[name] = line._add_up(above) / divisor if divisor else 0

    def _add_up(self, terms):
        return sum(
            -self[term[1:]] if term.startswith("-") else self[term] for term in terms
        )

    # ------------------------------------------------------------------ guards
    def write(self, vals):
        """What is frozen stays as it is."""
        if self:
            raise UserError(self.env._("A frozen month never changes."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A frozen month is kept."))

    # ---------------------------------------------------------------- freezing
    @api.model
    def _freeze(self, snapshot):
        """Keep the figures of a snapshot's community and month."""
        self.env.flush_all()
        for kind, columns, rows in (
            ("age", ("building_id", "item_id", "bucket", "cause"), self._get_ages),
            ("total", ("building_id", "item_id"), self._get_totals),
            ("month", ("building_id", "item_id"), self._get_month),
            ("period", ("building_id", "item_id"), self._get_period),
            ("units", ("building_id",), self._get_units),
            ("roll", ("building_id", "item_id", "bucket"), self._get_rolls),
        ):
            amounts, query = rows(snapshot)
            names = [*columns, *amounts]
            self.env.cr.execute(
                SQL(
                    "INSERT INTO property_report_snapshot_line"
                    " (snapshot_id, community_id, date, kind, %s)"
                    " SELECT %s, %s, %s::date, %s, %s FROM (%s) rows",
                    SQL(", ").join(map(SQL.identifier, names)),
                    snapshot.id,
                    snapshot.community_id.id,
                    snapshot.date,
                    kind,
                    SQL(", ").join(map(SQL.identifier, names)),
                    query,
                )
            )
        self.invalidate_model()
        lines = self.search([("snapshot_id", "=", snapshot.id)])
        for name in self._get_ratios():
            self.env.add_to_compute(self._fields[name], lines)
        lines.flush_recordset()

    @api.model
    def _as_of(self, model, day):
        """SQL of the rows of a report as of the end of a day."""
        return self.env[model].with_context(figures_date=str(day))._table_query

    @api.model
    def _sum(self, source, snapshot, groupby, sums, condition=None):
        """SQL of sums of a source by building and so on."""
        return SQL(
            "SELECT %s, %s FROM (%s) r WHERE r.community_id = %s AND %s GROUP BY %s",
            SQL(", ").join(SQL.identifier("r", name) for name in groupby),
            SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(name))
                for name, value in sums.items()
            ),
            source,
            snapshot.community_id.id,
            condition or SQL("TRUE"),
            SQL(", ").join(SQL.identifier("r", name) for name in groupby),
        )

    @api.model
    def _get_ages(self, snapshot):
        sums = {
            name: SQL("SUM(%s)", SQL.identifier("r", name))
            for name in ("amount_open", "amount_credit")
        }
        source = self._as_of("property.ageing.report", snapshot.date)
        groupby = ("building_id", "item_id", "bucket", "cause")
        return sums, self._sum(source, snapshot, groupby, sums)

    @api.model
    def _get_totals(self, snapshot):
        lines = self.env["property.fee.figures"]._get_lines(snapshot.date)
        sums = {
            f"total_{name}": SQL("SUM(%s)", SQL.identifier("r", name))
            for name in ("billed", *KINDS)
        }
        return sums, self._sum(lines, snapshot, ("building_id", "item_id"), sums)

    @api.model
    def _get_month(self, snapshot):
        sums = {
            name: SQL("SUM(%s)", SQL.identifier("r", name)) for name in MONTH_COLUMNS
        }
        source = self._as_of("property.collection.month", snapshot.date)
        month = SQL("r.month = %s", date_utils.start_of(snapshot.date, "month"))
        groupby = ("building_id", "item_id")
        return sums, self._sum(source, snapshot, groupby, sums, month)

    @api.model
    def _get_period(self, snapshot):
        sums = {
            f"period_{name}": SQL("SUM(%s)", SQL.identifier("r", name))
            for name in ("billed", "credited", "paid")
        }
        return sums, self._sum(
            self._as_of("property.collection.report", snapshot.date),
            snapshot,
            ("building_id", "item_id"),
            sums,
            self._of_own_month(snapshot),
        )

    @api.model
    def _get_units(self, snapshot):
        sums = {
            "units_billed": SQL("COUNT(DISTINCT r.unit_month)"),
            "units_settled": SQL(
                "COUNT(DISTINCT r.unit_month)"
                " - COUNT(DISTINCT CASE WHEN r.is_open THEN r.unit_month END)"
            ),
        }
        return sums, self._sum(
            self._as_of("property.collection.report", snapshot.date),
            snapshot,
            ("building_id",),
            sums,
            self._of_own_month(snapshot),
        )

    @api.model
    def _of_own_month(self, snapshot):
        """SQL: own fees of the month; what is passed on is left out of rates."""
        month = date_utils.start_of(snapshot.date, "month")
        return SQL("r.month = %s AND NOT r.is_pass_through", month)

    @api.model
    def _get_rolls(self, snapshot):
        figures = self.env["property.fee.figures"]
        day = snapshot.date
        before = date_utils.subtract(date_utils.start_of(day, "month"), days=1)
        left = SQL("SUM(billed - paid - credited - written_off - moved)")
        # a debt is what is left of one line, whatever part of it is looked at
        source = SQL(
            """
            SELECT earlier.community_id, earlier.building_id, earlier.item_id,
                   earlier.bucket, earlier.amount AS roll_before,
                   CASE WHEN later.bucket <> earlier.bucket
                        THEN LEAST(later.amount, earlier.amount) ELSE 0 END AS roll_on
              FROM (SELECT line_key, community_id, building_id, item_id,
                           %(bucket_before)s AS bucket, %(left)s AS amount
                      FROM (%(before)s) line WHERE is_bill_open
                     GROUP BY line_key, community_id, building_id, item_id, date_due
                   ) earlier
              LEFT JOIN (SELECT line_key, %(bucket)s AS bucket, %(left)s AS amount
                           FROM (%(now)s) line WHERE is_bill_open
                          GROUP BY line_key, date_due) later
                ON later.line_key = earlier.line_key
             WHERE earlier.amount <> 0
            """,
            left=left,
            bucket_before=figures._get_bucket(before, SQL("date_due")),
            bucket=figures._get_bucket(day, SQL("date_due")),
            before=figures._get_lines(before),
            now=figures._get_lines(day),
        )
        sums = {
            name: SQL("COALESCE(SUM(%s), 0)", SQL.identifier("r", name))
            for name in ("roll_before", "roll_on")
        }
        groupby = ("building_id", "item_id", "bucket")
        return sums, self._sum(source, snapshot, groupby, sums)
