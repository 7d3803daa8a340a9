from odoo import api, fields, models
from odoo.fields import Domain

from ..local_time import get_today
from .account_partial_reconcile_limitation import MONEY_JOURNALS


class PropertyArrearsCase(models.Model):
    """Working a case: calls, promises, and what hangs on it."""

    _inherit = "property.arrears.case"

    last_contact_id = fields.Many2one(
        "property.arrears.contact",
        compute="_compute_last_contact_id",
    )
    open_promise_id = fields.Many2one(
        "property.arrears.promise", compute="_compute_open_promise_id"
    )
    notice_count = fields.Integer(string="Notices Sent", compute="_compute_counts")
    plan_count = fields.Integer(string="Payment Plans", compute="_compute_counts")
    dispute_count = fields.Integer(string="Disputes", compute="_compute_counts")
    payment_count = fields.Integer(string="Payments", compute="_compute_payment_count")

    @api.depends("contact_ids")
    def _compute_last_contact_id(self):
        for case in self:
            case.last_contact_id = case.contact_ids[:1]

    @api.depends("promise_ids.state", "promise_ids.date")
    def _compute_open_promise_id(self):
        for case in self:
            case.open_promise_id = case.promise_ids.filtered(
                lambda promise: promise.state == "open"
            ).sorted("date")[:1]

    @api.depends("unit_id", "partner_id")
    def _compute_counts(self):
        for name, model in (
            ("notice_count", "property.notice"),
            ("plan_count", "property.payment.plan"),
            ("dispute_count", "property.fee.dispute"),
        ):
            counts = {}
            for unit, partner, count in self.env[model]._read_group(
                [("unit_id", "in", self.unit_id.ids)],
                ["unit_id", "partner_id"],
                ["__count"],
            ):
                key = (unit, partner.commercial_partner_id)
                counts[key] = counts.get(key, 0) + count
            for case in self:
                case[name] = counts.get((case.unit_id, case.partner_id), 0)

    @api.depends("unit_id", "partner_id")
    def _compute_payment_count(self):
        payments = {}
        for row in self._get_allocations():
            key = (row.unit_id.id, row.move_id.commercial_partner_id.id)
            payments.setdefault(key, set()).add(row.settled_by_id.id)
        for case in self:
            key = (case.unit_id.id, case.partner_id.id)
            case.payment_count = len(payments.get(key, ()))

    def _get_allocations(self):
        """What money has settled of bills of these cases' units and debtors, with more
        rights."""
        # who works a case sees what was paid, also of what the cashier alone books
        return (
            self.env["property.payment.allocation"]
            .sudo()
            .search(
                [
                    ("unit_id", "in", self.unit_id.ids),
                    ("move_id.commercial_partner_id", "in", self.partner_id.ids),
                    ("settled_by_id.journal_id.type", "in", MONEY_JOURNALS),
                ]
            )
        )

    # -------------------------------------------------------------------- promises
    def _check_promises(self):
        """See which promises of these cases were kept; tell of those that were not."""
        promises = (
            # the payments decide, not who may write the promise
            self.env["property.arrears.promise"]
            .sudo()
            .search([("case_id", "in", self.ids), ("state", "!=", "cancelled")])
        )
        broken = promises._decide()
        if not broken:
            return
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model,
                    "res_id": promise.case_id.id,
                    "activity_type_id": todo.id,
                    "date_deadline": get_today(self),
                    **promise._prepare_broken_activity(),
                }
                for promise in broken
                if not promise.case_id.closed_on
            ]
        )
        broken.case_id._message_log_batch(
            bodies={
                case.id: self.env._("Not kept: %s", own[:1]._get_sentence())
                for case, own in broken.grouped("case_id").items()
            }
        )

    # ----------------------------------------------------------------------- calls
    def action_log_contact(self):
        """Log a call or visit with the kind and result of the button."""
        self.ensure_one()
        contact = self.env["property.arrears.contact"].create(
            {
                "case_id": self.id,
                "kind": self.env.context.get("contact_kind", "call"),
                "result": self.env.context["contact_result"],
            }
        )
        if contact.result == "promised":
            return self._action_new("property.arrears.promise", contact)
        if contact.result == "plan":
            return self.action_plan()
        return False

    def _action_new(self, model, contact=None):
        """Ask for a record of this case in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env[model]._description,
            "res_model": model,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_contact_id": contact.id if contact else False,
            },
        }

    def action_promise(self):
        """Note a promise to pay."""
        self._check_open()
        return self._action_new("property.arrears.promise")

    def action_plan(self):
        """Agree on a payment plan for what is open."""
        self.ensure_one()
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Plan"),
            "res_model": "property.payment.plan",
            "view_mode": "form",
            "context": {
                "default_unit_id": self.unit_id.id,
                "default_partner_id": self.partner_id.id,
            },
        }

    def action_notice(self):
        """Write to the debtor about what is overdue."""
        self.ensure_one()
        self._check_open()
        notice = self.env["property.notice"].create(
            {
                "unit_id": self.unit_id.id,
                "partner_id": self.partner_id.id,
                "channel": "letter",
                "kind": "reminder",
            }
        )
        notice.action_add_bills()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.notice",
            "res_id": notice.id,
            "view_mode": "form",
        }

    # ----------------------------------------------------------------------- opens
    def _get_debtor_domain(self):
        """What concerns the unit and debtor of this case, on any document."""
        self.ensure_one()
        return Domain("unit_id", "=", self.unit_id.id) & Domain(
            "partner_id", "child_of", self.partner_id.id
        )

    def _action_open(self, xmlid, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"property_fee_billing.{xmlid}"
        )
        action["domain"] = domain
        action["context"] = {"create": False}
        return action

    def action_open_bills(self):
        """The bills that are overdue; all open bills once the case is closed."""
        self.ensure_one()
        bills = self._get_overdue_bills()[self]
        domain = (
            Domain("id", "in", bills.ids)
            if bills
            else Domain("fee_unit_id", "=", self.unit_id.id)
            & Domain("commercial_partner_id", "=", self.partner_id.id)
        )
        return self._action_open("property_fee_bill_action", domain)

    def action_open_notices(self):
        """What was sent to the debtor about the unit."""
        return self._action_open("property_notice_action", self._get_debtor_domain())

    def action_open_plans(self):
        """The payment plans of the debtor for the unit."""
        return self._action_open(
            "property_payment_plan_action", self._get_debtor_domain()
        )

    def action_open_disputes(self):
        """What the debtor disputes."""
        return self._action_open(
            "property_fee_dispute_action", self._get_debtor_domain()
        )

    def action_open_payments(self):
        """What was paid of the debtor's bills, line by line."""
        self.ensure_one()
        return self._action_open(
            "property_payment_allocation_action",
            Domain("id", "in", self._get_allocations().ids),
        )
