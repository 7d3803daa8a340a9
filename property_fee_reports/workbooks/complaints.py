from odoo import api, models

from ..tools.table_book import Formula

#: Complaints that are read at a time.
BATCH = 1000


class PropertyWorkbookComplaints(models.AbstractModel):
    """Complaints received in some days, what became of them, and whether deadlines
    were kept."""

    _name = "property.workbook.complaints"
    _inherit = ["property.workbook"]
    _description = "Workbook: Complaints"
    _workbook_sequence = 60

    @api.model
    def _get_workbook_title(self):
        """Override of `property.workbook`."""
        return self.env._("Complaints")

    @api.model
    def _get_workbook_definitions(self):
        """Override of `property.workbook`."""
        return [
            [
                self.env._("Outcome"),
                self.env._(
                    "Whether the complaint is right, however severe it is: valid, not "
                    "valid, or not ours to settle."
                ),
            ],
            [
                self.env._("Attainment"),
                self.env._(
                    "In time / (in time + late), for each kind of deadline. What is "
                    "still open and past its deadline is late."
                ),
            ],
            [
                self.env._("Repeat"),
                self.env._("Of the same unit and matter as an earlier complaint."),
            ],
        ]

    @api.model
    def _get_domain(self, scope):
        """Complaints received in the days."""
        return [
            ("community_id", "in", scope.community_ids.ids),
            ("received_at", ">=", scope.date_from),
            (
                "received_at",
                "<",
                scope.date_to.fromordinal(scope.date_to.toordinal() + 1),
            ),
        ]

    @api.model
    def _get_workbook_sheets(self, scope, book):
        """Override of `property.workbook`."""
        yield {
            "key": "complaints",
            "name": self.env._("Complaints"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 18],
                    ["unit", self.env._("Unit"), "text", 12],
                    ["number", self.env._("Number"), "text", 16],
                    ["subject", self.env._("Subject"), "text", 30],
                    ["category", self.env._("Category"), "text", 20],
                    ["subcategory", self.env._("Subcategory"), "text", 20],
                    ["severity", self.env._("Severity"), "text", 12],
                    ["state", self.env._("State"), "text", 14],
                    ["outcome", self.env._("Outcome"), "text", 14],
                    ["received", self.env._("Received"), "date", 11],
                    ["acknowledged", self.env._("Acknowledged"), "date", 11],
                    ["replied", self.env._("Replied"), "date", 11],
                    ["resolved", self.env._("Resolved"), "date", 11],
                    ["closed", self.env._("Closed"), "date", 11],
                    ["reopened", self.env._("Reopened"), "number", 10],
                    ["repeat", self.env._("Repeat"), "text", 10],
                    ["staff", self.env._("Staff"), "text", 18],
                ]
            ),
            "rows": self._get_complaint_rows(scope),
        }
        yield {
            "key": "deadlines",
            "name": self.env._("Deadlines"),
            "columns": self._prepare_columns(
                [
                    ["community", self.env._("Community"), "text", 18],
                    ["kind", self.env._("Deadline"), "text", 20],
                    ["met", self.env._("In Time"), "number", 10],
                    ["missed", self.env._("Late"), "number", 10],
                    ["rate", self.env._("Attainment"), "percent", 12],
                ]
            ),
            "rows": self._get_deadline_rows(scope),
        }

    @api.model
    def _get_complaint_rows(self, scope):
        complaints = self.env["property.complaint"].search(
            self._get_domain(scope), order="community_id, received_at, id"
        )
        names = self._get_community_names(scope)
        labels = {
            name: self._get_labels(complaints._name, name)
            for name in ("severity", "state", "outcome")
        }
        repeated = self.env._("Yes")
        for start in range(0, len(complaints), BATCH):
            for complaint in complaints[start : start + BATCH]:
                yield (
                    names[complaint.community_id.id],
                    complaint.unit_id.code,
                    complaint.name,
                    complaint.subject,
                    complaint.category_id.name,
                    complaint.subcategory_id.name,
                    *[labels[name].get(complaint[name], "") for name in labels],
                    complaint.received_at,
                    complaint.acknowledged_at,
                    complaint.replied_at,
                    complaint.resolved_at,
                    complaint.closed_at,
                    complaint.reopened_count,
                    repeated if complaint.repeat_of_id else "",
                    # the name alone, of staff whose record the reader may not see
                    complaint.user_id.sudo().name,
                )

    @api.model
    def _get_deadline_rows(self, scope):
        """In time and late by kind of deadline; what runs past its deadline is late."""
        clocks = self.env["property.complaint.clock"]
        kinds = self._get_labels(clocks._name, "kind")
        groups = clocks._read_group(
            [
                ("complaint_id", "any", self._get_domain(scope)),
                ("state", "!=", "dropped"),
            ],
            ["community_id", "kind", "state", "is_breached"],
            ["__count"],
        )
        counts = {}
        for community, kind, state, is_breached, count in groups:
            met, missed = counts.get((community.id, kind), (0, 0))
            if state == "missed" or is_breached:
                missed += count
            elif state == "met":
                met += count
            counts[community.id, kind] = met, missed
        names = self._get_community_names(scope)
        rows = sorted(
            (names[community_id], kinds[kind], *count)
            for (community_id, kind), count in counts.items()
        )
        for number, row in enumerate(rows, 2):
            met, missed = row[2:]
            rate = Formula(
                f'=IF(C{number}+D{number}=0,"",C{number}/(C{number}+D{number}))',
                met / (met + missed) if met + missed else "",
            )
            yield (*row, rate)
