from odoo import models
from odoo.fields import Domain

from ..local_time import format_local_time, get_today

# First day of a statement that leaves nothing out.
EVER = "1900-01-01"


class PropertyArrearsCase(models.Model):
    """What a case rests on, as plain structures that a renderer makes papers of.

    `property_fee_reports` prints them, joins them and hashes them; here is only what
    they say. Other addons add to ``_get_evidence_documents``.
    """

    _inherit = "property.arrears.case"

    def _get_evidence_documents(self):
        """The parts of the evidence pack, in their order. Hook: extend it.

        :return: list of parts, each a dictionary with

            - ``code``: of the part, in the names of files; ``title``
            - ``documents``: list of ``{title, number, date, facts, tables, notes}``:
              facts are ``(label, value, type)``; a table is ``{title, columns, rows,
              totals, note}`` with columns ``[name, label, type, width in percent]``,
              rows ``{column: value}`` and the names of columns to sum; types are text,
              date, money and number. With ``record``, what that record itself prints
              comes first.
            - ``files``: ir.attachment that prove it
            - ``facts``: list of dictionaries of plain values for the manifest
        """
        self.ensure_one()
        return [
            self._get_evidence_case(),
            self._get_evidence_contract(),
            self._get_evidence_ledger(),
            self._get_evidence_notices(),
            self._get_evidence_payments(),
            self._get_evidence_late_fees(),
            self._get_evidence_disputes(),
        ]

    def _prepare_evidence(self, code, title, documents, files=None, facts=()):
        """A part of the pack; see ``_get_evidence_documents``."""
        return {
            "code": code,
            "title": title,
            "documents": documents,
            "files": self.env["ir.attachment"] if files is None else files,
            "facts": list(facts),
        }

    def _get_labels(self, record, name):
        """The choices of a selection field in the user's language."""
        return dict(record._fields[name]._description_selection(self.env))

    def _get_label(self, record, name):
        """What a selection field of a record says in the user's language."""
        return self._get_labels(record, name).get(record[name], "")

    def _get_time_text(self, moment):
        """A moment as the clocks of the community say it."""
        return format_local_time(self, moment)

    # --------------------------------------------------------------------- the case
    def _get_evidence_case(self):
        """Who owes what, why, and what was done about it."""
        plans = self.env["property.payment.plan"].search(self._get_debtor_domain())
        document = {
            "title": self.env._("Arrears Case"),
            "number": self.name,
            "date": get_today(self),
            "facts": self._get_evidence_case_facts(),
            "tables": [
                self._get_evidence_contacts(),
                self._get_evidence_promises(),
                self._get_evidence_plans(plans),
                self._get_evidence_limitation(),
            ],
        }
        files = plans.acknowledgement_ids
        return self._prepare_evidence("case", self.env._("The Case"), [document], files)

    def _get_evidence_case_facts(self):
        return [
            (self.env._("Debtor"), self.partner_id.display_name, "text"),
            (self.env._("Owner Code"), self.partner_id.ref or "", "text"),
            (self.env._("Unit"), self.unit_id.display_name, "text"),
            (self.env._("Address"), self._get_evidence_address(), "text"),
            (self.env._("Overdue"), self.amount_overdue, "money"),
            (self.env._("Balance"), self.balance, "money"),
            (self.env._("Overdue Since"), self.overdue_since, "date"),
            (self.env._("Late Fee of Today"), self.late_fee, "money"),
            (self.env._("In Review"), self.amount_disputed, "money"),
            (self.env._("Lapses"), self.limitation_date, "date"),
            (self.env._("Stage"), self._get_label(self, "stage"), "text"),
            (self.env._("Cause"), self._get_label(self, "cause"), "text"),
            (self.env._("Opened On"), self.opened_on, "date"),
            (self.env._("Collector"), self.user_id.name or "", "text"),
            (self.env._("Court's Number"), self.legal_reference or "", "text"),
            (self.env._("Filed On"), self.legal_filed_on, "date"),
        ]

    def _get_evidence_address(self):
        """Where the debtor is written to by post."""
        return self.env["property.notice"]._get_postal_address(
            self.partner_id, self.unit_id
        )

    def _get_evidence_contacts(self):
        return {
            "title": self.env._("Calls and Visits"),
            "columns": [
                ["date", self.env._("Time"), "text", 20],
                ["kind", self.env._("Kind"), "text", 14],
                ["result", self.env._("Result"), "text", 22],
                ["note", self.env._("What Was Said"), "text", 28],
                ["user", self.env._("By"), "text", 16],
            ],
            "rows": [
                {
                    "date": self._get_time_text(contact.date),
                    "kind": self._get_label(contact, "kind"),
                    "result": self._get_label(contact, "result"),
                    "note": contact.note or "",
                    "user": contact.user_id.name,
                }
                for contact in self.contact_ids.sorted("date")
            ],
        }

    def _get_evidence_promises(self):
        return {
            "title": self.env._("Promises to Pay"),
            "columns": [
                ["made_on", self.env._("Made On"), "date", 18],
                ["date", self.env._("Promised For"), "date", 18],
                ["amount", self.env._("Amount"), "money", 20],
                ["paid", self.env._("Paid"), "money", 20],
                ["state", self.env._("State"), "text", 24],
            ],
            "rows": [
                {
                    "made_on": promise.made_on,
                    "date": promise.date,
                    "amount": promise.amount,
                    "paid": promise.amount_paid,
                    "state": self._get_label(promise, "state"),
                }
                for promise in self.promise_ids.sorted("date")
            ],
        }

    def _get_evidence_plans(self, plans):
        return {
            "title": self.env._("Payment Plans"),
            "columns": [
                ["name", self.env._("Number"), "text", 22],
                ["signed", self.env._("Signed On"), "date", 16],
                ["count", self.env._("Instalments"), "number", 14],
                ["amount", self.env._("Debt"), "money", 16],
                ["ended", self.env._("Ended On"), "date", 16],
                ["state", self.env._("State"), "text", 16],
            ],
            "rows": [
                {
                    "name": plan.name,
                    "signed": plan.acknowledged_on,
                    "count": plan.instalment_count,
                    "amount": plan.amount,
                    "ended": plan.ended_on,
                    "state": self._get_label(plan, "state"),
                }
                for plan in plans.sorted("id")
                if plan.activated_on
            ],
        }

    def _get_evidence_limitation(self):
        bills = self._get_overdue_bills()[self]
        return {
            "title": self.env._("Limitation of Overdue Bills"),
            "columns": [
                ["bill", self.env._("Bill"), "text", 26],
                ["date", self.env._("Day"), "date", 16],
                ["kind", self.env._("What Happened"), "text", 22],
                ["origin", self.env._("Shown By"), "text", 20],
                ["lapses", self.env._("Lapses"), "date", 16],
            ],
            "rows": [
                {
                    "bill": event.move_id.name,
                    "date": event.date,
                    "kind": self._get_label(event, "kind"),
                    "origin": event.origin_ref.display_name if event.origin_ref else "",
                    "lapses": event.limitation_date,
                }
                for event in bills.limitation_event_ids.sorted(
                    lambda event: (event.move_id.invoice_date_due, event.date, event.id)
                )
            ],
        }

    # ------------------------------------------------------------------- the ledger
    def _get_evidence_ledger(self):
        """All entries with the balance after each, and every bill line with why it
        is that amount."""
        statement = self.env["property.statement"].new(
            {
                "community_id": self.community_id.id,
                "unit_id": self.unit_id.id,
                "partner_id": self.partner_id.id,
                "date_from": EVER,
                "date_to": get_today(self),
            }
        )
        data = statement._get_statement_data()
        account = {
            "title": self.env._("Ledger"),
            "facts": [
                (self.env._("Debtor"), self.partner_id.display_name, "text"),
                (self.env._("Unit"), self.unit_id.display_name, "text"),
                (self.env._("Balance"), data["closing"], "money"),
            ],
            "tables": [
                self._get_evidence_entries(data),
                self._get_evidence_bill_lines(),
            ],
        }
        return self._prepare_evidence(
            "ledger",
            self.env._("Ledger by Line"),
            [account],
            facts=[{"balance": f"{data['closing']:.2f}"}],
        )

    def _get_evidence_entries(self, data):
        return {
            "title": self.env._("Entries"),
            "columns": [
                ["date", self.env._("Date"), "date", 14],
                ["name", self.env._("Document"), "text", 24],
                ["kind", self.env._("Kind"), "text", 20],
                ["debit", self.env._("Billed"), "money", 14],
                ["credit", self.env._("Paid or Credited"), "money", 14],
                ["balance", self.env._("Balance"), "money", 14],
            ],
            "rows": [
                {
                    "date": row["date"],
                    "name": row["name"],
                    "kind": row["kind_label"],
                    "debit": row["debit"],
                    "credit": row["credit"],
                    "balance": row["balance"],
                }
                for row in data["rows"]
            ],
            "totals": ("debit", "credit"),
        }

    def _get_evidence_bills(self):
        """All bills of the debtor for the unit, the oldest due first."""
        return self.env["account.move"].search(
            Domain("fee_unit_id", "=", self.unit_id.id)
            & Domain("commercial_partner_id", "=", self.partner_id.id)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted"),
            order="invoice_date_due, id",
        )

    def _get_evidence_bill_lines(self):
        lines = self._get_evidence_bills().invoice_line_ids.filtered("fee_item_id")
        return {
            "title": self.env._("Bill Lines"),
            "columns": [
                ["bill", self.env._("Bill"), "text", 17],
                ["due", self.env._("Due Date"), "date", 11],
                ["item", self.env._("Fee Item"), "text", 14],
                ["why", self.env._("Why This Amount"), "text", 34],
                ["amount", self.env._("Amount"), "money", 12],
                ["open", self.env._("Left to Pay"), "money", 12],
            ],
            "rows": [
                {
                    "bill": line.move_id.name,
                    "due": line.move_id.invoice_date_due,
                    "item": line.fee_item_id.name,
                    "why": self._get_evidence_reason(line),
                    "amount": line.price_total,
                    "open": line.fee_amount_open,
                }
                for line in lines
            ],
            "totals": ("amount", "open"),
        }

    def _get_evidence_reason(self, line):
        """The days and why the amount is what it is."""
        why = "; ".join(filter(None, line.fee_line_ids.mapped("explanation_text")))
        return f"{line.fee_date_from} – {line.fee_date_to}: {why or line.name or ''}"
