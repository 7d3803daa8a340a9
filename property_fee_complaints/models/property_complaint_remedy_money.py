from odoo import Command, models
from odoo.exceptions import UserError

from odoo.addons.property_fee_billing.local_time import get_today

from .property_complaint_remedy import ADJUSTMENTS


class PropertyComplaintRemedy(models.Model):
    """How a promise is kept: at once, or by a document that is approved and posted."""

    _inherit = "property.complaint.remedy"

    def action_request(self):
        """Ask for the money: an adjustment, at once or after approval."""
        for remedy in self:
            if not remedy.is_money or remedy.state not in ("draft", "refused"):
                raise UserError(self.env._("%s needs no request.", remedy.display_name))
            adjustment = self.env["property.adjustment"].create(
                remedy._prepare_adjustment()
            )
            remedy.write({"adjustment_id": adjustment.id, "payout_id": False})
            adjustment.action_submit()

    def _prepare_adjustment(self):
        """Values of the adjustment that credits the bill line."""
        kind, reason = ADJUSTMENTS[self.kind]
        return {
            "kind": kind,
            "bill_id": self.move_line_id.move_id.id,
            "reason_code": reason,
            "reason": f"{self.complaint_id.name} {self.name}",
            "line_ids": [
                Command.create(
                    {"move_line_id": self.move_line_id.id, "amount": self.amount}
                )
            ],
        }

    def _prepare_payout(self):
        """Values of the adjustment that pays out what was credited: as much of it as is
        still the owner's credit."""
        adjustment = self.adjustment_id
        credit = self.env["property.payout"]._get_open_amount(
            adjustment.unit_id, adjustment.partner_id
        )
        return {
            "kind": "refund",
            "unit_id": adjustment.unit_id.id,
            "partner_id": adjustment.partner_id.id,
            "amount": min(self.amount, credit),
            "payment_method_line_id": self.payment_method_line_id.id,
            "reason_code": "complaint",
            "reason": adjustment.reason,
        }

    def _after_posted(self, adjustments):
        """Documents of these remedies were posted: what was promised is done, or, of a
        refund, is now paid out.

        :param adjustments: property.adjustment that are done
        """
        today = get_today(self)
        for remedy in self:
            is_credit = remedy.adjustment_id in adjustments
            payout = remedy._prepare_payout() if remedy.kind == "refund" else {}
            if is_credit and payout.get("amount"):
                remedy.payout_id = self.env["property.adjustment"].create(payout)
                remedy._tell_payer()
            else:
                remedy.done_on = today
        self.complaint_id._close_when_done()

    def _tell_payer(self):
        """Put the payout on the list of who asked for the refund."""
        payer = self.adjustment_id.requested_by_id
        env = self.with_context(lang=payer.lang).env
        self.payout_id.activity_schedule(
            "property_fee_billing.mail_activity_type_approval",
            summary=env._("Pay out: %s", self.complaint_id.name),
            user_id=payer.id,
        )

    def action_done(self):
        """What costs no money has been done."""
        for remedy in self:
            if remedy.is_money:
                raise UserError(
                    self.env._(
                        "%s is done when its document is posted.", remedy.display_name
                    )
                )
        self.filtered(lambda remedy: remedy.state == "draft").done_on = get_today(self)
        self.complaint_id._close_when_done()

    def action_cancel(self):
        """It is not done after all."""
        for remedy in self:
            if remedy.state not in ("draft", "refused"):
                raise UserError(
                    self.env._(
                        "%s is under way and stays as it is.", remedy.display_name
                    )
                )
        self.is_cancelled = True

    def action_open_adjustment(self):
        """The adjustment, or the payout that follows it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.adjustment",
            "res_id": (self.payout_id or self.adjustment_id).id,
            "views": [(False, "form")],
        }
