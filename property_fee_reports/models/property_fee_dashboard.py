from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from odoo.addons.property_fee_billing.local_time import get_today

from .property_fee_figures import BUCKET_LABELS

#: months shown in trends, the running one included
MONTHS = 13
OWN_FEES = Domain("is_pass_through", "=", False)


class PropertyFeeDashboard(models.AbstractModel):
    """The first page of the app: one call, a few queries, each number with the action
    that opens what it counts. It asks as the user, so access rules limit it."""

    _name = "property.fee.dashboard"
    _description = "Dashboard of Fees"

    @api.model
    def get_data(self, community_id=False):
        """All that the page shows.

        :param community_id: id of a property.community; False for all of the user's
        :return: dict of plain values: ``communities``, ``tiles``, ``today``, ``runs``,
            ``ageing``, ``trend``; see the methods of these names
        """
        self.env["property.collection.report"].check_access("read")
        # all that the user may see: there are few, and each is a choice on the page
        communities = self.env["property.community"].search([("active", "=", True)])
        one = communities.filtered(lambda c: c.id == community_id)
        chosen = one or communities
        place = Domain("community_id", "in", chosen.ids)
        today = get_today(self)
        first = today.replace(day=1)
        currencies = chosen.currency_id
        is_converted = len(currencies) > 1
        # amounts of several currencies are shown in that of the company
        board = self.with_context(figures_converted=is_converted)
        period = board._get_period(chosen, first)
        months = board._get_months(place, first)
        plans = board._get_plans(place, first)
        ageing = board._get_ageing(place)
        return {
            "communities": [{"id": c.id, "name": c.name} for c in communities],
            "community_id": one.id,
            "currency_id": (
                currencies if len(currencies) == 1 else self.env.company.currency_id
            ).id,
            "is_converted": is_converted,
            "as_of": fields.Date.to_string(today),
            "tiles": self._get_tiles(place, first, period, months, plans, ageing),
            "today": self._get_today(place),
            "runs": self._get_runs(chosen, first),
            "ageing": self._show_ageing(place, ageing),
            "trend": self._show_trend(place, first, period, months, plans),
        }

    # ---------------------------------------------------------------- figures
    @api.model
    def _sum(self, *names):
        """Sums of fields, in the company's currency where there are several."""
        function = "sum_currency" if self.env.context["figures_converted"] else "sum"
        return [f"{name}:{function}" for name in names]

    @api.model
    def _get_period(self, communities, first):
        """``{month: (billed, credited, paid, rate)}`` of own fees, by fee period.

        From the amounts by months, which the line-level report adds up to as well.

        :param communities: property.community that the user may see
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT month_period, SUM(billed * factor), SUM(credited * factor),
                       SUM(paid * factor),
                       SUM(paid * factor) / NULLIF(SUM((billed - credited) * factor), 0)
                  FROM (%s) cell
                  JOIN UNNEST(%s::int[], %s::numeric[]) chosen (community_id, factor)
                 USING (community_id)
                  LEFT JOIN property_fee_item item ON item.id = cell.item_id
                 WHERE month_period BETWEEN %s AND %s
                   AND item.is_pass_through IS NOT TRUE
                 GROUP BY month_period
                """,
                self.env["property.fee.figures"]._get_cells(),
                communities.ids,
                self._get_factors(communities),
                date_utils.subtract(first, months=MONTHS - 1),
                first,
            )
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _get_factors(self, communities):
        """What the amounts of each community are multiplied by to add them up."""
        if not self.env.context["figures_converted"]:
            return [Decimal(1)] * len(communities)
        company = self.env.company
        convert = self.env["res.currency"]._get_conversion_rate
        factors = {
            currency: Decimal(str(convert(currency, company.currency_id, company)))
            for currency in communities.currency_id
        }
        return [factors[community.currency_id] for community in communities]

    @api.model
    def _get_units(self, place, first):
        """``(billed, settled, rate)`` of the units of the running month."""
        [row] = self.env["property.collection.report"]._read_group(
            place & OWN_FEES & Domain("month", "=", first),
            [],
            ["units_billed:sum", "units_settled:sum", "rate_units:avg"],
        )
        return row

    @api.model
    def _get_months(self, place, first):
        """``{month: (billed, paid, received, clearing rate, open, prepaid)}``."""
        months = self.env["property.collection.month"]
        rows = months.with_context(figures_by_community=True)._read_group(
            place
            & Domain("month", ">=", date_utils.subtract(first, months=MONTHS - 1))
            & Domain("month", "<=", first),
            ["month:month"],
            [
                *self._sum("billed", "paid", "received"),
                "rate_arrears:avg",
                *self._sum("closing", "prepaid"),
            ],
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _get_plans(self, place, first):
        """``{month: (planned, collected, forecast)}`` of frozen plans."""
        rows = self.env["property.charging.plan.report"]._read_group(
            place
            & Domain("state", "=", "frozen")
            & Domain("month", ">=", date_utils.subtract(first, months=MONTHS - 1)),
            ["month:month"],
            self._sum("amount_planned", "collected", "amount_forecast"),
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _get_ageing(self, place):
        """``{bucket: (open, past due, credit)}``."""
        rows = self.env["property.ageing.report"]._read_group(
            place,
            ["bucket"],
            self._sum("amount_open", "amount_past_due", "amount_credit"),
        )
        return {row[0]: row[1:] for row in rows}

    # ------------------------------------------------------------------ tiles
    @api.model
    def _get_tiles(self, place, first, period, months, plans, ageing):
        """The figures at the top: key, label, value, kind, detail, help, action."""
        billed, credited, paid, rate = period.get(first, (0, 0, 0, None))
        units, settled, rate_units = self._get_units(place, first)
        if not units:
            rate_units = None
        year = [row for month, row in plans.items() if self._is_so_far(month, first)]
        planned = sum(row[0] for row in year)
        collected = sum(row[1] for row in year)
        month = months.get(first, (0, 0, 0, None, 0, 0))
        of_month = place & OWN_FEES & Domain("month", "=", first)
        report = "property.collection.report"
        return [
            {
                "key": "rate_amount",
                "label": self.env._("Collected of this month's fees"),
                "value": rate,
                "kind": "rate",
                "detail": [paid, billed - credited],
                "help": self._get_help(report, "rate_amount"),
                "action": self._open(report, self.env._("Collection"), of_month),
            },
            {
                "key": "rate_units",
                "label": self.env._("Units that have paid this month"),
                "value": rate_units,
                "kind": "units",
                "detail": [settled or 0, units or 0],
                "help": self._get_help(report, "rate_units"),
                "action": self._open(
                    report,
                    self.env._("Units Open"),
                    of_month & Domain("is_open", "=", True),
                ),
            },
            {
                "key": "rate_plan",
                "label": self.env._("Collected of the plan, this year so far"),
                "value": collected / planned if planned else None,
                "kind": "rate",
                "detail": [collected, planned],
                "help": self._get_help("property.charging.plan.report", "rate_plan"),
                "action": self._open(
                    "property.charging.plan.report",
                    self.env._("Plan against Actual"),
                    place & Domain("year", "=", first.year),
                    search_default_frozen=1,
                    search_default_begun=1,
                ),
            },
            {
                "key": "rate_arrears",
                "label": self.env._("Prior arrears cleared this month"),
                "value": month[3],
                "kind": "rate",
                "detail": None,
                "help": self._get_help("property.collection.month", "rate_arrears"),
                "action": self._open(
                    "property.collection.month",
                    self.env._("Collection by Month"),
                    place & Domain("month", "=", first),
                ),
            },
            {
                "key": "past_due",
                "label": self.env._("Past due"),
                "value": sum(row[1] for row in ageing.values()),
                "kind": "money",
                "detail": None,
                "help": self._get_help("property.ageing.report", "amount_past_due"),
                "action": self._open(
                    "property.ageing.report",
                    self.env._("Past Due"),
                    place,
                    search_default_past_due=1,
                ),
            },
            {
                "key": "credit",
                "label": self.env._("Credit of owners"),
                "value": sum(row[2] for row in ageing.values()),
                "kind": "money",
                "detail": None,
                "help": self._get_help("property.ageing.report", "amount_credit"),
                "action": self._open(
                    "property.ageing.report",
                    self.env._("Credit"),
                    place,
                    search_default_credit=1,
                ),
            },
        ]

    @api.model
    def _is_so_far(self, month, first):
        return month.year == first.year and month <= first

    @api.model
    def _get_help(self, model, name):
        """The formula of a figure, in the user's language."""
        return self.env[model].fields_get([name], ["help"])[name].get("help")

    @api.model
    def _open(self, model, name, domain, modes=("list", "pivot", "graph"), **context):
        """Action that opens what a number counts."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, mode] for mode in modes],
            "domain": [self._make_plain(leaf) for leaf in domain],
            "context": context,
        }

    @api.model
    def _make_plain(self, leaf):
        """A part of a domain as the client can be sent it."""
        if isinstance(leaf, str):
            return leaf
        name, operator, value = leaf
        if isinstance(value, date):
            value = fields.Date.to_string(value)
        elif not isinstance(value, (str, int, float, bool)):
            value = list(value)
        return [name, operator, value]

    # ------------------------------------------------------------------ today
    @api.model
    def _get_today(self, place):
        """What needs someone today: key, label, count, icon, action."""
        result = []
        for key, icon, label, model, domain in self._get_waiting(place):
            if self.env[model].has_access("read"):
                result.append(
                    {
                        "key": key,
                        "icon": icon,
                        "label": label,
                        "count": self.env[model].search_count(domain),
                        "action": self._open(model, label, domain, ("list", "form")),
                    }
                )
        return result

    @api.model
    def _get_waiting(self, place):
        """Things that wait for a person: (key, icon, label, model, domain).

        Extend with whatever else should not be forgotten.
        """
        today = get_today(self)
        open_case = place & Domain("closed_on", "=", False)
        return [
            (
                "cases",
                "fa-briefcase",
                self.env._("Arrears cases due today"),
                "property.arrears.case",
                open_case & Domain("activity_date_deadline", "<=", today),
            ),
            (
                "causes",
                "fa-question-circle",
                self.env._("Arrears cases without a cause"),
                "property.arrears.case",
                open_case & Domain("needs_cause", "=", True),
            ),
            (
                "promises",
                "fa-handshake-o",
                self.env._("Promises due today"),
                "property.arrears.promise",
                Domain("case_id.community_id", "in", place.value)
                & Domain("state", "=", "open")
                & Domain("date", "<=", today),
            ),
            (
                "disputes",
                "fa-gavel",
                self.env._("Disputes to decide"),
                "property.fee.dispute",
                place & Domain("state", "=", "review"),
            ),
            (
                "approvals",
                "fa-check-square-o",
                self.env._("Adjustments to approve"),
                "property.adjustment",
                place & Domain("state", "=", "waiting"),
            ),
            (
                "notices",
                "fa-envelope-o",
                self.env._("Notices to deliver"),
                "property.notice",
                place & Domain("state", "=", "ready"),
            ),
            (
                "bank",
                "fa-university",
                self.env._("Bank lines to match"),
                "account.bank.statement.line",
                Domain("fee_queue", "=", "open") & Domain("is_reconciled", "=", False),
            ),
            (
                "complaints",
                "fa-bullhorn",
                self.env._("Complaints due today"),
                "property.complaint",
                place & Domain("sla_deadline", "<", date_utils.add(today, days=1)),
            ),
        ]

    # ------------------------------------------------------------------- runs
    @api.model
    def _get_runs(self, communities, first):
        """The newest runs of the running month, five at most."""
        if not self.env["property.billing.run"].has_access("read"):
            return []
        domain = (
            Domain("community_ids", "in", communities.ids)
            & Domain("date_to", ">=", first)
            & Domain("kind", "=", "regular")
            & Domain("state", "!=", "cancelled")
        )
        runs = self.env["property.billing.run"].search(domain, limit=5, order="id desc")
        states = dict(runs._fields["state"]._description_selection(self.env))
        return [
            {
                "id": run.id,
                "name": run.display_name,
                "state": run.state,
                "state_label": states[run.state],
                "amount": run.amount_total,
                "currency_id": run.currency_id.id,
                "bills": run.invoice_count,
                "lines": run.line_count,
                "refused": run.refusal_count,
                "progress": run.progress,
                "action": {
                    "type": "ir.actions.act_window",
                    "res_model": run._name,
                    "res_id": run.id,
                    "views": [[False, "form"]],
                },
                "refused_action": self._open(
                    "property.billing.refusal",
                    self.env._("Refused Charges"),
                    Domain("run_id", "=", run.id),
                    ("list",),
                ),
            }
            for run in runs
        ]

    # ----------------------------------------------------------------- charts
    @api.model
    def _show_ageing(self, place, ageing):
        """Bars of what is open by age: key, label, amount, action."""
        report = self.env["property.ageing.report"]
        labels = dict(report._fields["bucket"]._description_selection(self.env))
        return [
            {
                "key": key,
                "label": labels[key],
                "amount": ageing.get(key, (0, 0, 0))[0],
                "action": self._open(
                    report._name, labels[key], place & Domain("bucket", "=", key)
                ),
            }
            for key, _label in BUCKET_LABELS
            if key != "credit"
        ]

    @api.model
    def _show_trend(self, place, first, period, months, plans):
        """Months with their figures, and the action that opens each.

        Rates are shares of one, None where nothing was to be paid.
        """
        shown = [
            date_utils.subtract(first, months=MONTHS - 1 - number)
            for number in range(MONTHS)
        ]
        return [
            {
                "month": fields.Date.to_string(month),
                "billed": months.get(month, (0,))[0],
                "collected": months.get(month, (0, 0))[1],
                "planned": plans.get(month, (None,))[0],
                "forecast": plans.get(month, (None, None, None))[2],
                "rate_amount": period.get(month, (None,) * 4)[3],
                "rate_arrears": months.get(month, (None,) * 6)[3],
                "open": months.get(month, (0,) * 6)[4],
                "action": self._open(
                    "property.collection.month",
                    self.env._("Collection by Month"),
                    place & Domain("month", "=", month),
                    ("pivot", "list", "graph"),
                ),
                "rate_action": self._open(
                    "property.collection.report",
                    self.env._("Collection by Period"),
                    place & OWN_FEES & Domain("month", "=", month),
                    ("pivot", "list", "graph"),
                ),
            }
            for month in shown
        ]
