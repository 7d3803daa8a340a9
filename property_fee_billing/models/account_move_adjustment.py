from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Adjustments of bills."""

    _inherit = "account.move"

    fee_adjustment_ids = fields.One2many(
        "property.adjustment",
        "move_id",
        string="Made by Adjustment",
        help="The adjustment that this document was made by.",
    )
    fee_adjustment_line_ids = fields.One2many("property.adjustment.line", "move_id")
    fee_deposit_ids = fields.One2many("property.deposit", "move_id", string="Deposit")
    fee_adjustment_count = fields.Integer(
        string="Adjustments", compute="_compute_fee_adjustment_count"
    )

    @api.depends("fee_adjustment_line_ids", "fee_adjustment_ids")
    def _compute_fee_adjustment_count(self):
        # also who keeps the books but has no part in property fees sees bills
        Adjustment = self.env["property.adjustment"]
        for move in self:
            move.fee_adjustment_count = (
                Adjustment.search_count(move._get_adjustment_domain())
                if move.fee_unit_id and Adjustment.has_access("read")
                else 0
            )

    def _get_adjustment_domain(self):
        """Adjustments of bills, and those that entries were made by."""
        return [
            "|",
            ("move_id", "in", self.ids),
            ("line_ids.move_id", "in", self.ids),
        ]

    def _check_not_fee_bill(self):
        """Extended: the document of an adjustment stays as it is, too."""
        result = super()._check_not_fee_bill()
        # whoever asks, the rule is the same
        for move in self.sudo().filtered("fee_adjustment_ids"):
            if move.state == "posted":
                raise UserError(
                    self.env._(
                        "%(document)s was made by adjustment %(adjustment)s and stays "
                        "as it is.",
                        document=move.name,
                        adjustment=move.fee_adjustment_ids[0].name,
                    )
                )
        return result

    # ----------------------------------------------------------------- actions
    def action_reverse(self):
        """Override of `account`: a bill of a unit is credited from its lines up."""
        if (
            len(self) == 1
            and self.fee_unit_id
            and self.move_type == "out_invoice"
            and not self.env.user.has_group("account.group_account_user")
        ):
            return self.action_adjust_fees()
        return super().action_reverse()

    def action_open_fee_deposit(self):
        """The deposit that this bill asks for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.deposit",
            "res_id": self.fee_deposit_ids[:1].id,
            "views": [(False, "form")],
        }

    def action_open_fee_adjustments(self):
        """The adjustments of this bill."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_adjustment_action"
        )
        return {
            **action,
            "domain": self._get_adjustment_domain(),
            "context": {"create": False},
        }

    def action_adjust_fees(self):
        """Credit lines of this bill, in full or in part."""
        return self._open_new_adjustment("credit_note")

    def action_write_off_fees(self):
        """Write off what is open of this bill."""
        return self._open_new_adjustment("write_off")

    def _open_new_adjustment(self, kind):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adjust %s", self.name),
            "res_model": "property.adjustment",
            "views": [(False, "form")],
            "context": {"default_kind": kind, "default_bill_id": self.id},
        }
