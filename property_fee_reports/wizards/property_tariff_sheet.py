from odoo import fields, models
from odoo.tools import html2plaintext


class PropertyTariffSheet(models.TransientModel):
    """The published prices of a community on paper, for the notice board."""

    _name = "property.tariff.sheet"
    _description = "Price List"
    _inherit = ["property.document.mixin", "property.download.mixin"]

    community_id = fields.Many2one("property.community", required=True)
    with_history = fields.Boolean(default=True, help="Earlier prices as well.")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
    )

    def action_print(self):
        """The list as PDF."""
        report = self.env.ref("property_fee_reports.action_report_tariff_sheet")
        return report.report_action(self, config=False)

    def _get_filename(self):
        """What the file is of."""
        return f"{self.env._('Published Prices')}-{self.community_id.code}"

    def _get_document_lang(self):
        """Override of `property.document.mixin`: the one chosen."""
        return self.lang

    def _get_document_data(self):
        """Override of `property.document.mixin`: the prices of ``property.tariff``."""
        self.ensure_one()
        self.community_id.check_access("read")
        tariff = self.env["property.tariff"]._get_tariff(self.community_id)
        tables = [
            self._get_price_table(tariff, "current", self.env._("Prices in Force")),
            self._get_price_table(tariff, "announced", self.env._("Announced")),
            self._get_service_table(tariff),
        ]
        if self.with_history:
            title = self.env._("Earlier Prices")
            earlier = self._get_price_table(tariff, "past", title)
            tables.append({**earlier, "sheet": title})
        return self._prepare_document(
            self.community_id,
            title=self.env._("Published Prices"),
            date=tariff["date"],
            facts=self._get_facts(tariff),
            tables=tables,
            notes=[self.env._("Questions and complaints: %s.", tariff["phone"])]
            if tariff["phone"]
            else [],
            signatures=[self.env._("Company Seal")],
            footnote=self._get_document_footnote(),
            seal=self._prepare_document_code(
                tariff["url"], self.env._("Scan for the list of today.")
            ),
        )

    def _get_facts(self, tariff):
        """Who charges, where, and whom to ask."""
        facts = [
            (self.env._("Company"), tariff["company"]),
            (self.env._("Community"), tariff["community"]),
            (self.env._("Address"), tariff["address"]),
            (self.env._("Complaint Phone"), tariff["phone"]),
        ]
        return [
            {"label": label, "value": value, "type": "text"}
            for label, value in facts
            if value
        ]

    def _get_price_table(self, tariff, status, title):
        """The prices of a status, one a row."""
        columns = [
            ["item", self.env._("Item"), "text", 14],
            ["standard", self.env._("Standard"), "text", 17],
            ["method", self.env._("Method"), "text", 15],
            ["price", self.env._("Price"), "text", 18],
            ["payer", self.env._("Paid By"), "text", 10],
            ["basis", self.env._("Basis"), "text", 15],
            ["start", self.env._("From"), "date", 11],
        ]
        rows = [
            {
                "item": item["name"],
                "standard": f"{standard['name']} ({standard['code']})",
                "method": standard["method"],
                "price": "; ".join(filter(None, (rate["price"], *rate["tiers"]))),
                "payer": standard["charged_to"],
                "basis": ", ".join(
                    filter(
                        None,
                        (standard["basis"], standard["reference"], rate["decision"]),
                    )
                ),
                "start": rate["date_from"],
            }
            for item in tariff["items"]
            for standard in item["standards"]
            for rate in standard["rates"]
            if rate["status"] == status
        ]
        return {
            "title": title,
            "columns": self._prepare_document_columns(columns),
            "rows": rows,
            "total": False,
        }

    def _get_service_table(self, tariff):
        """What is provided for the prices."""
        columns = [
            ["standard", self.env._("Standard"), "text", 25],
            ["grade", self.env._("Service Grade"), "text", 15],
            ["content", self.env._("What Is Provided"), "text", 60],
        ]
        rows = [
            {
                "standard": standard["name"],
                "grade": standard["grade"],
                "content": html2plaintext(standard["content"]),
            }
            for item in tariff["items"]
            for standard in item["standards"]
            if standard["grade"] or standard["content"]
        ]
        return {
            "title": self.env._("Services"),
            "columns": self._prepare_document_columns(columns),
            "rows": rows,
            "total": False,
        }
