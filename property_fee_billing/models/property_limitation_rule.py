from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PropertyLimitationRule(models.Model):
    """How long a claim can be enforced in a jurisdiction."""

    _name = "property.limitation.rule"
    _description = "Limitation Rule"
    _order = "sequence, id"

    name = fields.Char(string="Jurisdiction", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    country_id = fields.Many2one(
        "res.country",
        index="btree_not_null",
        help="Communities of companies there use this rule unless they choose another.",
    )
    version_ids = fields.One2many(
        "property.limitation.rule.version", "rule_id", string="Versions", copy=True
    )
    community_ids = fields.One2many("property.community", "limitation_rule_id")
    note = fields.Text(translate=True)

    def _get_versions(self):
        """The versions as the engine takes them.

        :return: tuple of (first day, years) by day
        :raise UserError: there is none
        """
        self.ensure_one()
        versions = tuple(
            sorted((version.date_from, version.years) for version in self.version_ids)
        )
        if not versions:
            raise UserError(
                self.env._(
                    "Limitation rule %s has no version: say for how many years a "
                    "claim can be enforced.",
                    self.display_name,
                )
            )
        return versions

    def action_apply(self):
        """Work out the limitation of all unpaid bills under this rule again."""
        self.check_access("write")
        Move = self.env["account.move"]
        communities = self.env["property.community"].search([("active", "=", True)])
        communities = communities.filtered(
            lambda community: community._get_limitation_rule() in self
        )
        bills = Move.search(
            Move._get_unpaid_domain()
            & Domain("fee_community_id", "in", communities.ids)
        )
        bills._start_limitation()
        bills._recompute_limitation()
