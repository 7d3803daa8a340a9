from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

#: Scheduled jobs that share the files of a print job: as many print at once as the
#: server has cron threads.
CRON_WORKERS = 2
DEFAULT_DOCUMENTS = 500


class PropertyPrintJob(models.Model):
    """Many documents printed in the background, in files as they are handed out.

    A job plans its files when it starts: the documents in their order, a file for each
    building and never more than so many documents in one. Scheduled jobs then print
    part after part and commit each, so that a job that was killed goes on where it
    stopped, with the very documents it was planned with.
    """

    _name = "property.print.job"
    _description = "Print Job"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(required=True)
    report_id = fields.Many2one(
        "ir.actions.report", required=True, readonly=True, ondelete="cascade"
    )
    record_ids = fields.Json(
        string="Documents Chosen", readonly=True, help="Ids of what is printed."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Printed For",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="The documents are those that this user may see.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    by_building = fields.Boolean(string="A File for Each Building", default=True)
    max_documents = fields.Integer(
        string="Documents per File at Most",
        default=DEFAULT_DOCUMENTS,
        help="0: as many as there are.",
    )
    document_count = fields.Integer(
        string="Documents", compute="_compute_document_count", store=True
    )
    printed_count = fields.Integer(string="Printed", compute="_compute_progress")
    page_count = fields.Integer(string="Pages", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress", help="In percent.")
    file_ids = fields.One2many("property.print.file", "job_id", readonly=True)
    file_count = fields.Integer(string="Files", compute="_compute_progress")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("printing", "Printing"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    started_on = fields.Datetime(readonly=True)
    done_on = fields.Datetime(readonly=True)

    _max_documents_positive = models.Constraint(
        "CHECK (max_documents >= 0)",
        "The number of documents per file cannot be negative.",
    )

    @api.depends("record_ids")
    def _compute_document_count(self):
        for job in self:
            job.document_count = len(job.record_ids or ())

    @api.depends("file_ids.printed_count", "file_ids.page_count", "document_count")
    def _compute_progress(self):
        for job in self:
            job.printed_count = sum(job.file_ids.mapped("printed_count"))
            job.page_count = sum(job.file_ids.mapped("page_count"))
            job.file_count = len(job.file_ids)
            job.progress = 100 * job.printed_count / (job.document_count or 1)

    def action_open(self):
        """Open this job."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_refresh(self):
        """Show how far it is: the client reads a record anew after each button."""
        return False

    def action_start(self):
        """Plan the files and let the scheduled jobs print them."""
        for job in self:
            job._check_state("draft")
            job._plan_files()
            job.write({"state": "printing", "started_on": fields.Datetime.now()})
        self._wake_printing_jobs()

    def action_cancel(self):
        """Print no more; the files that are done stay."""
        for job in self:
            job._check_state("draft", "printing", "failed")
        self.write({"state": "cancelled"})

    def action_try_again(self):
        """Print the files that failed."""
        for job in self:
            job._check_state("failed")
            failed = job.file_ids.filtered(lambda file: file.state == "failed")
            failed.write({"state": "waiting", "error": False})
        self.write({"state": "printing"})
        self._wake_printing_jobs()

    def _check_state(self, *states):
        self.ensure_one()
        self.check_access("write")
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Print job %(job)s is %(state)s already.",
                    job=self.name,
                    state=labels[self.state],
                )
            )

    @api.model
    def _wake_printing_jobs(self):
        """Let the scheduled jobs look for files to print now."""
        # Any staff who may print may wake the jobs that print.
        for number in range(1, CRON_WORKERS + 1):
            # as above: only wakes it
            self.env.ref(
                f"property_fee_reports.cron_print_jobs_{number}"
            ).sudo()._trigger()

    # ------------------------------------------------------------------ planning
    def _get_records(self):
        """The documents, as the user may see them, in the order of printing."""
        self.ensure_one()
        records = (
            self.env[self.report_id.model]
            .with_user(self.user_id)
            .with_company(self.company_id)
            .browse(self.record_ids or ())
        )
        records.check_access("read")
        return records._sort_for_printing()

    def _plan_files(self):
        """Make the files, each with the documents that it will hold."""
        self.ensure_one()
        records = self._get_records()
        if not records:
            raise UserError(self.env._("There is nothing to print."))
        groups = [(None, records.ids)]
        if self.by_building:
            groups = [
                (building, [record.id for record in group])
                for building, group in groupby(
                    records, lambda record: record._get_print_building()
                )
            ]
        values = []
        for building, ids in groups:
            size = self.max_documents or len(ids)
            parts = [ids[start : start + size] for start in range(0, len(ids), size)]
            for number, part in enumerate(parts, 1):
                name = building.display_name if building else self.name
                if len(parts) > 1:
                    name = f"{name} {number}-{len(parts)}"
                values.append(self._prepare_file(len(values) + 1, name, building, part))
        self.file_ids.unlink()
        # files are the job's own: nobody makes them by hand
        self.env["property.print.file"].sudo().create(values)

    def _prepare_file(self, sequence, name, building, ids):
        """Values of one file."""
        return {
            "job_id": self.id,
            "sequence": sequence,
            "name": name,
            "building_id": building.id if building else False,
            "record_ids": ids,
        }

    # ------------------------------------------------------------------ printing
    @api.model
    def _cron_print(self):
        """Print part after part of the files that wait, committing each.

        Several jobs do this side by side; a file is locked while a part of it is
        printed. A killed one loses no more than that part.
        """
        Files = self.env["property.print.file"]
        cron = self.env["ir.cron"]
        seconds_left = True
        while seconds_left and (file := Files._take_file()):
            printed = file._print_part()
            left = Files._count_left()
            seconds_left = cron._commit_progress(printed, remaining=left)
            self.env.invalidate_all()
            self._finish_jobs()
        # those whose last part was committed by a worker that was killed right then
        self._finish_jobs()

    @api.model
    def _finish_jobs(self):
        """Close the jobs of which no file waits any more.

        Asked after a part was committed, in a transaction that sees what the other
        workers have committed meanwhile: before, each of two that print the last files
        would take the other's for unfinished, and nobody would close the job.
        """
        jobs = self.search([("state", "=", "printing")])
        waiting = jobs.file_ids.filtered(
            lambda file: file.state in ("waiting", "printing")
        )
        for job in (jobs - waiting.job_id).try_lock_for_update():
            job._finish()

    def _finish(self):
        """Close a job of which no file waits, and tell who asked for it."""
        self.ensure_one()
        failed = self.file_ids.filtered(lambda file: file.state == "failed")
        self.write(
            {
                "state": "failed" if failed else "done",
                "done_on": fields.Datetime.now(),
            }
        )
        body = self.env._(
            "%(documents)s documents printed on %(pages)s pages, in %(files)s files.",
            documents=self.printed_count,
            pages=self.page_count,
            files=self.file_count - len(failed),
        )
        if failed:
            body = self.env._(
                "File %(file)s could not be printed: %(error)s",
                file=failed[0].name,
                error=failed[0].error,
            )
        self.message_post(body=body, partner_ids=self.user_id.partner_id.ids)
