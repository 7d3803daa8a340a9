from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyComplaintBudget(models.Model):
    """What a community may give away as goodwill in a year."""

    _name = "property.complaint.budget"
    _description = "Goodwill Budget"
    _order = "year desc, community_id"
    _check_company_auto = True

    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    year = fields.Integer(
        required=True,
        default=lambda self: get_today(self).year,
        aggregator=None,
    )
    amount = fields.Monetary(required=True)
    amount_used = fields.Monetary(string="Promised", compute="_compute_amount_used")
    amount_left = fields.Monetary(string="Left", compute="_compute_amount_used")

    _once = models.Constraint(
        "UNIQUE (community_id, year)",
        "There already is a goodwill budget of this community and year.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A budget cannot be negative."
    )

    @api.depends("community_id", "year")
    def _compute_display_name(self):
        for budget in self:
            budget.display_name = f"{budget.community_id.name} {budget.year or ''}"

    @api.depends("community_id", "year", "amount")
    def _compute_amount_used(self):
        used = self._get_used(self.community_id)
        for budget in self:
            budget.amount_used = used.get((budget.community_id.id, budget.year), 0.0)
            budget.amount_left = budget.amount - budget.amount_used

    @api.model
    def _get_used(self, communities):
        """``{(community id, year): amount}`` that is promised or given."""
        # what is promised counts also where the complaint is not one's own
        groups = (
            self.env["property.complaint.remedy"]
            .sudo()
            ._read_group(
                [
                    ("kind", "=", "goodwill"),
                    ("state", "in", ("draft", "waiting", "done")),
                    ("community_id", "in", communities.ids),
                ],
                ["community_id", "date:year"],
                ["amount:sum"],
            )
        )
        return {
            (community.id, fields.Date.to_date(day).year): amount
            for community, day, amount in groups
        }

    @api.model
    def _get_left(self, community, year):
        """What is left of a community's budget; without one there is nothing to give.

        The row is written, not only read: of two who promise at the same time the
        second is made to begin anew and sees what the first has promised.
        """
        budget = self.search([("community_id", "=", community.id), ("year", "=", year)])
        self.env.cr.execute(
            SQL(
                "UPDATE property_complaint_budget SET year = year WHERE id = ANY(%s)",
                budget.ids,
            )
        )
        used = self._get_used(community).get((community.id, year), 0.0)
        return community.currency_id.round(budget.amount - used)
