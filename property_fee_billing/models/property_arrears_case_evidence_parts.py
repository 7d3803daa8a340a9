from odoo import models
from odoo.fields import Domain

from ..local_time import get_today
from .property_arrears_case_stage import SENT


class PropertyArrearsCase(models.Model):
    """Parts of the evidence: the contract, what was sent, paid and disputed."""

    _inherit = "property.arrears.case"

    # ----------------------------------------------------------------- the contract
    def _get_evidence_contract(self):
        """Why the fees are owed: the unit, who pays, standards, published prices."""
        lines = self._get_evidence_bills().invoice_line_ids.fee_line_ids
        # a price is public; whoever may make the pack may show its whole history
        standards = (lines.standard_id | lines.rate_id.standard_id).sudo()
        rates = standards.rate_ids.filtered(
            lambda rate: rate.state in ("in_force", "superseded")
        )
        unit = self.unit_id
        document = {
            "title": self.env._("Contract and Standards"),
            "facts": [
                (self.env._("Unit"), unit.display_name, "text"),
                (self.env._("Charged Area (m²)"), unit.charge_area, "number"),
                (
                    self.env._("Area Taken From"),
                    self._get_label(unit, "area_source"),
                    "text",
                ),
                (self.env._("Entry"), unit.area_reference or "", "text"),
                (self.env._("Payment Reference"), unit.payment_reference, "text"),
                (self.env._("Community"), self.community_id.display_name, "text"),
            ],
            "tables": [
                self._get_evidence_people(),
                self._get_evidence_charges(),
                self._get_evidence_standards(standards),
                self._get_evidence_rates(rates),
            ],
        }
        files = standards.document_ids | rates.publication_proof_ids
        return self._prepare_evidence(
            "contract", self.env._("Contract and Standards"), [document], files
        )

    def _get_evidence_people(self):
        return {
            "title": self.env._("Owners and Payers"),
            "columns": [
                ["name", self.env._("Name"), "text", 34],
                ["role", self.env._("Role"), "text", 18],
                ["pays", self.env._("Pays"), "text", 12],
                ["date_from", self.env._("From"), "date", 18],
                ["date_to", self.env._("To"), "date", 18],
            ],
            "rows": [
                {
                    "name": person.partner_id.display_name,
                    "role": self._get_label(person, "role"),
                    "pays": self.env._("yes") if person.is_payer else "",
                    "date_from": person.date_from,
                    "date_to": person.date_to,
                }
                for person in self.unit_id.ownership_ids.sorted(
                    lambda person: (str(person.date_from or ""), person.id)
                )
            ],
        }

    def _get_evidence_charges(self):
        charges = self.env["property.recurring.charge"].search(
            [("unit_id", "=", self.unit_id.id)], order="date_from, id"
        )
        return {
            "title": self.env._("Recurring Charges"),
            "columns": [
                ["standard", self.env._("Standard"), "text", 46],
                ["quantity", self.env._("Quantity"), "number", 14],
                ["date_from", self.env._("From"), "date", 20],
                ["date_to", self.env._("To"), "date", 20],
            ],
            "rows": [
                {
                    "standard": charge.standard_id.display_name,
                    "quantity": charge.quantity,
                    "date_from": charge.date_from,
                    "date_to": charge.date_to,
                }
                for charge in charges
            ],
        }

    def _get_evidence_standards(self, standards):
        return {
            "title": self.env._("Standards"),
            "columns": [
                ["name", self.env._("Standard"), "text", 30],
                ["method", self.env._("Method"), "text", 18],
                ["grade", self.env._("Grade"), "text", 12],
                ["basis", self.env._("Basis"), "text", 18],
                ["document", self.env._("Rests On"), "text", 22],
            ],
            "rows": [
                {
                    "name": standard.display_name,
                    "method": self._get_label(standard, "method"),
                    "grade": standard.grade or "",
                    "basis": self._get_label(standard, "basis"),
                    "document": standard.document_reference or "",
                }
                for standard in standards
            ],
        }

    def _get_evidence_rates(self, rates):
        return {
            "title": self.env._("Prices and Their Publication"),
            "columns": [
                ["standard", self.env._("Standard"), "text", 20],
                ["date_from", self.env._("From"), "date", 12],
                ["price", self.env._("Price"), "number", 10],
                ["published", self.env._("Published On"), "date", 13],
                ["proof", self.env._("Proof"), "text", 17],
                ["audit", self.env._("Audit"), "text", 12],
                ["decision", self.env._("Decision"), "text", 16],
            ],
            "rows": [
                {
                    "standard": rate.standard_id.code,
                    "date_from": rate.date_from,
                    "price": rate.price_unit,
                    "published": rate.publication_date,
                    "proof": ", ".join(rate.publication_proof_ids.mapped("name")),
                    "audit": rate.audit_reference or "",
                    "decision": rate.decision_reference or "",
                }
                for rate in rates.sorted(
                    lambda rate: (rate.standard_id.code, rate.date_from)
                )
            ],
        }

    # ------------------------------------------------------------------ what was sent
    def _get_evidence_notices(self):
        """Every notice as it left, with its hash and what shows that it arrived."""
        notices = self.env["property.notice"].search(
            self._get_debtor_domain() & Domain("state", "in", (*SENT, "failed")),
            order="sent_on, id",
        )
        register = {
            "title": self.env._("Notices"),
            "facts": [],
            "tables": [self._get_evidence_register(notices)],
        }
        letters = [
            self._get_evidence_notice(notice)
            for notice in notices
            if notice.channel != "internal"
        ]
        return self._prepare_evidence(
            "notices",
            self.env._("Notices and Their Delivery"),
            [register, *letters],
            # whoever may see a notice may see what was sent and what proves it
            notices.sudo().attachment_ids | notices.sudo().evidence_attachment_ids,
            [self._get_evidence_hash(notice) for notice in notices],
        )

    def _get_evidence_register(self, notices):
        return {
            "title": self.env._("Register"),
            "columns": [
                ["name", self.env._("Number"), "text", 15],
                ["kind", self.env._("Kind"), "text", 16],
                ["channel", self.env._("Channel"), "text", 14],
                ["sent", self.env._("Sent On"), "date", 12],
                ["state", self.env._("State"), "text", 14],
                ["arrived", self.env._("Arrived On"), "date", 12],
                ["amount", self.env._("Demanded"), "money", 17],
            ],
            "rows": [
                {
                    "name": notice.name,
                    "kind": self._get_label(notice, "kind"),
                    "channel": self._get_label(notice, "channel"),
                    "sent": notice.sent_on and notice._get_letter_date(),
                    "state": self._get_label(notice, "state"),
                    "arrived": notice.delivered_on,
                    "amount": notice.amount_total,
                }
                for notice in notices
            ],
        }

    def _get_evidence_notice(self, notice):
        """One notice: its words, then its record."""
        rows = [
            [self.env._("Address"), notice._get_shown_address()],
            [self.env._("Sent On"), self._get_time_text(notice.sent_on)],
            [self.env._("Sent By"), notice.sent_by_id.name or ""],
            [self.env._("Message-Id"), notice.message_ref or ""],
            [self.env._("State"), self._get_label(notice, "state")],
            [self.env._("Why It Failed"), notice.failure_reason or ""],
            [self.env._("Arrived On"), str(notice.delivered_on or "")],
            [self.env._("Delivered To"), self._get_label(notice, "delivered_to")],
            [self.env._("Evidence"), self._get_label(notice, "evidence_kind")],
            [self.env._("Receipt Number"), notice.provider_message_id or ""],
            [
                self.env._("Files"),
                # as above
                ", ".join(notice.sudo().evidence_attachment_ids.mapped("name")),
            ],
            ["SHA-256", notice.content_hash or ""],
        ]
        return {
            "title": self._get_label(notice, "kind"),
            "number": notice.name,
            "date": notice._get_letter_date(),
            "record": notice,
            "facts": [],
            "tables": [
                {
                    "title": self.env._("Delivery Record"),
                    "columns": [
                        ["label", self.env._("What"), "text", 25],
                        ["value", self.env._("Record"), "text", 75],
                    ],
                    "rows": [
                        {"label": label, "value": value}
                        for label, value in rows
                        if value
                    ],
                }
            ],
        }

    def _get_evidence_hash(self, notice):
        """What the manifest says of a notice."""
        return {
            "notice": notice.name,
            "sha256": notice.content_hash or "",
            "intact": notice._is_intact(),
            "channel": notice.channel,
            "state": notice.state,
            "is_proof": notice.is_proof,
            "delivered_on": str(notice.delivered_on or ""),
            "provider_id": notice.provider_message_id or notice.message_ref or "",
        }

    # ------------------------------------------------------------------ what was paid
    def _get_evidence_payments(self):
        """Every payment with what it settled."""
        rows = self._get_allocations().sorted(lambda row: (row.date, row.id))
        document = {
            "title": self.env._("Payments and Their Allocation"),
            "facts": [],
            "tables": [
                {
                    "title": self.env._("Payments"),
                    "columns": [
                        ["date", self.env._("Date"), "date", 13],
                        ["payment", self.env._("Payment"), "text", 22],
                        ["bill", self.env._("Settled Bill"), "text", 20],
                        ["item", self.env._("Fee Item"), "text", 17],
                        ["from", self.env._("From"), "date", 14],
                        ["amount", self.env._("Amount"), "money", 14],
                    ],
                    "rows": [
                        {
                            "date": row.date,
                            "payment": row.settled_by_id.fee_receipt_id.name
                            or row.settled_by_id.name,
                            "bill": row.move_id.name,
                            "item": row.item_id.name,
                            "from": row.date_from,
                            "amount": row.amount,
                        }
                        for row in rows
                    ],
                    "totals": ("amount",),
                }
            ],
        }
        return self._prepare_evidence(
            "payments", self.env._("Payments and Their Allocation"), [document]
        )

    # -------------------------------------------------------------------- late fees
    def _get_evidence_late_fees(self):
        """The late-fee sheet: as agreed, and what a court is likely to grant."""
        bills = self._get_evidence_bills()
        sheets = bills._get_late_fee_data(get_today(self))
        found = [(bill, sheets[bill.id]) for bill in bills if bill.id in sheets]
        found = [(bill, sheet) for bill, sheet in found if sheet["segments"]]
        document = {
            "title": self.env._("Late-Fee Sheet"),
            "facts": [],
            "tables": [
                self._get_evidence_late_fee_sums(found),
                self._get_evidence_late_fee_days(found),
            ],
        }
        return self._prepare_evidence(
            "late-fees", self.env._("Late-Fee Sheet"), [document]
        )

    def _get_evidence_late_fee_sums(self, found):
        return {
            "title": self.env._("By Bill"),
            "columns": [
                ["bill", self.env._("Bill"), "text", 20],
                ["due", self.env._("Due Date"), "date", 12],
                ["terms", self.env._("A Day"), "text", 11],
                ["contract", self.env._("As Agreed"), "money", 15],
                ["recoverable", self.env._("Likely Recoverable"), "money", 16],
                ["billed", self.env._("Billed"), "money", 13],
                ["waived", self.env._("Waived"), "money", 13],
            ],
            "rows": [
                {
                    "bill": bill.name,
                    "due": sheet["due_date"],
                    "terms": f"{sheet['daily_percent']:g} %",
                    "contract": sheet["contract"],
                    # nothing where no reference rate is known
                    "recoverable": sheet["recoverable"],
                    "billed": sheet["billed"],
                    "waived": sheet["waived"],
                }
                for bill, sheet in found
            ],
            "totals": ("contract", "recoverable", "billed", "waived"),
        }

    def _get_evidence_late_fee_days(self, found):
        return {
            "title": self.env._("By Days"),
            "columns": [
                ["bill", self.env._("Bill"), "text", 26],
                ["from", self.env._("From"), "date", 15],
                ["to", self.env._("To"), "date", 15],
                ["days", self.env._("Days"), "number", 10],
                ["principal", self.env._("Principal"), "money", 18],
                ["amount", self.env._("Amount"), "money", 16],
            ],
            "rows": [
                {
                    "bill": bill.name,
                    "from": segment["date_from"],
                    "to": segment["date_to"],
                    "days": segment["days"],
                    "principal": segment["principal"],
                    "amount": segment["amount"],
                }
                for bill, sheet in found
                for segment in sheet["segments"]
            ],
            "totals": ("amount",),
        }

    # ----------------------------------------------------------------- what is disputed
    def _get_evidence_disputes(self):
        """What the debtor disputed, and how it was decided."""
        disputes = self.env["property.fee.dispute"].search(
            self._get_debtor_domain(), order="opened_on, id"
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", disputes._name), ("res_id", "in", disputes.ids)]
        )
        documents = [self._get_evidence_dispute(dispute) for dispute in disputes]
        return self._prepare_evidence(
            "disputes",
            self.env._("Disputes"),
            documents
            or [
                {
                    "title": self.env._("Disputes"),
                    "facts": [],
                    "tables": [],
                    "notes": [self.env._("Nothing was disputed.")],
                }
            ],
            files,
        )

    def _get_evidence_dispute(self, dispute):
        return {
            "title": self.env._("Dispute"),
            "number": dispute.name,
            "date": dispute.opened_on,
            "facts": [
                (self.env._("Reason"), self._get_label(dispute, "reason_code"), "text"),
                (self.env._("Ticket"), dispute.reference or "", "text"),
                (self.env._("State"), self._get_label(dispute, "state"), "text"),
                (self.env._("Decided On"), dispute.decided_on, "date"),
                (self.env._("Decided By"), dispute.decided_by_id.name or "", "text"),
                (self.env._("New Deadline"), dispute.deadline, "date"),
            ],
            "tables": [
                {
                    "title": self.env._("Disputed Lines"),
                    "columns": [
                        ["bill", self.env._("Bill"), "text", 30],
                        ["item", self.env._("Fee Item"), "text", 40],
                        ["amount", self.env._("Disputed"), "money", 30],
                    ],
                    "rows": [
                        {
                            "bill": line.move_id.name,
                            "item": line.move_line_id.fee_item_id.name,
                            "amount": line.amount,
                        }
                        for line in dispute.line_ids
                    ],
                    "totals": ("amount",),
                }
            ],
            "notes": [text for text in (dispute.reason, dispute.decision_note) if text],
        }
