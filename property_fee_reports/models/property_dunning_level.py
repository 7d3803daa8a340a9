from odoo import api, fields, models


class PropertyDunningLevel(models.Model):
    _inherit = "property.dunning.level"

    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    notice_cost = fields.Monetary(
        string="Cost of a Notice",
        help="What sending one costs: postage, SMS, the way. Notices take it over, so "
        "that reports show what it costs to bring money in.",
    )

    _notice_cost_positive = models.Constraint(
        "CHECK (notice_cost >= 0)", "A cost cannot be negative."
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for level in self:
            company = level.company_id or self.env.company
            level.currency_id = company.currency_id

    def _get_notice_cost(self, community):
        """The cost of a notice in the currency of a community, as of today."""
        company = self.company_id or community.company_id
        return company.currency_id._convert(
            self.notice_cost, community.currency_id, company
        )
