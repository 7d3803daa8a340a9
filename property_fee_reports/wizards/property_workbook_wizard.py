from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import date_utils

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyWorkbookWizard(models.TransientModel):
    """Asks which workbook, of which communities and days."""

    _name = "property.workbook.wizard"
    _description = "Workbooks"
    _inherit = ["property.download.mixin"]

    workbook = fields.Selection(
        lambda self: self.env["property.workbook"]._get_workbooks(),
        required=True,
        default="property.workbook.collection",
    )
    community_ids = fields.Many2many(
        "property.community",
        string="Communities",
        required=True,
        default=lambda self: self._get_default_communities(),
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: date_utils.start_of(get_today(self), "year"),
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=get_today,
        help="What is open is as of the end of this day.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    @api.model
    def _get_default_communities(self):
        """All of the user's in one currency."""
        # the rules leave the user's own
        # pylint: disable-next=no-search-all
        communities = self.env["property.community"].search([])
        return communities.filtered(
            lambda community: community.currency_id == communities[:1].currency_id
        )

    @api.depends("community_ids")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.community_ids.currency_id[:1]

    @api.constrains("date_from", "date_to", "community_ids")
    def _check_scope(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise ValidationError(
                    self.env._("The first day must not be after the last day.")
                )
            if not wizard.community_ids:
                raise ValidationError(self.env._("Choose a community."))
            if len(wizard.community_ids.currency_id) > 1:
                raise ValidationError(
                    self.env._(
                        "These communities bill in different currencies: make a "
                        "workbook for each."
                    )
                )

    def _make_workbook(self):
        """The workbook, of communities that the user may see.

        :rtype: bytes
        """
        self.ensure_one()
        self.community_ids.check_access("read")
        return self.env[self.workbook]._make(self)

    def _get_filename(self):
        """The workbook, its community or how many there are, and the day."""
        titles = dict(self._fields["workbook"]._description_selection(self.env))
        codes = self.community_ids.mapped("code")
        scope = codes[0] if len(codes) == 1 else str(len(codes))
        return f"{titles[self.workbook]}-{scope}-{self.date_to}"
