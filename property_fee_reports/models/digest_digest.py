from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_today


class DigestDigest(models.Model):
    """What was collected and what is past due, in the periodic summary by mail. Each
    reader gets the figures of the communities they may see."""

    _inherit = "digest.digest"

    kpi_property_fee_received = fields.Boolean(string="Property Fees Received")
    kpi_property_fee_received_value = fields.Monetary(
        compute="_compute_kpi_property_fee_received_value"
    )
    kpi_property_fee_billed = fields.Boolean(string="Property Fees Billed")
    kpi_property_fee_billed_value = fields.Monetary(
        compute="_compute_kpi_property_fee_billed_value"
    )
    kpi_property_fee_past_due = fields.Boolean(string="Property Fees Past Due")
    kpi_property_fee_past_due_value = fields.Monetary(
        compute="_compute_kpi_property_fee_past_due_value"
    )

    def _check_figures_access(self):
        """Whoever may not see figures gets a summary without them."""
        if not self.env["property.collection.report"].has_access("read"):
            raise AccessError(
                self.env._("No access to the figures of fees: left out of the digest.")
            )

    def _compute_kpi_property_fee_received_value(self):
        """Money received in the days of the digest, less money paid back."""
        self._check_figures_access()
        start, end, companies = self._get_kpi_compute_parameters()
        communities = self.env["property.community"].search(
            [("company_id", "in", companies.ids)]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT community.company_id, community.currency_id,
                       SUM(settled.amount)
                  FROM (%s) settled
                  JOIN property_community community
                    ON community.id = settled.community_id
                 WHERE settled.kind = 'received' AND settled.community_id = ANY(%s)
                   AND settled.date >= %s AND settled.date < %s
                 GROUP BY community.company_id, community.currency_id
                """,
                self.env["property.fee.figures"]._get_settlements(),
                communities.ids,
                start[:10],
                end[:10],
            )
        )
        amounts = {}
        for company_id, currency_id, amount in rows:
            company = companies.browse(company_id)
            amounts[company] = amounts.get(company, 0) + self.env[
                "res.currency"
            ].browse(currency_id)._convert(float(amount), company.currency_id, company)
        self._set_by_company("kpi_property_fee_received_value", amounts)

    def _compute_kpi_property_fee_billed_value(self):
        """Bills dated in the days of the digest."""
        self._check_figures_access()
        start, end, companies = self._get_kpi_compute_parameters()
        amounts = self._sum_by_company(
            self.env["property.collection.report"],
            companies,
            "billed",
            [("date", ">=", start[:10]), ("date", "<", end[:10])],
        )
        self._set_by_company("kpi_property_fee_billed_value", amounts)

    def _compute_kpi_property_fee_past_due_value(self):
        """Past due at the end of the days of the digest."""
        self._check_figures_access()
        _start, end, companies = self._get_kpi_compute_parameters()
        report = self.env["property.ageing.report"]
        if end[:10] < fields.Date.to_string(get_today(self)):
            report = report.with_context(figures_date=end[:10])
        amounts = self._sum_by_company(report, companies, "amount_past_due")
        self._set_by_company("kpi_property_fee_past_due_value", amounts)

    def _sum_by_company(self, report, companies, name, domain=()):
        """``{company: sum}`` of an amount, each in the company's own currency."""
        amounts = {}
        for company in companies:
            [[amounts[company]]] = report.with_company(company)._read_group(
                [("company_id", "=", company.id), *domain], [], [f"{name}:sum_currency"]
            )
        return amounts

    def _set_by_company(self, name, amounts):
        for digest in self:
            digest[name] = amounts.get(digest.company_id or self.env.company, 0)

    def _compute_kpis_actions(self, company, user):
        """Override of `digest`: each figure opens its report."""
        menu = self.env.ref("property_fee_billing.menu_property_fee_root").id

        def link(action):
            return f"property_fee_reports.{action}?menu_id={menu}"

        return {
            **super()._compute_kpis_actions(company, user),
            "kpi_property_fee_received": link("property_collection_month_action"),
            "kpi_property_fee_billed": link("property_collection_report_action"),
            "kpi_property_fee_past_due": link("property_ageing_report_action"),
        }
