from werkzeug.exceptions import NotFound

from odoo.http import content_disposition, request, route

from odoo.addons.property_fee_billing.controllers.portal_statement import (
    PropertyPortalStatement,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PropertyPortalStatementFile(PropertyPortalStatement):
    """The visitor's statements as files."""

    @route("/my/statements/<string:kind>", type="http", auth="user", website=True)
    def portal_statement_file(self, kind, **kw):
        """A statement as PDF or workbook, in the visitor's language.

        :param kind: pdf or xlsx; else there is nothing
        """
        if kind not in ("pdf", "xlsx"):
            raise NotFound()
        statement = self._get_portal_statement(**kw).with_context(
            reader_lang=request.env.lang
        )
        if not statement._get_parts():
            raise NotFound()
        if kind == "pdf":
            # the report of the visitor's own statement, see _get_portal_statement
            report = request.env["ir.actions.report"].sudo()
            content, _kind = report.with_context(
                reader_lang=request.env.lang
            )._render_qweb_pdf("property_fee_reports.report_statement", statement.ids)
            mimetype = "application/pdf"
        else:
            content, mimetype = statement._make_workbook(), XLSX
        name = f"{statement._get_filename()}.{kind}"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
