from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError

from .money_flow import money_flow


class PropertyPayout(models.AbstractModel):
    """Pays out what an owner has to their credit, with a payout voucher."""

    _name = "property.payout"
    _description = "Payout of Credit"

    @api.model
    def _get_open_credits(self, unit, partner):
        """Open credit of a partner on a unit, in the community's currency.

        :return: account.move.line, the oldest first
        """
        return (
            self.env["property.settlement"]
            ._get_credits(unit)
            .filtered(
                lambda line: (
                    line.partner_id.commercial_partner_id
                    == partner.commercial_partner_id
                    and line.currency_id == unit.community_id.currency_id
                )
            )
        )

    @api.model
    def _get_open_amount(self, unit, partner):
        """How much credit a partner has on a unit."""
        credit_lines = self._get_open_credits(unit, partner)
        return unit.community_id.currency_id.round(
            -sum(credit_lines.mapped("amount_residual_currency"))
        )

    @api.model
    @money_flow
    def _pay_out(
        self,
        unit,
        partner,
        amount,
        method_line,
        date,
        reason,
        session,
        credit_lines=None,
    ):
        """Pay credit out and note which credit it was.

        :param unit: property.unit whose credit it is
        :param partner: res.partner who has the credit and gets the money
        :param float amount: above zero, up to the open credit
        :param method_line: outbound account.payment.method.line of the community
        :param date: day of the payment, date or ISO text
        :param str reason: stands on the voucher and on the payment
        :param session: property.cashier.session; cash needs one, the current user's
            open session if none is given
        :param credit_lines: account.move.line to pay out, if not the oldest first
        :return: property.receipt of kind payout
        :raise UserError, ValidationError: in one sentence, nothing is stored
        """
        community = unit.community_id
        self.env["property.receipt"].check_access("create")
        date = fields.Date.to_date(date)
        amount = community.currency_id.round(amount)
        self._check_method(community, method_line)
        session = self._check_session(community, method_line, session)
        community._check_money_date(date, method_line.journal_id)
        credit_lines = credit_lines or self._get_open_credits(unit, partner)
        self._lock_credits(credit_lines)
        parts = self._take_credits(unit, partner, amount, credit_lines)
        receipt = self.env["property.receipt"].create(
            {
                "kind": "payout",
                "community_id": community.id,
                "partner_id": partner.id,
                "unit_id": unit.id,
                "date": date,
                "session_id": session.id,
                "amount": amount,
                "note": reason,
                **self._prepare_receipt_lines(parts),
            }
        )
        self._make_payment(receipt, method_line, parts)
        return receipt

    # ------------------------------------------------------------------ checks
    @api.model
    def _check_method(self, community, method_line):
        """The money goes out in a way the community has."""
        if method_line not in community._get_payment_methods("outbound"):
            raise ValidationError(
                self.env._(
                    "Community %(community)s does not pay out that way: choose an "
                    "outgoing payment method of one of its journals in %(currency)s.",
                    community=community.name,
                    currency=community.currency_id.name,
                )
            )

    @api.model
    def _check_session(self, community, method_line, session):
        """The open session that pays: cash leaves a drawer, other money need not."""
        Session = self.env["property.cashier.session"]
        session = session or Session
        if not session and method_line.journal_id.type == "cash":
            session = Session._get_open(community)
        if session:
            # a session that closes meanwhile pays nothing any more
            session.lock_for_update(allow_referencing=True)
            session.invalidate_recordset(["state"])
            session._check_open()
            if session.community_id != community:
                raise ValidationError(
                    self.env._(
                        "Session %(session)s is not one of community %(community)s.",
                        session=session.name,
                        community=community.display_name,
                    )
                )
        return session

    @api.model
    def _lock_credits(self, credit_lines):
        """Hold credit for this transaction.

        :raise UserError: when somebody else is using it
        """
        try:
            # only locked: the entries are not written
            credit_lines.move_id.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is using this credit right now. Look again in a "
                    "moment."
                )
            ) from error
        credit_lines.invalidate_recordset(
            ["amount_residual", "amount_residual_currency", "reconciled"]
        )

    @api.model
    def _take_credits(self, unit, partner, amount, credit_lines):
        """Take ``amount`` of open credit.

        :return: list of (credit item, part of it)
        :raise ValidationError: not above zero, or more than is open
        """
        currency = unit.community_id.currency_id
        if currency.compare_amounts(amount, 0) <= 0:
            raise ValidationError(
                self.env._(
                    "A refund must be above zero, not %s.", currency.format(amount)
                )
            )
        left = amount
        parts = []
        for line in credit_lines:
            part = currency.round(min(left, -line.amount_residual_currency))
            if currency.compare_amounts(part, 0) > 0:
                parts.append((line, part))
                left = currency.round(left - part)
        if not currency.is_zero(left):
            raise ValidationError(
                self.env._(
                    "Unit %(unit)s: %(amount)s is more than the credit of %(open)s "
                    "that %(partner)s has.",
                    unit=unit.display_name,
                    amount=currency.format(amount),
                    open=currency.format(amount - left),
                    partner=partner.display_name,
                )
            )
        return parts

    # ----------------------------------------------------------------- voucher
    @api.model
    def _prepare_receipt_lines(self, parts):
        """What of a payout was for which item: that of a credit note is for its
        lines, other credit for none."""
        commands = []
        credit = 0.0
        for line, amount in parts:
            left = amount
            if line.move_id.move_type == "out_refund":
                for note_line in line.move_id.invoice_line_ids.filtered("fee_item_id"):
                    part = line.currency_id.round(min(left, note_line.price_total))
                    if line.currency_id.compare_amounts(part, 0) > 0:
                        commands.append(
                            fields.Command.create(
                                self._prepare_receipt_line(note_line, part)
                            )
                        )
                        left -= part
            credit += left
        return {"line_ids": commands, "credit_amount": credit}

    @api.model
    def _prepare_receipt_line(self, note_line, amount):
        """Values of the voucher's line on a line of a credit note."""
        return {
            "move_line_id": note_line.id,
            "move_id": note_line.move_id.id,
            "item_id": note_line.fee_item_id.id,
            "unit_id": note_line.fee_unit_id.id,
            "date_from": note_line.fee_date_from,
            "date_to": note_line.fee_date_to,
            "amount": amount,
        }

    # ----------------------------------------------------------------- payment
    @api.model
    def _make_payment(self, receipt, method_line, parts):
        """Post the payment of a voucher, reconciled with the credit it pays out."""
        payment = self.env["account.payment"].create(
            {
                **self.env["property.counter"]._prepare_payment_values(
                    receipt, (method_line, receipt.amount, receipt.note)
                ),
                "payment_type": "outbound",
            }
        )
        payment._generate_journal_entry(
            line_ids=self._prepare_payment_lines(payment, parts)
        )
        debits = payment.move_id.line_ids.sorted("id")[1:]
        payment.action_post()
        debits._reconcile_fee_amounts(
            [
                (debit, credit, part)
                for debit, (credit, part) in zip(debits, parts, strict=True)
            ]
        )
        return payment

    @api.model
    def _prepare_payment_lines(self, payment, parts):
        """Journal items of a payout: the money, then one for each credit."""
        money, other, *_rest = payment._prepare_move_line_default_vals()
        lines = [money] + [
            {**other, "account_id": credit.account_id.id, "amount_currency": part}
            for credit, part in parts
        ]
        for line in lines:
            for name in ("debit", "credit"):
                line.pop(name, None)
        return self.env["property.settlement"]._complete_balances(
            lines, payment.company_id, payment.date
        )
