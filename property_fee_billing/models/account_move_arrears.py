from odoo import api, fields, models


class AccountMove(models.Model):
    """The arrears case that a bill belongs to."""

    _inherit = "account.move"

    fee_case_id = fields.Many2one(
        "property.arrears.case",
        string="Arrears Case",
        compute="_compute_fee_case_id",
        help="The open case of this debtor and unit.",
    )

    @api.depends("fee_unit_id", "commercial_partner_id")
    def _compute_fee_case_id(self):
        found = {}
        Case = self.env["property.arrears.case"]
        bills = self.filtered(lambda move: move.move_type == "out_invoice")
        if bills.fee_unit_id and Case.has_access("read"):
            cases = Case.search(
                [("unit_id", "in", bills.fee_unit_id.ids), ("closed_on", "=", False)]
            )
            found = {(case.unit_id, case.partner_id): case for case in cases}
        for move in self:
            move.fee_case_id = move in bills and found.get(
                (move.fee_unit_id, move.commercial_partner_id)
            )

    def action_open_fee_case(self):
        """The arrears case of this bill."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.arrears.case",
            "res_id": self.fee_case_id.id,
            "view_mode": "form",
        }
