import errno

from markupsafe import Markup

from odoo import api, models
from odoo.tools.misc import file_open

from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.addons.property_fee_billing.file_store import disk_errors_in_words

from ..tools.pdf_pages import cut_pages, number_pages

#: What wkhtmltopdf with the plain Qt of Linux distributions makes of 100 mm is 76.6 mm,
#: whatever resolution or zoom it is told (measured with 0.12.6 on A4 and A5).
PLAIN_QT_ZOOM = 1.305
SLIP_FORMAT = "property_fee_reports.paperformat_slip"
#: What stays blank below a slip, in points: a paper cutter's distance from the head.
SLIP_MARGIN = 24
#: Where a PDF says that it is whole.
PDF_END = 1024


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _is_property_document(self):
        """Whether this report prints documents made by `property.document.mixin`."""
        model = self.env.get(self.model) if self.model else None
        return hasattr(model, "_get_document_data") and (
            self.report_name or ""
        ).startswith("property_fee_")

    @api.model
    def _get_property_document_style(self):
        """The styles of our documents, to be written into them."""
        with file_open("property_fee_reports/static/src/documents.css") as file:
            return Markup(file.read())

    @api.model
    def _get_property_document_zoom(self):
        """By what to enlarge a page so that a millimetre is one on paper."""
        return 1 if _wkhtml().is_patched_qt else PLAIN_QT_ZOOM

    def _get_layout(self):
        """Override of `base`: our documents carry their own styles.

        Odoo's layout lets wkhtmltopdf fetch them over HTTP, and a document would come
        out bare wherever no server answers at the report URL.
        """
        if len(self) == 1 and self._is_property_document():
            return self.env.ref("property_fee_reports.document_layout")
        return super()._get_layout()

    def _get_rendering_context(self, report, docids, data):
        """Override of `base`: give the template the documents as plain structures."""
        values = super()._get_rendering_context(report, docids, data)
        if report._is_property_document():
            records = self.env[report.model].browse(docids)._sort_for_printing()
            records._note_printing()
            values.update(
                documents=records._get_printed_documents(),
                show=records._format_document_value,
                lay_out=records._lay_out_document,
            )
        return values

    def _print_documents(self, ids):
        """The PDF of many of our documents, in their order.

        ``_render_qweb_pdf`` does the same and then, where each document has one page,
        cuts the file into pages and puts them together again: each page gets its own
        copy of the fonts, and the file is three times as large.

        :param ids: ids of records of this report's model
        :rtype: bytes
        """
        self.ensure_one()
        html, _kind = self._render_qweb_html(self, ids)
        bodies, _ids, _header, _footer, arguments = self._prepare_html(
            html, report_model=self.model
        )
        return self._run_wkhtmltopdf(
            bodies, report_ref=self, specific_paperformat_args=arguments
        )

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Override of `base`: number the pages of our documents, cut our slips."""
        report = self._get_report(report_ref) if report_ref else self.browse()
        is_ours = bool(report) and report._is_property_document()
        reports = self.with_context(property_document=is_ours)
        with disk_errors_in_words(self.env):
            content = super(IrActionsReport, reports)._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
            if is_ours and b"%%EOF" not in content[-PDF_END:]:
                # wkhtmltopdf does not say so
                raise OSError(errno.ENOSPC, "The PDF broke off")
        if not is_ours:
            return content
        if report.get_paperformat() == self.env.ref(SLIP_FORMAT):
            return cut_pages(content, SLIP_MARGIN)
        return number_pages(content)

    def _build_wkhtmltopdf_args(
        self,
        paperformat_id,
        landscape,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Override of `base`: nothing in our documents waits for scripts; Odoo would
        wait a second for them."""
        args = super()._build_wkhtmltopdf_args(
            paperformat_id,
            landscape,
            specific_paperformat_args=specific_paperformat_args,
            set_viewport_size=set_viewport_size,
        )
        if self.env.context.get("property_document"):
            # the last one said counts
            args += ["--disable-javascript", "--javascript-delay", "0"]
        return args
