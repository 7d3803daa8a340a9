from odoo import api, models
from odoo.exceptions import UserError

from .field_labels import get_field_labels


class PropertyFlowMixin(models.AbstractModel):
    """A record that its buttons move on: some of its fields are written by them alone.

    Listed first in ``_inherit``, so that the mixins behind it hear of every change.
    """

    _name = "property.flow.mixin"
    _description = "Moved On by Buttons"

    @api.model
    def _get_flow_fields(self):
        """Names of the fields that the buttons alone write, as a set."""
        return set()

    def _refuse_flow_fields(self, names):
        """Say that these fields are not for writing by hand.

        :raise UserError: always
        """
        raise UserError(
            self.env._(
                "%(record)s: this changes by its buttons only (%(fields)s).",
                record=self[:1].display_name
                or self.env["ir.model"]._get(self._name).name,
                fields=get_field_labels(self, names),
            )
        )

    def write(self, vals):
        """Refuse what only the buttons write."""
        names = vals.keys() & self._get_flow_fields()
        # merging partners or accounts, Odoo writes references on no record at all
        if self and names:
            self._refuse_flow_fields(names)
        return super().write(vals)

    def _write_flow(self, vals):
        """Write what the buttons note, past the guards of ``write`` in the models."""
        # pylint: disable=super-method-mismatch
        return super().write(vals)
