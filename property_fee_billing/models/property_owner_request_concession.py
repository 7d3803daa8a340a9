from odoo import Command, fields, models
from odoo.exceptions import ValidationError

from ..local_time import get_today


class PropertyOwnerRequest(models.Model):
    """Asking to pay less for a time: the flat is empty, or money is short."""

    _inherit = "property.owner.request"

    kind = fields.Selection(
        selection_add=[("concession", "Reduction")], ondelete={"concession": "cascade"}
    )
    concession_reason = fields.Selection(
        [("vacancy", "The unit is empty"), ("hardship", "Hardship")],
        string="Why",
        default="vacancy",
    )
    item_id = fields.Many2one(
        "property.fee.item", ondelete="restrict", check_company=True
    )
    date_from = fields.Date(string="First Day")
    date_to = fields.Date(string="Last Day")
    factor = fields.Float(
        string="Still to Pay",
        digits=(7, 6),
        default=1.0,
        help="What whoever decides grants: 0.7 is 70 % of the amount.",
    )
    concession_id = fields.Many2one("property.concession", readonly=True, copy=False)

    def _get_kinds(self):
        """Override: a reduction."""
        return {
            **super()._get_kinds(),
            "concession": {
                "title": self.env._("Reduction"),
                "text": self.env._("The unit is empty, or you cannot pay all of it"),
                "group": "property_fee_billing.group_fee_manager",
                "fields": [
                    {
                        "name": "concession_reason",
                        "label": self.env._("Why"),
                        "type": "choice",
                        "required": True,
                        "choices": "_get_concession_reasons",
                    },
                    {
                        "name": "item_id",
                        "label": self.env._("Fee"),
                        "type": "choice",
                        "required": True,
                        "choices": "_get_charged_items",
                    },
                    {
                        "name": "date_from",
                        "label": self.env._("From"),
                        "type": "date",
                        "required": True,
                    },
                    {
                        "name": "date_to",
                        "label": self.env._("Until"),
                        "type": "date",
                        "required": False,
                    },
                    {
                        "name": "note",
                        "label": self.env._("Explain"),
                        "type": "textarea",
                        "required": True,
                    },
                    {
                        "name": "evidence_ids",
                        "label": self.env._("Evidence (meter reading, certificate)"),
                        "type": "files",
                        "required": True,
                    },
                ],
                "check": "_check_concession",
                "do": "_make_concession",
                "summary": "_get_concession_summary",
            },
        }

    def _get_concession_reasons(self, unit, partner):
        """Choices of the form."""
        return self._fields["concession_reason"]._description_selection(self.env)

    def _get_charged_items(self, unit, partner):
        """Fees that the unit is charged every month."""
        today = get_today(self)
        charges = unit.charge_ids.filtered(
            lambda charge: not charge.date_to or charge.date_to >= today
        )
        return [(item.id, item.name) for item in charges.standard_id.item_id]

    def _get_concession_summary(self):
        reasons = dict(self._get_concession_reasons(self.unit_id, self.partner_id))
        # an owner may know what an item of the own charges is called
        return ", ".join(
            filter(
                None,
                (reasons.get(self.concession_reason), self.item_id.sudo().name),
            )
        )

    def _check_concession(self):
        """Whoever grants a reduction says how much."""
        if not self.item_id or not self.date_from:
            raise ValidationError(
                self.env._("Request %s: enter the fee and the first day.", self.name)
            )
        if self.date_to and self.date_to < self.date_from:
            raise ValidationError(
                self.env._(
                    "Request %s: the last day is before the first day.", self.name
                )
            )
        if not 0 <= self.factor < 1:
            raise ValidationError(
                self.env._(
                    "Request %s: say how much is still to pay, less than 100 %%.",
                    self.name,
                )
            )

    def _make_concession(self):
        """An approved concession: the next bill has it."""
        self.concession_id = self.env["property.concession"].create(
            {
                "unit_id": self.unit_id.id,
                "item_id": self.item_id.id,
                "factor": self.factor,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "reason": self.concession_reason,
                "note": "\n".join(filter(None, (self.name, self.note))),
                "evidence_ids": [Command.set(self.evidence_ids.ids)],
                "state": "approved",
            }
        )
