from odoo import Command, api, models

from .money_flow import money_flow


class PropertyCreditNote(models.AbstractModel):
    """Makes ordinary credit notes from lines of bills."""

    _name = "property.credit.note"
    _description = "Credit Note of Bill Lines"

    @api.model
    @money_flow
    def _credit_lines(self, bill, parts, date, reason):
        """Credit lines of a bill, in full or in part, and post the credit note.

        It settles what is open of those lines, then of the rest of the bill; what is
        beyond the bill stays as the owner's credit.

        :param bill: one posted account.move
        :param parts: list of (bill line, amount), taxes included, above zero
        :param date: day of the credit note
        :param str reason: stands on the credit note
        :return: the posted account.move
        """
        bill.fee_community_id._check_money_date(date, bill.journal_id)
        note = self.env["account.move"].create(
            self._prepare_note_values(bill, parts, date, reason)
        )
        self._fix_cents(note, sum(amount for _line, amount in parts))
        choice = {line.id: amount for line, amount in parts}
        note.with_context(fee_line_choice=choice)._post(soft=False)
        return note

    @api.model
    def _prepare_note_values(self, bill, parts, date, reason):
        """Values of the credit note of some lines of a bill."""
        is_whole = self._is_whole(bill, parts)
        return {
            "move_type": "out_refund",
            "reversed_entry_id": bill.id,
            "partner_id": bill.partner_id.id,
            "journal_id": bill.journal_id.id,
            "currency_id": bill.currency_id.id,
            "invoice_date": date,
            "date": date,
            "invoice_date_due": date,
            "invoice_payment_term_id": False,
            # a rounding of the whole bill goes with the whole bill
            "invoice_cash_rounding_id": (
                bill.invoice_cash_rounding_id.id if is_whole else False
            ),
            "fiscal_position_id": bill.fiscal_position_id.id,
            "invoice_origin": bill.name,
            "ref": reason,
            "payment_reference": bill.payment_reference,
            "fee_unit_id": bill.fee_unit_id.id,
            "fee_community_id": bill.fee_community_id.id,
            "invoice_line_ids": [
                Command.create(self._prepare_note_line_values(line, amount))
                for line, amount in parts
            ],
        }

    @api.model
    def _is_whole(self, bill, parts):
        """Whether all that a bill asks for is credited at once."""
        amounts = {}
        for line, amount in parts:
            amounts[line] = amounts.get(line, 0.0) + amount
        lines = bill.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        return all(
            not bill.currency_id.compare_amounts(amounts.get(line, 0), line.price_total)
            for line in lines
        )

    @api.model
    def _prepare_note_line_values(self, line, amount):
        """Values of the credit note line of a bill line: the same fee, period,
        account and taxes."""
        # the price as the bill has it, with or without taxes
        price = line.price_unit * line.quantity * (1 - (line.discount or 0.0) / 100)
        if line.currency_id.compare_amounts(amount, line.price_total):
            price *= amount / line.price_total
        return {
            "sequence": line.sequence,
            "product_id": line.product_id.id,
            "name": line.name,
            "quantity": 1,
            "price_unit": price,
            "account_id": line.account_id.id,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
            "fee_item_id": line.fee_item_id.id,
            "fee_date_from": line.fee_date_from,
            "fee_date_to": line.fee_date_to,
        }

    @api.model
    def _fix_cents(self, note, amount):
        """Make a credit note whose taxes are added on top exactly the amount asked
        for: the cents of rounding the parts go to its first tax."""
        rest = note.currency_id.round(amount - note.amount_total)
        tax_line = note.line_ids.filtered("tax_repartition_line_id")[:1]
        if (
            tax_line
            and not note.currency_id.is_zero(rest)
            and not note.invoice_cash_rounding_id
        ):
            note.line_ids = [
                Command.update(
                    tax_line.id, {"amount_currency": tax_line.amount_currency + rest}
                )
            ]
