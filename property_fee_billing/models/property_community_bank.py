from odoo import fields, models
from odoo.fields import Domain


class PropertyCommunity(models.Model):
    """A community and its money at the bank."""

    _inherit = "property.community"

    bank_match_threshold = fields.Integer(
        string="Sure from Score",
        tracking=True,
        help="Bank lines with a suggestion of this score or more are matched by "
        "themselves. 0: as the journal says; 101: none.",
    )
    bank_unmatched_count = fields.Integer(
        string="Bank Lines to Match", compute="_compute_bank_unmatched_count"
    )

    _bank_match_threshold_range = models.Constraint(
        "CHECK (bank_match_threshold BETWEEN 0 AND 101)",
        "The score from which a match is sure must be from 0 to 101.",
    )

    def _compute_bank_unmatched_count(self):
        Line = self.env["account.bank.statement.line"]
        counts = {}
        if Line.has_access("read"):
            counts = dict(
                Line._read_group(
                    Line._get_queue_domain()
                    & Domain("fee_queue_community_id", "in", self.ids),
                    ["fee_queue_community_id"],
                    ["__count"],
                )
            )
        for community in self:
            community.bank_unmatched_count = counts.get(community, 0)

    def _get_bank_journals(self):
        """The bank journals this community takes money in."""
        self.ensure_one()
        # only asked for how fresh their lines are
        return (
            self.env["account.journal"]
            .sudo()
            .search(self._get_counter_journal_domain() & Domain("type", "!=", "cash"))
            .sudo(False)
        )

    def _get_last_bank_line_date(self):
        """The day up to which the bank is known: the newest line of that one of its
        bank journals which is behind. Reminders wait when it is old.

        :return: date; None when there is no bank line at all
        """
        self.ensure_one()
        days = self._get_bank_journals()._get_last_bank_line_date()
        return min(days.values(), default=None)

    def _get_match_threshold(self, journal):
        """The score from which a match is sure for this community."""
        self.ensure_one()
        return self.bank_match_threshold or journal.fee_match_threshold or 101

    def action_open_bank_queue(self):
        """Bank lines that are probably for this community and wait to be matched."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_bank_queue_action"
        )
        action["context"] = {"search_default_fee_queue_community_id": self.id}
        return action
