from odoo import api, models


class PropertyStatement(models.TransientModel):
    """A statement can be checked by its code: what it is of makes it again."""

    _name = "property.statement"
    _inherit = ["property.statement", "property.document.seal"]

    def _get_seal_key(self):
        """Override of `property.document.seal`: the question it answers."""
        return [
            self.community_id.id,
            self.unit_id.id,
            self.partner_id.id,
            str(self.date_from),
            str(self.date_to),
        ]

    @api.model
    def _find_sealed(self, key):
        """Override of `property.document.seal`: asks it again, of the day on it."""
        *ids, date_from, date_to = key
        names = ("community_id", "unit_id", "partner_id")
        values = {name: value for name, value in zip(names, ids, strict=True) if value}
        for name, value in values.items():
            if not self.env[self._fields[name].comodel_name].browse(value).exists():
                return self.browse()
        return self.new({**values, "date_from": date_from, "date_to": date_to})

    def _get_seal_title(self):
        """Override of `property.document.seal`."""
        return self.env._("Statement of Account")

    def _get_seal_number(self):
        """Override of `property.document.seal`: the unit it is of."""
        return self.unit_id.code or ""

    def _get_seal_values(self):
        """Override of `property.document.seal`: the closing balance."""
        return self.date_to, self._get_statement_data()["closing"]
