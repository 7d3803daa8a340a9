from datetime import timedelta

from markupsafe import Markup

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from .money_flow import money_flow


class PropertyOwnershipTransfer(models.Model):
    """Confirming a transfer: people, billed periods, debts, prepaid money."""

    _inherit = "property.ownership.transfer"

    def action_confirm(self):
        """Do the transfer, all of it or nothing.

        :raise UserError: in one sentence why it cannot be done
        """
        for transfer in self:
            transfer._check_state("draft")
            transfer._check_ready()
            with self.env.cr.savepoint():
                transfer._confirm()

    @money_flow
    def _confirm(self):
        """The steps, in their order, under locks that keep others out."""
        self.ensure_one()
        service = self.env["property.fee.correction"]
        settlement = self.env["property.settlement"]
        service._hold(self.community_id)
        settlement._lock_bills(self._get_debts(self.old_partner_id))
        before = {
            party: self._get_ledger_balance(self[f"{party}_partner_id"])
            for party in ("old", "new")
        }
        # who was the old payer stays from here on
        self._write_flow(
            {
                "state": "done",
                "confirmed_by_id": self.env.uid,
                "confirmed_on": fields.Datetime.now(),
            }
        )
        self._change_ownership()
        lines = self._get_corrections()
        self._check_as_shown(lines)
        if lines:
            reason = self.env._("Ownership transfer %s", self.name)
            run = service._bill(self.community_id, lines, reason, self.booking_date)
            self._write_flow({"run_id": run.id})
        settlement._settle_with_credits(self._get_debts(self.old_partner_id))
        carried = self._apply_debt_choice()
        moved, refunded = self._apply_credit_choice()
        settlement._settle_with_credits(self._get_debts(self.new_partner_id))
        self._discard_lines_and_store(lines, before, carried, moved, refunded)
        self._post_notes()
        # who owes for the unit may have changed
        self.env["property.arrears.case"]._sync(units=self.unit_id)

    def _check_as_shown(self, lines):
        """What is billed is what the preview showed, if there was one."""
        if not self.is_previewed:
            return
        shown = [(row.partner_id.id, row.difference) for row in self.line_ids]
        now = [(line.partner_id, float(line.amount)) for line in lines]
        if len(shown) != len(now) or any(
            old[0] != new[0] or self.currency_id.compare_amounts(old[1], new[1])
            for old, new in zip(shown, now, strict=True)
        ):
            raise UserError(
                self.env._(
                    "The bills of unit %s have changed since the preview. Look at it "
                    "again.",
                    self.unit_id.display_name,
                )
            )

    def _discard_lines_and_store(self, lines, before, carried, moved, refunded):
        """Keep the figures as they are now, for the statement."""
        # rows are the system's, see _discard_preview
        self.sudo().line_ids.unlink()
        # as above
        self.sudo().balance_ids.unlink()
        self._store_lines(lines)
        balances = self._prepare_balances(
            before, self._get_corrected_amounts(lines), carried, moved, refunded
        )
        for party, values in balances.items():
            partner = self[f"{party}_partner_id"]
            values["balance_after"] = self._get_ledger_balance(partner)
        self._store_balances(balances)
        self.env.flush_all()
        self._write_flow({"settlement_data": self._prepare_settlement_data()})

    # ------------------------------------------------------------------ people
    def _change_ownership(self):
        """End the old payer the day before, begin the new one on the day."""
        old = self.old_ownership_id
        day_before = self.date - timedelta(days=1)
        stays = self.old_payer_stays and (not old.date_to or old.date_to >= self.date)
        values = [self._prepare_new_payer_values()]
        if stays:
            values.append(
                {
                    **self._prepare_ownership_values(old.partner_id, old.role),
                    "date_to": old.date_to,
                }
            )
        values += [
            self._prepare_ownership_values(partner, self.new_role)
            for partner in self.co_owner_ids - self.new_partner_id
        ]
        # who is in the unit already and pays from now on
        same = self.unit_id.ownership_ids.filtered(
            lambda other: (
                other.partner_id == self.new_partner_id
                and other.role == self.new_role
                and not other.is_payer
                and self._is_open(other)
            )
        )
        ending = (old | self.ending_ownership_ids | same).filtered(self._is_open)
        ending.write({"date_to": day_before, "change_reason": self.name})
        self.env["property.ownership"].create(values)

    def _prepare_new_payer_values(self):
        """Values of the new payer's ownership."""
        values = self._prepare_ownership_values(self.new_partner_id, self.new_role)
        return {**values, "is_payer": True}

    def _prepare_ownership_values(self, partner, role):
        """Values of an ownership from the day on, not paying."""
        return {
            "unit_id": self.unit_id.id,
            "partner_id": partner.id,
            "role": role,
            "is_payer": False,
            "date_from": self.date,
            "change_reason": self.name,
        }

    # ------------------------------------------------------------------- debts
    def _get_ledger_balance(self, partner):
        """What the ledger says a partner owes for the unit; below zero is credit."""
        [[amount]] = self.env["account.move.line"]._read_group(
            [
                ("fee_unit_id", "=", self.unit_id.id),
                ("partner_id", "child_of", partner.commercial_partner_id.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("currency_id", "=", self.currency_id.id),
            ],
            [],
            ["amount_residual_currency:sum"],
        )
        return self.currency_id.round(amount or 0.0)

    def _get_debts(self, partner):
        """Open bills of a partner for the unit, in the order to settle them."""
        return self.env["property.settlement"]._get_open_bills(
            [
                ("fee_unit_id", "=", self.unit_id.id),
                ("partner_id", "child_of", partner.commercial_partner_id.ids),
                ("currency_id", "=", self.currency_id.id),
            ]
        )

    def _apply_debt_choice(self):
        """Leave, refuse or carry over what the old payer still owes.

        :return: what was carried over
        """
        debts = {
            bill: self._get_open_parts(bill)
            for bill in self._get_debts(self.old_partner_id)
        }
        amount = self.currency_id.round(
            sum(part for parts in debts.values() for _line, part in parts)
        )
        if self.debt_choice == "settle" and amount:
            raise UserError(
                self.env._(
                    "%(partner)s still owes %(amount)s for unit %(unit)s, billed "
                    "periods corrected: take the money first, or choose otherwise.",
                    partner=self.old_partner_id.display_name,
                    amount=self.currency_id.format(amount),
                    unit=self.unit_id.display_name,
                )
            )
        if self.debt_choice != "carry":
            return 0.0
        for bill, parts in debts.items():
            if parts:
                self._carry_debt(bill, parts)
        return amount

    def _carry_debt(self, bill, parts):
        """Credit what is open of a bill, and bill it to the new payer, line by line,
        due on the same day as before."""
        amount = self.currency_id.round(sum(part for _line, part in parts))
        reference = self.env._(
            "%(bill)s taken over by %(partner)s, agreement %(reference)s",
            bill=bill.name,
            partner=self.new_partner_id.display_name,
            reference=self.handover_reference.strip(),
        )
        maker = self.env["property.credit.note"]
        note = maker._credit_lines(bill, parts, self.booking_date, reference)
        debit = self.env["account.move"].create(
            self._prepare_carried_values(bill, note, reference)
        )
        rest = self.currency_id.round(amount - debit.amount_total)
        tax_line = debit.line_ids.filtered("tax_repartition_line_id")[:1]
        if tax_line and not self.currency_id.is_zero(rest):
            # the cents of taxes added on top, as on the credit note
            debit.line_ids = [
                Command.update(
                    tax_line.id, {"amount_currency": tax_line.amount_currency - rest}
                )
            ]
        if self.currency_id.compare_amounts(
            debit.amount_total, amount
        ) or self.currency_id.compare_amounts(note.amount_total, amount):
            raise UserError(
                self.env._(
                    "The %(amount)s that is open of bill %(bill)s cannot be carried "
                    "over to the cent: have it paid, or leave it with the old payer.",
                    amount=self.currency_id.format(amount),
                    bill=bill.name,
                )
            )
        debit._post(soft=False)
        note.fee_transfer_id = self

    def _get_open_parts(self, bill):
        """What is open of a bill, line by line. A deposit is no debt of the unit: it
        stays with who was asked for it.

        :return: list of (bill line, amount), in sum what is open of the bill
        """
        lines = bill.invoice_line_ids.filtered("fee_item_id")
        deposits = lines.filtered(lambda line: line.fee_item_id.fee_class == "deposit")
        parts = [
            [line, line.fee_amount_open]
            for line in lines - deposits
            if self.currency_id.compare_amounts(line.fee_amount_open, 0) > 0
        ]
        if not parts:
            return []
        # such as the rounding of the total
        rest = bill.amount_residual - sum(amount for _line, amount in parts)
        rest -= sum(deposits.mapped("fee_amount_open"))
        max(parts, key=lambda part: part[1])[1] += rest
        return [(line, self.currency_id.round(amount)) for line, amount in parts]

    def _prepare_carried_values(self, bill, note, reference):
        """Values of the new payer's bill of a debt taken over: as the credit note."""
        return {
            "move_type": "out_invoice",
            "partner_id": self.new_partner_id.id,
            "journal_id": bill.journal_id.id,
            "currency_id": bill.currency_id.id,
            "invoice_date": self.booking_date,
            "date": self.booking_date,
            "invoice_date_due": bill.invoice_date_due,
            "invoice_payment_term_id": False,
            "invoice_cash_rounding_id": False,
            "fiscal_position_id": bill.fiscal_position_id.id,
            "invoice_origin": bill.name,
            "ref": reference,
            "payment_reference": bill.payment_reference,
            "fee_unit_id": bill.fee_unit_id.id,
            "fee_community_id": bill.fee_community_id.id,
            "fee_transfer_id": self.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "sequence": line.sequence,
                        "product_id": line.product_id.id,
                        "name": line.name,
                        "quantity": line.quantity,
                        "price_unit": line.price_unit,
                        "account_id": line.account_id.id,
                        "tax_ids": [Command.set(line.tax_ids.ids)],
                        "analytic_distribution": line.analytic_distribution,
                        "fee_item_id": line.fee_item_id.id,
                        "fee_date_from": line.fee_date_from,
                        "fee_date_to": line.fee_date_to,
                    }
                )
                for line in note.invoice_line_ids
            ],
        }

    # ------------------------------------------------------------------- credit
    def _apply_credit_choice(self):
        """Leave, move or pay back what the old payer has to their credit.

        :return: (what was moved, what was paid back)
        """
        payout = self.env["property.payout"]
        credit_lines = payout._get_open_credits(self.unit_id, self.old_partner_id)
        amount = self.currency_id.round(
            -sum(credit_lines.mapped("amount_residual_currency"))
        )
        if not credit_lines or self.credit_choice == "keep":
            return 0.0, 0.0
        if self.credit_choice == "move":
            for purpose, lines in groupby(
                credit_lines, lambda line: line.move_id.fee_purpose or False
            ):
                self._move_credit(purpose, credit_lines.browse().union(*lines))
            return amount, 0.0
        receipt = payout._pay_out(
            self.unit_id,
            self.old_partner_id,
            amount,
            self.payment_method_line_id,
            self.booking_date,
            self.env._("Ownership transfer %s", self.name),
            None,
        )
        self._write_flow({"receipt_id": receipt.id})
        return 0.0, amount

    def _move_credit(self, purpose, credit_lines):
        """Move credit of one purpose to the new payer by an entry that settles it."""
        move = self.env["account.move"].create(
            self._prepare_moved_values(purpose, credit_lines)
        )
        move._post(soft=False)
        debits = move.line_ids.sorted("id")[: len(credit_lines)]
        debits._reconcile_fee_amounts(
            [
                (debit, credit, debit.amount_currency)
                for debit, credit in zip(debits, credit_lines, strict=True)
            ]
        )

    def _prepare_moved_values(self, purpose, credit_lines):
        """Values of the entry: a debit for each credit of the old payer, then the
        credit of the new one."""
        label = self.env._(
            "%(transfer)s: prepaid money of %(old)s to %(new)s",
            transfer=self.name,
            old=self.old_partner_id.display_name,
            new=self.new_partner_id.display_name,
        )
        new = self.new_partner_id.with_company(self.company_id)
        lines = [
            {
                "name": label,
                "account_id": credit.account_id.id,
                "partner_id": credit.partner_id.id,
                "amount_currency": -credit.amount_residual_currency,
                "currency_id": self.currency_id.id,
            }
            for credit in credit_lines
        ]
        lines.append(
            {
                "name": label,
                "account_id": new.property_account_receivable_id.id,
                "partner_id": new.commercial_partner_id.id,
                "amount_currency": -sum(line["amount_currency"] for line in lines),
                "currency_id": self.currency_id.id,
            }
        )
        return {
            "move_type": "entry",
            "journal_id": self.journal_id.id,
            "date": self.booking_date,
            "ref": label,
            "fee_unit_id": self.unit_id.id,
            "fee_community_id": self.community_id.id,
            "fee_purpose": purpose,
            "fee_transfer_id": self.id,
            "line_ids": self.env["property.settlement"]._complete_balances(
                lines, self.company_id, self.booking_date
            ),
        }

    # ------------------------------------------------------------------- notes
    def _post_notes(self):
        """Say in the chatter of the transfer and of the unit what was done."""
        old, new = self.balance_ids.sorted("party", reverse=True)
        self.message_post(
            body=self.env._(
                "Confirmed: %(old)s owes %(old_amount)s, %(new)s owes %(new_amount)s "
                "for the unit.",
                old=self.old_partner_id.display_name,
                old_amount=self.currency_id.format(old.balance_after),
                new=self.new_partner_id.display_name,
                new_amount=self.currency_id.format(new.balance_after),
            )
        )
        self.unit_id.message_post(
            body=Markup("%s %s")
            % (
                self.env._(
                    "From %(date)s on %(new)s pays in place of %(old)s.",
                    date=self.date,
                    new=self.new_partner_id.display_name,
                    old=self.old_partner_id.display_name,
                ),
                self._get_html_link(),
            )
        )
