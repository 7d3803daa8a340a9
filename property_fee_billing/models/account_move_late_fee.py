from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..local_time import get_today
from .money_flow import money_flow


class AccountMove(models.Model):
    """Late fees of bills."""

    _inherit = "account.move"

    late_fee_bill_id = fields.Many2one(
        "account.move",
        string="Late Fee On",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The bill that was not paid in time.",
    )
    late_fee_ids = fields.One2many("property.late.fee", "bill_id", readonly=True)
    late_fee_amount = fields.Monetary(
        string="Late Fee to Date",
        compute="_compute_late_fee_amount",
        help="What has run up to today and is not billed yet.",
    )
    late_fee_contract_amount = fields.Monetary(
        string="Late Fee as Agreed",
        compute="_compute_late_fee_sheet",
        help="Of all days up to today, billed or not.",
    )
    late_fee_recoverable_amount = fields.Monetary(
        string="Likely Recoverable",
        compute="_compute_late_fee_sheet",
        help="Of all days up to today, at the reference rate of the policy.",
    )
    late_fee_is_recoverable_known = fields.Boolean(compute="_compute_late_fee_sheet")
    late_fee_explanation_text = fields.Char(
        string="Why This Late Fee", compute="_compute_late_fee_sheet"
    )
    late_fee_count = fields.Integer(
        string="Late Fees", compute="_compute_late_fee_count"
    )

    @api.depends("amount_residual", "late_fee_ids.state")
    def _compute_late_fee_amount(self):
        bills = self._origin.filtered("fee_community_id")
        amounts = bills._get_late_fee_amounts(get_today(self))
        for move in self:
            move.late_fee_amount = amounts.get(move._origin.id, 0.0)

    @api.depends("amount_residual", "late_fee_ids.state")
    @api.depends_context("lang")
    def _compute_late_fee_sheet(self):
        """What was agreed, what a court is likely to grant, and why."""
        bills = self._origin.filtered("fee_community_id")
        sheets = bills._get_late_fee_data(get_today(self))
        explain = self.env["property.fee.explanation"]._get_sentence
        for move in self:
            sheet = sheets.get(move._origin.id, {})
            recoverable = sheet.get("recoverable")
            move.late_fee_contract_amount = sheet.get("contract", 0.0)
            move.late_fee_recoverable_amount = recoverable or 0.0
            move.late_fee_is_recoverable_known = recoverable is not None
            move.late_fee_explanation_text = "; ".join(
                explain(explanation, move.currency_id)
                for explanation in sheet.get("explanations", ())
            )

    @api.depends("late_fee_ids")
    def _compute_late_fee_count(self):
        bills = self._origin.filtered("fee_community_id")
        # whoever may see a bill may see how many late fees it has
        counts = (
            dict(
                self.env["property.late.fee"]
                .sudo()
                ._read_group([("bill_id", "in", bills.ids)], ["bill_id"], ["__count"])
            )
            if bills
            else {}
        )
        for move in self:
            move.late_fee_count = counts.get(move._origin, 0)

    # ------------------------------------------------------------------ figures
    def _get_late_fee_amounts(self, date):
        """Late fee that has run up on bills and is not billed yet.

        The number of queries does not depend on the number of bills. Paid bills
        count too: what ran up until they were paid is still owed.

        :param date: the day up to which it is worked out, included
        :return: ``{bill id: amount}``, bills without any, or with less than the
            policy's minimum, left out
        """
        return {
            bill.id: float(fee.amount)
            for bill, (_policy, _debt, fee) in self._get_due_late_fees(date).items()
        }

    def _get_due_late_fees(self, date):
        """``{bill: (policy, engine Debt, engine LateFee)}`` of what is to be billed."""
        loader = self.env["property.late.fee.loader"]
        return self._filter_due_late_fees(loader._get_late_fees(self, date))

    @api.model
    def _filter_due_late_fees(self, found):
        """Those that come to something, and to no less than the policy's minimum."""
        return {
            bill: entry
            for bill, entry in found.items()
            if entry[2].amount
            and bill.currency_id.compare_amounts(
                float(entry[2].amount), entry[0].minimum_amount
            )
            >= 0
        }

    def _get_late_fee_data(self, date):
        """The late fee of bills as letters, statements and evidence show it.

        :param date: the day up to which it is worked out, included
        :return: ``{bill id: dict}`` of all bills that may bear a late fee:
            ``due_date``, ``principal``, ``daily_percent``, ``grace_days``, ``start``,
            ``cap_percent``; ``segments`` of all days: list of ``{date_from, date_to,
            days, principal, amount}``; ``contract``: what they come to as agreed;
            ``recoverable``: at the reference rate times its factor, never more than
            agreed, None where no rate is known; ``billed``, ``waived``; ``amount``:
            what is to be billed, as ``_get_late_fee_amounts`` gives it;
            ``explanations``: of that amount, for ``property.fee.explanation``
        """
        loader = self.env["property.late.fee.loader"]
        found = loader._get_late_fees(self, date)
        due = self._filter_due_late_fees(found)
        rates = {
            policy: policy._get_daily_reference_rates()
            for policy, _debt, _fee in found.values()
        }
        result = {}
        for bill, (policy, debt, _fee) in found.items():
            fee = due[bill][2] if bill in due else None
            result[bill.id] = {
                **loader._get_sheet(bill, policy, debt, date, rates[policy]),
                "amount": float(fee.amount) if fee else 0.0,
                "explanations": [run.explanation for run in fee.runs] if fee else [],
            }
        return result

    @api.model
    def _get_late_fee_pauses(self, bills):
        """Days on which bills bear no late fee, such as those of a plan that is kept.

        :return: ``{bill id: [(first day, last day)]}``, both included
        """
        return {}

    @api.model
    def _get_late_fee_line_pauses(self, lines):
        """Days on which single bill lines bear no late fee, such as those of a
        dispute about them.

        :return: ``{id of account.move.line: [(first day, last day, amount)]}``, of
            which the amount bears none; None for all of the line
        """
        return {}

    # ------------------------------------------------------------------ billing
    def _post_late_fees(self, date):
        """Bill the late fees that have run up, each bill's as a document of its own.

        :param date: last day that is billed, and the date of the documents
        :return: the posted account.move, in the order of the bills
        :raise UserError: no right to, a day to come, closed books, or another is at it
        """
        self._check_may_bill_late_fees(date)
        bills = self.filtered("fee_community_id")
        self.env["property.settlement"]._lock_bills(bills)
        due = bills._get_due_late_fees(date)
        for community in bills.fee_community_id:
            community._check_money_date(date, community.journal_id)
        moves = self.browse()
        for company in bills.company_id:
            own = {
                bill: entry for bill, entry in due.items() if bill.company_id == company
            }
            moves += self._post_company_late_fees(company, own, date)
        self.env["property.settlement"]._settle_with_credits(moves)
        return moves

    @api.model
    @money_flow
    def _post_company_late_fees(self, company, due, date):
        """Post the late fee bills of one company; see ``_get_due_late_fees``."""
        # one note on the bill stands for the tracking of its late fee bill
        maker = self.with_company(company).with_context(tracking_disable=True)
        moves = maker.create(
            [
                self._prepare_late_fee_bill(bill, policy, fee, date)
                for bill, (policy, _debt, fee) in due.items()
            ]
        )
        self._check_late_fee_totals(moves, due)
        moves._post(soft=False)
        values = []
        bodies = {}
        for move, (bill, (policy, _debt, fee)) in zip(moves, due.items(), strict=True):
            values += self._prepare_late_fees(move, bill, policy, fee)
            bodies[bill.id] = self.env._(
                "Late fee of %(amount)s up to %(date)s billed: %(bill)s",
                amount=bill.currency_id.format(float(fee.amount)),
                date=format_date(self.env, date),
                bill=move.name,
            )
        # The rows say what was billed by this method; nobody may write them by hand.
        self.env["property.late.fee"].sudo().create(values)
        if bodies:
            self.browse(bodies)._message_log_batch(bodies=bodies)
        return moves.with_env(self.env)

    @api.model
    def _prepare_late_fee_bill(self, bill, policy, fee, date):
        """Values of the late fee bill of one bill; a line for each run of days."""
        community = bill.fee_community_id
        item = policy.fee_item_id
        analytic = community.analytic_account_id
        name = item.with_context(lang=bill.partner_id.lang or self.env.lang).name
        return {
            "move_type": "out_invoice",
            "partner_id": bill.partner_id.id,
            "journal_id": community.journal_id.id,
            "currency_id": bill.currency_id.id,
            "invoice_date": date,
            "date": date,
            "invoice_payment_term_id": False,
            "invoice_date_due": date,
            "invoice_origin": bill.name,
            "payment_reference": bill.fee_unit_id.payment_reference,
            "fee_unit_id": bill.fee_unit_id.id,
            "fee_community_id": community.id,
            "late_fee_bill_id": bill.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "sequence": 10 + number,
                        "product_id": item.product_id.id,
                        "name": f"{name} {run.date_from} – {run.date_to} {bill.name}",
                        "quantity": 1,
                        "price_unit": float(run.amount),
                        "analytic_distribution": (
                            {str(analytic.id): 100} if analytic else False
                        ),
                        "fee_item_id": item.id,
                        "fee_date_from": run.date_from,
                        "fee_date_to": run.date_to,
                    }
                )
                for number, run in enumerate(fee.runs)
                if run.amount
            ],
        }

    @api.model
    def _check_late_fee_totals(self, moves, due):
        """What was shown is what is billed, to the cent."""
        for move, (policy, _debt, fee) in zip(moves, due.values(), strict=True):
            if move.currency_id.compare_amounts(move.amount_total, float(fee.amount)):
                policy._check_taxes_included()
                raise UserError(
                    self.env._(
                        "The late fee of %(amount)s became %(total)s on its bill. "
                        "Look at item %(item)s and the decimals of product prices.",
                        amount=move.currency_id.format(float(fee.amount)),
                        total=move.currency_id.format(move.amount_total),
                        item=policy.fee_item_id.display_name,
                    )
                )

    @api.model
    def _prepare_late_fees(self, move, bill, policy, fee, **values):
        """Values of the property.late.fee of one bill, one for each run of days."""
        lines = {line.fee_date_from: line for line in move.invoice_line_ids}
        return [
            {
                "bill_id": bill.id,
                "unit_id": bill.fee_unit_id.id,
                "policy_id": policy.id,
                "date_from": run.date_from,
                "date_to": run.date_to,
                "amount": float(run.amount),
                "deducted_amount": float(run.deducted),
                "explanation": run.explanation,
                "move_id": move.id,
                "move_line_id": lines[run.date_from].id
                if lines and run.amount
                else False,
                "user_id": self.env.uid,
                "state": "billed",
                **values,
            }
            for run in fee.runs
        ]

    def _check_may_bill_late_fees(self, date):
        """Cashiers and fee managers, up to today."""
        if not (
            self.env.su or self.env.user.has_group("property_fee_billing.group_cashier")
        ):
            raise UserError(self.env._("Only a cashier may bill a late fee."))
        if date > get_today(self):
            raise UserError(
                self.env._(
                    "A late fee is billed up to today, not up to %s.",
                    format_date(self.env, date),
                )
            )

    # ------------------------------------------------------------------ waiving
    def _waive_late_fees(self, date, reason):
        """Give up late fees that have run up and are not billed.

        :param date: last day that is given up
        :return: the property.late.fee
        :raise UserError: no right to, above the limit, or nothing has run up
        """
        fees = self.env["property.late.fee"]
        self.env["property.settlement"]._lock_bills(self)
        due = self._get_due_late_fees(date)
        for company in self.company_id:
            amount = sum(
                bill.currency_id._convert(
                    float(fee.amount), company.currency_id, company, date
                )
                for bill, (_policy, _debt, fee) in due.items()
                if bill.company_id == company
            )
            fees._check_waiver_limit(amount, company)
        self._check_may_bill_late_fees(date)
        if not due:
            raise UserError(self.env._("No late fee has run up on these bills."))
        values = [
            row
            for bill, (policy, _debt, fee) in due.items()
            for row in self._prepare_late_fees(
                self.browse(), bill, policy, fee, state="waived", reason=reason
            )
        ]
        # as in _post_company_late_fees
        fees = fees.sudo().create(values).with_env(self.env)
        bodies = {
            bill.id: self.env._(
                "Late fee of %(amount)s up to %(date)s waived: %(reason)s",
                amount=bill.currency_id.format(float(fee.amount)),
                date=format_date(self.env, date),
                reason=reason,
            )
            for bill, (_policy, _debt, fee) in due.items()
        }
        self.browse(bodies)._message_log_batch(bodies=bodies)
        return fees

    # ---------------------------------------------------------- posted is posted
    def _post(self, soft=True):
        """Override of `account`: a credit note may free the days of a late fee."""
        posted = super()._post(soft=soft)
        posted._update_late_fees()
        return posted

    def button_draft(self):
        """Override of `account`: without its credit note a late fee stands again."""
        result = super().button_draft()
        self._update_late_fees()
        return result

    def _check_not_fee_bill(self):
        """Override: a posted late fee bill is never edited, either."""
        result = super()._check_not_fee_bill()
        for move in self:
            if move.late_fee_bill_id and move.state == "posted":
                raise UserError(
                    self.env._(
                        "Late fee bill %s stays as it is. Add a credit note: it frees "
                        "the days to be billed again.",
                        move.name,
                    )
                )
        return result

    @api.depends("late_fee_bill_id")
    def _compute_show_reset_to_draft_button(self):
        """Override of `account`: no button that a late fee bill would refuse."""
        result = super()._compute_show_reset_to_draft_button()
        for move in self:
            if move.late_fee_bill_id and move.state == "posted":
                move.show_reset_to_draft_button = False
        return result

    def _update_late_fees(self):
        """Cancel the late fees whose document is credited in full, and let stand
        again those whose is not any more."""
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        documents = notes.reversed_entry_id.filtered("late_fee_bill_id")
        if not documents:
            return
        # the row says what became of its document; nobody may write it by hand
        fees = self.env["property.late.fee"].sudo()
        rows = fees.search(
            [("move_id", "in", documents.ids), ("state", "in", ("billed", "cancelled"))]
        )
        for document, own in rows.grouped("move_id").items():
            credited = sum(
                document.reversal_move_ids.filtered(
                    lambda note: note.state == "posted"
                ).mapped("amount_total")
            )
            is_gone = document.currency_id.compare_amounts(
                credited, document.amount_total
            )
            state = "cancelled" if is_gone >= 0 else "billed"
            own.filtered(lambda fee, state=state: fee.state != state).state = state

    # ------------------------------------------------------------------ actions
    def action_bill_late_fees(self):
        """Bill what has run up to today on these bills, and show the documents."""
        moves = self._post_late_fees(get_today(self))
        if not moves:
            raise UserError(self.env._("No late fee has run up on these bills."))
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Late Fee Bills"),
            "res_model": "account.move",
            "context": {"create": False},
        }
        if len(moves) == 1:
            return {**action, "res_id": moves.id, "views": [(False, "form")]}
        return {
            **action,
            "domain": [("id", "in", moves.ids)],
            "views": [(False, "list"), (False, "form")],
        }

    def action_open_waive_late_fees(self):
        """Ask for the reason, then waive what has run up to today."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Late Fee"),
            "res_model": "property.late.fee.waive",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_bill_ids": [Command.set(self.ids)]},
        }

    def action_open_late_fees(self):
        """The late fees of this bill, billed and waived."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_late_fee_action"
        )
        return {**action, "domain": [("bill_id", "=", self.id)], "context": {}}
