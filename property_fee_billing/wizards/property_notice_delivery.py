from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..local_time import get_today
from ..models.property_notice import EVIDENCE_KINDS, PROOF_NEEDS


class PropertyNoticeDelivery(models.TransientModel):
    """Records what shows that notices arrived."""

    _name = "property.notice.delivery"
    _description = "Record Delivery"

    notice_ids = fields.Many2many("property.notice", string="Notices", required=True)
    date = fields.Date(string="Delivered On", required=True, default=get_today)
    evidence_kind = fields.Selection(
        EVIDENCE_KINDS, string="Evidence", required=True, default="signed_slip"
    )
    delivered_to = fields.Selection(
        selection=lambda self: (
            self.env["property.notice"]._fields["delivered_to"].selection
        ),
        required=True,
        default="debtor",
    )
    provider_message_id = fields.Char(
        string="Receipt Number",
        help="Number of the provider's receipt or of the registered item.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        help="Photo of the signed slip, postal receipt.",
    )

    def action_apply(self):
        """Record the delivery."""
        self.ensure_one()
        self.notice_ids._check_collector()
        if self.date > get_today(self):
            raise UserError(self.env._("The day of delivery is yet to come."))
        for notice in self.notice_ids:
            sent_on = notice.sent_on and notice._get_letter_date()
            if sent_on and self.date < sent_on:
                raise UserError(
                    self.env._(
                        "Notice %(notice)s left on %(date)s: it cannot have arrived "
                        "before.",
                        notice=notice.name,
                        date=format_date(self.env, sent_on),
                    )
                )
        self._check_evidence()
        for notice in self.notice_ids:
            # Each notice gets files of its own: who may see it may see them.
            files = self.attachment_ids.sudo().copy(
                {"res_model": notice._name, "res_id": notice.id}
            )
            notice._register_delivery(
                self.date,
                self.evidence_kind,
                self.delivered_to,
                self.provider_message_id,
                files,
            )
        return {"type": "ir.actions.act_window_close"}

    def _check_evidence(self):
        """Evidence that proves nothing for want of a file or number is asked for."""
        given = {
            "evidence_attachment_ids": self.attachment_ids,
            "provider_message_id": (self.provider_message_id or "").strip(),
            "delivered_on": self.date,
        }
        needs = PROOF_NEEDS.get(self.evidence_kind)
        if needs and not any(given[name] for name in needs):
            raise UserError(
                self.env._(
                    "This evidence proves delivery only with its file or number: add "
                    "the photo of the signed slip, or the number of the receipt."
                )
            )
