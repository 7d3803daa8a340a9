from odoo import fields, models
from odoo.exceptions import ValidationError


class PropertyOwnerRequest(models.Model):
    """Asking for invoices (fapiao) in a certain title."""

    _inherit = "property.owner.request"

    kind = fields.Selection(
        selection_add=[("fapiao", "Invoice Title")], ondelete={"fapiao": "cascade"}
    )
    fapiao_type = fields.Selection(
        [("person", "Person"), ("company", "Company")],
        string="Made Out To",
        default="person",
    )
    fapiao_title = fields.Char(string="Title")
    fapiao_tax_number = fields.Char(string="Taxpayer Number")

    def _get_kinds(self):
        """Override: the title of invoices."""
        return {
            **super()._get_kinds(),
            "fapiao": {
                "title": self.env._("Invoice Title"),
                "text": self.env._("In whose name your invoices (fapiao) are made out"),
                "group": "property_fee_billing.group_front_desk",
                "fields": [
                    {
                        "name": "fapiao_type",
                        "label": self.env._("Made out to a"),
                        "type": "choice",
                        "required": True,
                        "choices": "_get_fapiao_types",
                    },
                    {
                        "name": "fapiao_title",
                        "label": self.env._("Title"),
                        "type": "text",
                        "required": True,
                    },
                    {
                        "name": "fapiao_tax_number",
                        "label": self.env._("Taxpayer number (of a company)"),
                        "type": "text",
                        "required": False,
                    },
                ],
                "check": "_check_fapiao",
                "do": "_store_fapiao",
                "summary": "_get_fapiao_summary",
            },
        }

    def _get_fapiao_types(self, unit, partner):
        """Choices of the form."""
        return self._fields["fapiao_type"]._description_selection(self.env)

    def _get_fapiao_summary(self):
        return " ".join(filter(None, (self.fapiao_title, self.fapiao_tax_number)))

    def _check_fapiao(self):
        """An invoice to a company names its taxpayer number (发票管理办法)."""
        if not (self.fapiao_title or "").strip():
            raise ValidationError(
                self.env._("Request %s: enter the title of the invoices.", self.name)
            )
        if self.fapiao_type == "company" and not self.fapiao_tax_number:
            raise ValidationError(
                self.env._(
                    "Request %s: invoices to a company need its taxpayer number.",
                    self.name,
                )
            )

    def _store_fapiao(self):
        """The title of the next invoices of this contact."""
        self.partner_id.write(
            {
                "fapiao_title": self.fapiao_title.strip(),
                "fapiao_tax_number": (self.fapiao_tax_number or "").strip() or False,
            }
        )
