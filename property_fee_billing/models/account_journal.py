from odoo import api, fields, models
from odoo.fields import Domain

DEFAULT_MATCH_THRESHOLD = 90


class AccountJournal(models.Model):
    """Bank journals: how sure a match must be, and how fresh the bank data is."""

    _inherit = "account.journal"

    fee_match_threshold = fields.Integer(
        string="Sure from Score",
        default=DEFAULT_MATCH_THRESHOLD,
        help="Bank lines with a suggestion of this score or more, and none near it, "
        "are matched with their bills by themselves. 101: none.",
    )
    fee_unmatched_count = fields.Integer(
        string="Bank Lines to Match", compute="_compute_fee_unmatched_count"
    )

    _fee_match_threshold_range = models.Constraint(
        "CHECK (fee_match_threshold BETWEEN 1 AND 101)",
        "The score from which a match is sure must be from 1 to 101.",
    )

    def _compute_fee_unmatched_count(self):
        Line = self.env["account.bank.statement.line"]
        counts = {}
        if Line.has_access("read"):
            counts = dict(
                Line._read_group(
                    Line._get_queue_domain() & Domain("journal_id", "in", self.ids),
                    ["journal_id"],
                    ["__count"],
                )
            )
        for journal in self:
            journal.fee_unmatched_count = counts.get(journal, 0)

    def _get_last_bank_line_date(self):
        """The day of the newest bank line: what dunning asks before it reminds.

        :return: ``{journal: date}``, journals without any line left out
        """
        # how fresh the bank data is concerns also who may not see the lines
        groups = (
            self.env["account.bank.statement.line"]
            .sudo()
            ._read_group(
                [("journal_id", "in", self.ids), ("state", "=", "posted")],
                ["journal_id"],
                ["date:max"],
            )
        )
        return {journal.sudo(False): day for journal, day in groups}

    def _get_fee_communities(self):
        """The communities whose money this journal takes, in its currency."""
        self.ensure_one()
        currency = self.currency_id or self.company_id.currency_id
        # A line may be for any of them; who sees which is decided with the line.
        communities = (
            self.env["property.community"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("currency_id", "=", currency.id),
                ]
            )
        )
        return communities.filtered(
            lambda community: (
                not community.payment_journal_ids
                or self in community.payment_journal_ids
            )
        ).sudo(False)

    def action_open_bank_queue(self):
        """Bank lines of this journal that wait to be matched."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_bank_queue_action"
        )
        action["context"] = {"search_default_journal_id": self.ids[:1]}
        return action

    @api.model
    def _get_bank_journals(self, company):
        """Journals that bank files are of."""
        return self.search(
            [("type", "in", ("bank", "credit")), ("company_id", "=", company.id)]
        )
