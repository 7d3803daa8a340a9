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
        """Whether the rights on invoices and payments come from a role of property
        fees alone: who was made an accountant, or a clerk of invoices, is not."""
        self.ensure_one()
        return (
            self.has_group("property_fee_billing.group_front_desk")
            and not self.has_group("account.group_account_user")
            # own groups, given directly
            and self.env.ref("account.group_account_invoice")
            not in self.sudo().group_ids
        )
