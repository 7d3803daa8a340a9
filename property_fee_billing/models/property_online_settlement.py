from odoo import Command, api, models
from odoo.exceptions import UserError

from ..local_time import get_today


class PropertyOnlinePayment(models.AbstractModel):
    """Settles bills with money that came online: as at the counter, by
    `property.settlement`, with a receipt of the same series."""

    _inherit = "property.online.payment"

    @api.model
    def _settle(self, transaction):
        """Book the money of a confirmed transaction and issue its receipt.

        What was paid or credited meanwhile is not paid twice: the rest of the money is
        kept as the payer's credit for the unit.

        :param transaction: payment.transaction that is done, with a ``fee_choice``
        :return: account.payment
        """
        source = transaction._get_fee_source()
        community = source.fee_community_id
        method = transaction._get_fee_method_line()
        date = self._get_money_date(source, method.journal_id)
        items = self._fit_items(
            self._get_items(source, date) + self._get_ahead_items(source),
            transaction.amount,
        )
        receipt = self.env["property.counter"]._take_money(
            {
                "community_id": community.id,
                "partner_id": transaction.partner_id.id,
                "unit_id": source.fee_unit_id.id,
                "date": date,
                "source": "online",
                # nobody took it
                "user_id": False,
                "is_designated": True,
                "note": transaction.reference,
                "request_key": f"transaction-{transaction.id}",
            },
            items,
            [(method, transaction.amount, transaction.reference)],
        )
        payment = receipt.payment_ids
        payment.payment_transaction_id = transaction
        transaction.fee_receipt_id = receipt
        return payment

    @api.model
    def _get_money_date(self, transaction, journal):
        """The day the money counts from: that on which the payer was asked and paid,
        however late the provider tells; of a bank transfer the day it is confirmed.
        Today where the books are closed."""
        today = get_today(transaction.fee_community_id)
        if transaction.provider_id.code == "custom" or not transaction.fee_date:
            return today
        date = min(transaction.fee_date, today)
        company = transaction.fee_community_id.company_id
        for checked, has_tax in (
            (journal, False),
            (transaction.fee_community_id.journal_id, True),
        ):
            if company._get_violated_lock_dates(date, has_tax, checked):
                return today
        return date

    @api.model
    def _get_items(self, transaction, date):
        """Items of the bills that the payer chose, each bill's late fee first; never
        more than is open now. See property.settlement."""
        settlement = self.env["property.settlement"]
        choices = {
            choice["bill"]: choice for choice in transaction.fee_choice.get("bills", ())
        }
        bills = self.env["account.move"].browse(choices).exists()
        settlement._lock_bills(bills)
        late_bills = bills.filtered(lambda bill: choices[bill.id]["late_fee"])
        # the late fee of a bill becomes a bill of its own, to the day
        found = late_bills._post_late_fees(date) if late_bills else late_bills
        items = []
        for late_bill in found:
            limit = choices[late_bill.late_fee_bill_id.id]["late_fee"]
            items += self._get_item(late_bill, limit, 0.0)
        for bill in settlement._sort_bills(bills):
            choice = choices[bill.id]
            items += self._get_item(bill, choice["amount"], choice["discount"])
        return items

    @api.model
    def _get_item(self, bill, amount, discount):
        """The item of one bill in a list, empty where nothing is open any more. The
        discount goes with the whole of the bill only."""
        currency = bill.currency_id
        amount = currency.round(min(amount, bill.amount_residual))
        if bill.payment_state not in ("not_paid", "partial") or amount <= 0:
            return []
        if currency.compare_amounts(amount, bill.amount_residual):
            discount = 0.0
        return [{"bill": bill, "amount": amount, "discount": discount}]

    @api.model
    def _get_ahead_items(self, transaction):
        """Items of months paid ahead, which are billed now that their money is here.

        Where they cannot be billed any more the money is kept as credit, and the
        transaction says why.
        """
        ahead = transaction.fee_choice.get("ahead")
        if not ahead:
            return []
        try:
            with self.env.cr.savepoint():
                result = self.env["property.prepayment"].bill(
                    transaction.fee_unit_id.id, ahead["months"], ahead["offer"]
                )
        except UserError as error:
            transaction._log_message_on_linked_documents(str(error))
            transaction.state_message = str(error)
            return []
        items = []
        today = get_today(transaction.fee_community_id)
        bills = self.env["account.move"].browse(result["bill_ids"])
        transaction.invoice_ids = [Command.link(bill.id) for bill in bills]
        for bill in bills:
            discount = self.env["property.settlement"]._get_discount(bill, today)
            items += self._get_item(bill, bill.amount_residual, discount)
        return items

    @api.model
    def _fit_items(self, items, amount):
        """Items as far as the money goes, in their order."""
        result = []
        for item in items:
            currency = item["bill"].currency_id
            money = currency.round(item["amount"] - item["discount"])
            if currency.compare_amounts(amount, money) >= 0:
                result.append(item)
                amount = currency.round(amount - money)
                continue
            if currency.compare_amounts(amount, 0) > 0:
                result.append({**item, "amount": amount, "discount": 0.0})
            break
        return result
