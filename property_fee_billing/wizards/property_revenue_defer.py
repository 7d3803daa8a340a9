from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..local_time import get_today


class PropertyRevenueDefer(models.TransientModel):
    """Asks for which month and communities revenue is deferred."""

    _name = "property.revenue.defer"
    _description = "Defer Revenue for a Month"

    date = fields.Date(
        string="Month",
        required=True,
        default=lambda self: self._default_date(),
        help="Any day of the month that is closed.",
    )
    community_ids = fields.Many2many(
        "property.community", default=lambda self: self._default_community_ids()
    )

    @api.model
    def _default_date(self):
        """The last day of the month before."""
        return get_today(self) + relativedelta(day=1, days=-1)

    @api.model
    def _default_community_ids(self):
        """The communities that are set up for it."""
        communities = self.env["property.community"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        ready = communities.filtered(
            lambda community: all(community._get_deferral_setup())
        )
        return [Command.set(ready.ids)]

    def action_defer(self):
        """Defer the month and open what was done."""
        self.ensure_one()
        if not self.community_ids:
            raise UserError(
                self.env._("Choose at least one community whose revenue is deferred.")
            )
        done = self.env["property.revenue.deferral"]._defer(
            self.community_ids, self.date
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_revenue_deferral_action"
        )
        action["domain"] = [("id", "in", done.ids)]
        action["context"] = {}
        return action
