from odoo import api, fields, models
from odoo.fields import Domain

from ..local_time import get_today


class AccountMove(models.Model):
    """What collecting needs to know of bills."""

    _inherit = "account.move"

    notice_line_ids = fields.One2many("property.notice.line", "move_id")
    notice_count = fields.Integer(string="Notices", compute="_compute_notice_count")

    @api.depends("notice_line_ids")
    def _compute_notice_count(self):
        counts = {}
        if self.env["property.notice.line"].has_access("read"):
            counts = dict(
                self.env["property.notice.line"]._read_group(
                    [("move_id", "in", self.ids)], ["move_id"], ["__count"]
                )
            )
        for move in self:
            move.notice_count = counts.get(move, 0)

    @api.model
    def _get_unpaid_domain(self):
        """Bills of property fees with something left to pay, due or not."""
        return (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("fee_unit_id", "!=", False)
            & Domain("payment_state", "in", ("not_paid", "partial"))
        )

    @api.model
    def _get_overdue_domain(self, date=None):
        """Bills of property fees that are overdue on a day, today if none is given."""
        date = date or get_today(self)
        return self._get_unpaid_domain() & Domain("invoice_date_due", "<", date)

    def _get_disputed_amounts(self):
        """What the debtor disputes of bills, and so is not demanded.

        :return: ``{bill id: amount}``, bills without a dispute left out
        """
        return {}

    def _get_bills_on_plan(self):
        """Bills that a payment plan covers which is kept, and so are not demanded.

        :return: account.move, part of ``self``
        """
        return self.browse()

    def _get_dunning_due_dates(self):
        """From which day the levels of bills count, where it is not the due date.

        :return: ``{bill id: date}``, others left out
        """
        return {}

    def _get_delivered_demands(self):
        """The proven demands of bills.

        :return: ``{bill id: property.notice}``, of each the latest deadline first
        """
        # Whether a bill was demanded is a fact of the bill; only this is read.
        lines = (
            self.env["property.notice.line"]
            .sudo()
            .search([("move_id", "in", self.ids), ("notice_id.is_proof", "=", True)])
        )
        found = {}
        for line in lines.sorted(
            lambda line: str(line.notice_id.deadline or ""), reverse=True
        ):
            notices = found.setdefault(line.move_id.id, line.notice_id.sudo(False))
            found[line.move_id.id] = notices | line.notice_id.sudo(False)
        return found

    def _get_expired_demands(self, date):
        """The day on which the legal stage of bills opened.

        It needs a delivered demand whose deadline has passed (Civil Code of China,
        article 944: after a demand with a reasonable period the provider may sue).

        :param date: the day to look from
        :return: ``{bill id: earliest deadline that has passed}``, others left out
        """
        expired = {}
        for bill_id, notices in self._get_delivered_demands().items():
            days = [
                notice.deadline
                for notice in notices
                if notice.deadline and notice.deadline < date
            ]
            if days:
                expired[bill_id] = min(days)
        return expired

    def action_open_notices(self):
        """The notices that demand this bill."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_notice_action"
        )
        action["domain"] = [("line_ids.move_id", "in", self.ids)]
        action["context"] = {"create": False}
        return action
