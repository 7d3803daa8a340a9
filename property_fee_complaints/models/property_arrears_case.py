from odoo import models

from odoo.addons.property_fee_billing.local_time import get_local_date


class PropertyArrearsCase(models.Model):
    """Evidence of an arrears case: what the debtor complained of."""

    _inherit = "property.arrears.case"

    def _get_evidence_documents(self):
        """Extended: the files of the debtor's complaints about the unit, at the end."""
        complaints = self.env["property.complaint"].search(
            self._get_debtor_domain(), order="received_at, id"
        )
        parts = super()._get_evidence_documents()
        if complaints:
            parts.append(self._get_evidence_complaints(complaints))
        return parts

    def _get_evidence_complaints(self, complaints):
        """What was complained of, and what came of it."""
        documents = [
            {
                "title": self.env._("Complaint"),
                "number": complaint.name,
                "date": get_local_date(complaint, complaint.received_at),
                "record": complaint,
                "facts": [
                    (self.env._("About"), complaint.subject, "text"),
                    (self.env._("Stage"), complaint.stage_id.name, "text"),
                    (
                        self.env._("Outcome"),
                        self._get_label(complaint, "outcome"),
                        "text",
                    ),
                ],
                "tables": [],
            }
            for complaint in complaints
        ]
        facts = [
            {
                "complaint": complaint.name,
                "state": complaint.state,
                "outcome": complaint.outcome or "",
            }
            for complaint in complaints
        ]
        return self._prepare_evidence(
            "complaints",
            self.env._("Complaints"),
            documents,
            complaints.evidence_ids,
            facts,
        )
