from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_today
from odoo.addons.property_fee_billing.models.property_fee_item import FEE_CLASSES


class PropertyChargingPlanLine(models.Model):
    """What a plan means to bill and collect of one class in one month."""

    _name = "property.charging.plan.line"
    _description = "Line of a Charging Plan"
    _inherit = ["property.flow.mixin"]
    _order = "month, fee_class, id"

    plan_id = fields.Many2one(
        "property.charging.plan", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        related="plan_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    state = fields.Selection(related="plan_id.state")
    month = fields.Date(required=True, help="Any day of the month.")
    fee_class = fields.Selection(FEE_CLASSES, required=True)
    planned_billed = fields.Monetary(
        string="Planned to Bill", help="Bills dated in the month."
    )
    amount_planned = fields.Monetary(
        string="Planned to Collect",
        help="Money that settles bills in the month, of any period.",
    )
    amount_forecast = fields.Monetary(
        string="Forecast",
        readonly=True,
        copy=False,
        help="Expected to be paid in the month, as owners have paid so far. Of a month "
        "gone by: as it was expected at the end of the month before.",
    )
    amount_billed = fields.Monetary(string="Billed", compute="_compute_actual")
    amount_collected = fields.Monetary(string="Collected", compute="_compute_actual")
    gap = fields.Monetary(
        compute="_compute_actual",
        help="Planned to collect - collected, for months that have begun.",
    )

    _class_once = models.Constraint(
        "UNIQUE (plan_id, month, fee_class)",
        "A plan has one line for each month and class.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (planned_billed >= 0 AND amount_planned >= 0)",
        "A planned amount cannot be negative.",
    )

    @api.depends("plan_id.community_id", "month", "fee_class", "amount_planned")
    def _compute_actual(self):
        actual = self._get_actual()
        today = get_today(self)
        for line in self:
            key = line.community_id.id, line.fee_class, line.month
            billed, collected = actual.get(key, (0, 0))
            line.amount_billed = billed
            line.amount_collected = collected
            begun = line.month and line.month <= today
            line.gap = line.amount_planned - float(collected) if begun else 0

    def _get_actual(self):
        """``{(community id, class, month): (billed, collected)}``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT cell.community_id, item.fee_class, month,
                       SUM(billed), SUM(paid)
                  FROM (%s) cell
                  JOIN property_fee_item item ON item.id = cell.item_id
                 WHERE cell.community_id = ANY(%s)
                 GROUP BY cell.community_id, item.fee_class, month
                """,
                self.env["property.fee.figures"]._get_cells(),
                self.community_id.ids,
            )
        )
        return {(place, kind, month): (b, c) for place, kind, month, b, c in rows}

    # ------------------------------------------------------------------ guards
    @api.constrains("month", "plan_id")
    def _check_month(self):
        for line in self:
            if line.month.year != line.plan_id.year:
                raise ValidationError(
                    self.env._(
                        "%(month)s is not a month of plan %(plan)s.",
                        month=line.month,
                        plan=line.plan_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Lines are added to drafts; a month is known by its first day."""
        lines = super().create([self._begin_month(vals) for vals in vals_list])
        lines.plan_id._check_draft()
        return lines

    def write(self, vals):
        """Lines of a frozen plan stay as they are."""
        self.plan_id._check_draft()
        return super().write(self._begin_month(vals))

    @api.model
    def _begin_month(self, vals):
        month = fields.Date.to_date(vals.get("month"))
        return {**vals, "month": month.replace(day=1)} if month else vals

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self.plan_id._check_draft()
