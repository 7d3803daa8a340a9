from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import get_lang

from odoo.addons.property_fee_billing.local_time import get_today


class AccountMove(models.Model):
    """A bill as it is sent to the owner."""

    _name = "account.move"
    _inherit = ["account.move", "property.document.mixin"]

    fee_earlier_count = fields.Integer(
        string="Earlier Bills Open", compute="_compute_fee_earlier"
    )
    fee_earlier_amount = fields.Monetary(
        string="Open of Earlier Bills",
        compute="_compute_fee_earlier",
        help="What is open of bills of this unit and payer that fell due before this "
        "one, without what is disputed.",
    )

    @api.depends("fee_unit_id", "partner_id", "invoice_date_due", "amount_residual")
    def _compute_fee_earlier(self):
        groups = self._read_group(
            [
                ("fee_unit_id", "in", self.fee_unit_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
            ],
            ["fee_unit_id", "partner_id"],
            ["id:recordset"],
        )
        open_bills = defaultdict(
            self.browse, {(unit, partner): bills for unit, partner, bills in groups}
        )
        disputed = self.browse().union(*open_bills.values())._get_disputed_amounts()
        for move in self:
            due = move.invoice_date_due or get_today(self)
            earlier = open_bills[move.fee_unit_id, move.partner_id].filtered(
                lambda bill, due=due, move=move: (
                    bill != move._origin and bill.invoice_date_due < due
                )
            )
            move.fee_earlier_count = len(earlier)
            move.fee_earlier_amount = sum(
                bill.amount_residual - disputed.get(bill.id, 0.0) for bill in earlier
            )

    def action_print_notice(self):
        """The bill notice, in the payer's language."""
        report = self.env.ref("property_fee_reports.action_report_bill_notice")
        return report.report_action(self, config=False)

    def _sort_for_printing(self):
        """Override of `property.document.mixin`: as they are handed out, by community,
        building and unit."""
        return self.sorted(
            lambda move: (
                *move.fee_unit_id._get_place_key(),
                move.invoice_date or move.date,
                move.id,
            )
        )

    def _get_print_building(self):
        """Override of `property.document.mixin`."""
        return self.fee_unit_id.building_id

    def _get_batch_report(self):
        """Override of `property.document.mixin`."""
        return self.env.ref("property_fee_reports.action_report_bill_notice")

    def _get_document_lang(self):
        """Override of `property.document.mixin`: the payer's, if it is installed."""
        return get_lang(self.env, self.partner_id.lang).code

    def _get_printed_documents(self):
        """Override of `property.document.mixin`: all pay links at once."""
        links = self.filtered(lambda move: move._asks_for_money())._get_pay_links()
        bills = self.with_context(fee_pay_links=links)
        return super(AccountMove, bills)._get_printed_documents()

    def _asks_for_money(self):
        """Whether it is a bill of which something is open."""
        return (
            self.move_type == "out_invoice"
            and self.state == "posted"
            and bool(self.fee_community_id)
            and self.currency_id.compare_amounts(self.amount_residual, 0) > 0
        )

    def _get_document_data(self):
        """Override of `property.document.mixin`: the bill notice."""
        self.ensure_one()
        if not self.fee_community_id:
            raise UserError(
                self.env._(
                    "%s is not a bill of property fees: print it as an invoice.",
                    self.display_name,
                )
            )
        is_bill = self.move_type == "out_invoice"
        is_open = self._asks_for_money()
        return self._prepare_document(
            self.fee_community_id,
            title=self.env._("Bill Notice") if is_bill else self.env._("Credit Note"),
            number=self.name or "",
            date=self.invoice_date,
            marks=self._get_notice_marks(),
            facts=self._get_notice_facts(),
            tables=[self._get_notice_table()],
            amount=self._get_notice_amount(is_open),
            payment=self.fee_community_id._prepare_payment_document(
                self.fee_unit_id.payment_reference, self._get_notice_codes()
            )
            if is_open
            else False,
            notes=self._get_notice_notes() if is_open else [],
            footnote=self._get_document_footnote(),
        )

    def _get_notice_marks(self):
        """That it is not posted yet, or needs no payment any more."""
        if self.state == "draft":
            return [{"kind": "draft", "text": self.env._("DRAFT"), "note": ""}]
        if self.state == "cancel":
            return [{"kind": "void", "text": self.env._("CANCELLED"), "note": ""}]
        marks = {
            "paid": self.env._("PAID"),
            "in_payment": self.env._("PAID"),
            "reversed": self.env._("CREDITED IN FULL"),
        }
        text = self.move_type == "out_invoice" and marks.get(self.payment_state)
        return [{"kind": "copy", "text": text, "note": ""}] if text else []

    def _get_notice_facts(self):
        """Whose bill it is, of which unit, and until when to pay."""
        unit = self.fee_unit_id
        area = f"{unit.charge_area:g} m²" if unit.charge_area else ""
        return self._prepare_document_facts(
            [
                (self.env._("Payer"), self.partner_id.name, "text"),
                (self.env._("Unit"), unit.code, "text"),
                (self.env._("Building"), unit.building_id.name or "", "text"),
                (self.env._("Charged Area"), area, "text"),
                (self.env._("Period"), self._get_fee_period_text(), "text"),
                (self.env._("Pay By"), self.invoice_date_due, "date"),
                (
                    self.env._("Invoice Title"),
                    self.partner_id._get_fapiao_text(),
                    "text",
                ),
            ]
        )

    def _get_fee_period_text(self):
        """First and last day that the bill is for."""
        lines = [line for line in self.invoice_line_ids if line.fee_date_from]
        return self._format_document_period(
            min((line.fee_date_from for line in lines), default=False),
            max((line.fee_date_to for line in lines), default=False),
        )

    def _get_notice_table(self):
        """Each amount and why it is that; what was paid or credited since."""
        columns = [
            ["item", self.env._("Item"), "text", 19],
            ["period", self.env._("Period"), "text", 20],
            ["why", self.env._("Why This Amount"), "text", 45],
            ["amount", self.env._("Amount"), "money", 16],
        ]
        # read all bills' lines at once: a filtered recordset would read its own alone
        rows = [
            self._get_notice_row(line)
            for line in self.invoice_line_ids
            if line.display_type in ("product", "rounding")
        ]
        return self._prepare_document_table(
            self.currency_id,
            "",
            columns,
            rows,
            ("amount",),
            summary=self._get_notice_summary(),
        )

    def _get_notice_row(self, line):
        """One line of the bill."""
        if line.display_type == "rounding":
            # Odoo writes its amount on the journal side alone
            return {
                "item": line.name or self.env._("Rounding"),
                "period": "",
                "why": "",
                "amount": -line.amount_currency,
            }
        return {
            "item": line.fee_item_id.name or line.product_id.name or "",
            "period": self._format_document_period(
                line.fee_date_from, line.fee_date_to
            ),
            "why": line._get_document_explanation(),
            "amount": line.price_total,
        }

    def _get_notice_summary(self):
        """What is not to be paid any more, or not now."""
        paid = self.currency_id.round(self.amount_total - self.amount_residual)
        summary = []
        if self.move_type == "out_invoice":
            if paid:
                summary.append((self.env._("Paid or Credited"), -paid))
            if self.fee_amount_disputed:
                label = self.env._("In Review, Not to Be Paid Now")
                summary.append((label, -self.fee_amount_disputed))
        return [
            {"label": label, "value": value, "type": "money"}
            for label, value in summary
        ]

    def _get_notice_amount(self, is_open):
        """What to pay, without what is disputed; of others what they come to."""
        value, label = self.amount_total, self.env._("Total")
        if is_open:
            value = self.currency_id.round(
                self.amount_residual - self.fee_amount_disputed
            )
            label = self.env._("To Pay")
        words = self.currency_id.amount_to_text(value)
        return {"label": label, "value": value, "words": words}

    def _get_notice_codes(self):
        """What a reader can scan to pay."""
        links = self.env.context.get("fee_pay_links", {})
        url = links.get(self.id) or self._get_pay_link()
        return [self._prepare_document_code(url, self.env._("See and Pay"))]

    def _get_notice_notes(self):
        """What else is owed, and whom to ask."""
        money = self.currency_id.format
        notes = []
        if self.fee_earlier_amount:
            notes.append(
                self.env._(
                    "%(count)s earlier bills are open too: %(amount)s.",
                    count=self.fee_earlier_count,
                    amount=money(self.fee_earlier_amount),
                )
            )
        if self.late_fee_amount:
            notes.append(
                self.env._(
                    "Late fee up to today, not billed yet: %s.",
                    money(self.late_fee_amount),
                )
            )
        notes.append(
            self.env._(
                "Is an amount not right? Tell us before the due date: we look into it, "
                "and what is in review need not be paid."
            )
        )
        return notes
