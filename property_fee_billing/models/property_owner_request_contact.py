from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

#: Field of the request to the field of the partner it changes.
CONTACT = {
    "new_phone": "phone",
    "new_email": "email",
    "new_street": "street",
    "new_city": "city",
    "new_zip": "zip",
}


class PropertyOwnerRequest(models.Model):
    """Asking to change how one is reached."""

    _inherit = "property.owner.request"

    kind = fields.Selection(
        selection_add=[("contact", "Contact Data")], ondelete={"contact": "cascade"}
    )
    new_phone = fields.Char(
        string="Phone", groups="property_fee_billing.group_front_desk"
    )
    new_email = fields.Char(
        string="E-Mail", groups="property_fee_billing.group_front_desk"
    )
    contact_before = fields.Char(
        string="Contact Data Before",
        readonly=True,
        copy=False,
        groups="property_fee_billing.group_front_desk",
        help="What stood on the contact until the request was done.",
    )
    new_street = fields.Char(string="Street")
    new_city = fields.Char(string="City")
    new_zip = fields.Char(string="Postcode")

    @api.model
    def _get_flow_fields(self):
        """Extended: what was noted when it was done."""
        return super()._get_flow_fields() | {"contact_before"}

    def _get_kinds(self):
        """Override: a change of contact data."""
        labels = {
            "new_phone": self.env._("Phone"),
            "new_email": self.env._("E-Mail"),
            "new_street": self.env._("Street"),
            "new_city": self.env._("City"),
            "new_zip": self.env._("Postcode"),
        }
        # a list of its own: the export of terms takes what follows a term for another
        texts = [
            {"name": name, "label": label, "type": "text", "required": False}
            for name, label in labels.items()
        ]
        return {
            **super()._get_kinds(),
            "contact": {
                "title": self.env._("Contact Data"),
                "text": self.env._("A new phone number, e-mail or postal address"),
                "group": "property_fee_billing.group_front_desk",
                "fields": [
                    *texts,
                    {
                        "name": "note",
                        "label": self.env._("Remark"),
                        "type": "textarea",
                        "required": False,
                    },
                ],
                "check": "_check_contact",
                "do": "_change_contact",
                "summary": "_get_contact_summary",
            },
        }

    def _get_new_contact(self):
        """``{partner field: new value}`` of what was filled in."""
        return {
            target: self[name].strip()
            for name, target in CONTACT.items()
            if (self[name] or "").strip()
        }

    def _get_contact_summary(self):
        return ", ".join(self._get_new_contact().values())

    def _check_contact(self):
        """Something changes, and an e-mail address is one."""
        values = self._get_new_contact()
        if not values:
            raise ValidationError(
                self.env._("Request %s: nothing is to be changed.", self.name)
            )
        if "email" in values and not email_normalize(values["email"]):
            raise ValidationError(
                self.env._(
                    "Request %(request)s: %(email)s is no e-mail address.",
                    request=self.name,
                    email=values["email"],
                )
            )

    def _change_contact(self):
        """Write it on the contact; what it was stays on the request."""
        values = self._get_new_contact()
        before = ", ".join(str(self.partner_id[name] or "-") for name in values)
        self._write_flow({"contact_before": before})
        self.partner_id.write(values)
