from odoo import api, fields, models

from ..local_time import get_today


class AccountMoveLine(models.Model):
    """What is disputed of bill lines."""

    _inherit = "account.move.line"

    fee_dispute_line_ids = fields.One2many(
        "property.fee.dispute.line", "move_line_id", string="Disputes"
    )
    fee_dispute_id = fields.Many2one(
        "property.fee.dispute",
        string="Dispute",
        compute="_compute_fee_dispute",
        help="The dispute that holds an amount of this line.",
    )
    fee_amount_disputed = fields.Monetary(
        string="Disputed",
        compute="_compute_fee_dispute",
        help="What is open of this line and held by a dispute.",
    )

    @api.depends(
        "fee_amount_open",
        "fee_dispute_line_ids.amount",
        "fee_dispute_line_ids.dispute_id.state",
        "fee_dispute_line_ids.dispute_id.opened_on",
        "fee_dispute_line_ids.dispute_id.deadline",
    )
    def _compute_fee_dispute(self):
        holds = self._get_disputes()
        for line in self:
            dispute, amount = holds.get(line._origin.id, (False, 0.0))
            line.fee_dispute_id = dispute
            line.fee_amount_disputed = amount

    def _get_disputes(self):
        """What disputes hold of bill lines today.

        What a credit note has taken back since a dispute was opened is no longer
        disputed. The number of queries does not depend on the number of lines.

        :return: ``{line id: (property.fee.dispute, amount)}``, others left out
        """
        today = get_today(self)
        # what is held of a bill is a fact for whoever may see the bill
        rows = self.env["property.fee.dispute.line"].sudo()
        rows = rows.search(
            [("move_line_id", "in", self.ids), ("state", "!=", "withdrawn")]
        ).filtered(lambda row: row._is_held(today))
        if not rows:
            return {}
        lines = rows.move_line_id
        settled = lines._get_fee_amounts_settled()
        credited_on = lines._get_fee_credits()
        held, disputes = {}, {}
        for row in rows:
            line = row.move_line_id
            opened_on = row.dispute_id.opened_on
            credited = sum(
                amount
                for day, amount in credited_on.get(line.id, ())
                if day >= opened_on
            )
            held[line] = held.get(line, 0.0) + max(0.0, row.amount - credited)
            disputes[line] = row.dispute_id.sudo(False)
        result = {}
        for line, amount in held.items():
            left = line.price_total - settled.get(line.id, 0.0)
            amount = line.currency_id.round(min(amount, left))
            if line.currency_id.compare_amounts(amount, 0) > 0:
                result[line.id] = (disputes[line], amount)
        return result

    def _get_fee_credits(self):
        """``{line id: [(day, amount)]}`` that credit notes took back."""
        # as in _get_fee_amounts_settled
        groups = (
            self.env["property.payment.allocation"]
            .sudo()
            ._read_group(
                [
                    ("move_line_id", "in", self.ids),
                    ("settled_by_id.move_type", "=", "out_refund"),
                ],
                ["move_line_id", "date:day"],
                ["amount:sum"],
            )
        )
        result = {}
        for line, day, amount in groups:
            result.setdefault(line.id, []).append((fields.Date.to_date(day), amount))
        return result
