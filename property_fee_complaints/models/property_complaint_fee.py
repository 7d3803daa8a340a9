from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import html2plaintext

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyComplaint(models.Model):
    """Complaints about bills: the lines are held while they are looked into, and the
    decision ends the hold."""

    _inherit = "property.complaint"

    is_fee_dispute = fields.Boolean(compute="_compute_is_fee_dispute")
    bill_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('fee_unit_id', '=', unit_id), ('move_type', '=', 'out_invoice'),"
        " ('state', '=', 'posted')]",
        help="All its lines are complained of where none is named.",
    )
    line_ids = fields.One2many(
        "property.complaint.line", "complaint_id", string="Bill Lines"
    )
    dispute_ids = fields.One2many("property.fee.dispute", "complaint_id")
    amount_disputed = fields.Monetary(
        string="In Dispute", compute="_compute_amount_disputed"
    )
    payment_deadline = fields.Date(
        string="To Pay By",
        copy=False,
        help="Until when what was held and is not credited is to be paid. Empty: the "
        "days of the category, from the decision.",
    )
    remedy_ids = fields.One2many(
        "property.complaint.remedy", "complaint_id", string="Remedies"
    )
    remedy_amount = fields.Monetary(
        string="Given", compute="_compute_remedy_amount", store=True
    )

    @api.depends("category_id.is_fee_dispute", "subcategory_id.is_fee_dispute")
    def _compute_is_fee_dispute(self):
        for complaint in self:
            complaint.is_fee_dispute = (
                complaint.subcategory_id.is_fee_dispute
                or complaint.category_id.is_fee_dispute
            )

    @api.depends("dispute_ids.amount", "dispute_ids.state")
    def _compute_amount_disputed(self):
        for complaint in self:
            disputes = complaint.dispute_ids
            complaint.amount_disputed = sum(
                disputes.filtered(lambda dispute: dispute.state == "open").mapped(
                    "amount"
                )
            )

    @api.depends("remedy_ids.state", "remedy_ids.amount", "remedy_ids.move_line_id")
    def _compute_remedy_amount(self):
        for complaint in self:
            complaint.remedy_amount = sum(
                remedy.amount
                for remedy in complaint.remedy_ids
                if remedy.is_money and remedy.state == "done"
            )

    # -------------------------------------------------------------------- hold
    def action_hold_lines(self):
        """Put the bill lines in review."""
        self._open_disputes()

    def _open_disputes(self):
        """Hold what is open of the bill lines that fee disputes are about."""
        disputed = self.filtered(
            lambda complaint: complaint.is_fee_dispute and complaint.unit_id
        )
        for complaint in disputed:
            complaint._name_lines()
            lines = complaint.line_ids.filtered(
                lambda line: line.amount and line.dispute_id.state != "open"
            )
            lines = complaint._take_held(lines)
            for partner, parts in lines.grouped(
                lambda line: line.move_id.partner_id
            ).items():
                parts.dispute_id = self.env["property.fee.dispute"].create(
                    complaint._prepare_dispute(
                        partner, [(line.move_line_id, line.amount) for line in parts]
                    )
                )

    def _name_lines(self):
        """Who names a bill and no line complains of all its lines."""
        self.ensure_one()
        if self.bill_id and not self.line_ids:
            # the bill is that of the complainant's own unit
            lines = self.bill_id.invoice_line_ids.filtered("fee_item_id")
            self.line_ids = [
                Command.create({"move_line_id": line.id}) for line in lines
            ]

    def _take_held(self, lines):
        """Lines that another dispute holds already are held by that.

        :return: the other lines
        """
        held = self.env["property.fee.dispute.line"].search(
            [("move_line_id", "in", lines.move_line_id.ids), ("state", "=", "open")]
        )
        disputes = {line.move_line_id: line.dispute_id for line in held}
        free = lines.browse()
        for line in lines:
            if line.move_line_id in disputes:
                line.dispute_id = disputes[line.move_line_id]
            else:
                free += line
        return free

    def _prepare_dispute(self, partner, parts):
        """Values of the dispute that holds bill lines.

        :param partner: res.partner who owes them
        :param parts: list of (account.move.line, amount)
        """
        category = self.subcategory_id or self.category_id
        return {
            "complaint_id": self.id,
            "unit_id": self.unit_id.id,
            "partner_id": partner.id,
            "reason_code": category.dispute_reason or "other",
            "reason": html2plaintext(self.description or self.subject),
            "reference": self.name,
            "line_ids": [
                Command.create({"move_line_id": line.id, "amount": amount})
                for line, amount in parts
            ],
        }

    # ---------------------------------------------------------------- decision
    def _decide_disputes(self):
        """End the holds: what is promised as credit is upheld and waits for its credit
        note, the rest is rejected and to be paid by a new deadline."""
        for complaint in self:
            disputes = complaint.dispute_ids.filtered(
                lambda dispute: dispute.state == "open"
            )
            if not disputes:
                continue
            if not complaint.payment_deadline:
                category = complaint.subcategory_id or complaint.category_id
                complaint.payment_deadline = get_today(complaint) + timedelta(
                    days=category.payment_days
                )
            promised = complaint._get_promised()
            for dispute in disputes:
                complaint._decide_dispute(dispute, promised)

    def _get_promised(self):
        """``{account.move.line: amount}`` that is promised as credit."""
        promised = {}
        for remedy in self.remedy_ids:
            if remedy.is_money and remedy.state in ("draft", "waiting"):
                line = remedy.move_line_id
                promised[line] = promised.get(line, 0.0) + remedy.amount
        return promised

    def _decide_dispute(self, dispute, promised):
        """Uphold a dispute as far as credit is promised, reject the rest.

        :param dict promised: see ``_get_promised``
        """
        currency = dispute.currency_id
        rest, upheld = [], dispute.line_ids.browse()
        for line in dispute.line_ids:
            part = min(line.amount, promised.get(line.move_line_id, 0.0))
            left = currency.round(line.amount - part)
            if left > 0:
                rest.append((line.move_line_id, left))
            if part:
                upheld += line
        dispute.decision_note = html2plaintext(self.decision)
        if not upheld:
            dispute.deadline = self.payment_deadline
            dispute.action_reject()
            return
        opened_on = dispute.opened_on
        (dispute.line_ids - upheld).unlink()
        left = dict(rest)
        for line in upheld:
            line.amount -= left.get(line.move_line_id, 0.0)
        dispute.action_uphold()
        if rest:
            # the database must know first that the lines are free again
            dispute.line_ids.flush_recordset(["state"])
            other = dispute.create(
                {
                    **self._prepare_dispute(dispute.partner_id, rest),
                    "opened_on": opened_on,
                    "decision_note": dispute.decision_note,
                    "deadline": self.payment_deadline,
                }
            )
            other.action_reject()

    # ---------------------------------------------------------------- remedies
    def _request_remedies(self):
        """Ask for the money that was promised. Where a complainant accepts on the
        portal, who worked on it asks."""
        for complaint in self:
            remedies = complaint.remedy_ids.filtered(
                lambda remedy: remedy.is_money and remedy.state in ("draft", "refused")
            )
            if self.env.user._is_internal():
                remedies.action_request()
            elif complaint.user_id:
                # nobody but who promised it, with their own limit
                remedies.with_user(complaint.user_id).action_request()

    def action_recalculate(self):
        """Reckon the bill lines again."""
        self.line_ids.action_recalculate()

    def action_open_disputes(self):
        """What holds the bill lines."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_fee_dispute_action"
        )
        action["domain"] = [("complaint_id", "in", self.ids)]
        action["context"] = {}
        return action
