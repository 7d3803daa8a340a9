from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from ..engine import Span


class PropertyOwnershipTransfer(models.Model):
    """What a transfer needs, and what it would give before it is confirmed."""

    _inherit = "property.ownership.transfer"

    # ------------------------------------------------------------------ checks
    def _check_ready(self):
        """Refuse what cannot be transferred, in one sentence."""
        self.ensure_one()
        self._check_payers()
        draft = self.env["property.fee.line"].search(
            [("unit_id", "=", self.unit_id.id), ("state", "=", "draft")], limit=1
        )
        if draft:
            raise UserError(
                self.env._(
                    "Unit %(unit)s stands in the preview of billing run %(run)s: post "
                    "the run or throw its preview away first.",
                    unit=self.unit_id.display_name,
                    run=draft.run_id.name,
                )
            )
        if self.debt_choice == "carry" and not (self.handover_reference or "").strip():
            raise UserError(
                self.env._(
                    "%(partner)s takes over debts only by a written agreement: enter "
                    "its reference.",
                    partner=self.new_partner_id.display_name,
                )
            )
        if self.credit_choice == "refund" and not self.payment_method_line_id:
            raise UserError(
                self.env._(
                    "Say how prepaid money is paid back to %s.",
                    self.old_partner_id.display_name,
                )
            )
        self._check_books()

    def _check_payers(self):
        """One payer ends and another begins."""
        unit, old = self.unit_id, self.old_ownership_id
        if not old:
            raise UserError(
                self.env._(
                    "Nobody pays for unit %s yet: enter who does under Owners & "
                    "Tenants.",
                    unit.display_name,
                )
            )
        if self.new_partner_id == self.old_partner_id:
            raise UserError(
                self.env._(
                    "%(partner)s pays for unit %(unit)s already: choose who does from "
                    "%(date)s on.",
                    partner=self.old_partner_id.display_name,
                    unit=unit.display_name,
                    date=self.date,
                )
            )
        if old.date_from and self.date <= old.date_from:
            raise UserError(
                self.env._(
                    "%(partner)s pays for unit %(unit)s only since %(since)s: the "
                    "transfer date must be later.",
                    partner=self.old_partner_id.display_name,
                    unit=unit.display_name,
                    since=old.date_from,
                )
            )

    def _check_books(self):
        """The books are open on the day everything is booked."""
        community = self.community_id
        community._check_money_date(
            self.booking_date, community.journal_id, has_tax=True
        )
        if self.credit_choice == "move":
            if not self.journal_id:
                raise UserError(
                    self.env._("Choose the journal in which prepaid money is moved.")
                )
            community._check_money_date(self.booking_date, self.journal_id)

    # ----------------------------------------------------------------- preview
    def action_preview(self):
        """Show the corrected lines and who would owe what. Nothing is booked."""
        for transfer in self:
            transfer._check_state("draft")
            transfer._check_ready()
            lines = transfer._get_corrections(transfer._get_future_payers())
            transfer._discard_preview()
            transfer._store_lines(lines)
            transfer._store_balances(transfer._get_expected_balances(lines))
            transfer._write_flow({"is_previewed": True})

    def _discard_preview(self):
        # rows of the preview are the system's, and made anew by it
        self.sudo().line_ids.unlink()
        # as above
        self.sudo().balance_ids.unlink()
        self._write_flow({"is_previewed": False})

    def _get_future_payers(self):
        """``{unit id: engine Spans}`` as they will be."""
        self.ensure_one()
        day_before = self.date - timedelta(days=1)
        spans = []
        for payer in self.unit_id.ownership_ids.filtered("is_payer"):
            end = payer.date_to
            if payer == self.old_ownership_id:
                end = min(filter(None, (end, day_before)))
            spans.append(
                Span(payer.date_from or None, end or None, payer.partner_id.id)
            )
        spans.append(Span(self.date, None, self.new_partner_id.id))
        return {self.unit_id.id: spans}

    def _get_corrections(self, payers=None):
        """Engine lines that correct what was billed beyond the transfer date.

        :raise UserError: when a billed period cannot be reckoned now
        """
        self.ensure_one()
        result = self.env["property.fee.correction"]._compute_corrections(
            self.unit_id, self.date, payers=payers
        )
        for refusal in result.refusals[:1]:
            Refusal = self.env["property.billing.refusal"]
            reasons = dict(Refusal._fields["reason"]._description_selection(self.env))
            item = self.env["property.fee.item"].browse(refusal.item_id)
            raise UserError(
                self.env._(
                    "%(item)s of unit %(unit)s, %(date_from)s – %(date_to)s, is billed "
                    "but cannot be reckoned now: %(reason)s.",
                    item=item.display_name,
                    unit=self.unit_id.display_name,
                    date_from=refusal.date_from,
                    date_to=refusal.date_to,
                    reason=reasons.get(refusal.reason, refusal.reason),
                )
            )
        return result.lines

    def _store_lines(self, lines):
        """Keep difference lines as rows of the statement."""
        service = self.env["property.fee.correction"]
        values = [
            {**service._prepare_preview(line), "transfer_id": self.id} for line in lines
        ]
        for row in values:
            del row["unit_id"]
        # see _discard_preview
        self.env["property.ownership.transfer.line"].sudo().create(values)

    def _store_balances(self, balances):
        """Keep what each payer owes: ``{party: values}``."""
        # see _discard_preview
        self.env["property.ownership.transfer.balance"].sudo().create(
            [
                {
                    "transfer_id": self.id,
                    "party": party,
                    "partner_id": self[f"{party}_partner_id"].id,
                    **amounts,
                }
                for party, amounts in balances.items()
            ]
        )

    def _get_expected_balances(self, lines):
        """What each payer will owe, as far as it can be told before."""
        corrected = self._get_corrected_amounts(lines)
        before = {
            party: self._get_ledger_balance(self[f"{party}_partner_id"])
            for party in ("old", "new")
        }
        middle = before["old"] + corrected["old"]
        carried = max(middle, 0.0) if self.debt_choice == "carry" else 0.0
        credit = max(-middle, 0.0)
        return self._prepare_balances(
            before,
            corrected,
            carried,
            credit if self.credit_choice == "move" else 0.0,
            credit if self.credit_choice == "refund" else 0.0,
        )

    def _get_corrected_amounts(self, lines):
        """``{party: sum}`` of difference lines."""
        return {
            party: sum(
                float(line.amount)
                for line in lines
                if line.partner_id == self[f"{party}_partner_id"].id
            )
            for party in ("old", "new")
        }

    def _prepare_balances(self, before, corrected, carried, moved, refunded):
        """``{party: values}`` of the balance rows; above zero is owed."""
        rows = {
            "old": {
                "balance_before": before["old"],
                "corrected": corrected["old"],
                "carried": -carried,
                "moved": moved,
                "refunded": refunded,
            },
            "new": {
                "balance_before": before["new"],
                "corrected": corrected["new"],
                "carried": carried,
                "moved": -moved,
                "refunded": 0.0,
            },
        }
        for row in rows.values():
            row["balance_after"] = self.currency_id.round(sum(row.values()))
        return rows
