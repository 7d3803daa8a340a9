import re

import pytz

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, html2plaintext, split_every
from odoo.tools.image import image_data_uri

from odoo.addons.property_fee_billing.local_time import get_zone
from odoo.addons.property_fee_billing.qr_code import make_qr_image

from ..tools import pages
from ..tools.workbook import make_workbook

PAGES = {"a4": pages.A4, "a5": pages.A5, "slip": pages.SLIP}


class PropertyDocumentMixin(models.AbstractModel):
    """A record that is printed.

    What stands on the paper is made once, as plain structures in the reader's
    language, and both the page and the workbook are drawn from it.
    """

    _name = "property.document.mixin"
    _description = "Printed Document"

    def _get_document_data(self):
        """What stands on the document of this record, in the language of the context.

        Start from ``_prepare_document`` and add to it:

        - ``marks``: list of ``{kind, text, note}``; kind is copy or void
        - ``facts``: list of ``{label, value, type}``
        - ``tables``: list of ``{title, columns, rows, total, summary, sheet}``;
          a column is ``{name, label, type, width}``, the width in percent of the
          page; a row is ``{column name: value}``,
          ``total`` the row below, whose figures are the sums of their columns,
          ``summary`` a list of ``{label, value, type}`` below that; ``note`` a sentence
          about it; ``sheet`` the name of a sheet of its own in the workbook, on pages
          of its own on paper; a row with ``strong`` stands out
        - ``letter``: HTML above the tables
        - ``amount``: ``{label, value, words}``, in figures and in words
        - ``payment``: how to pay, ``{title, rows, codes}``; rows ``{label, value}``,
          codes as ``_prepare_document_code`` makes them
        - ``notes``: sentences; ``signatures``: who signs; ``footnote``: one sentence
        - ``seal``: ``{url, image, text}``, a QR code with a sentence; comes by itself
          for documents that can be verified

        Types are text, date, money and number.
        """
        raise NotImplementedError

    def _get_document_lang(self):
        """The reader's language; the user's own where nobody else reads it."""
        return self.env.lang

    def _get_printed_documents(self):
        """The documents of these records, each in its reader's language."""
        records = [
            record.with_context(lang=record._get_document_lang() or "en_US")
            for record in self
        ]
        return [
            {**record._get_document_data(), **record._get_document_seal()}
            for record in records
        ]

    def _get_document_seal(self):
        """The QR code by which the paper is verified, for documents that take
        `property.document.seal`: ``{"seal": {url, image, text}}``, else nothing.
        """
        if not isinstance(self, self.env.registry["property.document.seal"]):
            return {}
        return {
            "seal": self._prepare_document_code(
                self._get_verification_url(),
                self.env._(
                    "Scan to see whether this document is genuine and agrees with our "
                    "books today."
                ),
            )
        }

    @api.model
    def _prepare_document_code(self, url, text):
        """A QR code with a sentence beside it, as ``seal`` of a document."""
        return {"url": url, "image": make_qr_image(self.env, url), "text": text}

    def _sort_for_printing(self):
        """Hook: these records in the order in which they are printed."""
        return self

    def _get_print_building(self):
        """Hook: the building that this document is handed out in; may be empty."""
        return self.env["property.building"]

    def _get_batch_report(self):
        """Hook: the report that prints these records in the background."""
        raise NotImplementedError

    def action_print_batch(self, name=False):
        """Print these records in the background; opens the job, to be started.

        :param str name: what the job is called
        """
        # the job keeps their ids: what one may not read one has not printed
        self.check_access("read")
        report = self._get_batch_report()
        job = self.env["property.print.job"].create(
            {
                "name": " ".join(filter(None, (report.name, name))),
                "report_id": report.id,
                "record_ids": self.ids,
            }
        )
        return job.action_open()

    def _note_printing(self):
        """Hook: these documents are about to be printed."""

    def _make_workbook(self):
        """The documents of these records as one XLSX file.

        :rtype: bytes
        """
        return make_workbook(self._get_printed_documents())

    @api.model
    def _prepare_document(self, community, **values):
        """What every document has: its language, who issues it and where."""
        return {
            "lang": self.env.lang or "en_US",
            "title": "",
            "number": "",
            "date": False,
            "company": self._prepare_document_company(community.company_id),
            "community": self._prepare_document_community(community),
            "currency": self._prepare_document_currency(community.currency_id),
            "marks": [],
            "facts": [],
            "letter": False,
            "tables": [],
            "amount": False,
            "payment": False,
            "notes": [],
            "signatures": [],
            "footnote": "",
            "seal": False,
            **values,
        }

    @api.model
    def _prepare_document_columns(self, columns):
        """The columns of a table, from ``[name, label, type, width]``.

        Lists: the export of terms takes a tuple after ``_("...")`` for one more call of
        it, and the name of the next column for a term.
        """
        names = ("name", "label", "type", "width")
        return [dict(zip(names, column, strict=True)) for column in columns]

    @api.model
    def _prepare_document_table(
        self, currency, title, columns, rows, totals=(), **values
    ):
        """A table of ``rows`` with the sums of some columns below.

        :param columns: see ``_prepare_document_columns``
        :param totals: names of the columns to sum
        :param values: more keys of the table, e.g. ``note``
        """
        columns = self._prepare_document_columns(columns)
        total = {name: sum(row[name] or 0 for row in rows) for name in totals}
        for column in columns:
            name = column["name"]
            if column["type"] == "money" and name in total:
                total[name] = currency.round(total[name])
        first = columns[0]["name"]
        return {
            "title": title,
            "columns": columns,
            "rows": rows,
            "total": total and {first: self.env._("Total"), **total},
            **values,
        }

    @api.model
    def _prepare_document_facts(self, facts):
        """The facts of a document, from ``(label, value, type)``; those without a
        value are left out."""
        return [
            {"label": label, "value": value, "type": kind}
            for label, value, kind in facts
            if value or value == 0 and value is not False
        ]

    @api.model
    def _get_document_footnote(self):
        """When and by whom it was printed."""
        return self.env._(
            "Printed on %(time)s by %(user)s.",
            time=self._format_document_time(fields.Datetime.now()),
            user=self.env.user.name,
        )

    @api.model
    def _prepare_document_company(self, company):
        """Who issues the document. Odoo's sample logo is nobody's."""
        # The owner reads it, who may not read companies.
        company = company.sudo()
        logo = company.logo if not company.uses_default_logo else False
        address = company.partner_id._display_address(without_company=True)
        return {
            "name": company.name,
            # countries have commas of their own, also around what is empty
            "address": ", ".join(
                filter(None, (part.strip() for part in re.split("[\n,]", address)))
            ),
            "phone": company.phone or "",
            "vat": company.vat or "",
            "logo": image_data_uri(logo) if logo else "",
        }

    @api.model
    def _prepare_document_community(self, community):
        """Of which community the document is."""
        return {
            "code": community.code,
            "name": community.name,
            "address": community.address or "",
            "phone": community.complaint_phone or "",
        }

    @api.model
    def _prepare_document_currency(self, currency):
        """How the amounts are counted."""
        return {
            "id": currency.id,
            "name": currency.name,
            "decimals": currency.decimal_places,
        }

    @api.model
    def _format_document_period(self, *days):
        """First and last day as a reader sees them; one if they are the same."""
        document = {"lang": self.env.lang or "en_US"}
        return " – ".join(
            dict.fromkeys(
                self._format_document_value(day, "date", document)
                for day in days
                if day
            )
        )

    @api.model
    def _format_document_time(self, moment, record=None):
        """A moment as the clocks of the community say it, its day written as all days
        are.

        :param record: of the company whose clock it is; by default this one
        """
        if not moment:
            return ""
        local = pytz.utc.localize(moment).astimezone(get_zone(record or self))
        return f"{format_date(self.env, local.date())} {local:%H:%M}"

    @api.model
    def _lay_out_document(self, document, size):
        """Which rows of which table go on which page.

        :param size: a4, a5 or slip
        :return: list of ``(table, parts)`` of the tables that have something to show;
            parts are ``(rows, whether a page begins with them)``
        """
        page = PAGES[size]
        tables = [
            table
            for table in document["tables"]
            if table["rows"] or table.get("summary") and not table.get("sheet")
        ]
        # those apart come last
        tables.sort(key=lambda table: bool(table.get("sheet")))
        laid = pages.lay_out(
            [self._measure_document_table(table, document, page) for table in tables],
            page,
            page.first_height - self._get_document_extra_height(document, page),
            self._get_document_closing_height(document, page),
        )
        return [
            (
                table,
                [
                    ([table["rows"][place] for place in part.positions], part.is_next)
                    for part in parts
                ],
            )
            for table, parts in zip(tables, laid, strict=True)
        ]

    @api.model
    def _measure_document_table(self, table, document, page):
        """A table as `tools.pages` lays it out."""
        columns = table["columns"]
        below = len(table.get("summary") or ()) + bool(table.get("total"))
        below += bool(table.get("note"))
        return pages.Table(
            [
                {
                    column["name"]: self._format_document_value(
                        row.get(column["name"]), column["type"], document
                    )
                    for column in columns
                }
                for row in table["rows"]
            ],
            columns,
            foot=below * (page.line_height + page.padding),
            is_apart=bool(table.get("sheet")),
        )

    @api.model
    def _get_document_extra_height(self, document, page):
        """What stands above the tables, beyond what the page reckons with; below zero
        where that is less."""
        texts = [
            self._format_document_value(fact["value"], fact["type"], document)
            for fact in document["facts"]
        ]
        lines = sum(
            max(page.count_lines(text, page.fact_width) for text in pair)
            for pair in split_every(2, texts)
        )
        lines += 2 * bool(document["marks"]) - page.fact_lines
        words = html2plaintext(document["letter"] or "")
        height = lines * (page.line_height + 0.8)
        return height + (pages.get_text_height(words, page) if words else 0)

    @api.model
    def _get_document_closing_height(self, document, page):
        """What stands below the tables: amount, how to pay, notes, signatures."""
        height = pages.AMOUNT_HEIGHT * bool(document["amount"])
        payment = document["payment"]
        if payment:
            rows = len(payment["rows"]) * (page.line_height + 0.8)
            codes = pages.CODE_HEIGHT if payment["codes"] else 0
            height += max(pages.PAYMENT_HEIGHT + rows, codes)
        height += page.signature_height * bool(document["signatures"])
        texts = [*document["notes"], document["footnote"]]
        texts.append(document["seal"] and document["seal"]["text"])
        # half a line between them
        return height + sum(
            (page.count_lines(text, page.width) + 0.5) * page.line_height
            for text in texts
            if text
        )

    @api.model
    def _format_document_value(self, value, kind, document):
        """A value as a reader of this document sees it on paper."""
        env = self.with_context(lang=document["lang"]).env
        if value is None or value is False:
            return ""
        if kind == "date":
            return format_date(env, value)
        if kind == "money":
            currency = env["res.currency"].browse(document["currency"]["id"])
            return format_amount(env, value, currency)
        return str(value)
