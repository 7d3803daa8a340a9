from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyDaySheetWizard(models.TransientModel):
    """Asks which days or which session the day sheet is of."""

    _name = "property.day.sheet.wizard"
    _description = "Day Sheet"
    _inherit = ["property.document.mixin", "property.download.mixin"]

    community_id = fields.Many2one(
        "property.community",
        required=True,
        default=lambda self: self._get_default_community(),
    )
    date_from = fields.Date(string="From", default=get_today)
    date_to = fields.Date(string="To", default=get_today)
    session_id = fields.Many2one(
        "property.cashier.session",
        domain="[('community_id', '=', community_id)]",
        help="Empty: all money of the days, of every session, the bank and online.",
    )

    @api.model
    def _get_default_community(self):
        """The community of the user's open session, or the only one."""
        session = self.env["property.cashier.session"].search(
            [("user_id", "=", self.env.uid), ("state", "=", "open")], limit=1
        )
        return session.community_id or self.env["property.community"]._get_only()

    @api.constrains("date_from", "date_to", "session_id", "community_id")
    def _check_scope(self):
        for wizard in self:
            if wizard.session_id:
                if wizard.session_id.community_id != wizard.community_id:
                    raise ValidationError(
                        self.env._(
                            "Session %(session)s is not one of community "
                            "%(community)s.",
                            session=wizard.session_id.name,
                            community=wizard.community_id.name,
                        )
                    )
            elif not wizard.date_from or not wizard.date_to:
                raise ValidationError(
                    self.env._("Choose a session, or the first and the last day.")
                )
            elif wizard.date_from > wizard.date_to:
                raise ValidationError(
                    self.env._("The first day must not be after the last day.")
                )

    def _get_document_data(self):
        """Override of `property.document.mixin`: of the session, else of the days."""
        self.ensure_one()
        sheet = self.env["property.day.sheet"]
        if self.session_id:
            return sheet._get_sheet_document(self.community_id, session=self.session_id)
        return sheet._get_sheet_document(
            self.community_id, self.date_from, self.date_to
        )

    def action_print(self):
        """The day sheet as PDF."""
        report = self.env.ref("property_fee_reports.action_report_day_sheet")
        return report.report_action(self, config=False)

    def _get_filename(self):
        """What the sheet is of, in the name of a file."""
        days = dict.fromkeys(map(str, (self.date_from, self.date_to)))
        scope = [self.session_id.name] if self.session_id else days
        return "-".join((self.env._("Day Sheet"), self.community_id.code, *scope))
