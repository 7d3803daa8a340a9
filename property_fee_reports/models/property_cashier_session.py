from odoo import models


class PropertyCashierSession(models.Model):
    _name = "property.cashier.session"
    _inherit = ["property.cashier.session", "property.document.mixin"]

    def _get_document_data(self):
        """Override of `property.document.mixin`: the day sheet of this session."""
        self.ensure_one()
        return self.env["property.day.sheet"]._get_sheet_document(
            self.community_id, session=self
        )

    def action_print_day_sheet(self):
        """The day sheet of this session, as PDF."""
        report = self.env.ref("property_fee_reports.action_report_cashier_session")
        return report.report_action(self, config=False)

    def action_download_day_sheet(self):
        """The day sheet of this session, as a workbook."""
        self.ensure_one()
        wizard = self.env["property.day.sheet.wizard"].create(
            {"community_id": self.community_id.id, "session_id": self.id}
        )
        return wizard.action_download()
