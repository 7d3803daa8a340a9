from odoo import fields, models


class PropertyFeeDispute(models.Model):
    """Disputes that came with a complaint."""

    _inherit = "property.fee.dispute"

    complaint_id = fields.Many2one(
        "property.complaint",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
    )

    def _check_may_decide(self):
        """Extended: who works on complaints decides what came with them."""
        agent = "property_fee_complaints.group_complaint_agent"
        if all(dispute.complaint_id for dispute in self) and self.env.user.has_group(
            agent
        ):
            self.check_access("write")
            return None
        return super()._check_may_decide()
