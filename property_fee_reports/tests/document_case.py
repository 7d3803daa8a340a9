import io
import subprocess
from unicodedata import normalize

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.addons.property_fee_billing.tests.money_case import MoneyCase

#: The report URL of no server: documents must not need one.
NO_SERVER = "http://127.0.0.1:9"


class DocumentCase(MoneyCase):
    """The desk of the small community, with a printer that really prints."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("zh_CN", "zh_TW"):
            cls.env["res.lang"]._activate_lang(code)
        cls.env["ir.config_parameter"].set_param("report.url", NO_SERVER)
        cls.env["ir.config_parameter"].set_param("report.print_delay", "10")

    @classmethod
    def print_pdf(cls, report, records, user=None, **context):
        """The PDF of records, by wkhtmltopdf."""
        reports = cls.env["ir.actions.report"].with_user(user or cls.cashier)
        content, kind = reports.with_context(
            force_report_rendering=True, **context
        )._render_qweb_pdf(f"property_fee_reports.{report}", records.ids)
        assert kind == "pdf"
        return content

    @classmethod
    def read_pages(cls, content):
        """The text of each page, as a reader sees it, line by line."""
        answer = subprocess.run(
            ["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"],
            input=content,
            capture_output=True,
            check=True,
        )
        # the fonts of Noto draw some characters with the glyph of their radical
        text = normalize("NFKC", answer.stdout.decode()).replace("⻆", "角")
        return text.split("\f")[:-1]

    @classmethod
    def get_size(cls, content):
        """Width and height of the first page in millimetres."""
        box = PdfReader(io.BytesIO(content)).pages[0].mediabox
        return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)

    @classmethod
    def read_workbook(cls, content, **options):
        """An XLSX file, as openpyxl reads it."""
        return load_workbook(io.BytesIO(content), **options)
