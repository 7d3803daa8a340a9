import base64
import binascii

from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..bank_file.columns import ROLES
from ..bank_file.reader import find_shape, read_lines
from ..bank_file.table import read_table
from ..file_text import UnreadableFile
from ..lazy_text import say

PREVIEW_LINES = 20
MAX_PROBLEMS = 200


class PropertyBankImport(models.TransientModel):
    """Bring a bank file in: one bank statement with its lines, or nothing.

    A person uploads, checks, looks and imports; a program calls ``create({"journal_id":
    ..., "file": base64, "filename": name})`` and ``action_import()``. Lines that are in
    the journal already, from this file or another, are not added again.
    """

    _name = "property.bank.import"
    _description = "Import a Bank File"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Bank Journal",
        required=True,
        check_company=True,
        domain="[('type', 'in', ('bank', 'credit'))]",
        default=lambda self: self._get_default_journal(),
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    file = fields.Binary(string="Bank File", attachment=False)
    filename = fields.Char()
    format_id = fields.Many2one(
        "property.bank.format",
        string="Bank Format",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: the first one whose columns are in the file, or one made from its "
        "header.",
    )
    state = fields.Selection(
        [
            ("upload", "Upload"),
            ("errors", "Errors Found"),
            ("ready", "Ready"),
            ("done", "Imported"),
        ],
        default="upload",
        required=True,
        readonly=True,
    )
    is_suggested = fields.Boolean(readonly=True)
    mapping = fields.Json(readonly=True)
    mapping_text = fields.Text(string="Columns Found", compute="_compute_mapping_text")
    line_ids = fields.One2many("property.bank.import.line", "import_id", readonly=True)
    problem_ids = fields.One2many(
        "property.bank.import.problem", "import_id", readonly=True
    )
    line_count = fields.Integer(string="Lines", readonly=True)
    new_count = fields.Integer(string="New", readonly=True)
    known_count = fields.Integer(string="Known Already", readonly=True)
    total_in = fields.Monetary(string="Money In", readonly=True)
    total_out = fields.Monetary(string="Money Out", readonly=True)
    balance_start = fields.Monetary(string="Balance Before", readonly=True)
    balance_end = fields.Monetary(string="Balance After", readonly=True)
    has_balances = fields.Boolean(readonly=True)
    statement_id = fields.Many2one("account.bank.statement", readonly=True)
    matched_count = fields.Integer(string="Matched", readonly=True)
    waiting_count = fields.Integer(string="Wait to Be Matched", readonly=True)

    @api.model
    def _get_default_journal(self):
        """The only bank journal, or the one that a file was imported into last."""
        journals = self.env["account.journal"]._get_bank_journals(self.env.company)
        if len(journals) == 1:
            return journals
        return (
            self.env["account.bank.statement.line"]
            .search(
                [
                    ("journal_id", "in", journals.ids),
                    ("fee_import_key", "!=", False),
                ],
                order="id desc",
                limit=1,
            )
            .journal_id
        )

    @api.depends("journal_id")
    def _compute_currency_id(self):
        for record in self:
            journal = record.journal_id
            record.currency_id = (
                journal.currency_id
                or journal.company_id.currency_id
                or self.env.company.currency_id
            )

    @api.depends("mapping")
    def _compute_mapping_text(self):
        described = self.env["property.bank.format"].fields_get(
            [f"column_{role}" for role in ROLES], ["string"]
        )
        for record in self:
            record.mapping_text = "\n".join(
                f"{described[f'column_{role}']['string']}: {text}"
                for role, text in (record.mapping or {}).items()
            )

    @api.onchange("file", "journal_id", "format_id")
    def _onchange_file(self):
        """Another file has not been checked yet."""
        self.state = "upload"

    # ---------------------------------------------------------------- actions
    def action_check(self):
        """Read the file, and show what an import would add. Nothing is written."""
        self.ensure_one()
        self._check_may_import()
        result, known = self._read()
        self.write(self._prepare_check_values(result, known))
        return self._get_wizard_action()

    def action_import(self):
        """Add the lines that are new, and match those that are sure.

        :raises UserError: naming every problem with row and column; nothing is written
        """
        self.ensure_one()
        self._check_may_import()
        result, known = self._read()
        if result.problems:
            raise UserError(self._get_problem_text(result.problems))
        new = [line for line in result.lines if line.key not in known]
        self.write(self._prepare_check_values(result, known))
        lines = self.env["account.bank.statement.line"]
        matched = lines
        if new:
            statement = self._create_statement(result, new)
            self.statement_id = statement
            lines = statement.line_ids.filtered_domain(lines._get_matchable_domain())
            matched = lines._match_and_reconcile()
        self.write(
            {
                "state": "done",
                "matched_count": len(matched),
                "waiting_count": len(lines - matched),
            }
        )
        return self._get_wizard_action()

    def action_save_format(self):
        """Keep the columns found as the format of this journal."""
        self.ensure_one()
        self._check_may_import()
        self.format_id = self.env["property.bank.format"].create(
            self.env["property.bank.format"]._prepare_from_mapping(
                self.mapping, self.journal_id
            )
        )
        return self.action_check()

    def action_open_queue(self):
        """The lines of this journal that wait to be matched."""
        return self.journal_id.action_open_bank_queue()

    def _check_may_import(self):
        """Fee managers and accountants bring bank files in."""
        user = self.env.user
        if not (
            user.has_group("property_fee_billing.group_fee_manager")
            or user.has_group("account.group_account_user")
        ):
            raise AccessError(
                self.env._("Only fee managers and accountants import bank files.")
            )
        self.journal_id.check_access("read")

    # ---------------------------------------------------------------- reading
    def _read(self):
        """The file's lines and problems, and which lines are known.

        :return: (Result, set of keys)
        :raises UserError: for a file that cannot be read at all
        """
        form = self.format_id
        try:
            rows = read_table(
                self._get_content(),
                form.file_kind or "auto",
                form.encoding or "auto",
                form.delimiter or "auto",
            )
        except UnreadableFile as error:
            raise UserError(say(self.env, error.message)) from error
        shape = form._get_shape() if form else self._find_shape(rows)
        result = read_lines(
            rows, shape, self.currency_id.name, self.currency_id.decimal_places
        )
        keys = [line.key for line in result.lines if line.key]
        # asked by key only, whoever may see the lines
        known = (
            self.env["account.bank.statement.line"]
            .sudo()
            .search_fetch(
                [
                    ("journal_id", "=", self.journal_id.id),
                    ("fee_import_key", "in", keys),
                ],
                ["fee_import_key"],
            )
        )
        return result, set(known.mapped("fee_import_key"))

    def _find_shape(self, rows):
        """The format that fits, or what the header says by itself."""
        formats = self.env["property.bank.format"]._get_for_journal(self.journal_id)
        own = formats.filtered("journal_ids")
        found = find_shape(rows, [(one, one._get_shape()) for one in own])
        if not found:
            raise UserError(
                self.env._(
                    "No row of the file names a date and an amount. Make a bank format "
                    "that says which column is what."
                )
            )
        name, shape = found
        self.is_suggested = not name
        return shape

    def _get_content(self):
        # with bin_size in the context a binary field would give its size
        file = self.with_context(bin_size=False).file
        if not file:
            raise UserError(self.env._("Choose a bank file first."))
        try:
            return base64.b64decode(file)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file did not arrive whole.")) from error

    def _get_problem_text(self, problems):
        """All problems as one text, a line each."""
        lines = [
            self.env._("Nothing was imported. Problems in the file: %s", len(problems))
        ]
        for problem in problems[:MAX_PROBLEMS]:
            place = []
            if problem.row:
                place.append(self.env._("row %s", problem.row))
            if problem.column:
                place.append(problem.column)
            message = say(self.env, problem.message)
            lines.append(f"{', '.join(place)}: {message}" if place else message)
        return "\n".join(lines)

    # ---------------------------------------------------------------- preview
    def _prepare_check_values(self, result, known):
        """Values that show what is in the file."""
        lines = result.lines
        values = {
            "state": "errors" if result.problems else "ready",
            "mapping": result.mapping,
            "is_suggested": self.is_suggested and not self.format_id,
            "line_count": len(lines),
            "known_count": sum(line.key in known for line in lines),
            "total_in": float(sum(line.amount for line in lines if line.amount > 0)),
            "total_out": float(-sum(line.amount for line in lines if line.amount < 0)),
            "has_balances": result.has_balances and bool(lines),
            "line_ids": [
                Command.clear(),
                *(
                    Command.create(self._prepare_preview_line(line, known))
                    for line in lines[:PREVIEW_LINES]
                ),
            ],
            "problem_ids": [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "row": problem.row,
                            "column": problem.column,
                            "message": say(self.env, problem.message),
                        }
                    )
                    for problem in result.problems[:MAX_PROBLEMS]
                ),
            ],
        }
        values["new_count"] = values["line_count"] - values["known_count"]
        if values["has_balances"]:
            values["balance_start"] = float(lines[0].balance - lines[0].amount)
            values["balance_end"] = float(lines[-1].balance)
        return values

    def _prepare_preview_line(self, line, known):
        return {
            "row": line.row,
            "date": line.date,
            "amount": float(line.amount),
            "payer_name": line.payer_name,
            "memo": line.memo,
            "balance": float(line.balance or 0),
            "is_known": line.key in known,
        }

    # ---------------------------------------------------------------- writing
    def _create_statement(self, result, new):
        """One statement with the new lines, the oldest first.

        :param new: the lines of ``result`` that are not known
        :return: account.bank.statement
        """
        days = [new[0].date, new[-1].date]
        for day in days:
            self._check_day(day)
        values = {
            "name": self.filename or self.env._("Bank file"),
            "reference": self.filename,
            "line_ids": [Command.create(self._prepare_line(line)) for line in new],
            **self._prepare_balances(result, new),
        }
        # Fee managers bring bank files in; the statements are not theirs to edit.
        statement = self.env["account.bank.statement"].sudo()
        try:
            with self.env.cr.savepoint():
                statement = statement.create(values)
                self.env.flush_all()
        except UniqueViolation as error:
            raise UserError(
                self.env._(
                    "Somebody else has just imported some of these lines. Check the "
                    "file again."
                )
            ) from error
        self._attach_file(statement)
        return statement.sudo(False)

    def _check_day(self, day):
        """Odoo would book lines of a closed period on another day."""
        locks = self.company_id._get_violated_lock_dates(day, False, self.journal_id)
        if locks:
            raise UserError(
                self.env._(
                    "The books are closed up to %(lock)s: bank lines of %(day)s cannot "
                    "be imported.",
                    lock=locks[-1][0],
                    day=day,
                )
            )

    def _prepare_balances(self, result, new):
        """Balances of the statement, when its lines follow one another."""
        if not result.has_balances:
            return {}
        start = result.lines.index(new[0])
        if result.lines[start : start + len(new)] != new:
            return {}
        return {
            "balance_start": float(new[0].balance - new[0].amount),
            "balance_end_real": float(new[-1].balance),
        }

    def _prepare_line(self, line):
        """Values of the account.bank.statement.line of a line."""
        return {
            "journal_id": self.journal_id.id,
            "date": line.date,
            "amount": float(line.amount),
            "payment_ref": line.memo or line.payer_name or line.transaction_id or "/",
            "partner_name": line.payer_name or False,
            "account_number": line.payer_account or False,
            "ref": line.transaction_id or False,
            "fee_import_key": line.key,
            "fee_queue": "open" if line.amount > 0 else False,
        }

    def _attach_file(self, statement):
        """Keep the file with the statement it became."""
        statement.attachment_ids = [
            Command.create(
                {
                    "name": self.filename or self.env._("Bank file"),
                    "datas": self.with_context(bin_size=False).file,
                    "res_model": statement._name,
                    "res_id": statement.id,
                }
            )
        ]

    def _get_wizard_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a Bank File"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
