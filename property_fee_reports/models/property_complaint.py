from odoo import models
from odoo.tools import html2plaintext

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyComplaint(models.Model):
    """The file of a complaint: what was said, done and decided, and when."""

    _name = "property.complaint"
    _inherit = ["property.complaint", "property.document.mixin"]

    def _get_document_data(self):
        """Override of `property.document.mixin`: the complaint file, for the firm, a
        committee, a mediator or a court."""
        self.ensure_one()
        return self._prepare_document(
            self.community_id,
            title=self.env._("Complaint File"),
            number=self.name,
            date=get_today(self),
            facts=self._get_file_facts(),
            tables=[
                self._get_file_words(),
                self._get_file_lines(),
                self._get_file_remedies(),
                self._get_file_deadlines(),
                self._get_file_pauses(),
                self._get_file_levels(),
                self._get_file_actions(),
            ],
            footnote=self._get_document_footnote(),
        )

    def _get_file_label(self, record, name):
        """What a selection field says in the reader's language."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    def _get_file_facts(self):
        """Who complained of what, who worked on it, what came out."""
        category = self.subcategory_id or self.category_id
        return self._prepare_document_facts(
            [
                (self.env._("Complainant"), self.partner_id.name or "", "text"),
                (self.env._("Unit"), self.unit_id.display_name or "", "text"),
                (self.env._("About"), self.subject, "text"),
                (self.env._("Category"), category.display_name or "", "text"),
                (
                    self.env._("Channel"),
                    self._get_file_label(self, "channel"),
                    "text",
                ),
                (
                    self.env._("Severity"),
                    self._get_file_label(self, "severity"),
                    "text",
                ),
                (self.env._("Stage"), self.stage_id.name, "text"),
                (self.env._("Level"), self._get_file_label(self, "level"), "text"),
                (self.env._("Assigned To"), self.user_id.name or "", "text"),
                (
                    self.env._("Outcome"),
                    self._get_file_label(self, "outcome"),
                    "text",
                ),
                (self.env._("Root Cause"), self.cause_id.name or "", "text"),
                (self.env._("Responsible"), self.responsible_id.name or "", "text"),
                (
                    self.env._("Asked For"),
                    self._get_file_label(self, "remedy_sought"),
                    "text",
                ),
                (self.env._("Repeat Of"), self.repeat_of_id.name or "", "text"),
                (self.env._("Cluster"), self.cluster_id.name or "", "text"),
            ]
        )

    def _get_file_table(self, title, columns, rows, totals=()):
        """A table of the file; see ``_prepare_document_table``."""
        return self._prepare_document_table(
            self.currency_id, title, columns, rows, totals
        )

    def _get_file_words(self):
        """What was said, found and answered, in full."""
        texts = [
            (self.env._("Complaint"), self.description),
            (self.env._("Findings"), self.findings),
            (self.env._("Decision"), self.decision),
            (self.env._("Other Ways"), self.other_recourse),
        ]
        return self._get_file_table(
            self.env._("What Was Said and Found"),
            [
                ["what", "", "text", 18],
                ["text", "", "text", 82],
            ],
            [
                {"what": label, "text": line}
                for label, text in texts
                for line in html2plaintext(text or "").strip().split("\n\n")
                if line
            ],
        )

    def _get_file_lines(self):
        """The bill lines, why they are what they are, and reckoned again."""
        return self._get_file_table(
            self.env._("Bill Lines"),
            [
                ["bill", self.env._("Bill"), "text", 18],
                ["why", self.env._("Why This Amount"), "text", 36],
                ["billed", self.env._("Billed"), "money", 14],
                ["disputed", self.env._("Disputed"), "money", 16],
                ["again", self.env._("Reckoned Again"), "money", 16],
            ],
            [
                {
                    "bill": line.move_id.name,
                    "why": line.explanation or line.move_line_id.name,
                    "billed": line.amount_billed,
                    "disputed": line.amount,
                    "again": line.recalculated_at and line.amount_recalculated,
                }
                for line in self.line_ids
            ],
            ["billed", "disputed"],
        )

    def _get_file_remedies(self):
        """What was given."""
        return self._get_file_table(
            self.env._("Remedies"),
            [
                ["kind", self.env._("Remedy"), "text", 22],
                ["name", self.env._("What Is Done"), "text", 34],
                ["document", self.env._("Document"), "text", 18],
                ["amount", self.env._("Amount"), "money", 13],
                ["state", self.env._("State"), "text", 13],
            ],
            [
                {
                    "kind": self._get_file_label(remedy, "kind"),
                    "name": remedy.name,
                    "document": remedy.move_id.name or "",
                    "amount": remedy.amount if remedy.is_money else None,
                    "state": self._get_file_label(remedy, "state"),
                }
                for remedy in self.remedy_ids
            ],
        )

    def _get_file_deadlines(self):
        """By when each step was due, and when it was done."""
        return self._get_file_table(
            self.env._("Deadlines"),
            [
                ["kind", self.env._("Step"), "text", 22],
                ["started", self.env._("Started"), "text", 22],
                ["deadline", self.env._("Deadline"), "text", 22],
                ["reached", self.env._("Done"), "text", 22],
                ["state", self.env._("State"), "text", 12],
            ],
            [
                {
                    "kind": self._get_file_label(clock, "kind"),
                    "started": self._format_document_time(clock.started_at),
                    "deadline": self._format_document_time(clock.deadline),
                    "reached": self._format_document_time(clock.reached_at),
                    "state": self._get_file_label(clock, "state"),
                }
                for clock in self.clock_ids.sorted("deadline")
            ],
        )

    def _get_file_pauses(self):
        """When time did not count, and why."""
        return self._get_file_table(
            self.env._("Pauses"),
            [
                ["start", self.env._("Paused From"), "text", 20],
                ["end", self.env._("Paused Until"), "text", 20],
                ["reason", self.env._("Reason"), "text", 40],
                ["user", self.env._("By"), "text", 20],
            ],
            [
                {
                    "start": self._format_document_time(pause.date_from),
                    "end": self._format_document_time(pause.date_to),
                    "reason": " – ".join(
                        filter(
                            None, (self._get_file_label(pause, "reason"), pause.note)
                        )
                    ),
                    "user": pause.user_id.name,
                }
                for pause in self.pause_ids.sorted("date_from")
            ],
        )

    def _get_file_levels(self):
        """How it rose, and who was told."""
        return self._get_file_table(
            self.env._("Escalations"),
            [
                ["date", self.env._("When"), "text", 20],
                ["level", self.env._("Level"), "text", 30],
                ["reason", self.env._("Reason"), "text", 30],
                ["user", self.env._("Told"), "text", 20],
            ],
            [
                {
                    "date": self._format_document_time(row.date),
                    "level": self._get_file_label(row, "level"),
                    "reason": " – ".join(
                        filter(None, (self._get_file_label(row, "reason"), row.note))
                    ),
                    "user": row.user_id.name or "",
                }
                for row in self.escalation_ids.sorted("date")
            ],
        )

    def _get_file_actions(self):
        """What is changed so that it does not happen again."""
        return self._get_file_table(
            self.env._("Corrective Actions"),
            [
                ["name", self.env._("Action"), "text", 40],
                ["user", self.env._("Assigned To"), "text", 20],
                ["due", self.env._("Due Date"), "date", 14],
                ["done", self.env._("Done"), "date", 14],
                ["effect", self.env._("Effect"), "text", 12],
            ],
            [
                {
                    "name": action.name,
                    "user": action.user_id.name,
                    "due": action.date_deadline,
                    "done": action.done_on,
                    "effect": self._get_file_label(action, "is_effective"),
                }
                for action in self.action_ids
            ],
        )
