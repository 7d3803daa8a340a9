import logging

from odoo import api, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.tools import groupby

_logger = logging.getLogger(__name__)


class PropertyBankReconciler(models.AbstractModel):
    """Matches bank lines with bills: receivable items in the place of the suspense
    item, reconciled, and a receipt for the payer.

    A *plan* is a dictionary: ``line``, ``community``, ``unit`` (that money beyond the
    bills is kept for), ``partner``, ``bills`` (account.move, settled before others),
    ``late_fee_bills`` (whose late fee of the day is billed and settled too),
    ``purpose``, ``is_designated``, ``note`` (why, for the record).
    """

    _name = "property.bank.reconciler"
    _description = "Bank Reconciler"

    # -------------------------------------------------------------------- sure
    @api.model
    def _reconcile_sure(self, lines):
        """Reconcile what is sure; what hangs on the same bills, one after the other.

        :return: the lines that were matched
        """
        matcher = self.env["property.bank.matcher"]
        matched = lines.browse()
        waiting = lines
        while waiting:
            sure = matcher._get_sure(waiting)
            batch = self._get_independent(sure)
            done = self._reconcile_safely(batch)
            matched += done
            waiting = (sure - batch).statement_line_id.sudo(lines.env.su)
            if waiting:
                matcher._match(waiting)
        return matched

    @api.model
    def _get_independent(self, suggestions):
        """Those of which no two are about the same bill, unit or payment."""
        taken = set()
        batch = suggestions.browse()
        for suggestion in suggestions:
            keys = set(suggestion.bill_ids) | set(suggestion.unit_id)
            keys |= set(suggestion.bill_ids.fee_unit_id) | set(suggestion.payment_id)
            if not keys & taken:
                taken |= keys
                batch += suggestion
        return batch

    @api.model
    def _reconcile_safely(self, suggestions):
        """Reconcile what can be; what cannot, such as a bill that a cashier is taking
        money for right now, stays in the queue.

        :return: the lines that were matched
        """
        lines = suggestions.statement_line_id
        if not suggestions:
            return lines
        try:
            with self.env.cr.savepoint():
                self._reconcile_suggestions(suggestions)
            return lines
        except (UserError, ValidationError, LockError) as error:
            if len(suggestions) == 1:
                _logger.info("Bank line %s waits: %s", lines.id, error)
                return lines.browse()
        done = lines.browse()
        for suggestion in suggestions:
            done += self._reconcile_safely(suggestion)
        return done

    @api.model
    def _reconcile_suggestions(self, suggestions):
        """Match lines with what suggestions say.

        :return: property.receipt of the lines that were not receipted before
        """
        counter = suggestions.filtered("payment_id")
        for suggestion in counter:
            self._reconcile_payment(suggestion)
        plans = [self._prepare_plan(one) for one in suggestions - counter]
        return self._reconcile(plans)

    @api.model
    def _prepare_plan(self, suggestion):
        """The plan of a suggestion."""
        return {
            "line": suggestion.statement_line_id,
            "community": suggestion.community_id,
            "unit": suggestion.unit_id,
            "partner": suggestion.partner_id,
            "bills": suggestion.bill_ids,
            "late_fee_bills": (
                suggestion.bill_ids if suggestion.late_fee else suggestion.bill_ids[:0]
            ),
            "purpose": False,
            "is_designated": suggestion.is_designated,
            "note": self.env._(
                "Matched with score %(score)s: %(reason)s",
                score=suggestion.score,
                reason=suggestion.reason,
            ),
        }

    # --------------------------------------------------------------- reconcile
    @api.model
    def _reconcile(self, plans):
        """Settle bills with bank lines and issue the receipts.

        :param plans: list of plans about different bills and units
        :return: property.receipt
        """
        if not plans:
            return self.env["property.receipt"]
        # Whoever may match was checked, or nobody need be: it is sure. The entries of
        # the bank and the receipts are written as the counter would have them.
        plans = [
            {
                key: value.sudo() if isinstance(value, models.BaseModel) else value
                for key, value in plan.items()
            }
            for plan in plans
        ]
        # as above
        engine = self.sudo()
        Line = engine.env["account.bank.statement.line"]
        Line.union(*(plan["line"] for plan in plans))._lock_open()
        for plan in plans:
            engine._check_plan(plan)
        engine._lock_plans(plans)
        for plan in plans:
            plan["items"] = engine._get_items(plan)
        receipts = engine._create_receipts(plans)
        for plan, receipt in zip(plans, receipts, strict=True):
            plan["receipt"] = receipt
        counterparts = engine._write_entries(plans)
        engine.env["property.settlement"]._reconcile_items(counterparts)
        for plan, receipt in zip(plans, receipts, strict=True):
            receipt._store_lines(plan["line"].move_id)
        engine._finish(plans, receipts)
        return receipts.sudo(self.env.su)

    @api.model
    def _check_plan(self, plan):
        """Refuse what cannot be booked.

        :raise UserError, ValidationError: in one sentence
        """
        line, community = plan["line"], plan["community"]
        if line.foreign_currency_id or line.currency_id != community.currency_id:
            raise ValidationError(
                self.env._(
                    "Bank line %(line)s is in %(currency)s; community %(community)s "
                    "bills in %(bills)s.",
                    line=line.display_name,
                    currency=(line.foreign_currency_id or line.currency_id).name,
                    community=community.display_name,
                    bills=community.currency_id.name,
                )
            )
        if line.amount <= 0:
            raise ValidationError(
                self.env._(
                    "Bank line %s is money paid out; it settles no bill.",
                    line.display_name,
                )
            )
        if not plan["partner"]:
            raise ValidationError(
                self.env._("Bank line %s: say who pays.", line.display_name)
            )
        if community.company_id != line.company_id:
            raise ValidationError(
                self.env._(
                    "Bank line %(line)s is not of the company of %(community)s.",
                    line=line.display_name,
                    community=community.display_name,
                )
            )
        for bill in plan["bills"]:
            if bill.fee_community_id != community:
                raise ValidationError(
                    self.env._(
                        "Bill %(bill)s is not one of %(community)s: money of one bank "
                        "line is receipted by one community.",
                        bill=bill.name,
                        community=community.display_name,
                    )
                )
        community._check_money_date(line.date, line.journal_id)

    @api.model
    def _lock_plans(self, plans):
        """Bill the late fees that are paid too, and hold all bills."""
        Move = self.env["account.move"]
        for plan in plans:
            for bill in plan["late_fee_bills"]:
                plan["bills"] |= bill._post_late_fees(plan["line"].date)
        bills = Move.union(*(plan["bills"] for plan in plans))
        if bills:
            self.env["property.settlement"]._lock_bills(bills)
        for plan in plans:
            # what is read of one bill is read of all
            plan["bills"] = plan["bills"].with_prefetch(bills.ids)

    @api.model
    def _get_items(self, plan):
        """The items that the money settles: first the bills it is for, then the other
        open bills of the unit, oldest first."""
        settlement = self.env["property.settlement"]
        line = plan["line"]
        bills = plan["bills"].filtered(lambda bill: bill.amount_residual > 0)
        if len(bills) > 1:
            bills = settlement._sort_bills(bills)
        items = settlement._distribute(bills, line.amount, line.date)
        left = line.amount - sum(item["amount"] - item["discount"] for item in items)
        if (
            plan["unit"]
            and not plan["purpose"]
            and line.currency_id.compare_amounts(left, 0) > 0
        ):
            others = settlement._get_open_bills(
                [
                    ("fee_unit_id", "=", plan["unit"].id),
                    ("partner_id", "=", plan["partner"].id),
                    ("id", "not in", plan["bills"].ids),
                ]
            )
            if others:
                settlement._lock_bills(others)
                items += settlement._distribute(others, left, line.date)
        return items

    @api.model
    def _create_receipts(self, plans):
        return self.env["property.receipt"].create(
            [self._prepare_receipt(plan) for plan in plans]
        )

    @api.model
    def _prepare_receipt(self, plan):
        """Values of the receipt of a plan."""
        line, items = plan["line"], plan["items"]
        discount = sum(item["discount"] for item in items)
        credit = line.amount + discount - sum(item["amount"] for item in items)
        return {
            "source": "bank",
            "community_id": plan["community"].id,
            "partner_id": plan["partner"].id,
            "unit_id": plan["unit"].id,
            "bank_line_id": line.id,
            "date": line.date,
            "amount": line.amount,
            "discount_amount": discount,
            "credit_amount": line.currency_id.round(credit),
            "purpose": plan["purpose"],
            "is_designated": plan["is_designated"],
            "note": line.payment_ref,
        }

    @api.model
    def _write_entries(self, plans):
        """Put receivable items in the place of the suspense items, of all entries in
        one go.

        :return: list of (journal item, bill) to be reconciled
        """
        values, counts = [], []
        for plan in plans:
            own = self._prepare_entry(plan)
            values += own
            counts.append(len(own))
        created = self._replace_suspense(
            [(plan["line"], plan["partner"]) for plan in plans],
            values,
            [self._prepare_move(plan) for plan in plans],
        )
        counterparts = []
        for plan, count in zip(plans, counts, strict=True):
            items = plan["items"]
            counterparts += [
                (one, item["bill"])
                for one, item in zip(created[: len(items)], items, strict=True)
            ]
            created = created[count:]
        return counterparts

    @api.model
    def _prepare_entry(self, plan):
        """Values of the items that stand against the money of a plan: first those of
        its bills, in order."""
        line = plan["line"]
        settlement = self.env["property.settlement"]
        values = settlement._prepare_counterparts(plan["items"], line.date)
        left = -line.amount - sum(one["amount_currency"] for one in values)
        if not line.currency_id.is_zero(left):
            values.append(self._prepare_rest(plan, line.currency_id.round(left)))
        _liquidity, suspense, _others = line._seek_for_lines()
        self._set_balances(values, suspense)
        return [{**one, "move_id": line.move_id.id} for one in values]

    @api.model
    def _prepare_move(self, plan):
        """What the entry of a plan says it is for."""
        return {
            "fee_receipt_id": plan["receipt"].id,
            "fee_unit_id": plan["unit"].id,
            "fee_community_id": plan["community"].id,
            "fee_purpose": plan["purpose"],
        }

    @api.model
    def _replace_suspense(self, lines, values, move_values):
        """Change the entries of bank lines as Odoo's own reconciliation does, but many
        at once: the check that each balances is made at the end.

        :param lines: list of (account.bank.statement.line, partner)
        :param values: of the journal items to make
        :param move_values: for each line, values of its entry
        :return: the journal items made
        """
        Item = self.env["account.move.line"].with_context(
            force_delete=True,
            skip_readonly_check=True,
            skip_account_move_synchronization=True,
            # One note of ours tells who matched what; an audit trail wants every item.
            tracking_disable=not any(
                line.company_id.restrictive_audit_trail for line, _partner in lines
            ),
        )
        moves = self.env["account.move"].union(*(line.move_id for line, _one in lines))
        old = Item.browse()
        with moves._check_balanced({"records": moves}):
            for (line, partner), vals in zip(lines, move_values, strict=True):
                liquidity, suspense, _others = line._seek_for_lines()
                old += suspense
                line = line.with_env(Item.env)
                line.write({**vals, "partner_id": partner.id})
                liquidity.with_env(Item.env).partner_id = partner
            created = Item.create(values)
            old.unlink()
        return created.with_env(self.env)

    @api.model
    def _prepare_rest(self, plan, amount):
        """The receivable item of money beyond the bills: credit of the unit."""
        line, partner = plan["line"], plan["partner"]
        terms = plan["bills"].line_ids.filtered(
            lambda one: one.account_id.account_type == "asset_receivable"
        )
        account = (
            terms.account_id[:1]
            or partner.with_company(line.company_id).property_account_receivable_id
        )
        return {
            "name": line.payment_ref,
            "account_id": account.id,
            "partner_id": partner.id,
            "amount_currency": amount,
            "currency_id": line.currency_id.id,
            "date_maturity": line.date,
        }

    @api.model
    def _set_balances(self, values, suspense):
        """Give the items balances that sum to that of the suspense item."""
        company, date = suspense.company_id, suspense.date
        currency = suspense.currency_id
        for one in values:
            one["balance"] = currency._convert(
                one["amount_currency"], company.currency_id, company, date
            )
        total = sum(one["balance"] for one in values)
        # cents of conversion go to the largest item
        largest = max(values, key=lambda one: abs(one["balance"]))
        largest["balance"] += company.currency_id.round(
            sum(suspense.mapped("balance")) - total
        )

    @api.model
    def _finish(self, plans, receipts):
        """Take the lines off the queue, and note why they were matched."""
        for community, group in groupby(plans, lambda plan: plan["community"]):
            lines = self.env["account.bank.statement.line"].union(
                *(plan["line"] for plan in group)
            )
            lines.fee_suggestion_ids.unlink()
            lines.filtered(
                lambda line, c=community: line.fee_queue_community_id != c
            ).fee_queue_community_id = community
            lines.filtered(lambda line: line.fee_queue != "open").fee_queue = "open"
        notes = {
            receipt.id: plan["note"]
            for plan, receipt in zip(plans, receipts, strict=True)
            if plan["note"]
        }
        author = self.env.user.partner_id.id
        receipts.browse(notes)._message_log_batch(bodies=notes, author_id=author)
        entries = {
            plan["line"].move_id.id: self.env._(
                "Receipt %(receipt)s. %(note)s",
                receipt=plan["receipt"].name,
                note=plan["note"] or "",
            )
            for plan in plans
        }
        self.env["account.move"].browse(entries)._message_log_batch(
            bodies=entries, author_id=author
        )

    # ----------------------------------------------------------------- counter
    @api.model
    def _reconcile_payment(self, suggestion):
        """Match a line with money the counter took: the bank confirms the payment, and
        there is no second receipt."""
        suggestion = suggestion.sudo()  # as in _reconcile
        line, payment = suggestion.statement_line_id, suggestion.payment_id
        line._lock_open()
        suggestion.community_id._check_money_date(line.date, line.journal_id)
        outstanding, _counterpart, _write_off = payment._seek_for_lines()
        open_amount = sum(outstanding.mapped("amount_residual_currency"))
        if line.currency_id.compare_amounts(open_amount, line.amount):
            raise UserError(
                self.env._(
                    "Payment %s is no longer open with the bank. Match the line again.",
                    payment.display_name,
                )
            )
        _liquidity, suspense, _others = line._seek_for_lines()
        note = self._prepare_plan(suggestion)["note"]
        community = suggestion.community_id
        created = self.sudo()._replace_suspense(  # more rights as above
            [(line, payment.partner_id)],
            [
                {
                    "move_id": line.move_id.id,
                    "name": payment.name,
                    "account_id": outstanding.account_id.id,
                    "partner_id": payment.partner_id.id,
                    "amount_currency": -line.amount,
                    "balance": sum(suspense.mapped("balance")),
                    "currency_id": line.currency_id.id,
                }
            ],
            [
                {
                    "fee_community_id": community.id,
                    "fee_queue_community_id": community.id,
                }
            ],
        )
        (outstanding + created).reconcile()
        line.fee_suggestion_ids.unlink()
        line.move_id._message_log(body=note, author_id=self.env.user.partner_id.id)
