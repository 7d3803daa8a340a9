from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils

from odoo.addons.property_fee_billing.local_time import get_today

#: day of the month on which the month before is frozen, unless the system parameter
#: property_fee_reports.snapshot_day says another
FREEZE_DAY = "5"


class PropertyReportSnapshot(models.Model):
    """The figures of a community at the end of a month, as they were known when they
    were frozen. They never change; the bridge says what has changed since."""

    _name = "property.report.snapshot"
    _description = "Frozen Month"
    _inherit = ["property.flow.mixin", "mail.thread"]
    _order = "date desc, community_id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env["property.community"]._get_only(),
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    date = fields.Date(
        string="Month",
        required=True,
        default=lambda self: self._get_last_month(),
        help="Any day of the month; its last day is kept.",
    )
    frozen_on = fields.Datetime(
        readonly=True, default=fields.Datetime.now, required=True
    )
    frozen_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    line_ids = fields.One2many("property.report.snapshot.line", "snapshot_id")
    amount_open = fields.Monetary(
        string="Open", readonly=True, help="Open of all bills at the end of the month."
    )
    amount_credit = fields.Monetary(
        string="Credit", readonly=True, help="Credit that waited for bills."
    )
    receivable = fields.Monetary(
        readonly=True, help="Open - credit: the balance of the general ledger then."
    )

    _month_once = models.UniqueIndex(
        "(community_id, date)", "This month of the community is frozen already."
    )

    @api.depends("community_id.code", "date")
    def _compute_name(self):
        for snapshot in self:
            month = snapshot.date and snapshot.date.strftime("%Y-%m")
            snapshot.name = f"{snapshot.community_id.code or ''} {month or ''}"

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        """Freeze months that are over.

        :raise UserError: the month is not over yet
        """
        today = get_today(self)
        values = []
        for vals in vals_list:
            day = date_utils.end_of(fields.Date.to_date(vals["date"]), "month")
            if day >= today:
                raise UserError(
                    self.env._(
                        "The month that ends on %s is not over yet: it cannot be "
                        "frozen.",
                        day,
                    )
                )
            values.append({"community_id": vals["community_id"], "date": day})
        snapshots = super().create(values)
        for snapshot in snapshots:
            snapshot._freeze()
        return snapshots

    def write(self, vals):
        """What is frozen stays as it is."""
        if self:
            raise UserError(self.env._("A frozen month never changes."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A frozen month is kept."))

    # ---------------------------------------------------------------- freezing
    def _freeze(self):
        """Keep the figures of the month, and the totals of the ledger."""
        self.ensure_one()
        # what is frozen is the system's: all of the community, whoever asks for it
        lines = self.env["property.report.snapshot.line"].sudo()
        lines._freeze(self)
        found = lines._read_group(
            [("snapshot_id", "=", self.id)],
            [],
            ["amount_open:sum", "amount_credit:sum"],
        )
        [(amount_open, credit)] = found
        # no role may write a frozen month: these are its own totals, once
        self.sudo()._write_flow(
            {
                "amount_open": amount_open,
                "amount_credit": credit,
                "receivable": amount_open - credit,
            }
        )

    @api.model
    def _get_last_month(self):
        """The last day of the month before."""
        today = get_today(self)
        return date_utils.subtract(date_utils.start_of(today, "month"), days=1)

    @api.model
    def _cron_freeze(self):
        """Scheduled: freeze the month before for each community that has bills."""
        # a setting, read by the job
        parameters = self.env["ir.config_parameter"].sudo()
        day = int(parameters.get_param("property_fee_reports.snapshot_day", FREEZE_DAY))
        communities = self.env["property.community"].search([("unit_ids", "!=", False)])
        months = {
            community: self.with_company(community.company_id)._get_last_month()
            for community in communities
            if get_today(community).day >= day
        }
        snapshots = self.search([("date", "in", list(set(months.values())))])
        done = {(frozen.community_id, frozen.date) for frozen in snapshots}
        waiting = [pair for pair in months.items() if pair not in done]
        for number, (community, last) in enumerate(waiting, 1):
            self.with_company(community.company_id).create(
                {"community_id": community.id, "date": last}
            )
            left = len(waiting) - number
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    # ----------------------------------------------------------------- actions
    def action_open_bridge(self):
        """From the frozen figures to today's."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_reports.property_report_bridge_action"
        )
        return {**action, "domain": [("snapshot_id", "=", self.id)], "context": {}}

    def action_open_lines(self):
        """The frozen figures."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_reports.property_report_snapshot_line_action"
        )
        return {**action, "domain": [("snapshot_id", "=", self.id)]}

    def action_open_today(self):
        """The same day as it is known now."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_reports.property_ageing_report_action"
        )
        return {
            **action,
            "name": self.env._("%s as Known Today", self.name),
            "domain": [("community_id", "=", self.community_id.id)],
            "context": {"figures_date": str(self.date)},
        }
