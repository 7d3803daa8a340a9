from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyFeeSourceMixin(models.AbstractModel):
    """What fee lines are made from, and how it stays as it was billed.

    A model that takes this has ``fee_line_ids`` and says which field of
    property.fee.line names it, which of its own fields a billed amount rests on, and
    what to do instead of changing them.
    """

    _name = "property.fee.source.mixin"
    _description = "Source of Fee Lines"

    # many2one of property.fee.line to the model, the inverse of fee_line_ids
    _fee_line_field = None

    is_billed = fields.Boolean(compute="_compute_is_billed", search="_search_is_billed")
    fee_line_count = fields.Integer(compute="_compute_fee_line_count")

    @api.depends("fee_line_ids.state")
    def _compute_is_billed(self):
        billed = {
            source.id
            for [source] in self.env["property.fee.line"]._read_group(
                self._get_billed_domain(), [self._fee_line_field]
            )
        }
        for source in self:
            source.is_billed = source.id in billed

    def _search_is_billed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("fee_line_ids", "any", [("state", "=", "posted")])]

    @api.depends("fee_line_ids")
    def _compute_fee_line_count(self):
        counts = dict(
            self.env["property.fee.line"]._read_group(
                [(self._fee_line_field, "in", self.ids)],
                [self._fee_line_field],
                ["__count"],
            )
        )
        for source in self:
            source.fee_line_count = counts.get(source, 0)

    def write(self, vals):
        """What a billed amount rests on stays as it is."""
        if self._get_billed_fields() & vals.keys():
            self._check_not_billed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._check_not_billed()
        line = self.env["property.fee.line"].search(
            [(self._fee_line_field, "in", self.ids)], limit=1
        )
        if line:
            raise UserError(
                self.env._(
                    "%(record)s stands in billing run %(run)s and cannot be deleted.",
                    record=line[self._fee_line_field].display_name,
                    run=line.run_id.name,
                )
            )

    def _check_not_billed(self):
        line = self.env["property.fee.line"].search(self._get_billed_domain(), limit=1)
        if line:
            source = line[self._fee_line_field]
            raise UserError(self._get_billed_message(source.display_name))

    def _get_billed_domain(self):
        """Domain of the posted fee lines made from these records."""
        return [(self._fee_line_field, "in", self.ids), ("state", "=", "posted")]

    @api.model
    def _get_billed_fields(self):
        """Names of the fields that a billed amount rests on."""
        return set()

    @api.model
    def _get_billed_message(self, name):
        """The sentence that refuses a change of the record called ``name``."""
        return self.env._("%s has been billed and stays as it is.", name)

    def action_open_fee_lines(self):
        """Open what was billed from this."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_fee_line_action"
        )
        action["domain"] = [(self._fee_line_field, "=", self.id)]
        return action
