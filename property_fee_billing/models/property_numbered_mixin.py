from odoo import api, fields, models


class PropertyNumberedMixin(models.AbstractModel):
    """A document with a number, from the sequence whose code is its model's name.

    Listed after the mixins that guard ``write``, it gives the number past them.
    """

    _name = "property.numbered.mixin"
    _description = "Has a Number"

    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        index="trigram",
        default=lambda self: self.env._("New"),
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the documents, each by the series of its company."""
        records = super().create(vals_list)
        for record in records:
            sequence = self.env["ir.sequence"].with_company(record.company_id)
            super(PropertyNumberedMixin, record).write(
                {"name": sequence.next_by_code(self._name)}
            )
        return records
