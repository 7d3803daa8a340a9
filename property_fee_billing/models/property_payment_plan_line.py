from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.payment_plan import settle_oldest
from ..local_time import get_today


class PropertyPaymentPlanLine(models.Model):
    """An instalment. What is paid of it follows from what is paid of the bills."""

    _name = "property.payment.plan.line"
    _description = "Instalment"
    _order = "date, id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "property.payment.plan", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(string="Due Date", required=True)
    amount = fields.Monetary(required=True)
    amount_paid = fields.Monetary(string="Paid", compute="_compute_amount_paid")
    amount_open = fields.Monetary(string="Open", compute="_compute_amount_paid")
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    state = fields.Selection(related="plan_id.state", string="Plan State")
    community_id = fields.Many2one(
        related="plan_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An instalment must be above zero."
    )

    @api.depends("amount", "date", "plan_id.state", "plan_id.bill_ids.amount_residual")
    def _compute_amount_paid(self):
        for plan in self.plan_id:
            lines = plan.line_ids | self.filtered(
                lambda line, p=plan: line.plan_id == p
            )
            lines = lines.sorted(lambda line: (line.date, line._origin.id))
            amounts = [Decimal(str(line.amount)) for line in lines]
            # whoever may see a plan may see what is open of its bills
            residual = sum(plan.sudo().bill_ids.mapped("amount_residual"))
            paid = Decimal(0)
            if plan.activated_on:
                total = plan.currency_id.round(sum(lines.mapped("amount")) - residual)
                paid = Decimal(str(total))
            parts = settle_oldest(amounts, paid)
            for line, amount, part in zip(lines, amounts, parts, strict=True):
                # the others have the field computed when they are asked for it
                if line in self:
                    line.amount_paid = float(part)
                    line.amount_open = float(amount - part)
        for line in self.filtered(lambda line: not line.plan_id):
            line.amount_paid = 0.0
            line.amount_open = line.amount

    @api.depends("date", "amount_open", "state")
    def _compute_is_overdue(self):
        today = get_today(self)
        for line in self:
            line.is_overdue = bool(
                line.state in ("active", "broken")
                and line.amount_open
                and line.date < today
            )

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        """Instalments are of drafts."""
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        """What was agreed stays as it is."""
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self._check_draft()

    def _check_draft(self):
        for plan in self.plan_id:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "Plan %s has been submitted: its instalments stay as they are.",
                        plan.name,
                    )
                )
