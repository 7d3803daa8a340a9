from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    property_community_ids = fields.Many2many(
        "property.community",
        "property_community_member_rel",
        "user_id",
        "community_id",
        string="Communities",
        help="Communities this user may see and work on.",
    )

    def _is_fee_staff(self):
        """Whether the rights on invoices come from roles of property fees alone: whom
        anything else made a clerk, an accountant or their administrator is not."""
        self.ensure_one()
        if not self.has_group("property_fee_billing.group_front_desk"):
            return False
        category = self.env.ref("property_fee_billing.module_category_property_fees")
        # groups given directly, which users may not read of each other
        others = self.sudo().group_ids.filtered(
            lambda group: group.privilege_id.category_id != category
        )
        invoicing = self.env.ref("account.group_account_invoice")
        return invoicing not in others.all_implied_ids
