from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..local_time import get_today

ROLES = [("owner", "Owner"), ("tenant", "Tenant"), ("developer", "Developer")]


class PropertyOwnershipTransfer(models.Model):
    """A unit passes from one payer to the next on a day.

    Confirming ends one payer and begins the other, corrects what was billed beyond
    the day, and does with debts and credit what was agreed, all or nothing. The record
    stays, with its figures, for the settlement statement.
    """

    _name = "property.ownership.transfer"
    _description = "Ownership Transfer"
    _inherit = [
        "property.flow.mixin",
        "property.numbered.mixin",
        "property.unit.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "unit_id.code", "new_partner_id.name"]

    unit_id = fields.Many2one(tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        group_expand=True,
    )
    date = fields.Date(
        string="Transfer Date",
        required=True,
        copy=False,
        default=get_today,
        tracking=True,
        help="The first day that the new payer pays for.",
    )
    booking_date = fields.Date(
        required=True,
        copy=False,
        default=get_today,
        help="Day of the bills, credit notes and entries that the transfer makes.",
    )
    old_ownership_id = fields.Many2one(
        "property.ownership",
        compute="_compute_old_ownership_id",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    old_partner_id = fields.Many2one(
        related="old_ownership_id.partner_id",
        string="Old Payer",
        store=True,
        index="btree_not_null",
    )
    old_payer_stays = fields.Boolean(
        string="Old Payer Stays, Not Paying",
        compute="_compute_old_payer_stays",
        store=True,
        readonly=False,
        help="E.g. an owner whose tenant pays from now on.",
    )
    ending_ownership_ids = fields.Many2many(
        "property.ownership",
        string="Ending Too",
        compute="_compute_ending_ownership_ids",
        store=True,
        readonly=False,
        domain="[('unit_id', '=', unit_id), ('is_payer', '=', False)]",
        help="Others who do not pay and leave with the old payer, e.g. joint owners.",
    )
    new_partner_id = fields.Many2one(
        "res.partner",
        string="New Payer",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    new_role = fields.Selection(
        ROLES,
        compute="_compute_new_role",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    co_owner_ids = fields.Many2many(
        "res.partner",
        "property_ownership_transfer_co_owner_rel",
        string="Joint with",
        help="Come in together with the new payer, and do not pay.",
    )
    handover_reference = fields.Char(
        tracking=True,
        help="Written agreement on who takes over debts and prepaid money.",
    )
    debt_choice = fields.Selection(
        [
            ("keep", "Stay with the Old Payer"),
            ("settle", "Must Be Paid First"),
            ("carry", "Taken over by the New Payer"),
        ],
        string="Open Debts",
        required=True,
        default="keep",
        tracking=True,
    )
    credit_choice = fields.Selection(
        [
            ("keep", "Stays with the Old Payer"),
            ("move", "Moved to the New Payer"),
            ("refund", "Paid Back to the Old Payer"),
        ],
        string="Prepaid Money",
        required=True,
        default="keep",
        tracking=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Entry Journal",
        check_company=True,
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        domain="[('type', '=', 'general')]",
        help="Where prepaid money is moved from one payer to the other.",
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        string="Paid Back By",
        copy=False,
        ondelete="restrict",
        domain="[('id', 'in', available_method_ids)]",
    )
    available_method_ids = fields.Many2many(
        "account.payment.method.line", compute="_compute_available_method_ids"
    )
    note = fields.Text(help="Stands on the settlement statement.")
    line_ids = fields.One2many(
        "property.ownership.transfer.line", "transfer_id", readonly=True, copy=False
    )
    balance_ids = fields.One2many(
        "property.ownership.transfer.balance", "transfer_id", readonly=True, copy=False
    )
    is_previewed = fields.Boolean(readonly=True, copy=False)
    run_id = fields.Many2one(
        "property.billing.run",
        string="Correction Run",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    receipt_id = fields.Many2one(
        "property.receipt",
        string="Payout Voucher",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    move_ids = fields.One2many("account.move", "fee_transfer_id", readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    settlement_data = fields.Json(
        readonly=True, copy=False, help="Figures of the statement as confirmed."
    )
    document_count = fields.Integer(compute="_compute_document_count")
    concession_count = fields.Integer(compute="_compute_concession_count")

    _one_draft = models.UniqueIndex(
        "(unit_id) WHERE state = 'draft'",
        "Another transfer of this unit is still a draft.",
    )

    # ---------------------------------------------------------------- computes
    @api.depends(
        "unit_id.ownership_ids.is_payer",
        "unit_id.ownership_ids.date_from",
        "unit_id.ownership_ids.partner_id",
    )
    def _compute_old_ownership_id(self):
        """The last payer of the unit; of a transfer that is done, who it was."""
        for transfer in self:
            if transfer.state != "draft":
                continue
            payers = transfer.unit_id.ownership_ids.filtered("is_payer")
            transfer.old_ownership_id = payers.sorted(
                lambda payer: payer.date_from or fields.Date.to_date("0001-01-01")
            )[-1:]

    @api.depends("old_ownership_id")
    def _compute_new_role(self):
        for transfer in self:
            role = transfer.old_ownership_id.role
            if transfer.state == "draft":
                transfer.new_role = "tenant" if role == "tenant" else "owner"

    @api.depends("new_role", "old_ownership_id")
    def _compute_old_payer_stays(self):
        for transfer in self:
            if transfer.state == "draft":
                transfer.old_payer_stays = (
                    transfer.new_role == "tenant"
                    and transfer.old_ownership_id.role in ("owner", "developer")
                )

    @api.depends("unit_id", "new_role", "new_partner_id", "date")
    def _compute_ending_ownership_ids(self):
        """A sale ends all who own; a change of tenant nobody else."""
        for transfer in self:
            if transfer.state != "draft":
                continue
            ending = transfer.unit_id.ownership_ids.filtered(
                lambda other, transfer=transfer: (
                    not other.is_payer
                    and other.role in ("owner", "developer")
                    and other.partner_id != transfer.new_partner_id
                    and transfer._is_open(other)
                )
            )
            is_sale = transfer.new_role == "owner" and (
                transfer.old_ownership_id.role != "tenant"
            )
            transfer.ending_ownership_ids = ending if is_sale else False

    def _is_open(self, ownership):
        """Whether an ownership holds before the transfer and on its day."""
        return (not ownership.date_from or ownership.date_from < self.date) and (
            not ownership.date_to or ownership.date_to >= self.date
        )

    @api.depends("company_id")
    def _compute_journal_id(self):
        for transfer in self:
            if transfer.journal_id.company_id != transfer.company_id:
                transfer.journal_id = self.env["account.journal"].search(
                    [
                        ("type", "=", "general"),
                        ("company_id", "=", transfer.company_id.id),
                    ],
                    limit=1,
                )

    @api.depends("community_id")
    def _compute_available_method_ids(self):
        for transfer in self:
            community = transfer.community_id
            transfer.available_method_ids = (
                community._get_payment_methods("outbound") if community else False
            )

    @api.depends("run_id", "move_ids")
    def _compute_document_count(self):
        for transfer in self:
            transfer.document_count = len(transfer._get_documents())

    def _get_documents(self):
        """Bills, credit notes and entries that the transfer made."""
        return self.run_id.move_ids | self.move_ids | self.receipt_id.move_ids

    @api.depends("unit_id", "date")
    def _compute_concession_count(self):
        """Concessions that would go on for the new payer."""
        for transfer in self:
            transfer.concession_count = len(
                transfer.unit_id.concession_ids.filtered(
                    lambda concession, transfer=transfer: (
                        concession.state == "approved"
                        and transfer.date
                        and (
                            not concession.date_to
                            or concession.date_to >= transfer.date
                        )
                    )
                )
            )

    # ------------------------------------------------------------------ guards
    def _check_no_draft(self, unit_ids):
        """One transfer of a unit at a time; the database has the last word."""
        other = self.search(
            [
                ("unit_id", "in", unit_ids),
                ("state", "=", "draft"),
                ("id", "not in", self.ids),
            ],
            limit=1,
        )
        if other:
            raise ValidationError(
                self.env._(
                    "Transfer %(transfer)s of unit %(unit)s is still a draft. "
                    "Confirm or cancel it first.",
                    transfer=other.name,
                    unit=other.unit_id.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Transfers begin as drafts."""
        self._check_no_draft([vals.get("unit_id") for vals in vals_list])
        fresh = dict.fromkeys(self._get_flow_fields(), False)
        return super().create(
            [{**vals, **fresh, "state": "draft"} for vals in vals_list]
        )

    def write(self, vals):
        """What was confirmed stays; another choice makes the preview void."""
        changed = vals.keys() & self._get_input_fields()
        if changed and any(transfer.state != "draft" for transfer in self):
            raise UserError(
                self.env._(
                    "Transfer %s is confirmed by its button and stays as it was "
                    "confirmed.",
                    self[:1].name,
                )
            )
        if "unit_id" in vals:
            self._check_no_draft([vals["unit_id"]])
        if changed:
            self._discard_preview()
        return super().write(vals)

    @api.model
    def _get_input_fields(self):
        """Fields that a person enters and the figures rest on."""
        return {
            "unit_id",
            "date",
            "booking_date",
            "new_partner_id",
            "new_role",
            "co_owner_ids",
            "old_payer_stays",
            "ending_ownership_ids",
            "debt_choice",
            "credit_choice",
            "journal_id",
            "payment_method_line_id",
            "handover_reference",
        }

    @api.model
    def _get_flow_fields(self):
        """Override: preview and confirmation."""
        return super()._get_flow_fields() | {
            "state",
            "is_previewed",
            "run_id",
            "receipt_id",
            "settlement_data",
            "confirmed_by_id",
            "confirmed_on",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for transfer in self:
            if transfer.state == "done":
                raise UserError(
                    self.env._(
                        "Transfer %s is done and cannot be deleted.", transfer.name
                    )
                )

    def _check_state(self, *states):
        """Refuse who may not transfer, or a transfer in another state."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Transfer %(transfer)s is %(state)s already.",
                    transfer=self.name,
                    state=labels[self.state],
                )
            )

    # ----------------------------------------------------------------- actions
    def action_cancel(self):
        """Give up a draft."""
        for transfer in self:
            transfer._check_state("draft")
            transfer._discard_preview()
            transfer._write_flow({"state": "cancelled"})

    def action_open_documents(self):
        """Bills, credit notes and entries of the transfer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents of %s", self.name),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self._get_documents().ids)],
            "context": {"create": False},
        }

    def action_open_concessions(self):
        """Concessions of the unit that would go on for the new payer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_concession_action"
        )
        action["domain"] = [("unit_id", "=", self.unit_id.id)]
        return action
