from odoo import fields, models
from odoo.tools.sql import column_exists, create_column


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    fee_unit_id = fields.Many2one(
        related="move_id.fee_unit_id",
        string="Property Unit",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    fee_community_id = fields.Many2one(
        related="move_id.fee_community_id",
        string="Community",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    fee_item_id = fields.Many2one(
        "property.fee.item",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    fee_date_from = fields.Date(string="Fee Period From", readonly=True)
    fee_date_to = fields.Date(string="Fee Period To", readonly=True)
    fee_line_ids = fields.One2many("property.fee.line", "move_line_id")

    def _auto_init(self):
        """Make the stored related columns empty at once: no journal item of a firm
        that installs us has a unit yet, so none need be computed."""
        for name in ("fee_unit_id", "fee_community_id"):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, "int4")
        return super()._auto_init()
