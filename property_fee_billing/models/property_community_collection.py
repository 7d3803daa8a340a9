from odoo import fields, models
from odoo.fields import Domain


class PropertyCommunity(models.Model):
    """How a community collects what is overdue."""

    _inherit = "property.community"

    limitation_rule_id = fields.Many2one(
        "property.limitation.rule",
        index="btree_not_null",
        tracking=True,
        help="How long a claim can be enforced. Empty: the rule of the company's "
        "country, else that of mainland China.",
    )
    dunning_policy_id = fields.Many2one(
        "property.dunning.policy",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="The reminders and demands of this community. Empty: the first policy of "
        "the company, else the first of all companies.",
    )

    collector_id = fields.Many2one(
        "res.users",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Who is given the arrears cases that are opened.",
    )

    def _get_limitation_rule(self):
        """The limitation rule that applies."""
        self.ensure_one()
        country = (
            self.company_id.account_fiscal_country_id or self.company_id.country_id
        )
        return (
            self.limitation_rule_id
            or (
                country
                and self.env["property.limitation.rule"].search(
                    [("country_id", "=", country.id)], limit=1
                )
            )
            or self.env.ref("property_fee_billing.limitation_rule_cn")
        )

    def _get_dunning_policy(self):
        """The dunning policy that applies; empty when there is none."""
        self.ensure_one()
        if self.dunning_policy_id:
            return self.dunning_policy_id
        Policy = self.env["property.dunning.policy"]
        return Policy.search(
            Domain("company_id", "=", self.company_id.id), limit=1
        ) or Policy.search(Domain("company_id", "=", False), limit=1)
