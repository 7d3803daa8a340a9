import base64
import binascii

from markupsafe import Markup
from psycopg2 import IntegrityError

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lazy_text import say
from .community_import.plan import KINDS
from .community_import.planner import get_days, make_plan
from .community_import.problems import Problems
from .community_import.safety import UnreadableFile
from .community_import.snapshot import HiddenCommunity, load_snapshot
from .community_import.template import make_problem_list, make_template
from .community_import.vocabulary import load_vocabulary
from .community_import.workbook import check_sheets, read_workbook
from .community_import.writer import write_plan


class PropertyCommunityImport(models.TransientModel):
    """Bring a community in from its onboarding workbook, all of it or nothing.

    A person uploads, checks, looks at what will be made and at the errors, and
    imports; a program calls ``create({"file": base64, "filename": name})`` and
    ``action_import()``.
    """

    _name = "property.community.import"
    _description = "Import a Community"

    file = fields.Binary(string="Workbook", attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [("upload", "Upload"), ("errors", "Errors Found"), ("ready", "Ready")],
        default="upload",
        required=True,
        readonly=True,
    )
    count_ids = fields.One2many(
        "property.community.import.count", "import_id", readonly=True
    )
    error_ids = fields.One2many(
        "property.community.import.problem",
        "import_id",
        domain=[("severity", "=", "error")],
        readonly=True,
    )
    warning_ids = fields.One2many(
        "property.community.import.problem",
        "import_id",
        domain=[("severity", "=", "warning")],
        readonly=True,
    )
    error_count = fields.Integer(readonly=True)
    warning_count = fields.Integer(readonly=True)
    download = fields.Binary(attachment=False, readonly=True)
    download_name = fields.Char(readonly=True)

    # ---------------------------------------------------------------- actions
    def action_check(self):
        """Read and check the workbook, and show what an import would do. Nothing of
        the community is written."""
        self.ensure_one()
        plan, _snapshot, problems = self._get_plan()
        self.write(self._prepare_check_values(plan, problems))
        return self._get_wizard_action()

    def action_import(self):
        """Import the workbook and open the community.

        :raises UserError: naming every fault with sheet, row and column; nothing is
            written then
        """
        self.ensure_one()
        plan, snapshot, problems = self._get_plan()
        if problems.errors:
            raise UserError(self._get_error_text(problems))
        community = self._write_plan(plan, snapshot)
        self._post_note(community, plan)
        return self._get_community_action(community)

    def action_download_template(self):
        """An empty workbook with the labels of the user's language."""
        return self._get_download_action(
            make_template(self.env), self.env._("Community workbook.xlsx")
        )

    def action_download_errors(self):
        """The errors as a workbook."""
        self.ensure_one()
        problems = [
            (problem.sheet, problem.row, problem.column, problem.message)
            for problem in self.error_ids
        ]
        return self._get_download_action(
            make_problem_list(self.env, problems), self.env._("Import errors.xlsx")
        )

    @api.onchange("file")
    def _onchange_file(self):
        """Another file has not been checked yet."""
        self.state = "upload"

    # ---------------------------------------------------------------- reading
    def _get_plan(self):
        """Read and check the file without writing anything.

        :return: (Plan, Snapshot, Problems)
        :raises UserError: for a file that cannot be read, or a hidden community
        """
        problems = Problems()
        try:
            content = self._get_content()
            book = read_workbook(content, load_vocabulary(self.env), problems)
            rows = book.rows("community")
            community_code = rows[0]["community_code"] if rows else None
            snapshot = load_snapshot(self.env, community_code, get_days(book))
        except UnreadableFile as error:
            raise UserError(say(self.env, error.message)) from error
        except HiddenCommunity as error:
            raise UserError(
                self.env._(
                    "Community %s exists, and you are not on its staff. Ask an "
                    "administrator to add you before you import into it.",
                    community_code,
                )
            ) from error
        check_sheets(book, snapshot.community is None, problems)
        return make_plan(book, snapshot, problems), snapshot, problems

    def _get_content(self):
        # with bin_size in the context a binary field would give its size
        file = self.with_context(bin_size=False).file
        if not file:
            raise UserError(self.env._("Choose a workbook first."))
        try:
            return base64.b64decode(file)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file did not arrive whole.")) from error

    def _get_error_text(self, problems):
        """All faults as one text, a line each."""
        lines = [
            self.env._(
                "Nothing was imported. Errors in the workbook: %s", len(problems.errors)
            )
        ]
        lines += [self._get_problem_text(problem) for problem in problems.errors]
        return "\n".join(lines)

    def _get_problem_text(self, problem):
        """``Charges, row 57, standard_code: there is no standard PM-X ...``"""
        place = [problem.sheet] if problem.sheet else []
        if problem.row:
            place.append(self.env._("row %s", problem.row))
        if problem.column:
            place.append(problem.column)
        message = say(self.env, problem.message)
        return f"{', '.join(place)}: {message}" if place else message

    # ---------------------------------------------------------------- writing
    def _write_plan(self, plan, snapshot):
        """Write all or nothing; a surprise of the database becomes a sentence.

        :rtype: property.community
        """
        try:
            with self.env.cr.savepoint():
                community = write_plan(self.env, plan, snapshot)
                self.env.flush_all()
                return community
        except (ValidationError, IntegrityError) as error:
            raise UserError(
                self.env._("Nothing was imported. %s", self._get_reason(error))
            ) from error

    def _post_note(self, community, plan):
        """Leave on the community what the import made and changed; the records
        themselves are written without a note each."""
        lines = [
            self.env._(
                "%(kind)s: %(created)s new, %(changed)s changed",
                kind=say(self.env, KINDS[kind]),
                created=created,
                changed=changed,
            )
            for kind, created, changed, _unchanged in plan.get_counts()
            if created or changed
        ]
        if lines:
            title = self.env._("Imported from %s", self.filename or "")
            items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
            community.message_post(body=Markup("%s<ul>%s</ul>") % (title, items))

    def _get_reason(self, error):
        """What a constraint of a model or of the database has to say."""
        if isinstance(error, ValidationError):
            return error.args[0]
        table = error.diag.table_name
        models_of_table = (
            name for name, model in self.pool.items() if model._table == table
        )
        model = self.env[next(models_of_table, "base")]
        return model._sql_error_to_message(error)

    # ---------------------------------------------------------------- preview
    def _prepare_check_values(self, plan, problems):
        """Values that show the outcome of a check."""
        counts = [
            Command.create(
                {
                    "name": say(self.env, KINDS[kind]),
                    "created": created,
                    "changed": changed,
                    "unchanged": unchanged,
                }
            )
            for kind, created, changed, unchanged in plan.get_counts()
        ]
        return {
            "state": "errors" if problems.errors else "ready",
            "count_ids": [Command.clear(), *counts],
            "error_ids": self._prepare_problems("error", problems.errors),
            "warning_ids": self._prepare_problems("warning", problems.warnings),
            "error_count": len(problems.errors),
            "warning_count": len(problems.warnings),
        }

    def _prepare_problems(self, severity, problems):
        """Commands that replace the list of errors, or of warnings."""
        return [
            Command.clear(),
            *(
                Command.create(
                    {
                        "severity": severity,
                        "sheet": problem.sheet,
                        "row": problem.row,
                        "column": problem.column,
                        "message": say(self.env, problem.message),
                    }
                )
                for problem in problems
            ),
        ]

    def _get_wizard_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a Community"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _get_community_action(self, community):
        return {
            "type": "ir.actions.act_window",
            "name": community.display_name,
            "res_model": "property.community",
            "res_id": community.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _get_download_action(self, content, name):
        """Hand a file made here to the browser."""
        self.ensure_one()
        self.write({"download": base64.b64encode(content), "download_name": name})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/download"
            f"?filename_field=download_name&download=true",
            "target": "download",
        }
