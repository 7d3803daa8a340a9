import base64


from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from .community_import.planner import get_days, make_plan
from .community_import.problems import Problems
from .community_import.safety import UnreadableFile
from .community_import.snapshot import HiddenCommunity, load_snapshot
from .community_import.vocabulary import load_vocabulary
from .community_import.workbook import check_sheets, read_workbook
from .community_import.writer import write_plan


class PropertyCommunityImport(models.TransientModel):
    """Bring a community in from its onboarding workbook, all of it or nothing."""

    _name = "property.community.import"
    _description = "Import a Community"

    file = fields.Binary(string="Workbook", required=True, attachment=False)
    filename = fields.Char()

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
        return self._get_community_action(community)

    # ---------------------------------------------------------------- reading
    def _get_plan(self):
        """Read and check the file without writing anything.

        :return: (Plan, Snapshot, Problems)
        :raises UserError: for a file that cannot be read, or a hidden community
        """
        problems = Problems()
        try:
            book = read_workbook(
                base64.b64decode(self.file or b""), load_vocabulary(self.env), problems
            )
            community_code = next(
                (row["community_code"] for row in book.rows("community")), None
            )
            snapshot = load_snapshot(self.env, community_code, get_days(book))
        except UnreadableFile as error:
            raise UserError(self.env._(error.message)) from error
        except HiddenCommunity as error:
            raise UserError(
                self.env._(
                    "Community %s exists, and you are not on its staff. Ask somebody "
                    "who is, or an administrator, to add you before you import.",
                    error,
                )
            ) from error
        check_sheets(book, snapshot.community is None, problems)
        return make_plan(book, snapshot, problems), snapshot, problems

    def _get_error_text(self, problems):
        """All faults as one text, a line each."""
        lines = [
            self.env._(
                "Nothing was imported: the workbook has %s errors.",
                len(problems.errors),
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
        message = self.env._(problem.message)
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
        except ValidationError as error:
            raise UserError(
                self.env._("Nothing was imported. %s", error.args[0])
            ) from error

    def _get_community_action(self, community):
        return {
            "type": "ir.actions.act_window",
            "name": community.display_name,
            "res_model": "property.community",
            "res_id": community.id,
            "views": [(False, "form")],
            "target": "current",
        }
