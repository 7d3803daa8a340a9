from odoo import api, models
from odoo.tools import get_lang


class PropertyReceipt(models.Model):
    _name = "property.receipt"
    _inherit = ["property.receipt", "property.document.mixin"]

    def action_print(self):
        """Override of `property_fee_billing`: the receipt itself, in the payer's
        language, on the paper of the community; each print is counted, and is a copy
        from the second on."""
        papers = set(self.community_id.mapped("receipt_paper"))
        name = "slip" if papers == {"slip"} else "property_receipt"
        report = self.env.ref(f"property_fee_reports.action_report_{name}")
        return report.report_action(self, config=False)

    @api.model
    def _get_portal_report(self):
        """Override of `property_fee_billing`: the receipt itself."""
        return "property_fee_reports.action_report_property_receipt"

    def _note_printing(self):
        """Override of `property.document.mixin`: count, and say who it was."""
        # Whoever may read a receipt may print it; the count is not theirs to write.
        receipts = self.sudo()
        for receipt in receipts:
            receipt.print_count += 1
        receipts._message_log_batch(
            {
                receipt.id: self.env._(
                    "Printed by %(user)s: print %(number)s.",
                    user=self.env.user.name,
                    number=receipt.print_count,
                )
                for receipt in receipts
            }
        )

    def _get_document_lang(self):
        """Override of `property.document.mixin`: the payer's, if it is installed."""
        return get_lang(self.env, self.partner_id.lang).code

    def _get_document_data(self):
        """Override of `property.document.mixin`: the receipt or payout voucher."""
        self.ensure_one()
        is_payout = self.kind == "payout"
        return self._prepare_document(
            self.community_id,
            title=self.env._("Payout Voucher") if is_payout else self.env._("Receipt"),
            number=self.name,
            date=self.date,
            marks=self._get_document_marks(),
            facts=self._get_document_facts(),
            tables=[self._get_document_table()],
            amount={
                "label": self.env._("Paid Out")
                if is_payout
                else self.env._("Received"),
                "value": self.amount,
                "words": self.currency_id.amount_to_text(self.amount),
            },
            notes=self._get_document_notes(),
            signatures=[self.env._("Company Seal"), self.env._("Cashier")]
            + ([self.env._("Payee")] if is_payout else []),
            footnote=self._get_document_footnote(),
        )

    def _get_document_marks(self):
        """That it is a copy, that it is void and why."""
        marks = []
        if self.state == "void":
            what = self.env._(
                "%(reason)s (%(date)s, %(user)s)",
                reason=self.void_reason,
                date=self._format_document_period(self.void_date),
                # the name alone, as the document shows it
                user=self.void_user_id.sudo().name or "",
            )
            marks.append({"kind": "void", "text": self.env._("VOID"), "note": what})
        if self.print_count > 1:
            text = self.env._("Copy %s", self.print_count)
            marks.append({"kind": "copy", "text": text, "note": ""})
        return marks

    def _get_document_facts(self):
        """Who paid for which units, how, and who took it."""
        units = self.line_ids.unit_id | self.unit_id
        rows = [
            (
                self.env._("Payee") if self.kind == "payout" else self.env._("Payer"),
                self.partner_id.name,
            ),
            (self.env._("Unit"), ", ".join(units.mapped("code"))),
            (self.env._("Payment Method"), self._get_document_methods()),
            # the name alone
            (self.env._("Staff"), self.user_id.sudo().name),
            (self.env._("Note"), self.note),
            (self.env._("Invoice Title"), self.partner_id._get_fapiao_text()),
        ]
        return [
            {"label": label, "value": value, "type": "text"}
            for label, value in rows
            if value
        ]

    def _get_document_methods(self):
        """Each way of paying, with its amount where there are several."""
        # The desk and the owner print receipts, and may not read payments.
        payments = self.payment_ids.sudo()
        names = [
            self._get_printed_method_name(
                payment.journal_id, payment.payment_method_line_id
            )
            for payment in payments
        ]
        if len(payments) < 2:
            # as above
            return names[0] if names else self.sudo().method_names
        return ", ".join(
            f"{name} {self.currency_id.format(payment.amount)}"
            for name, payment in zip(names, payments, strict=True)
        )

    @api.model
    def _get_printed_method_name(self, journal, line):
        """What a payer calls it: the journal, and the method unless it is Odoo's plain
        one, which says nothing.

        :param journal: account.journal
        :param line: account.payment.method.line
        """
        method = line.payment_method_id
        plain = {method.name, method.with_context(lang="en_US").name}
        is_plain = line.code == "manual" and line.name in plain
        names = (journal.name, "" if is_plain else line.name)
        return " ".join(dict.fromkeys(filter(None, names)))

    def _get_document_table(self):
        """What the money settled, and how that and the rest make the amount."""
        columns = [
            ["unit", self.env._("Unit"), "text", 14],
            ["bill", self.env._("Bill"), "text", 22],
            ["item", self.env._("Item"), "text", 25],
            ["period", self.env._("Period"), "text", 25],
            ["amount", self.env._("Amount"), "money", 14],
        ]
        rows = [self._get_document_row(line) for line in self.line_ids]
        table = self._prepare_document_table(
            self.currency_id, "", columns, rows, ("amount",)
        )
        if self.kind == "receipt":
            table["total"]["unit"] = self.env._("Settled")
        return {**table, "summary": self._get_document_summary()}

    def _get_document_row(self, line):
        """One line of the table, of a property.receipt.line."""
        return {
            "unit": line.unit_id.code or "",
            # The front desk may not read bills, their numbers stand on receipts.
            "bill": line.sudo().move_id.name or "",
            "item": line.item_id.name or "",
            "period": self._format_document_period(line.date_from, line.date_to),
            "amount": line.amount,
        }

    def _get_document_summary(self):
        """Discount taken off, and what is kept for the next bills."""
        lines = []
        if self.discount_amount:
            label = self.env._("Discount for Paying Early")
            lines.append((label, -self.discount_amount))
        if self.credit_amount:
            purposes = dict(self._fields["purpose"]._description_selection(self.env))
            kept_for = filter(None, (self.unit_id.code, purposes.get(self.purpose)))
            what = self.env._("Kept as Credit")
            if self.kind == "payout":
                what = self.env._("Out of the Credit")
            label = ", ".join((what, *kept_for))
            lines.append((label, self.credit_amount))
        return [
            {"label": label, "value": value, "type": "money"} for label, value in lines
        ]

    def _get_document_notes(self):
        """How the bills were chosen: it decides what stays open."""
        if self.kind == "payout" or not self.line_ids:
            return []
        if self.is_designated:
            return [self.env._("Settled as the payer chose.")]
        return [self.env._("Settled in the community's order, the oldest due first.")]
