from decimal import Decimal

from odoo import api, fields, models

from ..engine.payment_plan import next_payments


class AccountMove(models.Model):
    """Payment plans of bills: while one is active its bills are left in peace."""

    _inherit = "account.move"

    fee_plan_ids = fields.Many2many(
        "property.payment.plan",
        "property_payment_plan_bill_rel",
        "move_id",
        "plan_id",
        string="Payment Plans",
        readonly=True,
        copy=False,
    )
    fee_plan_id = fields.Many2one(
        "property.payment.plan",
        string="Active Payment Plan",
        compute="_compute_fee_next_payment",
    )
    fee_plan_count = fields.Integer(
        string="Number of Payment Plans", compute="_compute_fee_plan_count"
    )
    fee_next_payment_amount = fields.Monetary(
        string="Next Payment",
        compute="_compute_fee_next_payment",
        help="What is to be paid next of this bill: by its payment plan, else all that "
        "is open.",
    )
    fee_next_payment_date = fields.Date(
        string="Next Payment Due", compute="_compute_fee_next_payment"
    )

    @api.depends("fee_plan_ids")
    def _compute_fee_plan_count(self):
        for move in self:
            # whoever may see a bill may see how many plans it has
            move.fee_plan_count = len(move.sudo().fee_plan_ids)

    @api.depends(
        "amount_residual",
        "invoice_date_due",
        "fee_plan_ids.state",
        "fee_plan_ids.bill_ids.amount_residual",
    )
    def _compute_fee_next_payment(self):
        plans = self._origin._get_active_plans()
        payments = {
            bill_id: payment
            for plan in plans
            for bill_id, payment in self._get_plan_payments(plan).items()
        }
        by_bill = {bill: plan for plan in plans for bill in plan.bill_ids}
        for move in self:
            bill = move._origin
            # the plans come with more rights from _get_active_plans
            plan = by_bill.get(bill.sudo())
            move.fee_plan_id = plan and plan.sudo(False)
            date, amount = move.invoice_date_due, move.amount_residual
            if plan:
                date, amount = payments.get(bill.id) or (False, 0.0)
            move.fee_next_payment_date = date if amount else False
            move.fee_next_payment_amount = amount

    @api.model
    def _get_plan_payments(self, plan):
        """``{bill id: (day, amount)}`` to be paid next by a plan, the oldest bill
        first; None for what is paid."""
        digits = plan.currency_id.decimal_places
        bills = plan.bill_ids.sorted(
            lambda bill: (bill.invoice_date_due or bill.date, bill.id)
        )
        found = next_payments(
            [
                (line.date, Decimal(f"{line.amount_open:.{digits}f}"))
                for line in plan.line_ids
            ],
            [Decimal(f"{bill.amount_residual:.{digits}f}") for bill in bills],
        )
        return {
            bill.id: payment and (payment[0], float(payment[1]))
            for bill, payment in zip(bills, found, strict=True)
        }

    def _get_active_plans(self):
        """The active plans of bills, with more rights."""
        # that a bill is on a plan is a fact of the bill, whoever may see the plan
        return (
            self.env["property.payment.plan"]
            .sudo()
            .search([("state", "=", "active"), ("bill_ids", "in", self.ids)])
        )

    # ------------------------------------------------------------------- hooks
    def _get_bills_on_plan(self):
        """Override: bills of active plans."""
        planned = set(self._get_active_plans().bill_ids.ids)
        return super()._get_bills_on_plan() | self.filtered(
            lambda bill: bill.id in planned
        )

    @api.model
    def _get_late_fee_pauses(self, bills):
        """Override: the days of plans, from activation until they ended."""
        pauses = super()._get_late_fee_pauses(bills)
        # see _get_active_plans
        plans = self.env["property.payment.plan"].sudo()
        plans = plans.search(
            [("activated_on", "!=", False), ("bill_ids", "in", bills.ids)]
        )
        for plan in plans:
            for bill_id in plan.bill_ids.ids:
                pauses.setdefault(bill_id, []).append(plan._get_pause())
        return pauses

    def _get_invoice_next_payment_values(self, custom_amount=None):
        """Override of `account`: of a bill on a plan the next instalment is asked,
        unless somebody chose another amount."""
        values = super()._get_invoice_next_payment_values(custom_amount=custom_amount)
        if values and not custom_amount and self.fee_plan_id:
            values.update(
                installment_state="next",
                next_amount_to_pay=self.fee_next_payment_amount,
                next_due_date=self.fee_next_payment_date,
                next_payment_reference=self.name,
                is_last_installment=not self.currency_id.compare_amounts(
                    self.fee_next_payment_amount, self.amount_residual
                ),
            )
        return values

    # ----------------------------------------------------------------- actions
    def action_plan_payments(self):
        """A payment plan for the open bills of this unit and debtor."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Plan"),
            "res_model": "property.payment.plan",
            "view_mode": "form",
            "context": {
                "default_unit_id": self.fee_unit_id.id,
                "default_partner_id": self.partner_id.id,
            },
        }

    def action_open_fee_plans(self):
        """The payment plans of this bill."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_payment_plan_action"
        )
        action["domain"] = [("bill_ids", "in", self.ids)]
        action["context"] = {}
        return action
