from odoo import api, models
from odoo.exceptions import LockError, UserError

from .money_flow import money_flow


class PropertyCounter(models.AbstractModel):
    """The payments and the receipt of money that was taken."""

    _inherit = "property.counter"

    @api.model
    def _lock_session(self, session):
        """Hold a session open for this transaction.

        :raise UserError: it is closed, or busy in another window
        """
        try:
            session.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Session %s is busy in another window right now. Try again in a "
                    "moment.",
                    session.name,
                )
            ) from error
        session.invalidate_recordset(["state"])
        session._check_open()

    @api.model
    def _get_earlier_receipt(self, session, request_key):
        """The receipt of a request whose answer never reached the screen."""
        receipts = self.env["property.receipt"]
        if not request_key:
            return receipts
        return receipts.search(
            [("session_id", "=", session.id), ("request_key", "=", request_key)]
        )

    @api.model
    def _get_result(self, receipt):
        """What the screen shows of a receipt."""
        return {
            "id": receipt.id,
            "name": receipt.name,
            "amount": receipt.amount,
            "credit": receipt.credit_amount,
        }

    @api.model
    @money_flow
    def _take_money(self, receipt_values, items, methods):
        """Make the receipt and its payments, reconciled with the bills.

        :param items: see property.settlement
        :param methods: list of (account.payment.method.line, amount, reference)
        :return: property.receipt
        """
        settlement = self.env["property.settlement"]
        community = self.env["property.community"].browse(
            receipt_values["community_id"]
        )
        journals = self.env["account.journal"].union(
            *(line.journal_id for line, _amount, _reference in methods)
        )
        community._check_money_date(receipt_values["date"], journals)
        total = sum(amount for _line, amount, _reference in methods)
        discount = sum(item["discount"] for item in items)
        credit = total + discount - sum(item["amount"] for item in items)
        receipt = self.env["property.receipt"].create(
            {
                **receipt_values,
                "amount": total,
                "discount_amount": discount,
                "credit_amount": community.currency_id.round(credit),
            }
        )
        parts = settlement._split(items, [amount for _line, amount, _ref in methods])
        payments = self.env["account.payment"]
        counterparts = []
        for method, part in zip(methods, parts, strict=True):
            payment = payments.create(self._prepare_payment_values(receipt, method))
            values = payment._prepare_fee_lines(part)
            payment._generate_journal_entry(line_ids=values)
            payments += payment
            lines = payment.move_id.line_ids.sorted("id")
            counterparts += [
                (line, item["bill"])
                for line, item in zip(lines[1 : len(part) + 1], part, strict=True)
            ]
        payments.action_post()
        settlement._reconcile_items(counterparts)
        receipt._store_lines(payments.move_id)
        return receipt

    @api.model
    def _prepare_payment_values(self, receipt, method):
        """Values of the payment of one method of a receipt."""
        line, amount, reference = method
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": receipt.partner_id.id,
            "journal_id": line.journal_id.id,
            "payment_method_line_id": line.id,
            "currency_id": receipt.currency_id.id,
            "amount": amount,
            "date": receipt.date,
            "memo": " ".join(filter(None, (receipt.name, reference))),
            "payment_reference": reference or receipt.name,
            "fee_community_id": receipt.community_id.id,
            "fee_unit_id": receipt.unit_id.id,
            "fee_purpose": receipt.purpose,
            "fee_receipt_id": receipt.id,
            "fee_session_id": receipt.session_id.id,
        }
