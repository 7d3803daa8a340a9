from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column


class AccountBankStatementLine(models.Model):
    """Bank lines that wait to be matched with bills, and those that are."""

    _inherit = "account.bank.statement.line"

    fee_import_key = fields.Char(
        string="Import Key",
        readonly=True,
        copy=False,
        help="By what the line is known again when a file has it once more.",
    )
    fee_queue = fields.Selection(
        [("open", "To Match"), ("ignored", "Not Ours")],
        string="Matching",
        readonly=True,
        copy=False,
    )
    fee_is_held = fields.Boolean(
        string="Matched by Hand Only",
        readonly=True,
        copy=False,
        help="A match of this line was undone; it is not matched by itself again.",
    )
    fee_queue_community_id = fields.Many2one(
        "property.community",
        string="Probable Community",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Whose staff sees the line: of the match, of the best suggestion, or the "
        "only one that uses the journal.",
    )
    fee_suggestion_ids = fields.One2many(
        "property.bank.suggestion",
        "statement_line_id",
        string="Suggestions",
        readonly=True,
    )
    fee_suggestion_id = fields.Many2one(
        "property.bank.suggestion",
        string="Best Suggestion",
        compute="_compute_fee_suggestion",
        store=True,
    )
    fee_score = fields.Integer(
        string="Score", compute="_compute_fee_suggestion", store=True, aggregator=None
    )
    fee_suggested_unit_id = fields.Many2one(
        related="fee_suggestion_id.unit_id", string="Suggested Unit"
    )
    fee_suggested_bill_ids = fields.Many2many(
        related="fee_suggestion_id.bill_ids", string="Suggested Bills"
    )
    fee_reason = fields.Char(
        related="fee_suggestion_id.reason", string="Reason of the Suggestion"
    )

    _fee_import_key_unique = models.UniqueIndex(
        "(journal_id, fee_import_key) WHERE fee_import_key IS NOT NULL",
        "This bank line is in the journal already.",
    )
    _fee_queue_idx = models.Index("(journal_id) WHERE fee_queue IS NOT NULL")

    def _auto_init(self):
        """Make the stored computed columns empty at once: no line has a suggestion
        when the addon is installed."""
        for name in ("fee_suggestion_id", "fee_score"):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, "int4")
        return super()._auto_init()

    @api.depends("fee_suggestion_ids.score")
    def _compute_fee_suggestion(self):
        for line in self:
            best = line.fee_suggestion_ids.sorted(
                lambda suggestion: (-suggestion.score, suggestion.id)
            )[:1]
            line.fee_suggestion_id = best
            line.fee_score = best.score

    @api.ondelete(at_uninstall=False)
    def _unlink_except_receipted(self):
        self._check_not_receipted()

    def action_undo_reconciliation(self):
        """Override of `account`: a receipted match is undone by voiding the receipt."""
        if not self.env.context.get("fee_receipt_void"):
            self._check_not_receipted()
        return super().action_undo_reconciliation()

    def _check_not_receipted(self):
        for line in self.filtered("fee_receipt_id"):
            raise UserError(
                self.env._(
                    "Bank line %(line)s stands on receipt %(receipt)s. Void the "
                    "receipt, with the reason; the line then waits to be matched.",
                    line=line.display_name,
                    receipt=line.fee_receipt_id.name,
                )
            )

    # ------------------------------------------------------------------- queue
    @api.model
    def _get_queue_domain(self):
        """Lines that wait for somebody."""
        return Domain("fee_queue", "=", "open") & Domain("is_reconciled", "=", False)

    @api.model
    def _get_matchable_domain(self):
        """Money that came in, in the journal's currency, and is not explained yet."""
        return (
            Domain("is_reconciled", "=", False)
            & Domain("state", "=", "posted")
            & Domain("amount", ">", 0)
            & Domain("foreign_currency_id", "=", False)
            & Domain("fee_queue", "!=", "ignored")
        )

    def _check_may_match(self, community=None):
        """Refuse who may not take money of a community, or, of a line that is for
        nobody known yet, who is neither fee manager nor accountant."""
        is_accountant = self.env.user.has_group("account.group_account_user")
        is_manager = self.env.user.has_group("property_fee_billing.group_fee_manager")
        is_cashier = self.env.user.has_group("property_fee_billing.group_cashier")
        self.check_access("read")
        if community:
            community.check_access("read")
        if is_accountant or is_manager or (is_cashier and community):
            return
        raise AccessError(
            self.env._(
                "Bank lines are matched by a cashier or fee manager of the community, "
                "or by an accountant."
            )
        )

    def _lock_open(self):
        """Hold lines that are to be matched.

        :raise UserError: when one is matched already, or just now by somebody else
        """
        try:
            # only locked: what is written is checked by whoever calls this
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is matching one of these bank lines right now."
                )
            ) from error
        self.invalidate_recordset(["is_reconciled", "fee_queue"])
        for line in self.filtered("is_reconciled"):
            raise UserError(
                self.env._("Bank line %s is matched already.", line.display_name)
            )

    def _match_and_reconcile(self):
        """Find suggestions, and reconcile those that are sure.

        :return: the lines that were matched
        """
        if not self:
            return self
        waiting = self.filtered(lambda line: line.fee_queue != "open")
        # the queue is the system's; nobody types it in
        waiting.sudo().fee_queue = "open"
        self.env["property.bank.matcher"]._match(self)
        return self.env["property.bank.reconciler"]._reconcile_sure(self)

    # ----------------------------------------------------------------- actions
    def action_match(self):
        """Look for suggestions again; what is sure now is matched."""
        lines = self.filtered_domain(self._get_matchable_domain())
        for line in lines:
            line._check_may_match(line.fee_queue_community_id)
        matched = lines._match_and_reconcile()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if matched else "info",
                "message": self.env._(
                    "%(matched)s of %(lines)s bank lines matched; the others wait.",
                    matched=len(matched),
                    lines=len(lines),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_accept(self):
        """Take the best suggestion of each line."""
        for line in self:
            if not line.fee_suggestion_id:
                raise UserError(
                    self.env._(
                        "Bank line %s has no suggestion. Say yourself what it is for.",
                        line.display_name,
                    )
                )
            line._accept_suggestion(line.fee_suggestion_id)
        return True

    def _accept_suggestion(self, suggestion):
        """Match with what a suggestion says.

        :return: property.receipt, empty for money the counter took already
        """
        self.ensure_one()
        self._check_may_match(suggestion.community_id)
        return self.env["property.bank.reconciler"]._reconcile_suggestions(suggestion)

    def action_choose(self):
        """Say by hand what a line is for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is This Money For?"),
            "res_model": "property.bank.choice",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_statement_line_id": self.id,
                "default_unit_id": self.fee_suggested_unit_id.id,
            },
        }

    def action_ignore(self):
        """Not money for a unit: leave it to the accountant."""
        for line in self:
            line._check_may_match(line.fee_queue_community_id)
        self._lock_open()
        self._set_queue("ignored", self.env._("Not ours: left to the accountant."))
        return True

    def action_put_back(self):
        """Put an ignored line back among those to be matched."""
        for line in self:
            line._check_may_match(line.fee_queue_community_id)
        self._lock_open()
        self._set_queue("open", self.env._("Put back: to be matched."))
        self.env["property.bank.matcher"]._match(self)
        return True

    def _set_queue(self, value, note):
        """Change where lines stand, and leave who and when in their entries."""
        # whoever may match decides this; the entries are not theirs to write
        lines = self.sudo()
        lines.fee_queue = value
        lines.fee_suggestion_ids.unlink()
        lines.move_id._message_log_batch(
            bodies=dict.fromkeys(lines.move_id.ids, note),
            author_id=self.env.user.partner_id.id,
        )

    def action_undo_match(self):
        """Put a matched line back to be matched. A receipted one: void the receipt."""
        for line in self:
            line._check_may_match(line.fee_queue_community_id)
        # Undoing writes the entry, as whoever may match may have it written.
        self.sudo().action_undo_reconciliation()
        self._put_back_undone(self.env._("Match undone."))
        return True

    def _put_back_undone(self, note):
        """Make lines whose match was undone wait again, for a person."""
        lines = self.sudo()  # the entry loses what the match gave it, nothing else
        lines.write(
            {
                "fee_is_held": True,
                "fee_unit_id": False,
                "fee_community_id": False,
                "fee_purpose": False,
                "fee_receipt_id": False,
            }
        )
        self._set_queue("open", note)
        self.env["property.bank.matcher"]._match(self)

    def action_open_entry(self):
        """The journal entry of the line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
