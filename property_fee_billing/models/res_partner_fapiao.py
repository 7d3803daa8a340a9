from odoo import fields, models


class ResPartner(models.Model):
    """In whose name invoices are made out, where that is not the contact's."""

    _inherit = "res.partner"

    fapiao_title = fields.Char(
        string="Invoice Title", help="Name on the invoices (fapiao) of this contact."
    )
    fapiao_tax_number = fields.Char(
        string="Invoice Taxpayer Number",
        help="Taxpayer number on the invoices, where the title is a company's.",
    )

    def _get_fapiao_text(self):
        """In whose name invoices are made out, as documents print it; empty where that
        is the contact's own."""
        return " ".join(filter(None, (self.fapiao_title, self.fapiao_tax_number)))
