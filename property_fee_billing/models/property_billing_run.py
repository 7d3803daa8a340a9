from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine import Window, bill
from ..local_time import get_today


class PropertyBillingRun(models.Model):
    """One billing of one or more communities.

    The work is a pipeline, each step a service of its own: load (property.billing.
    loader), compute (the engine), store (here), compare (property.billing.preview),
    invoice and post (property.billing.invoicer). No step reaches back.
    """

    _name = "property.billing.run"
    _description = "Billing Run"
    _inherit = ["property.numbered.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
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
    date_from = fields.Date(
        required=True,
        tracking=True,
        default=lambda self: get_today(self).replace(day=1),
        help="What was billable before this day and is not billed yet is billed too, "
        "marked as catch-up.",
    )
    date_to = fields.Date(
        required=True,
        tracking=True,
        default=lambda self: get_today(self) + relativedelta(day=31),
        help="Everything billable up to this day is billed.",
    )
    invoice_date = fields.Date(required=True, tracking=True, default=get_today)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("computed", "Computed"),
            ("posting", "Posting"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        tracking=True,
        group_expand=True,
    )
    computed_on = fields.Datetime(readonly=True, copy=False)
    posting_started_on = fields.Datetime(readonly=True, copy=False)
    remaining_minutes = fields.Integer(
        compute="_compute_remaining_minutes",
        help="At the pace so far; only while a run is posted in the background.",
    )
    line_ids = fields.One2many("property.fee.line", "run_id", copy=False)
    move_ids = fields.One2many("account.move", "fee_run_id", copy=False)
    refusal_ids = fields.One2many("property.billing.refusal", "run_id", copy=False)
    item_total_ids = fields.One2many("property.billing.run.item", "run_id", copy=False)
    unit_change_ids = fields.One2many("property.billing.run.unit", "run_id", copy=False)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount_total = fields.Monetary(compute="_compute_progress")
    line_count = fields.Integer(compute="_compute_progress")
    posted_count = fields.Integer(compute="_compute_progress")
    progress = fields.Float(
        compute="_compute_progress", help="Posted fee lines, in percent."
    )
    unit_count = fields.Integer(compute="_compute_progress")
    invoice_count = fields.Integer(compute="_compute_counts")
    bulk_count = fields.Integer(
        string="Bills Made in Bulk",
        compute="_compute_counts",
        help="Bills whose complete entry was handed to Odoo. The others have a shape "
        "that Odoo computes itself, one by one.",
    )
    refusal_count = fields.Integer(compute="_compute_counts")
    change_count = fields.Integer(compute="_compute_counts")
    held_line_count = fields.Integer(
        compute="_compute_counts",
        help="Fee lines of these communities that stand in the preview of another "
        "run, and so are left out here.",
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )

    # ---------------------------------------------------------------- figures
    @api.depends("community_ids.currency_id")
    def _compute_currency_id(self):
        for run in self:
            currencies = run.community_ids.currency_id
            run.currency_id = (
                currencies if len(currencies) == 1 else run.company_id.currency_id
            )

    @api.depends("line_ids.state", "line_ids.amount")
    def _compute_progress(self):
        groups = self.env["property.fee.line"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state"],
            ["__count", "amount:sum"],
        )
        figures = {
            (run.id, state): (count, amount) for run, state, count, amount in groups
        }
        units = dict(
            self.env["property.fee.line"]._read_group(
                [("run_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["run_id"],
                ["unit_id:count_distinct"],
            )
        )
        nothing = (0, 0.0)
        for run in self:
            draft = figures.get((run.id, "draft"), nothing)
            posted = figures.get((run.id, "posted"), nothing)
            run.posted_count = posted[0]
            run.line_count = draft[0] + posted[0]
            run.amount_total = draft[1] + posted[1]
            run.unit_count = units.get(run, 0)
            run.progress = 100 * posted[0] / run.line_count if run.line_count else 0.0

    @api.depends("posting_started_on", "state")
    def _compute_remaining_minutes(self):
        now = fields.Datetime.now()
        for run in self:
            run.remaining_minutes = 0
            if run.state == "posting" and run.posted_count and run.posting_started_on:
                elapsed = (now - run.posting_started_on).total_seconds()
                left = run.line_count - run.posted_count
                run.remaining_minutes = round(elapsed * left / run.posted_count / 60)

    def _compute_counts(self):
        def count(model, domain=()):
            return dict(
                self.env[model]._read_group(
                    [("run_id", "in", self.ids), *domain], ["run_id"], ["__count"]
                )
            )

        refusals = count("property.billing.refusal")
        changes = count("property.billing.run.unit")
        moves, bulk = {}, {}
        if self.env["account.move"].has_access("read"):
            groups = self.env["account.move"]._read_group(
                [("fee_run_id", "in", self.ids)],
                ["fee_run_id", "fee_is_bulk"],
                ["__count"],
            )
            bulk = {run: number for run, is_bulk, number in groups if is_bulk}
            for run, _is_bulk, number in groups:
                moves[run] = moves.get(run, 0) + number
        for run in self:
            run.refusal_count = refusals.get(run, 0)
            run.change_count = changes.get(run, 0)
            run.invoice_count = moves.get(run, 0)
            run.bulk_count = bulk.get(run, 0)
            run.held_line_count = self.env["property.fee.line"].search_count(
                run._get_held_domain()
            )

    def _get_held_domain(self):
        """Draft lines of other runs that keep this one from billing them."""
        self.ensure_one()
        return [
            ("run_id", "not in", self.ids),
            ("state", "=", "draft"),
            ("community_id", "in", self.community_ids.ids),
            ("date_from", "<=", self.date_to),
        ]

    @api.constrains("community_ids", "company_id")
    def _check_communities(self):
        for run in self:
            if not run.community_ids:
                raise ValidationError(
                    self.env._("Choose at least one community to bill.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Its company is that of its communities."""
        for vals in vals_list:
            if not vals.get("company_id") and (
                communities := self._get_communities_given(vals)
            ):
                vals["company_id"] = communities[0].company_id.id
        return super().create(vals_list)

    @api.model
    def _get_communities_given(self, vals):
        """Communities named by the many2many commands of ``vals``."""
        ids = []
        for command in vals.get("community_ids") or []:
            if isinstance(command, int):
                ids.append(command)
            elif command[0] == Command.SET:
                ids += command[2]
            elif command[0] == Command.LINK:
                ids.append(command[1])
        return self.env["property.community"].browse(ids)

    def write(self, vals):
        """Other communities or dates make the preview void."""
        if {"community_ids", "date_from", "date_to", "company_id"} & vals.keys():
            for run in self:
                if run.state not in ("draft", "computed"):
                    raise UserError(
                        self.env._(
                            "Run %s is posted: its communities and dates stay. Make "
                            "another run.",
                            run.name,
                        )
                    )
                run._discard_preview()
            vals = {**vals, "state": "draft"}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        for run in self:
            if run.state not in ("draft", "computed"):
                raise UserError(
                    self.env._(
                        "Run %s has been posted and cannot be deleted. Cancel it: its "
                        "bills are credited.",
                        run.name,
                    )
                )
            run._discard_preview()

    # ---------------------------------------------------------------- compute
    def action_compute(self):
        """Make or refresh the draft fee lines and the preview."""
        for run in self:
            run._check_state("draft", "computed")
            run._lock_communities()
            run._discard_preview()
            for community in run.community_ids:
                run._compute_community(community)
            run.env["property.billing.preview"]._compare(run)
            run.write({"state": "computed", "computed_on": fields.Datetime.now()})
            run.invalidate_recordset()

    def _compute_community(self, community):
        """Load, compute and store one community, a batch of units at a time."""
        self.ensure_one()
        loader = self.env["property.billing.loader"]
        window = Window(self.date_from, self.date_to)
        decimals = community.currency_id.decimal_places
        for facts in loader._iter_facts(community, window):
            result = bill(facts, window, decimals)
            self._store_lines(community, result.lines)
            self._store_refusals(community, result.refusals)

    def _store_lines(self, community, lines):
        """Insert engine lines; what another run holds meanwhile is skipped.

        Past the ORM, which has no ON CONFLICT: the constraints of property.fee.line
        decide, for all transactions, what is new.

        :param lines: list of engine ``Line``
        """
        if not lines:
            return
        self.env["property.billing.loader"]._insert(
            "property.fee.line",
            [self._prepare_fee_line_values(line) for line in lines],
            {"run_id": self.id, "community_id": community.id, "state": "draft"},
        )

    @api.model
    def _prepare_fee_line_values(self, line):
        """Column values of one engine line; see engine ``Line`` for their meaning."""
        return {
            "kind": line.kind,
            "unit_id": line.unit_id,
            "partner_id": line.partner_id,
            "item_id": line.item_id,
            "rate_id": line.rate_id,
            self._get_source_fields()[line.kind]: line.source_id,
            "date_from": line.date_from.isoformat(),
            "date_to": line.date_to.isoformat(),
            "quantity": str(line.quantity),
            "price_unit": str(line.price_unit),
            "factor": str(line.factor),
            "amount": str(line.amount),
            "is_catch_up": line.catch_up,
            "corrects_id": line.corrects_id,
            "explanation": line.explanation,
        }

    def _store_refusals(self, community, refusals):
        """Insert what the engine refused, with its reason."""
        if not refusals:
            return
        self.env["property.billing.loader"]._insert(
            "property.billing.refusal",
            [self._prepare_refusal_values(refusal) for refusal in refusals],
            {
                "run_id": self.id,
                "community_id": community.id,
                "company_id": community.company_id.id,
            },
        )

    @api.model
    def _prepare_refusal_values(self, refusal):
        """Column values of one engine refusal."""
        return {
            "unit_id": refusal.unit_id,
            "item_id": refusal.item_id,
            self._get_source_fields()[refusal.kind]: refusal.source_id,
            "date_from": refusal.date_from.isoformat(),
            "date_to": refusal.date_to.isoformat(),
            "amount": None if refusal.amount is None else str(refusal.amount),
            "reason": refusal.reason,
            "detail": self._get_refusal_detail(refusal),
        }

    @api.model
    def _get_refusal_detail(self, refusal):
        """What the engine says beyond the reason, in the user's language."""
        message = (refusal.details or {}).get("message")
        return message and self.env["property.fee.explanation"]._say(message)

    @api.model
    def _get_source_fields(self):
        """Kind of a line to the field that names its source."""
        return {
            "recurring": "recurring_charge_id",
            "metered": "reading_id",
            "shared": "shared_cost_id",
            "oneoff": "oneoff_charge_id",
        }

    def _discard_preview(self):
        """Remove the draft lines, refusals and comparison of an unposted run."""
        self.ensure_one()
        self.env.flush_all()
        for table, condition in (
            ("property_fee_line", SQL("AND state = 'draft'")),
            ("property_billing_refusal", SQL()),
            ("property_billing_run_item", SQL()),
            ("property_billing_run_unit", SQL()),
        ):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE run_id = %s %s",
                    SQL.identifier(table),
                    self.id,
                    condition,
                )
            )
        self.env.invalidate_all(flush=False)

    def _lock_communities(self):
        """Let one run at a time work on a community, and say so at once."""
        self.ensure_one()
        self._lock(self.community_ids)

    @api.model
    def _lock(self, communities):
        """See ``_lock_communities``."""
        communities.check_access("read")
        # Staff may bill a community without holding write access to its settings;
        # the row is only locked, nothing is written.
        locked = communities.sudo().try_lock_for_update(allow_referencing=True)
        busy = communities - locked.sudo(False)
        if busy:
            raise UserError(
                self.env._(
                    "Community %s is being billed by someone else right now. Try again "
                    "in a moment.",
                    busy[0].display_name,
                )
            )

    def _check_state(self, *states):
        """Refuse an action to whoever may not bill, or that does not fit the state of
        the run. What follows works in SQL, past the access rights."""
        self.ensure_one()
        self.check_access("write")
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

    # ---------------------------------------------------------------- actions
    def _action_open(self, xmlid, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = domain
        action["context"] = {"create": False}
        return action

    def action_open_lines(self):
        """Open the fee lines."""
        return self._action_open(
            "property_fee_billing.property_fee_line_action", [("run_id", "=", self.id)]
        )

    def action_open_invoices(self):
        """Open the bills."""
        return self._action_open(
            "property_fee_billing.property_fee_bill_action",
            [("fee_run_id", "=", self.id)],
        )

    def action_open_refusals(self):
        """Open what could not be billed, with the reasons."""
        return self._action_open(
            "property_fee_billing.property_billing_refusal_action",
            [("run_id", "=", self.id)],
        )

    def action_open_changes(self):
        """Open the units whose bill differs from the previous run."""
        return self._action_open(
            "property_fee_billing.property_billing_run_unit_action",
            [("run_id", "=", self.id)],
        )

    def action_open_held_lines(self):
        """Open the lines that other previews hold."""
        return self._action_open(
            "property_fee_billing.property_fee_line_action", self._get_held_domain()
        )
