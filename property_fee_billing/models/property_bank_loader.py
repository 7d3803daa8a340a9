from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.base.models.res_bank import sanitize_account_number

from ..engine.references import References
from ..file_text import normalize


@dataclass(slots=True)
class UnitFacts:
    """A unit and who is concerned with it; ``people``: {partner: is payer}."""

    id: int
    code: str
    reference: str
    community_id: int
    people: dict[int, bool] = field(default_factory=dict)
    bills: list["BillFacts"] = field(default_factory=list)


@dataclass(slots=True)
class BillFacts:
    """An open bill; ``residual`` in cents."""

    id: int
    name: str
    unit_id: int
    partner_id: int
    residual: int
    due: date
    has_discount: bool


@dataclass(slots=True)
class PaymentFacts:
    """Money the counter took that the bank has not confirmed; ``amount`` in cents."""

    id: int
    amount: int
    date: date
    unit_id: int
    community_id: int
    partner_id: int
    receipt: str
    reference: str


class BankFacts:
    """All that lines of a journal may be matched with, by what it is found by."""

    def __init__(self, decimals):
        self.scale = 10**decimals
        self.units: dict[int, UnitFacts] = {}
        self.bills: dict[int, BillFacts] = {}
        self.payments: list[PaymentFacts] = []
        self.partner_names: dict[int, str] = {}
        #: normalized name to partners
        self.names = defaultdict(set)
        #: partner to units, commercial partner to bills
        self.partner_units = defaultdict(set)
        self.partner_bills = defaultdict(list)
        #: account number to partners; account or name of a payer to units
        self.accounts = defaultdict(set)
        self.paid_before = defaultdict(set)
        self.names_before = defaultdict(set)
        #: cents to units with a bill of that amount, or that owe it in all
        self.amounts = defaultdict(set)
        #: (bill, day) to cents, of the candidates only
        self.discounts = {}
        self.late_fees = {}

    def cents(self, amount) -> int:
        """An amount as a whole number."""
        return round(amount * self.scale)

    def index(self):
        """Build what is looked up once all is loaded."""
        units = self.units.values()
        self.references = References((unit.id, unit.reference) for unit in units)
        self.codes = References((unit.id, unit.code) for unit in units)
        self.numbers = References((bill.id, bill.name) for bill in self.bills.values())
        self.receipts = References(
            (payment.id, text)
            for payment in self.payments
            for text in {payment.receipt, payment.reference}
        )
        for partner, name in self.partner_names.items():
            self.names[normalize(name or "")].add(partner)
        for unit in units:
            for partner in unit.people:
                self.partner_units[partner].add(unit.id)
            if unit.bills:
                self.amounts[sum(bill.residual for bill in unit.bills)].add(unit.id)
            for bill in unit.bills:
                self.amounts[bill.residual].add(unit.id)
                self.partner_bills[bill.partner_id].append(bill)
        self.by_amount = defaultdict(list)
        for payment in self.payments:
            self.by_amount[payment.amount].append(payment)


class PropertyBankLoader(models.AbstractModel):
    """Loads what bank lines may be matched with: a fixed number of queries for any
    number of lines and units."""

    _name = "property.bank.loader"
    _description = "Bank Match Loader"

    @api.model
    def _load(self, journal, lines):
        """Facts of all communities whose money the journal takes.

        :param lines: account.bank.statement.line of that journal
        :rtype: BankFacts
        """
        currency = journal.currency_id or journal.company_id.currency_id
        facts = BankFacts(currency.decimal_places)
        communities = journal._get_fee_communities()
        self.env.flush_all()
        if communities:
            self._load_units(facts, communities)
            self._load_people(facts, communities, lines)
            self._load_bills(facts, communities, currency)
            self._load_payments(facts, journal)
            self._load_accounts(facts, lines)
            self._load_history(facts, journal, lines)
        facts.index()
        return facts

    @api.model
    def _load_units(self, facts, communities):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, code, payment_reference, community_id
                  FROM property_unit
                 WHERE community_id IN %s AND active
                """,
                tuple(communities.ids),
            )
        )
        for unit_id, code, reference, community_id in rows:
            facts.units[unit_id] = UnitFacts(
                unit_id, code, reference or "", community_id
            )

    @api.model
    def _load_people(self, facts, communities, lines):
        """Owners and tenants of the days of the lines."""
        days = lines.mapped("date")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.unit_id, p.id, p.name, o.is_payer
                  FROM property_ownership o
                  JOIN property_unit u ON u.id = o.unit_id
                  JOIN res_partner p ON p.id = o.partner_id
                 WHERE u.community_id IN %s AND u.active
                   AND (o.date_from IS NULL OR o.date_from <= %s)
                   AND (o.date_to IS NULL OR o.date_to >= %s)
                """,
                tuple(communities.ids),
                max(days),
                min(days),
            )
        )
        for unit_id, partner_id, name, is_payer in rows:
            people = facts.units[unit_id].people
            people[partner_id] = is_payer or people.get(partner_id, False)
            facts.partner_names[partner_id] = name

    @api.model
    def _load_bills(self, facts, communities, currency):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, m.name, m.fee_unit_id, m.partner_id, p.name,
                       m.amount_residual, COALESCE(m.invoice_date_due, m.date),
                       t.early_discount IS TRUE
                  FROM account_move m
                  JOIN res_partner p ON p.id = m.partner_id
                  LEFT JOIN account_payment_term t ON t.id = m.invoice_payment_term_id
                 WHERE m.fee_community_id IN %s AND m.fee_unit_id IS NOT NULL
                   AND m.move_type = 'out_invoice' AND m.state = 'posted'
                   AND m.payment_state IN ('not_paid', 'partial')
                   AND m.currency_id = %s
                 ORDER BY COALESCE(m.invoice_date_due, m.date), m.date, m.id
                """,
                tuple(communities.ids),
                currency.id,
            )
        )
        for bill_id, name, unit_id, partner_id, partner, residual, due, early in rows:
            unit = facts.units.get(unit_id)
            if unit is None:  # archived since
                continue
            bill = BillFacts(
                bill_id, name, unit_id, partner_id, facts.cents(residual), due, early
            )
            facts.bills[bill_id] = bill
            unit.bills.append(bill)
            # who owned the unit then may still pay the bills of then
            unit.people.setdefault(partner_id, True)
            facts.partner_names[partner_id] = partner

    @api.model
    def _load_payments(self, facts, journal):
        """What the counter took in this journal and the bank has not shown yet."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, l.amount_residual_currency, p.date, p.fee_unit_id,
                       p.fee_community_id, p.partner_id, r.name,
                       COALESCE(p.payment_reference, '')
                  FROM account_payment p
                  JOIN account_move_line l ON l.move_id = p.move_id
                                          AND l.account_id = p.outstanding_account_id
                  JOIN property_receipt r ON r.id = p.fee_receipt_id
                 WHERE p.journal_id = %s AND p.payment_type = 'inbound'
                   AND r.state = 'issued' AND l.parent_state = 'posted'
                   AND NOT l.reconciled AND l.amount_residual_currency > 0
                 ORDER BY p.date, p.id
                """,
                journal.id,
            )
        )
        for payment_id, amount, *others in rows:
            payment = PaymentFacts(payment_id, facts.cents(amount), *others)
            facts.payments.append(payment)

    @api.model
    def _load_accounts(self, facts, lines):
        """Partners by the bank accounts that the lines came from."""
        numbers = {
            sanitize_account_number(number) for number in lines.mapped("account_number")
        }
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sanitized_acc_number, partner_id
                  FROM res_partner_bank
                 WHERE active AND sanitized_acc_number = ANY(%s)
                """,
                [number for number in numbers if number],
            )
        )
        for number, partner_id in rows:
            facts.accounts[number].add(partner_id)

    @api.model
    def _load_history(self, facts, journal, lines):
        """Units that the same payers paid for before, also for somebody else."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT s.account_number, s.partner_name, m.fee_unit_id
                  FROM account_bank_statement_line s
                  JOIN account_move m ON m.id = s.move_id
                 WHERE s.company_id = %s AND m.fee_receipt_id IS NOT NULL
                   AND m.fee_unit_id IS NOT NULL
                   AND (s.account_number = ANY(%s) OR s.partner_name = ANY(%s))
                """,
                journal.company_id.id,
                [number for number in lines.mapped("account_number") if number],
                [name for name in lines.mapped("partner_name") if name],
            )
        )
        for number, name, unit_id in rows:
            if unit_id not in facts.units:
                continue
            if number:
                facts.paid_before[number].add(unit_id)
            if name:
                facts.names_before[normalize(name)].add(unit_id)

    # ------------------------------------------------------- days of candidates
    @api.model
    def _load_days(self, facts, wanted):
        """Discounts and late fees of bills on the days of the lines.

        :param wanted: ``{day: set of bill ids}``
        """
        Move = self.env["account.move"].sudo()  # read only, to compare amounts
        everything = Move.browse(set().union(*wanted.values()) if wanted else ())
        # as above
        settlement = self.env["property.settlement"].sudo()
        for day, ids in wanted.items():
            bills = everything.browse(ids).with_prefetch(everything.ids)
            for bill in bills:
                if facts.bills[bill.id].has_discount:
                    discount = settlement._get_discount(bill, day)
                    facts.discounts[bill.id, day] = facts.cents(discount)
            for bill_id, amount in bills._get_late_fee_amounts(day).items():
                facts.late_fees[bill_id, day] = facts.cents(amount)
