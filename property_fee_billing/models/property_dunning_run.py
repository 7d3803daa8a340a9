from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..local_time import get_today

# Notices made in one go.
BATCH = 250


class PropertyDunningRun(models.Model):
    """Reminders of one day: first looked at, then sent.

    Computing makes draft notices and says who is left out and why; nothing leaves
    before it is sent, and until then all of it can be undone.
    """

    _name = "property.dunning.run"
    _description = "Dunning Run"
    _inherit = ["property.numbered.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    community_ids = fields.Many2many(
        "property.community",
        required=True,
        check_company=True,
        tracking=True,
        default=lambda self: self.env["property.community"]._get_only(),
    )
    date = fields.Date(
        required=True,
        default=get_today,
        tracking=True,
        help="Levels and late fees are reckoned on this day.",
    )
    is_auto = fields.Boolean(string="Prepared by Itself", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("computed", "Computed"),
            ("sending", "Sending"),
            ("waiting", "To Approve"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    computed_on = fields.Datetime(readonly=True, copy=False)
    notice_ids = fields.One2many("property.notice", "run_id", readonly=True)
    skip_ids = fields.One2many("property.dunning.skip", "run_id", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    notice_count = fields.Integer(compute="_compute_figures")
    bill_count = fields.Integer(string="Bills", compute="_compute_figures")
    amount_total = fields.Monetary(string="Total", compute="_compute_figures")
    draft_count = fields.Integer(string="To Send", compute="_compute_figures")
    failed_count = fields.Integer(string="Failed", compute="_compute_figures")
    progress = fields.Float(compute="_compute_figures", help="Sent, in percent.")
    skip_count = fields.Integer(string="Skipped", compute="_compute_figures")
    may_approve = fields.Boolean(compute="_compute_may_approve")

    # ----------------------------------------------------------------- figures
    @api.depends("community_ids.currency_id")
    def _compute_currency_id(self):
        for run in self:
            currencies = run.community_ids.currency_id
            run.currency_id = (
                currencies if len(currencies) == 1 else run.company_id.currency_id
            )

    @api.depends("notice_ids.state", "skip_ids")
    def _compute_figures(self):
        groups = self.env["property.notice"]._read_group(
            [("run_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["run_id", "state"],
            ["__count", "bill_count:sum", "amount_total:sum"],
        )
        skips = dict(
            self.env["property.dunning.skip"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        figures = {}
        for run, state, *values in groups:
            figures.setdefault(run.id, {})[state] = values
        for run in self:
            own = figures.get(run.id, {})
            counts = {state: values[0] for state, values in own.items()}
            run.notice_count = sum(counts.values())
            run.bill_count = sum(values[1] for values in own.values())
            run.amount_total = sum(values[2] for values in own.values())
            run.draft_count = counts.get("draft", 0)
            run.failed_count = counts.get("failed", 0)
            sent = run.notice_count - run.draft_count
            run.progress = 100 * sent / run.notice_count if run.notice_count else 0.0
            run.skip_count = skips.get(run, 0)

    @api.depends_context("uid")
    @api.depends("state", "notice_ids.approved_by_id")
    def _compute_may_approve(self):
        for run in self:
            run.may_approve = run.state in ("computed", "waiting") and any(
                run._get_drafts().mapped("may_approve")
            )

    # -------------------------------------------------------------------- guards
    @api.model_create_multi
    def create(self, vals_list):
        """Its company is that of its communities."""
        for vals in vals_list:
            communities = self.env["property.billing.run"]._get_communities_given(vals)
            if not vals.get("company_id") and communities:
                vals["company_id"] = communities[0].company_id.id
        return super().create(vals_list)

    def write(self, vals):
        """Other communities or another day make the preview void."""
        if {"community_ids", "date", "company_id"} & vals.keys():
            for run in self:
                if run.state not in ("draft", "computed"):
                    raise UserError(
                        self.env._(
                            "Run %s has been sent: its communities and day stay. Make "
                            "another run.",
                            run.name,
                        )
                    )
                run._discard_preview()
            vals = {**vals, "state": "draft"}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for run in self:
            if run.state not in ("draft", "computed", "cancelled"):
                raise UserError(
                    self.env._("Run %s has been sent and is kept.", run.name)
                )
            run._discard_preview()

    def _check_state(self, *states):
        """Refuse an action that does not fit the state, or is not the user's."""
        self.ensure_one()
        self.env["property.notice"]._check_collector()
        self.check_access("write")
        self.community_ids.check_access("read")
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Run %(run)s is %(state)s: this needs a run that is %(wanted)s.",
                    run=self.name,
                    state=labels[self.state],
                    wanted=", ".join(labels[state] for state in states),
                )
            )

    def _lock(self):
        """Let one user at a time compute or send the run."""
        self.ensure_one()
        if not self.try_lock_for_update():
            raise UserError(
                self.env._("Somebody else is working on %s right now.", self.name)
            )
        self.invalidate_recordset(["state"])

    # ------------------------------------------------------------------- compute
    def action_compute(self):
        """Show who gets what, and who is left out and why."""
        for run in self:
            run._check_state("draft", "computed")
            run._lock()
            run._discard_preview()
            for community in run.community_ids:
                groups, skips = self.env["property.dunning.planner"]._plan(
                    community, run.date
                )
                run._store_groups(groups)
                run._store_skips(skips)
            run.write({"state": "computed", "computed_on": fields.Datetime.now()})

    def _store_groups(self, groups):
        """Draft notices of planned groups, a batch at a time."""
        self.ensure_one()
        Notice = self.env["property.notice"].with_context(
            tracking_disable=True, fee_notice_run=True
        )
        for start in range(0, len(groups), BATCH):
            Notice.create(
                [self._prepare_notice(group) for group in groups[start : start + BATCH]]
            )

    def _prepare_notice(self, group):
        """Values of the draft notice of a group; see property.dunning.planner."""
        return {
            "run_id": self.id,
            "level_id": group["level"].id,
            "unit_id": group["unit"].id,
            "partner_id": group["partner"].id,
            "channel": group["channel"],
            "address": group["address"],
            "user_id": self.env.uid,
            "line_ids": [Command.create(values) for values in group["lines"]],
        }

    def _store_skips(self, skips):
        """What is left out, with the reason."""
        self.ensure_one()
        self.env["property.dunning.skip"].create(
            [{"run_id": self.id, **skip} for skip in skips]
        )

    def _get_drafts(self):
        """Notices that have not been sent."""
        self.ensure_one()
        return self.env["property.notice"].search(
            [("run_id", "=", self.id), ("state", "=", "draft")], order="id"
        )

    def _discard_preview(self):
        """Throw the drafts and what was left out away."""
        self.ensure_one()
        self._get_drafts().unlink()
        self.skip_ids.unlink()

    def action_reset_to_draft(self):
        """Throw the preview away."""
        for run in self:
            run._check_state("computed")
            run._discard_preview()
            run.state = "draft"

    def action_cancel(self):
        """Undo what was not sent yet. What has left stays as it is."""
        for run in self:
            run._check_state("draft", "computed", "sending", "waiting")
            run._lock()
            run._get_drafts().unlink()
            run.state = "cancelled"

    # -------------------------------------------------------------------- actions
    def _action_open(self, xmlid, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"property_fee_billing.{xmlid}"
        )
        action["domain"] = domain
        action["context"] = {"create": False}
        return action

    def action_open_notices(self):
        """The notices of the run."""
        return self._action_open("property_notice_action", [("run_id", "=", self.id)])

    def action_open_failed(self):
        """The notices that did not arrive."""
        return self._action_open(
            "property_notice_action",
            [("run_id", "=", self.id), ("state", "=", "failed")],
        )

    def action_open_skips(self):
        """What is left out, with the reasons."""
        return self._action_open(
            "property_dunning_skip_action", [("run_id", "=", self.id)]
        )
