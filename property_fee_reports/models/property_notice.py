from lxml import html
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import plaintext2html


class PropertyNotice(models.Model):
    """A reminder or demand as a letter: the words that were sent, nothing else."""

    _name = "property.notice"
    _inherit = ["property.notice", "property.document.mixin"]

    cost = fields.Monetary(
        string="Cost of the Notice",
        compute="_compute_cost",
        store=True,
        readonly=False,
        precompute=True,
        help="What sending it cost the firm: that of the level, if nothing else is "
        "written here.",
    )

    @api.depends("level_id")
    def _compute_cost(self):
        for notice in self:
            level = notice.level_id
            notice.cost = (
                level._get_notice_cost(notice.community_id) if level else notice.cost
            )

    def _sort_for_printing(self):
        """Override of `property.document.mixin`: as they are handed out."""
        return self.sorted(lambda notice: (*notice.unit_id._get_place_key(), notice.id))

    def _get_print_building(self):
        """Override of `property.document.mixin`."""
        return self.unit_id.building_id

    def _get_batch_report(self):
        """Override of `property.document.mixin`."""
        return self.env.ref("property_fee_billing.property_notice_report_action")

    def _get_document_lang(self):
        """Override of `property.document.mixin`: the debtor's, as it was sent."""
        return self._get_lang()

    def _get_printed_documents(self):
        """Override of `property.document.mixin`: all pay links at once."""
        letters = self.with_context(fee_pay_links=self._get_pay_links())
        return super(PropertyNotice, letters)._get_printed_documents()

    def _get_document_data(self):
        """Override of `property.document.mixin`: the letter."""
        self.ensure_one()
        is_sent = bool(self.content_hash)
        body = self.preview_body or self.preview_text or ""
        return self._prepare_document(
            self.community_id,
            title=self._get_letter_title(),
            number=self.name if is_sent else "",
            date=self._get_letter_date(),
            marks=self._get_letter_marks(),
            facts=self._get_letter_facts(),
            letter=self._prepare_letter_body(body),
            # most words bring the table of bills with them
            tables=[] if "<table" in body else [self._get_letter_table()],
            amount={
                "label": self.env._("To Pay"),
                "value": self.amount_total,
                "words": self.currency_id.amount_to_text(self.amount_total),
            },
            payment=self.community_id._prepare_payment_document(
                self.unit_id.payment_reference, self._get_letter_codes()
            ),
            notes=self._get_letter_notes(),
            signatures=self._get_letter_signatures(),
            footnote=f"SHA-256 {self.content_hash}" if is_sent else "",
        )

    def _get_letter_title(self):
        """What kind of letter it is."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds[self.kind]

    def _get_letter_marks(self):
        """A letter that has not left yet says so."""
        states = dict(self._fields["state"]._description_selection(self.env))
        if self.state in ("draft", "cancelled"):
            text = states[self.state].upper()
            kind = "draft" if self.state == "draft" else "void"
            return [{"kind": kind, "text": text, "note": ""}]
        return []

    def _get_letter_facts(self):
        """To whom it goes, about which unit, until when to pay."""
        channels = dict(self._fields["channel"]._description_selection(self.env))
        return self._prepare_document_facts(
            [
                (self.env._("Addressee"), self.partner_id.name, "text"),
                (self.env._("Unit"), self.unit_id.display_name, "text"),
                (self.env._("Address"), self.address, "text"),
                (self.env._("Sent By"), channels[self.channel], "text"),
                (self.env._("Subject"), self.preview_subject, "text"),
                (self.env._("Pay By"), self._get_deadline() or False, "date"),
            ]
        )

    def _get_letter_table(self):
        """The bills with what is demanded of each, as frozen in the notice."""
        columns = [
            ["bill", self.env._("Bill"), "text", 26],
            ["period", self.env._("Period"), "text", 24],
            ["due", self.env._("Due Date"), "date", 14],
            ["amount", self.env._("Amount"), "money", 12],
            ["late_fee", self.env._("Late Fee"), "money", 12],
            ["total", self.env._("Total"), "money", 12],
        ]
        rows = [
            self._get_letter_row(line)
            for line in self.line_ids.sorted(lambda line: (line.date_due, line.id))
        ]
        return self._prepare_document_table(
            self.currency_id,
            self.env._("Bills"),
            columns,
            rows,
            ("amount", "late_fee", "total"),
        )

    def _get_letter_row(self, line):
        """One bill."""
        # the desk may not read bills; their numbers stand on letters
        bill = line.sudo().move_id
        return {
            "bill": bill.name,
            "period": bill._get_fee_period_text(),
            "due": line.date_due,
            "amount": line.amount,
            "late_fee": line.late_fee,
            "total": line.amount + line.late_fee,
        }

    @api.model
    def _prepare_letter_body(self, body):
        """The words as they were sent, so laid out that no row of a table is cut
        where a page ends: each row becomes a table (see the document's template)."""
        if "<table" not in body:
            return body if "<" in body else plaintext2html(body)
        tree = html.fragment_fromstring(body, create_parent="div")
        for table in tree.xpath(".//table"):
            rows = html.fragment_fromstring('<div class="rows"></div>')
            for row in table.xpath(".//tr"):
                line = html.fragment_fromstring('<table class="line"></table>')
                line.append(row)
                rows.append(line)
            rows.tail = table.tail
            table.getparent().replace(table, rows)
        # as clean as the field it comes from, which is sanitized
        return Markup(html.tostring(tree, encoding="unicode"))

    def _get_letter_codes(self):
        """What a reader can scan to pay."""
        url = self.env.context.get("fee_pay_links", {}).get(self.id, self.portal_url)
        return [self._prepare_document_code(url, self.env._("See and Pay"))]

    def _get_letter_notes(self):
        """That nothing is given up by what is not listed: a demand for a part stands
        for the whole (Supreme People's Court of China, rules on limitation, 9)."""
        if self.kind == "pre_due":
            return []
        notes = [self.env._("What this letter does not list is not waived.")]
        if self.is_demand:
            notes.insert(
                0,
                self.env._(
                    "This is a demand for payment. It is made for the whole claim, "
                    "also where a part of it is not listed."
                ),
            )
        return notes

    def _get_letter_signatures(self):
        """Who signs; whoever takes a letter signs for it, which proves that it came."""
        signatures = [self.env._("Company Seal")]
        if self.channel in ("letter", "registered", "visit"):
            signatures += [self.env._("Received By"), self.env._("Received On")]
        return signatures
