from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Documents of ownership transfers."""

    _inherit = "account.move"

    fee_transfer_id = fields.Many2one(
        "property.ownership.transfer",
        string="Ownership Transfer",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The transfer that moved a debt or prepaid money by this document.",
    )

    def _check_not_fee_bill(self):
        """Extended: what a transfer moved stays moved."""
        result = super()._check_not_fee_bill()
        for move in self:
            if move.fee_transfer_id and move.state == "posted":
                raise UserError(
                    self.env._(
                        "%(document)s was made by ownership transfer %(transfer)s and "
                        "stays as it is.",
                        document=move.name,
                        # whoever asks, the rule is the same
                        transfer=move.sudo().fee_transfer_id.name,
                    )
                )
        return result
