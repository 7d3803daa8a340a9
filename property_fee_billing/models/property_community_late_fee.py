from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PropertyCommunity(models.Model):
    """By which policy a community charges late fees."""

    _inherit = "property.community"

    late_fee_policy_id = fields.Many2one(
        "property.late.fee.policy",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty: no late fees.",
    )
    late_fee_posted_on = fields.Date(
        string="Late Fees Billed On",
        readonly=True,
        copy=False,
        help="Day on which they were last billed by themselves.",
    )

    @api.constrains("late_fee_policy_id")
    def _check_late_fee_item(self):
        for community in self:
            item = community.late_fee_policy_id.fee_item_id
            if item.community_id and item.community_id != community:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s bills item %(item)s, which is of another "
                        "community than %(community)s.",
                        policy=community.late_fee_policy_id.name,
                        item=item.display_name,
                        community=community.display_name,
                    )
                )
