from collections import defaultdict

from odoo import api, fields, models


class PropertyPaymentAllocation(models.Model):
    """What a payment or credit note settled of one line of a bill.

    Odoo knows which bill was paid; who collects must know which fee and which
    months. A row is written when journal items are reconciled, never changed, and
    goes with the reconciliation. Within a bill the payer's choice comes first, then
    the lines a credit note names, then the money's purpose, then the oldest period.
    """

    _name = "property.payment.allocation"
    _description = "Payment Allocation"
    _order = "date desc, id desc"
    _check_company_auto = True

    partial_id = fields.Many2one(
        "account.partial.reconcile",
        string="Reconciliation",
        required=True,
        index=True,
        ondelete="cascade",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Bill Line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(
        related="move_line_id.move_id", string="Bill", store=True, index=True
    )
    settled_by_id = fields.Many2one(
        related="partial_id.credit_move_id.move_id",
        string="Settled By",
        store=True,
        index=True,
    )
    date = fields.Date(required=True, help="Day of the payment or credit note.")
    amount = fields.Monetary(required=True)
    item_id = fields.Many2one(
        related="move_line_id.fee_item_id", store=True, index=True
    )
    fee_class = fields.Selection(related="item_id.fee_class")
    unit_id = fields.Many2one(
        related="move_line_id.fee_unit_id", store=True, index=True
    )
    community_id = fields.Many2one(
        related="move_line_id.fee_community_id", store=True, index=True
    )
    company_id = fields.Many2one(related="community_id.company_id")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    date_from = fields.Date(related="move_line_id.fee_date_from")
    date_to = fields.Date(related="move_line_id.fee_date_to")

    @api.model
    def _allocate(self, partials):
        """Spread partial reconciliations over the lines of the bills they settle.

        :param partials: account.partial.reconcile whose debit item is a bill's
        """
        lines = self._get_bill_lines(partials.debit_move_id.move_id)
        settled = (
            self.env["account.move.line"]
            .union(*lines.values())
            ._get_fee_amounts_settled()
        )
        left = {
            line.id: line.price_total - settled.get(line.id, 0.0)
            for bill_lines in lines.values()
            for line in bill_lines
        }
        values = []
        for partial in partials.sorted("id"):
            bill = partial.debit_move_id.move_id
            values += self._spread(partial, lines.get(bill, ()), left)
        self.create(values)

    @api.model
    def _get_bill_lines(self, bills):
        """``{bill: its lines with a fee, oldest period first}``."""
        lines = defaultdict(lambda: self.env["account.move.line"])
        found = self.env["account.move.line"].search(
            [
                ("move_id", "in", bills.ids),
                ("display_type", "=", "product"),
                ("fee_item_id", "!=", False),
            ]
        )
        for line in found.sorted(lambda line: (line.fee_date_from, line.sequence)):
            lines[line.move_id] += line
        return lines

    @api.model
    def _spread(self, partial, lines, left):
        """Allocation values of one partial; ``left`` is what lines still owe."""
        currency = partial.debit_currency_id
        amount = partial.debit_amount_currency
        result = []
        for line, limit in self._get_steps(partial, lines, left):
            part = currency.round(min(amount, limit, left[line.id]))
            if currency.compare_amounts(part, 0) <= 0:
                continue
            left[line.id] -= part
            amount -= part
            result.append(
                {
                    "partial_id": partial.id,
                    "move_line_id": line.id,
                    "date": partial.credit_move_id.date,
                    "amount": part,
                }
            )
        return result

    @api.model
    def _get_steps(self, partial, lines, left):
        """The order in which a partial settles lines: (bill line, at most).

        A line may come more than once: first as chosen, then as the oldest.
        """
        chosen = self.env.context.get("fee_line_choice") or {}
        steps = [(line, chosen[line.id]) for line in lines if line.id in chosen]
        source = partial.credit_move_id.move_id
        if source.move_type == "out_refund":
            steps += self._get_credited_steps(source, lines)
        purpose = source.fee_purpose
        if purpose:
            steps += [
                (line, left[line.id])
                for line in lines
                if line.fee_item_id.fee_class == purpose
            ]
        return steps + [(line, left[line.id]) for line in lines]

    @api.model
    def _get_credited_steps(self, credit_note, lines):
        """The lines that a credit note is about: those its fee lines correct, then
        those of the same fee and period."""
        corrected = [
            (fee_line.corrects_id.move_line_id, line.price_total)
            for line in credit_note.invoice_line_ids
            for fee_line in line.fee_line_ids
        ]
        credited = {
            (line.fee_item_id, line.fee_date_from, line.fee_date_to): line.price_total
            for line in credit_note.invoice_line_ids
            if line.fee_item_id
        }
        steps = [(line, amount) for line, amount in corrected if line in lines]
        for line in lines:
            key = (line.fee_item_id, line.fee_date_from, line.fee_date_to)
            if key in credited:
                steps.append((line, credited[key]))
        return steps
