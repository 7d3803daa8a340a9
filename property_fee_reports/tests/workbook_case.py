import base64

from odoo import Command

from .document_case import DocumentCase


class WorkbookCase(DocumentCase):
    """Three flats, billed for January to March 2026; one pays all and 50.00 more,
    one a part, one nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for unit in cls.units:
            cls.charge(unit)
        cls.bills = cls.env["account.move"]
        for month in (1, 2, 3):
            cls.bills += cls.bill_month(2026, month).move_ids
        cls.make_bill(cls.units[2], [(cls.parking, 300)], "2026-03-01")
        first = cls.bills.filtered(lambda bill: bill.fee_unit_id == cls.units[0])
        cls.take(
            cls.units[0], bills=[(b, b.amount_residual) for b in first], bank=750.72
        )
        cls.take(cls.units[1], cash=400)
        cls.take(cls.units[0], cash=50)
        cls.today = cls.env.cr.now().date()

    @classmethod
    def make(cls, workbook, user=None, **values):
        """The XLSX file of a workbook."""
        wizard = (
            cls.env["property.workbook.wizard"]
            .with_user(user or cls.manager)
            .create(
                {
                    "workbook": f"property.workbook.{workbook}",
                    "community_ids": [Command.set(cls.community.ids)],
                    "date_from": "2026-01-01",
                    "date_to": cls.today,
                    **values,
                }
            )
        )
        wizard.action_download()
        return base64.b64decode(wizard.file)

    def read_sheets(self, content, **options):
        """``{sheet: rows}`` with the values that the file carries for its formulas."""
        book = self.read_workbook(content, data_only=True, **options)
        return {
            sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
            for sheet in book.worksheets
        }

    def get_ledger(self):
        lines = self.env["account.move.line"].search(
            [
                ("fee_community_id", "=", self.community.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return self.community.currency_id.round(sum(lines.mapped("balance")))
