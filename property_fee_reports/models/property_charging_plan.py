from datetime import date
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_today

from ..engine import Cohort, Month, backtest, expect_billing, forecast, make_curve

#: ages of a payment curve that are shown
AGES = (0, 1, 2, 3, 6, 12)


class PropertyChargingPlan(models.Model):
    """What a community plans to bill and to collect in a year (收費計劃), beside what
    was billed and collected and what is expected to come in.

    A frozen version never changes; a new version is made from it. What is expected
    comes from how the community has paid so far, see `engine.payment_curve`.
    """

    _name = "property.charging.plan"
    _description = "Charging Plan"
    _inherit = ["property.flow.mixin", "mail.thread"]
    _order = "year desc, community_id, version desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    year = fields.Integer(required=True, default=lambda self: get_today(self).year)
    version = fields.Integer(default=1, readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("frozen", "Frozen"), ("superseded", "Superseded")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    frozen_on = fields.Datetime(readonly=True, copy=False)
    frozen_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    line_ids = fields.One2many("property.charging.plan.line", "plan_id", copy=True)
    curve_ids = fields.One2many("property.payment.curve", "plan_id", readonly=True)
    forecast_on = fields.Date(
        string="Forecast Made",
        readonly=True,
        copy=False,
        help="From what had happened up to the end of the month before.",
    )
    note = fields.Html()
    amount_planned = fields.Monetary(
        string="Planned", compute="_compute_totals", help="Of the months shown."
    )
    amount_collected = fields.Monetary(string="Collected", compute="_compute_totals")

    _version_once = models.UniqueIndex(
        "(community_id, year, version)",
        "This community already has this version of the plan of the year.",
    )
    _frozen_once = models.UniqueIndex(
        "(community_id, year) WHERE state = 'frozen'",
        "This community already has a frozen plan of the year.",
    )
    _year_sane = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2200)", "The year must have four digits."
    )

    @api.depends("community_id.code", "year", "version")
    def _compute_name(self):
        for plan in self:
            plan.name = f"{plan.community_id.code or ''} {plan.year} v{plan.version}"

    @api.depends("line_ids.amount_planned")
    def _compute_totals(self):
        for plan in self:
            plan.amount_planned = sum(plan.line_ids.mapped("amount_planned"))
            plan.amount_collected = sum(plan.line_ids.mapped("amount_collected"))

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        """A version begins as a draft."""
        fresh = dict.fromkeys(self._get_flow_fields() - {"version"}, False)
        return super().create(
            [{**vals, **fresh, "state": "draft"} for vals in vals_list]
        )

    @api.model
    def _get_flow_fields(self):
        """Override: state and version."""
        return super()._get_flow_fields() | {
            "state",
            "version",
            "frozen_on",
            "frozen_by_id",
        }

    def write(self, vals):
        """A frozen plan stays as it is."""
        if vals.keys() & {"community_id", "year", "line_ids"}:
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        """Refuse to change what is frozen."""
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "Charging plan %s is frozen and stays as it is. Make a new "
                        "version.",
                        plan.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_draft()

    # ----------------------------------------------------------------- actions
    def action_propose(self):
        """Fill the plan from the year before: what was billed each month, and what of
        it comes in when owners pay as they have so far."""
        self.ensure_one()
        self._check_draft()
        lines = []
        for fee_class, cohorts in self._get_cohorts().items():
            last = Month(self.year - 1, 12)
            known = [cohort for cohort in cohorts if cohort.month <= last] or cohorts
            last = min(last, max(cohort.month for cohort in known))
            ahead = Month(self.year, 12) - last
            expected = forecast(known, last, ahead, digits=self._get_digits())
            for month in self._get_months():
                lines.append(
                    {
                        "month": date(*month, 1),
                        "fee_class": fee_class,
                        "planned_billed": expect_billing(known, month),
                        "amount_planned": expected.get(month, 0),
                    }
                )
        if not lines:
            raise UserError(
                self.env._(
                    "%s has not billed anything yet: enter the plan by hand.",
                    self.community_id.display_name,
                )
            )
        self.line_ids = [Command.clear(), *map(Command.create, lines)]
        self.action_forecast()

    def action_freeze(self):
        """Make this version the plan of the year; the one before is superseded."""
        for plan in self:
            plan._check_draft()
            if not plan.line_ids:
                raise UserError(
                    self.env._("Charging plan %s has no lines yet.", plan.name)
                )
            self.search(
                [
                    ("community_id", "=", plan.community_id.id),
                    ("year", "=", plan.year),
                    ("state", "=", "frozen"),
                ]
            )._write_flow({"state": "superseded"})
            plan.flush_model(["state"])
            plan._write_flow(
                {
                    "state": "frozen",
                    "frozen_on": fields.Datetime.now(),
                    "frozen_by_id": self.env.uid,
                }
            )

    def action_new_version(self):
        """A draft with the same lines, to be changed and frozen in its turn."""
        self.ensure_one()
        newest = self.search(
            [("community_id", "=", self.community_id.id), ("year", "=", self.year)],
            order="version desc",
            limit=1,
        )
        copied = self.with_context(active_test=False).copy(
            {"version": newest.version + 1}
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": copied.id,
            "views": [(False, "form")],
        }

    def action_open_causes(self):
        """What is open of the months of the plan, by cause."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_reports.property_ageing_report_action"
        )
        return {
            **action,
            "domain": [
                ("community_id", "=", self.community_id.id),
                ("month", ">=", f"{self.year}-01-01"),
                ("month", "<=", f"{self.year}-12-31"),
            ],
            "name": self.env._("Gap by Cause"),
            "context": {
                "search_default_past_due": 1,
                "pivot_row_groupby": ["month:month"],
                "pivot_column_groupby": ["cause"],
                "pivot_measures": ["amount_open"],
            },
        }

    def action_open_report(self):
        """Plan and actual by month and class."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_reports.property_charging_plan_report_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {}}

    # --------------------------------------------------------------- forecasts
    def action_forecast(self):
        """Work out what is expected anew, and how far it was off so far."""
        for plan in self:
            today = get_today(plan)
            plan._forecast(Month(today.year, today.month) + -1)
            plan.forecast_on = today

    def _forecast(self, last):
        """Note what is expected, from what is known at the end of a month.

        For months gone by it is what was expected at the end of the month before, for
        which alone it can be compared with what came in.
        """
        self.ensure_one()
        digits = self._get_digits()
        curves, expected = [], {}
        end = Month(self.year, 12)
        for fee_class, cohorts in self._get_cohorts().items():
            tested = backtest(cohorts, last, digits=digits)
            billing = self._get_planned_billing(fee_class)
            values = {month: amount for month, amount, _paid in tested.rows}
            if end > last and min(c.month for c in cohorts) <= last:
                values.update(forecast(cohorts, last, end - last, billing, digits))
            expected[fee_class] = values
            curves.append(
                self._prepare_curve(fee_class, make_curve(cohorts, last), tested)
            )
        for line in self.line_ids:
            month = Month(line.month.year, line.month.month)
            amount = expected.get(line.fee_class, {}).get(month, 0)
            line._write_flow({"amount_forecast": amount})
        # what is worked out is the system's, whoever asks for it
        self.sudo().curve_ids = [Command.clear(), *map(Command.create, curves)]

    @api.model
    def _prepare_curve(self, fee_class, curve, tested):
        """Values of the curve of a class: shares paid, and the error of a year."""
        values = {"fee_class": fee_class, "months": len(tested.rows)}
        for age in AGES:
            if curve.shares:
                share = curve.shares[min(age, len(curve.shares) - 1)]
                values[f"share_{age}"] = float(share)
        values["error"] = float(tested.error or 0)
        values["bias"] = float(tested.bias or 0)
        return values

    def _get_planned_billing(self, fee_class):
        """``{Month: amount}`` that the plan means to bill, for months that name it."""
        return {
            Month(line.month.year, line.month.month): Decimal(str(line.planned_billed))
            for line in self.line_ids
            if line.fee_class == fee_class and line.planned_billed
        }

    def _get_cohorts(self):
        """``{fee class: cohorts of the community, oldest first}``."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.fee_class, month_billed, month, SUM(billed)::text,
                       SUM(paid)::text, SUM(credited + written_off + moved)::text
                  FROM (%s) cell
                  JOIN property_fee_item item ON item.id = cell.item_id
                 WHERE cell.community_id = %s
                 GROUP BY item.fee_class, month_billed, month
                 ORDER BY item.fee_class, month_billed, month
                """,
                self.env["property.fee.figures"]._get_cells(),
                self.community_id.id,
            )
        )
        found = {}
        for fee_class, born, day, billed, paid, credited in rows:
            months = found.setdefault(fee_class, {})
            month = Month(born.year, born.month)
            values = months.setdefault(month, [Decimal(0), {}, {}])
            age = Month(day.year, day.month) - month
            # as text: exact, where Odoo reads numbers as floats
            values[0] += Decimal(billed)
            values[1][age] = values[1].get(age, Decimal(0)) + Decimal(paid)
            values[2][age] = values[2].get(age, Decimal(0)) + Decimal(credited)
        return {
            fee_class: [Cohort(month, *values) for month, values in months.items()]
            for fee_class, months in found.items()
        }

    def _get_months(self):
        """The months of the plan."""
        return [Month(self.year, number) for number in range(1, 13)]

    def _get_digits(self):
        return self.currency_id.decimal_places

    @api.model
    def _cron_forecast(self):
        """Scheduled: the forecasts of plans that are not over."""
        today = get_today(self)
        due = Domain("year", ">=", today.year) & Domain("state", "!=", "superseded")
        fresh = Domain("forecast_on", ">=", today.replace(day=1))
        plans = self.search(due & ~fresh)
        for done, plan in enumerate(plans, 1):
            plan.action_forecast()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(plans) - done):
                break
