from odoo import api, fields, models


class PropertyArrearsCase(models.Model):
    """The evidence packs of a case."""

    _inherit = "property.arrears.case"

    evidence_pack_count = fields.Integer(
        string="Evidence Packs", compute="_compute_evidence_pack_count"
    )

    @api.depends_context("uid")
    def _compute_evidence_pack_count(self):
        counts = {}
        if self.env["property.evidence.pack"].has_access("read"):
            counts = dict(
                self.env["property.evidence.pack"]._read_group(
                    [("case_id", "in", self.ids)], ["case_id"], ["__count"]
                )
            )
        for case in self:
            case.evidence_pack_count = counts.get(case, 0)

    def action_make_evidence(self):
        """Make the evidence pack, and show it."""
        self.ensure_one()
        pack = self.env["property.evidence.pack"]._make(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": pack._name,
            "res_id": pack.id,
            "view_mode": "form",
        }

    def action_open_evidence(self):
        """The evidence packs of this case."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_reports.property_evidence_pack_action"
        )
        action["domain"] = [("case_id", "in", self.ids)]
        return action
