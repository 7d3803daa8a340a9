import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_fee_billing.models.property_billing_invoicer import (
    DATABASE_ERRORS,
)

from ..tools.pdf_pages import count_pages, merge_pdfs

_logger = logging.getLogger(__name__)

#: Documents that go through one call of wkhtmltopdf. More are no quicker: from here on
#: the start of it is a small part of the time; its memory grows with them.
PART_SIZE = 50


class PropertyPrintFile(models.Model):
    """One PDF of a print job, printed part by part."""

    _name = "property.print.file"
    _description = "Printed File"
    _order = "job_id desc, sequence, id"

    job_id = fields.Many2one(
        "property.print.job", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="job_id.company_id", store=True)
    sequence = fields.Integer()
    name = fields.Char(required=True)
    building_id = fields.Many2one("property.building", ondelete="set null")
    record_ids = fields.Json(string="Documents in It")
    document_count = fields.Integer(
        string="Documents", compute="_compute_document_count", store=True
    )
    printed_count = fields.Integer(string="Printed")
    page_count = fields.Integer(string="Pages")
    progress = fields.Float(compute="_compute_progress", help="In percent.")
    part_ids = fields.Many2many(
        "ir.attachment",
        "property_print_file_part_rel",
        "file_id",
        "attachment_id",
        string="Parts",
        help="What is printed already, until the file is whole.",
    )
    attachment_id = fields.Many2one("ir.attachment", string="PDF", ondelete="set null")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("printing", "Printing"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        index=True,
    )
    error = fields.Char()

    @api.depends("record_ids")
    def _compute_document_count(self):
        for file in self:
            file.document_count = len(file.record_ids or ())

    @api.depends("printed_count", "document_count")
    def _compute_progress(self):
        for file in self:
            file.progress = 100 * file.printed_count / (file.document_count or 1)

    def action_download(self):
        """The PDF."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }

    # ------------------------------------------------------------------ printing
    @api.model
    def _get_waiting_domain(self):
        """Files that have something left to print."""
        return [
            ("state", "in", ("waiting", "printing")),
            ("job_id.state", "=", "printing"),
        ]

    @api.model
    def _take_file(self):
        """The next file that nobody else prints just now, locked; empty if none."""
        return self.search(
            self._get_waiting_domain(), order="job_id, sequence, id"
        ).try_lock_for_update(limit=1)

    @api.model
    def _count_left(self):
        """Documents that are still to be printed."""
        files = self.search(self._get_waiting_domain())
        return sum(files.mapped("document_count")) - sum(files.mapped("printed_count"))

    def _print_part(self):
        """Print the next documents of this file; the last ones make it whole.

        A document that cannot be printed fails its file; other files go on.

        :return: number of documents printed
        """
        self.ensure_one()
        ids = self.record_ids[self.printed_count :][:PART_SIZE]
        try:
            with self.env.cr.savepoint():
                self._add_part(self._render(ids), len(ids))
        except DATABASE_ERRORS:
            # a conflict with another worker, or the connection is lost: the scheduler
            # tries again
            raise
        except Exception as error:
            # One bad document must not stop the others, whatever is wrong with it:
            # the file says what.
            _logger.warning(
                "Print job %s, file %s: %s",
                self.job_id.id,
                self.id,
                error,
                exc_info=not isinstance(error, UserError),
            )
            self.write({"state": "failed", "error": str(error)})
        return len(ids)

    def _render(self, ids):
        """The PDF of some documents, as the user who asked for them may see them."""
        job = self.job_id
        report = job.report_id.with_user(job.user_id).with_company(job.company_id)
        return report.with_context(lang=job.user_id.lang)._print_documents(ids)

    def _add_part(self, content, count):
        """Keep a printed part; put the parts together after the last one."""
        self.part_ids += self._make_attachment(content)
        values = {
            "state": "printing",
            "printed_count": self.printed_count + count,
            "page_count": self.page_count + count_pages(content),
        }
        if values["printed_count"] == self.document_count:
            parts = self.part_ids.sorted("id")
            content, pages = merge_pdfs([part._read_whole() for part in parts])
            values |= {
                "state": "done",
                "page_count": pages,
                "attachment_id": self._make_attachment(content).id,
            }
            parts.unlink()
        self.write(values)

    def _make_attachment(self, content):
        """A PDF that belongs to this file."""
        return self.env["ir.attachment"].create(
            {
                "name": f"{self.name}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
