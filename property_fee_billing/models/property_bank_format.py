from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..bank_file.columns import ROLES
from ..bank_file.reader import Shape

ENCODINGS = [
    ("auto", "Find Out"),
    ("utf-8-sig", "UTF-8"),
    ("gb18030", "GB 18030 (Simplified Chinese)"),
    ("big5", "Big5 (Traditional Chinese)"),
    ("utf-16", "UTF-16"),
    ("cp1252", "Windows Western"),
]
DELIMITERS = [
    ("auto", "Find Out"),
    ("comma", "Comma"),
    ("semicolon", "Semicolon"),
    ("tab", "Tab"),
    ("pipe", "Vertical Bar"),
]
COLUMN_HELP = (
    "The header as the bank writes it; several that may be there are parted by |. #3 "
    "means the third column."
)


class PropertyBankFormat(models.Model):
    """How a bank writes its statement files: which column is what, and how days and
    money are written."""

    _name = "property.bank.format"
    _description = "Bank Format"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    journal_ids = fields.Many2many(
        "account.journal",
        "property_bank_format_journal_rel",
        "format_id",
        "journal_id",
        string="Bank Journals",
        check_company=True,
        domain="[('type', 'in', ('bank', 'credit'))]",
        help="Tried first for files of these journals. Empty: for any journal.",
    )
    file_kind = fields.Selection(
        [("auto", "Find Out"), ("csv", "CSV"), ("xlsx", "Excel (.xlsx)")],
        required=True,
        default="auto",
    )
    encoding = fields.Selection(ENCODINGS, required=True, default="auto")
    delimiter = fields.Selection(DELIMITERS, required=True, default="auto")
    has_header = fields.Boolean(
        default=True,
        help="A row names the columns. Without one, columns are given by number: #1.",
    )
    header_row = fields.Integer(
        help="Number of the row that names the columns. 0: the first row that has the "
        "columns below."
    )
    skip_rows = fields.Integer(
        string="Rows to Skip", help="Rows at the top that are not read."
    )
    date_formats = fields.Char(
        help="As 25/12/2026 is %d/%m/%Y; several are parted by |, a time is left out. "
        "Empty: found out from the file."
    )
    thousands_separator = fields.Selection(
        [
            ("comma", "Comma (1,234.56)"),
            ("dot", "Dot (1.234,56)"),
            ("space", "Space (1 234.56)"),
            ("none", "None (1234.56)"),
        ],
        required=True,
        default="comma",
    )
    is_reversed = fields.Boolean(
        string="Money In Is Negative",
        help="The bank writes money that came in with a minus.",
    )
    is_balance_checked = fields.Boolean(
        string="Check Balances",
        default=True,
        help="Refuse a file whose balance does not run from line to line: a line is "
        "missing.",
    )
    column_date = fields.Char(string="Date", required=True, help=COLUMN_HELP)
    column_amount = fields.Char(string="Amount", help=COLUMN_HELP)
    column_credit = fields.Char(string="Money In", help=COLUMN_HELP)
    column_debit = fields.Char(string="Money Out", help=COLUMN_HELP)
    column_direction = fields.Char(
        string="In or Out",
        help="A column that says credit or debit, beside one amount without sign.",
    )
    column_payer_name = fields.Char(string="Payer", help=COLUMN_HELP)
    column_payer_account = fields.Char(string="Payer's Account", help=COLUMN_HELP)
    column_memo = fields.Char(
        string="Text",
        help="What the payer wrote. All columns that are named here are put together.",
    )
    column_transaction_id = fields.Char(
        string="Transaction Number",
        help="The bank's own number of the line, by which it is known again.",
    )
    column_balance = fields.Char(string="Balance", help=COLUMN_HELP)
    column_currency = fields.Char(string="Currency", help=COLUMN_HELP)

    _rows_positive = models.Constraint(
        "CHECK (header_row >= 0 AND skip_rows >= 0)",
        "Numbers of rows cannot be negative.",
    )

    @api.constrains("column_amount", "column_credit")
    def _check_amount_column(self):
        for record in self:
            if not record.column_amount and not record.column_credit:
                raise ValidationError(
                    self.env._(
                        "Bank format %s: name the column of the amount, or the one of "
                        "money in.",
                        record.name,
                    )
                )

    @api.constrains("date_formats")
    def _check_date_formats(self):
        for record in self:
            for writing in record._get_date_formats():
                day = date(2026, 12, 25).strftime(writing)
                if "25" not in day or day == writing:
                    raise ValidationError(
                        self.env._(
                            "Bank format %(format)s: %(writing)s is not a date format; "
                            "write it as %%d/%%m/%%Y.",
                            format=record.name,
                            writing=writing,
                        )
                    )

    def _get_date_formats(self):
        """The writings of days, as of ``strptime``."""
        self.ensure_one()
        parts = (self.date_formats or "").split("|")
        return tuple(part.strip() for part in parts if part.strip())

    def _get_shape(self):
        """This format as the file reader takes it.

        :rtype: Shape
        """
        self.ensure_one()
        mapping = {role: self[f"column_{role}"] for role in ROLES}
        return Shape(
            mapping={role: text for role, text in mapping.items() if text},
            header_row=self.header_row if self.has_header else -1,
            skip_rows=self.skip_rows,
            date_formats=self._get_date_formats(),
            separator=self.thousands_separator,
            is_reversed=self.is_reversed,
            is_balance_checked=self.is_balance_checked,
        )

    @api.model
    def _get_for_journal(self, journal):
        """Formats to try on a file of a journal: its own first, then those for any."""
        formats = self.search(
            [
                ("company_id", "in", (False, journal.company_id.id)),
                "|",
                ("journal_ids", "=", False),
                ("journal_ids", "in", journal.ids),
            ]
        )
        return formats.sorted(lambda record: not record.journal_ids)

    @api.model
    def _prepare_from_mapping(self, mapping, journal):
        """Values of a format of a journal.

        :param mapping: role to header words
        """
        return {
            "name": journal.name,
            "company_id": journal.company_id.id,
            "journal_ids": [fields.Command.set(journal.ids)],
            **{f"column_{role}": text for role, text in mapping.items()},
        }
