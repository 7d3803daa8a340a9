from odoo import models
from odoo.tools import get_lang


class PropertyStatement(models.TransientModel):
    """The statement of account on paper and as a workbook."""

    _name = "property.statement"
    _inherit = [
        "property.statement",
        "property.document.mixin",
        "property.download.mixin",
    ]

    # ------------------------------------------------------------------ actions
    def action_print(self):
        """The statement as PDF, in the owner's language."""
        report = self.env.ref("property_fee_reports.action_report_statement")
        return report.report_action(self, config=False)

    def _get_filename(self):
        """What the statement is of, in the name of a file."""
        self.ensure_one()
        subject = self.unit_id.code or self.partner_id.name
        return f"{self._get_seal_title()}-{subject}-{self.date_to}"

    # ----------------------------------------------------------------- document
    def _get_printed_documents(self):
        """Override of `property.document.mixin`: a document for each community."""
        return super(PropertyStatement, self._get_parts())._get_printed_documents()

    def _get_document_lang(self):
        """Override of `property.document.mixin`: the reader's, if it is installed:
        in the portal who asks, else the owner's."""
        if self.env.context.get("reader_lang"):
            return self.env.context["reader_lang"]
        return get_lang(self.env, self.partner_id.lang).code

    def _get_document_data(self):
        """Override of `property.document.mixin`."""
        self.ensure_one()
        data = self._get_statement_data()
        return self._prepare_document(
            self.community_id,
            title=self._get_seal_title(),
            number=self._get_seal_number(),
            date=self.date_to,
            facts=self._get_statement_facts(data),
            tables=[self._get_statement_table(data), self._get_review_table(data)],
            amount=self._get_statement_amount(data),
            notes=self._get_statement_notes(data),
            footnote=self._get_document_footnote(),
        )

    def _get_statement_facts(self, data):
        """Whose account it is, and of which days."""
        partner, unit = data["partner"], data["unit"]
        facts = [
            (self.env._("Owner"), self._get_party_name(partner), "text"),
            (self.env._("Unit"), unit["ref"] if unit else self.env._("All"), "text"),
            (self.env._("From"), data["date_from"], "date"),
            (self.env._("To"), data["date_to"], "date"),
        ]
        return [
            {"label": label, "value": value, "type": kind}
            for label, value, kind in facts
            if value
        ]

    def _get_party_name(self, party):
        """Name and owner code."""
        if not party:
            return ""
        return f"{party['name']} ({party['ref']})" if party["ref"] else party["name"]

    def _get_statement_table(self, data):
        """The entries between the opening and the closing balance."""
        columns = [
            ["date", self.env._("Date"), "date", 11],
            ["name", self.env._("Document"), "text", 19],
            ["what", self.env._("What"), "text", 30],
            ["debit", self.env._("Billed"), "money", 13],
            ["credit", self.env._("Paid or Credited"), "money", 13],
            ["balance", self.env._("Balance"), "money", 14],
        ]
        opening = {
            "date": data["date_from"],
            "what": self.env._("Opening Balance"),
            "balance": data["opening"],
            "strong": True,
        }
        rows = [
            {
                "date": row["date"],
                "name": row["name"],
                "what": self._get_row_text(row, data),
                "debit": row["debit"] or None,
                "credit": row["credit"] or None,
                "balance": row["balance"],
            }
            for row in data["rows"]
        ]
        money = self.currency_id.round
        return {
            "title": "",
            "columns": self._prepare_document_columns(columns),
            "rows": [opening, *rows],
            "total": {
                "date": self.env._("Total"),
                "debit": money(sum(row["debit"] for row in data["rows"])),
                "credit": money(sum(row["credit"] for row in data["rows"])),
            },
        }

    def _get_row_text(self, row, data):
        """What an entry is: its kind, unit, items with their periods."""
        parts = [row["kind_label"]]
        if row["unit"] and not data["unit"]:
            parts.append(row["unit"])
        periods = {}
        for line in row["lines"]:
            name = line["item"]
            if line["disputed"]:
                name = self.env._("%s (in review)", name)
            periods.setdefault((line["date_from"], line["date_to"]), []).append(name)
        for days, items in periods.items():
            names = ", ".join(dict.fromkeys(items))
            parts.append(f"{names} {self._format_document_period(*days)}".strip())
        if row["note"] and not row["lines"]:
            parts.append(row["note"])
        return "; ".join(parts)

    def _get_review_table(self, data):
        """Lines that are disputed: owed only if the review says so."""
        columns = [
            ["name", self.env._("Bill"), "text", 25],
            ["item", self.env._("Item"), "text", 35],
            ["period", self.env._("Period"), "text", 25],
            ["disputed", self.env._("Disputed"), "money", 15],
        ]
        rows = [
            {
                "name": row["name"],
                "item": line["item"],
                "period": self._format_document_period(
                    line["date_from"], line["date_to"]
                ),
                "disputed": line["disputed"],
            }
            for row in data["rows"]
            for line in row["lines"]
            if line["disputed"]
        ]
        title = self.env._("In Review")
        return self._prepare_document_table(
            self.currency_id, title, columns, rows, ("disputed",)
        )

    def _get_statement_amount(self, data):
        """The closing balance, in figures and words."""
        closing = data["closing"]
        is_credit = self.currency_id.compare_amounts(closing, 0) < 0
        return {
            "label": self.env._("Your Credit") if is_credit else self.env._("Owed"),
            "value": abs(closing),
            "words": self.currency_id.amount_to_text(abs(closing)),
        }

    def _get_statement_notes(self, data):
        """What the closing balance is, and what it is not."""
        notes = [
            self.env._(
                "The balance is that of the ledger at the end of %s.",
                self._format_document_period(data["date_to"]),
            )
        ]
        if data["disputed"]:
            notes.append(
                self.env._(
                    "%s of it is in review and need not be paid until it is decided.",
                    self.currency_id.format(data["disputed"]),
                )
            )
        return notes
