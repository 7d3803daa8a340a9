from odoo import Command, api, models
from odoo.exceptions import LockError, UserError
from odoo.tools import groupby

# Which bills money settles first when the payer does not say, by the community's
# order: 0 for costs, 1 for late fees, 2 for fees.
FEE_CLASS_RANKS = {"collection_cost": 0, "late_fee": 1}
FEES = 2


class PropertySettlement(models.AbstractModel):
    """Settles bills with money: what the counter, the bank and the portal share.

    An *item* is a dictionary: ``bill`` (account.move), ``amount`` (what is settled of
    it, in its currency, discount included) and ``discount`` (what of that is no money
    but given for paying early).
    """

    _name = "property.settlement"
    _description = "Settlement of Bills"

    # -------------------------------------------------------------- open bills
    @api.model
    def _get_open_bills(self, domain):
        """Posted bills that are not paid, in the order of ``_sort_bills``."""
        bills = self.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("fee_unit_id", "!=", False),
                ("payment_state", "in", ("not_paid", "partial")),
                *domain,
            ]
        )
        return self._sort_bills(bills)

    @api.model
    def _sort_bills(self, bills):
        """In the order of the community (Civil Code of China, art. 560 and 561, if it
        is costs first): costs, late fees, fees or the reverse; the oldest due first."""
        ranks = self._get_ranks(bills)

        def key(bill):
            order = bill.fee_community_id.allocation_order
            rank = {
                "costs_first": ranks[bill.id],
                "fees_first": -ranks[bill.id],
                "due_date": 0,
            }[order]
            return rank, bill.invoice_date_due or bill.date, bill.date, bill.id

        return bills.sorted(key)

    @api.model
    def _get_ranks(self, bills):
        """``{bill id: rank}`` by the classes of its lines; see FEE_CLASS_RANKS. A bill
        with fees of several ranks is of the last one."""
        ranks = dict.fromkeys(bills.ids, FEES)
        classes = self.env["account.move.line"]._read_group(
            [("move_id", "in", bills.ids), ("fee_item_id", "!=", False)],
            ["move_id"],
            ["fee_item_id:recordset"],
        )
        for bill, items in classes:
            ranks[bill.id] = max(
                FEE_CLASS_RANKS.get(item.fee_class, FEES) for item in items
            )
        return ranks

    @api.model
    def _lock_bills(self, bills):
        """Hold bills for this transaction.

        :raise UserError: when somebody else is taking money for one of them
        """
        try:
            # only locked: the entry is not written
            bills.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is taking money for one of these bills right now: "
                    "%s. Look again in a moment.",
                    ", ".join(bills.mapped("name")),
                )
            ) from error
        bills.invalidate_recordset(["amount_residual", "payment_state"])
        bills.line_ids.invalidate_recordset(
            ["amount_residual", "amount_residual_currency", "reconciled"]
        )

    @api.model
    def _get_discount(self, bill, date):
        """What the bill costs less when all of it is paid on ``date``, by Odoo's early
        payment discount."""
        # Odoo reads all items of the bill before it looks at the term
        if not bill.invoice_payment_term_id.early_discount:
            return 0.0
        if not bill._is_eligible_for_early_payment_discount(bill.currency_id, date):
            return 0.0
        terms = bill.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return bill.currency_id.round(
            sum(terms.mapped("amount_currency"))
            - sum(terms.mapped("discount_amount_currency"))
        )

    # ------------------------------------------------------------- distribution
    @api.model
    def _distribute(self, bills, amount, date):
        """Spread money over bills, in their order, until it is used up.

        What is disputed of a bill is left out: it is paid where the payer says so,
        by an amount for that bill.

        :param bills: account.move in the order to settle
        :return: list of items; their amounts less their discounts sum to at most
            ``amount``
        """
        items = []
        disputed = bills._get_disputed_amounts()
        for bill in bills:
            currency = bill.currency_id
            if currency.compare_amounts(amount, 0) <= 0:
                break
            held = disputed.get(bill.id, 0.0)
            residual = currency.round(bill.amount_residual - held)
            if currency.compare_amounts(residual, 0) <= 0:
                continue
            discount = 0.0 if held else self._get_discount(bill, date)
            if currency.compare_amounts(amount, residual - discount) >= 0:
                items.append({"bill": bill, "amount": residual, "discount": discount})
                amount -= residual - discount
            else:
                items.append({"bill": bill, "amount": amount, "discount": 0.0})
                amount = 0.0
        return items

    # ------------------------------------------------------------------ entries
    @api.model
    def _split(self, items, amounts):
        """Cut items to several sums of money, in order.

        A discount goes with the money that completes its bill.

        :param amounts: list of sums of money
        :return: for each sum, a list of items
        """
        waiting = [dict(item) for item in items]
        result = []
        for amount in amounts:
            part = []
            while waiting:
                item = waiting[0]
                currency = item["bill"].currency_id
                money = currency.round(item["amount"] - item["discount"])
                if currency.compare_amounts(amount, money) >= 0:
                    part.append(waiting.pop(0))
                    amount = currency.round(amount - money)
                    continue
                if currency.compare_amounts(amount, 0) > 0:
                    part.append({**item, "amount": amount, "discount": 0.0})
                    item["amount"] = currency.round(item["amount"] - amount)
                break
            result.append(part)
        return result

    @api.model
    def _prepare_counterparts(self, items, date):
        """Journal items that stand against money: one for each bill, then those of the
        discounts, as Odoo's own payment would make them.

        :return: list of values; the first ``len(items)`` are the bills', in order
        """
        values = []
        write_offs = []
        for item in items:
            bill = item["bill"]
            account = self._get_receivable_lines(bill).account_id[:1]
            values.append(
                {
                    "name": bill.name,
                    "account_id": account.id,
                    "partner_id": bill.partner_id.id,
                    "amount_currency": -item["amount"],
                    "currency_id": bill.currency_id.id,
                    "date_maturity": date,
                }
            )
            if not bill.currency_id.is_zero(item["discount"]):
                write_offs += self._prepare_discount_lines(item, date)
        return values + write_offs

    @api.model
    def _prepare_discount_lines(self, item, date):
        """Journal items of a discount for paying early, by Odoo's own reckoning."""
        bill = item["bill"]
        company = bill.company_id
        if not company.account_journal_early_pay_discount_loss_account_id:
            raise UserError(
                self.env._(
                    "Bill %(bill)s has a discount for paying early: set the cash "
                    "discount loss account of %(company)s in the accounting settings.",
                    bill=bill.name,
                    company=company.name,
                )
            )
        terms = self._get_receivable_lines(bill)
        balance = bill.currency_id._convert(
            item["discount"], company.currency_id, company, date
        )
        found = bill._get_invoice_counterpart_amls_for_early_payment_discount(
            [
                {
                    "aml": line,
                    "amount_currency": -line.amount_residual_currency,
                    "balance": -line.amount_residual,
                }
                for line in terms
            ],
            balance,
        )
        return [
            {**line, "date_maturity": date}
            for lines in found.values()
            for line in lines
        ]

    @api.model
    def _complete_balances(self, values, company, date):
        """Give journal items in another currency their balances, which sum to 0.

        :param values: list of values of journal items of one currency
        """
        currency = self.env["res.currency"].browse(values[0]["currency_id"])
        for line in values:
            line["balance"] = currency._convert(
                line["amount_currency"], company.currency_id, company, date
            )
        rest = company.currency_id.round(sum(line["balance"] for line in values))
        # cents of conversion go to the largest item
        largest = max(values, key=lambda line: abs(line["balance"]))
        largest["balance"] -= rest
        return [Command.create(line) for line in values]

    @api.model
    def _get_receivable_lines(self, move):
        """The open receivable items of an entry, the earliest due first."""
        return move.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    # ------------------------------------------------------------ reconciliation
    @api.model
    def _reconcile_items(self, counterparts):
        """Reconcile journal items made by ``_prepare_counterparts`` with their bills.

        :param counterparts: list of (journal item, bill)
        """
        pairs = []
        open_amounts = {}
        for line, bill in counterparts:
            amount = abs(line.amount_currency)
            for debit in self._get_receivable_lines(bill):
                left = open_amounts.setdefault(debit, debit.amount_residual_currency)
                part = bill.currency_id.round(min(amount, left))
                if bill.currency_id.compare_amounts(part, 0) > 0:
                    pairs.append((debit, line, part))
                    open_amounts[debit] -= part
                    amount -= part
        if pairs:
            self.env["account.move.line"]._reconcile_fee_amounts(pairs)

    # ------------------------------------------------------------------- credits
    @api.model
    def _get_credits(self, units):
        """Open money and credit notes of units, the oldest first.

        :return: account.move.line, credit side, by ``fee_unit_id``
        """
        return self.env["account.move.line"].search(
            [
                ("fee_unit_id", "in", units.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "<", 0),
            ],
            order="date, id",
        )

    @api.model
    def _settle_with_credits(self, bills):
        """Let the credit of each unit settle its bills, the oldest due first.

        Money with a purpose settles only fees of that kind. Credit is its payer's: it
        settles the bills of the same partner. Done for many units at once. With
        ``fee_keep_credits`` in the context, whoever bills settles by themselves.

        :param bills: posted account.move; of a credit note, all bills of its unit
        """
        if self.env.context.get("fee_keep_credits"):
            return
        credit_lines = self._get_credits(bills.fee_unit_id)
        if not credit_lines:
            return
        credit_notes = bills.filtered(lambda bill: bill.move_type == "out_refund")
        if credit_notes:
            bills |= self._get_open_bills(
                [("fee_unit_id", "in", credit_notes.fee_unit_id.ids)]
            )
        bills = bills.filtered(
            lambda bill: (
                bill.move_type == "out_invoice"
                and bill.amount_residual > 0
                and bill.fee_unit_id in credit_lines.fee_unit_id
            )
        )
        pairs = self._match_credits(credit_lines, self._sort_bills(bills))
        if pairs:
            # Settling is the system's, on behalf of whoever posts the bills.
            self.env["account.move.line"].sudo()._reconcile_fee_amounts(pairs)

    @api.model
    def _match_credits(self, credit_lines, bills):
        """Pairs (debit item, credit item, amount) of credit and bills."""
        by_owner = {
            key: self.env["account.move"].union(*group)
            for key, group in groupby(bills, self._get_owner_key)
        }
        left = {bill: self._get_open_by_class(bill) for bill in bills}
        debits = {bill: self._get_receivable_lines(bill) for bill in bills}
        open_amounts = {
            line: line.amount_residual_currency
            for lines in debits.values()
            for line in lines
        }
        corrected = self._get_corrected(credit_lines.move_id)
        pairs = []
        for credit in credit_lines:
            amount = -credit.amount_residual_currency
            purpose = credit.move_id.fee_purpose
            own_bills = by_owner.get(self._get_owner_key(credit), bills.browse())
            limits = corrected.get(credit.move_id, {})
            # a credit note first settles what it corrects of each bill
            steps = [(bill, limits[bill]) for bill in own_bills if bill in limits]
            for bill, limit in [*steps, *((bill, amount) for bill in own_bills)]:
                if bill.currency_id != credit.currency_id:
                    continue
                wanted = min(amount, limit)
                part = min(wanted, self._take(left[bill], purpose, wanted))
                for debit in debits[bill]:
                    piece = bill.currency_id.round(min(part, open_amounts[debit]))
                    if (
                        debit.account_id == credit.account_id
                        and bill.currency_id.compare_amounts(piece, 0) > 0
                    ):
                        pairs.append((debit, credit, piece))
                        open_amounts[debit] -= piece
                        part -= piece
                        amount -= piece
        return pairs

    @api.model
    def _get_corrected(self, moves):
        """What credit notes take back of the bills that their fee lines correct.

        :return: ``{credit note: {bill: amount}}``
        """
        notes = moves.filtered(lambda move: move.move_type == "out_refund")
        if not notes:
            return {}
        result = {}
        # Whoever settles bills need not see fee lines; these say only which bill.
        lines = notes.invoice_line_ids.sudo().fee_line_ids
        for line in lines.filtered("corrects_id"):
            bills = result.setdefault(line.move_id, {})
            bill = line.corrects_id.move_id
            bills[bill] = bills.get(bill, 0.0) + line.move_line_id.price_total
        return {
            note: {bill: amount for bill, amount in bills.items() if amount > 0}
            for note, bills in result.items()
        }

    @api.model
    def _get_owner_key(self, record):
        """Unit and partner of a bill or a credit."""
        return record.fee_unit_id.id, record.partner_id.commercial_partner_id.id

    @api.model
    def _get_open_by_class(self, bill):
        """``{fee class: what is open of it}`` of a bill; None for what is open beyond
        its lines, such as the rounding of the total."""
        amounts = {}
        for line in bill.invoice_line_ids.filtered("fee_item_id"):
            fee_class = line.fee_item_id.fee_class
            amounts[fee_class] = amounts.get(fee_class, 0.0) + line.fee_amount_open
        amounts[None] = bill.amount_residual - sum(amounts.values())
        return amounts

    @api.model
    def _take(self, amounts, purpose, amount):
        """Take up to ``amount`` off what is open, of one class if there is a purpose.

        :param amounts: see ``_get_open_by_class``; reduced in place
        :return: what was taken
        """
        taken = 0.0
        for fee_class in [purpose] if purpose else list(amounts):
            part = min(amount - taken, amounts.get(fee_class, 0.0))
            if part > 0:
                amounts[fee_class] -= part
                taken += part
        return taken
