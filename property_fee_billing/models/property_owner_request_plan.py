from odoo import fields, models
from odoo.exceptions import ValidationError

from ..local_time import get_today


class PropertyOwnerRequest(models.Model):
    """Asking to pay what is open by instalments."""

    _inherit = "property.owner.request"

    kind = fields.Selection(
        selection_add=[("plan", "Payment Plan")], ondelete={"plan": "cascade"}
    )
    instalment_count = fields.Integer(string="Instalments", default=6)
    date_first = fields.Date(string="First Instalment")
    plan_id = fields.Many2one("property.payment.plan", readonly=True, copy=False)

    def _get_kinds(self):
        """Override: a payment plan."""
        return {
            **super()._get_kinds(),
            "plan": {
                "title": self.env._("Payment Plan"),
                "text": self.env._("Pay what is open in monthly instalments"),
                "group": "property_fee_billing.group_collector",
                "fields": [
                    {
                        "name": "instalment_count",
                        "label": self.env._("Number of months"),
                        "type": "number",
                        "required": True,
                    },
                    {
                        "name": "date_first",
                        "label": self.env._("First instalment on"),
                        "type": "date",
                        "required": True,
                    },
                    {
                        "name": "note",
                        "label": self.env._("Why you cannot pay at once"),
                        "type": "textarea",
                        "required": True,
                    },
                    {
                        "name": "evidence_ids",
                        "label": self.env._("Evidence"),
                        "type": "files",
                        "required": False,
                    },
                ],
                "check": "_check_plan",
                "do": "_make_plan",
                "summary": "_get_plan_summary",
            },
        }

    def _get_plan_summary(self):
        return self.env._("%s instalments", self.instalment_count)

    def _check_plan(self):
        """A plan has months, and days to come."""
        if not 1 <= self.instalment_count <= 120:
            raise ValidationError(
                self.env._("Request %s: a plan has 1 to 120 instalments.", self.name)
            )

    def _make_plan(self):
        """A draft of a plan over all open bills: it is signed, then submitted."""
        today = get_today(self)
        plan = self.env["property.payment.plan"].create(
            {
                "unit_id": self.unit_id.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "instalment_count": self.instalment_count,
                "date_first": max(self.date_first or today, today),
                "reason": "\n".join(filter(None, (self.name, self.note))),
            }
        )
        if not plan.line_ids:
            raise ValidationError(
                self.env._(
                    "Request %(request)s: nothing is open of %(unit)s that could be "
                    "paid in instalments.",
                    request=self.name,
                    unit=self.unit_id.display_name,
                )
            )
        self.plan_id = plan
