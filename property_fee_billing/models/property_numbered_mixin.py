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
        Sequence = self.env["ir.sequence"]
        for company, group in records.grouped("company_id").items():
            numbers = Sequence._next_numbers(self._name, len(group), company)
            for record, number in zip(group, numbers, strict=True):
                # who may make a document, but not change it, has it numbered too
                record.sudo()._write_number(number)
        return records

    def _write_number(self, number):
        """Give a number, past the guards of ``write`` in the models."""
        # pylint: disable=super-method-mismatch
        return super().write({"name": number})
