from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_fee_item import FEE_CLASSES


class AccountMove(models.Model):
    _inherit = "account.move"

    fee_unit_id = fields.Many2one(
        "property.unit",
        string="Property Unit",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    fee_community_id = fields.Many2one(
        "property.community",
        string="Community",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    fee_run_id = fields.Many2one(
        "property.billing.run",
        string="Billing Run",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    fee_is_bulk = fields.Boolean(
        string="Made in Bulk",
        readonly=True,
        copy=False,
        help="A billing run gave Odoo the complete entry, instead of having Odoo "
        "compute it.",
    )
    fee_purpose = fields.Selection(
        FEE_CLASSES,
        string="Purpose",
        readonly=True,
        copy=False,
        help="Money paid for this kind of fee settles no other.",
    )
    fee_receipt_id = fields.Many2one(
        "property.receipt",
        string="Receipt",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The receipt this entry stands on, also when it takes the money back.",
    )
    fee_session_id = fields.Many2one(
        "property.cashier.session",
        string="Cashier Session",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    @api.depends("fee_run_id")
    def _compute_show_reset_to_draft_button(self):
        """Override of `account`: no button that the bill of a run would refuse."""
        result = super()._compute_show_reset_to_draft_button()
        for move in self:
            if move.fee_run_id and move.state == "posted":
                move.show_reset_to_draft_button = False
        return result

    def button_draft(self):
        """Override of `account`: the bills of a run are corrected by credit note."""
        self._check_not_fee_bill()
        return super().button_draft()

    def button_cancel(self):
        """Override of `account`: the bills of a run are corrected by credit note."""
        self._check_not_fee_bill()
        return super().button_cancel()

    def _check_not_fee_bill(self):
        """A posted bill that fee lines rest on is never edited."""
        for move in self:
            if move.fee_run_id and move.state == "posted":
                raise UserError(
                    self.env._(
                        "Bill %(bill)s was posted by billing run %(run)s and stays as "
                        "it is. Add a credit note, or cancel the run.",
                        bill=move.name,
                        run=move.fee_run_id.name,
                    )
                )

    def action_open_fee_lines(self):
        """The fee lines this bill rests on."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_fee_line_action"
        )
        action["domain"] = [("move_line_id", "in", self.invoice_line_ids.ids)]
        return action
