from collections import defaultdict

from odoo import api, fields, models


class AccountMove(models.Model):
    """Disputes about bills: what is held is neither demanded nor bears a late fee."""

    _inherit = "account.move"

    fee_amount_disputed = fields.Monetary(
        string="Disputed",
        compute="_compute_fee_amount_disputed",
        help="What is open of this bill and in review.",
    )
    fee_dispute_line_ids = fields.One2many(
        "property.fee.dispute.line", "move_id", string="Disputed Lines"
    )
    fee_dispute_count = fields.Integer(
        string="Disputes", compute="_compute_fee_dispute_count"
    )

    @api.depends("invoice_line_ids.fee_amount_disputed")
    def _compute_fee_amount_disputed(self):
        amounts = self._origin._get_disputed_amounts()
        for move in self:
            move.fee_amount_disputed = amounts.get(move._origin.id, 0.0)

    @api.depends("fee_dispute_line_ids")
    def _compute_fee_dispute_count(self):
        # whoever may see a bill may see how many disputes there are about it
        counts = dict(
            self.env["property.fee.dispute.line"]
            .sudo()
            ._read_group(
                [("move_id", "in", self._origin.ids)],
                ["move_id"],
                ["dispute_id:count_distinct"],
            )
        )
        for move in self:
            move.fee_dispute_count = counts.get(move._origin, 0)

    # ------------------------------------------------------------------- hooks
    def _get_disputed_amounts(self):
        """Override: what disputes hold today."""
        amounts = defaultdict(float, super()._get_disputed_amounts())
        # see _get_disputes
        rows = self.env["property.fee.dispute.line"].sudo()
        rows = rows.search([("move_id", "in", self.ids), ("state", "!=", "withdrawn")])
        lines = rows.move_line_id.sudo(False)
        bills = {row.move_line_id.id: row.move_id for row in rows}
        for line_id, (_dispute, amount) in lines._get_disputes().items():
            bill = bills[line_id]
            amounts[bill.id] = bill.currency_id.round(amounts[bill.id] + amount)
        return dict(amounts)

    @api.model
    def _get_late_fee_line_pauses(self, lines):
        """Override: the days of disputes."""
        pauses = super()._get_late_fee_line_pauses(lines)
        # see _get_disputes
        rows = self.env["property.fee.dispute.line"].sudo()
        for row in rows.search([("move_line_id", "in", lines.ids)]):
            if row.dispute_id._is_fee_paused():
                days = pauses.setdefault(row.move_line_id.id, [])
                days.append((*row.dispute_id._get_hold(), row.amount))
        return pauses

    def _get_dunning_due_dates(self):
        """Override: after a rejection dunning counts from the new deadline."""
        dates = super()._get_dunning_due_dates()
        # see _get_disputes
        rows = self.env["property.fee.dispute.line"].sudo()
        rows = rows.search([("move_id", "in", self.ids), ("state", "=", "rejected")])
        for row in rows:
            due = dates.get(row.move_id.id) or row.move_id.invoice_date_due
            dates[row.move_id.id] = max(filter(None, (due, row.dispute_id.deadline)))
        return dates

    # ----------------------------------------------------------------- actions
    def action_dispute_fees(self):
        """Dispute lines of this bill: all that are open, to be reduced."""
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(
            lambda line: (
                line.fee_item_id
                and line.currency_id.compare_amounts(line.fee_amount_open, 0) > 0
                and not line.fee_dispute_id
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispute"),
            "res_model": "property.fee.dispute",
            "view_mode": "form",
            "context": {
                "default_unit_id": self.fee_unit_id.id,
                "default_partner_id": self.partner_id.id,
                "default_line_ids": [
                    fields.Command.create(
                        {"move_line_id": line.id, "amount": line.fee_amount_open}
                    )
                    for line in lines
                ],
            },
        }

    def action_open_fee_disputes(self):
        """The disputes about this bill."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_fee_dispute_action"
        )
        action["domain"] = [("line_ids.move_id", "in", self.ids)]
        action["context"] = {}
        return action
