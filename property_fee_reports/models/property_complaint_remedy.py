from odoo import models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from odoo.addons.property_fee_billing.local_time import get_local_date, get_today


class PropertyComplaintRemedy(models.Model):
    """The letter of apology, for the complainant."""

    _name = "property.complaint.remedy"
    _inherit = ["property.complaint.remedy", "property.document.mixin"]

    def action_print_letter(self):
        """The letter of apology."""
        for remedy in self:
            if remedy.kind != "apology" or is_html_empty(remedy.letter):
                raise UserError(
                    self.env._("%s: write the letter first.", remedy.display_name)
                )
        report = self.env.ref("property_fee_reports.action_report_apology")
        return report.report_action(self, config=False)

    def _get_document_lang(self):
        """Override of `property.document.mixin`: the complainant's."""
        return self.complaint_id.partner_id.lang or super()._get_document_lang()

    def _get_document_data(self):
        """Override of `property.document.mixin`: the letter."""
        self.ensure_one()
        complaint = self.complaint_id
        return self._prepare_document(
            self.community_id,
            title=self.env._("Letter of Apology"),
            number=complaint.name,
            date=self.done_on or get_today(self),
            facts=self._prepare_document_facts(
                [
                    (self.env._("Addressee"), complaint.partner_id.name or "", "text"),
                    (self.env._("Unit"), complaint.unit_id.display_name or "", "text"),
                    (self.env._("About"), complaint.subject, "text"),
                    (
                        self.env._("Received On"),
                        get_local_date(complaint, complaint.received_at),
                        "date",
                    ),
                ]
            ),
            letter=self.letter,
            signatures=[self.env._("For the Company"), self.env._("Company Seal")],
        )
