import shutil
import subprocess
import tempfile
from pathlib import Path

from odoo.tests import freeze_time, tagged

from odoo.addons.property_fee_billing.tests.adjust_case import AdjustCase

from ..tools.table_book import Formula, TableBook
from .workbook_case import WorkbookCase

ALWAYS_CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def recalculate(books):
    """The files as LibreOffice has calculated them, all in one start of it.

    :param dict books: ``{name: content of an XLSX file}``
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is missing: ./setup/test installs it"
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        # left to itself it trusts what the file says of its formulas
        (user / "registrymodifications.xcu").write_text(ALWAYS_CALCULATE)
        paths = [folder / f"{name}.xlsx" for name in books]
        for path, content in zip(paths, books.values(), strict=True):
            path.write_bytes(content)
        subprocess.run(
            [
                *(office, f"-env:UserInstallation=file://{folder}/profile"),
                *("--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"),
                *("--outdir", folder / "out", *paths),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )
        return {path.stem: (folder / "out" / path.name).read_bytes() for path in paths}


@tagged("post_install", "-at_install")
class TestWorkbookFormulas(WorkbookCase, AdjustCase):
    """LibreOffice opens every workbook and calculates what the file says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2025-03-10"):
            before = cls.make_bill(cls.units[1], [(cls.item, 500)], "2025-03-01")
            cls.take(cls.units[1], bills=[(before, 300)], bank=300)
        cls.meter_something()
        cls.reduce_something()
        cls.env["property.complaint"].create(
            {"subject": "Noise at night", "unit_id": cls.unit.id}
        )
        cls.plan = cls.env["property.charging.plan"].create(
            {"community_id": cls.community.id, "year": 2026}
        )
        with freeze_time("2026-04-20"):
            cls.plan.action_propose()
            cls.plan.action_forecast()
        cls.books = cls.make_books()
        cls.found = recalculate(cls.books)

    @classmethod
    def meter_something(cls):
        """A reading and a shared cost, billed in April."""
        standard = cls.make_standard("T-W", cls.item, 3, method="metered")
        meter = cls.env["property.meter"].create(
            {
                "code": "W-1",
                "unit_id": cls.unit.id,
                "standard_id": standard.id,
                "initial_date": "2026-03-01",
                "initial_value": 0,
            }
        )
        cls.env["property.meter.reading"].create(
            {"meter_id": meter.id, "date": "2026-04-30", "value": 12}
        )
        cls.env["property.shared.cost"].create(
            {
                "community_id": cls.community.id,
                "item_id": cls.item.id,
                "name": "Lighting",
                "date_from": "2026-04-01",
                "date_to": "2026-04-30",
                "amount": 100,
                "basis": "unit",
            }
        )
        cls.bill_month(2026, 4)

    @classmethod
    def reduce_something(cls):
        """A concession, and a waiver of a part of a bill."""
        concession = cls.env["property.concession"].create(
            {
                "unit_id": cls.unit.id,
                "item_id": cls.item.id,
                "factor": 0.7,
                "date_from": "2026-05-01",
            }
        )
        concession.with_user(cls.manager).action_approve()
        bill = cls.bills.filtered(lambda bill: bill.fee_unit_id == cls.units[2])[0]
        lines = [(bill.invoice_line_ids[0], 12.34)]
        waiver = cls.adjust("waiver", bill, lines, date="2026-04-02")
        waiver.action_submit()
        assert waiver.state == "done"

    def get_formulas(self, content):
        """``{(sheet, cell): (formula, value in the file)}`` of an XLSX file."""
        formulas = self.read_workbook(content)
        values = self.read_workbook(content, data_only=True)
        return {
            (sheet.title, cell.coordinate): (
                cell.value,
                values[sheet.title][cell.coordinate].value,
            )
            for sheet in formulas.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }

    @classmethod
    def make_books(cls):
        """Every workbook, and one that says of a formula what is not so."""
        found = cls.env["property.workbook"]._get_workbooks()
        names = [model.rpartition(".")[2] for model, _title in found]
        books = {name: cls.make(name, date_from="2025-01-01") for name in names}
        statement = cls.env["property.statement"].create(
            {
                "partner_id": cls.owners[1].id,
                "community_id": cls.community.id,
                "date_from": "2025-01-01",
            }
        )
        sheet = cls.env["property.day.sheet.wizard"].create(
            {"community_id": cls.community.id}
        )
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            book = TableBook(file.name)
            columns = [{"name": "a", "label": "A", "type": "money", "width": 9}]
            book.add_table("a", "A", columns, [[Formula("=1+1", 99)]])
            book.close()
            books["wrong"] = Path(file.name).read_bytes()
        return {
            **books,
            "statement": statement._make_workbook(),
            "day-sheet": sheet._make_workbook(),
        }

    def test_it_does_calculate(self):
        book = self.read_workbook(self.found["wrong"], data_only=True)
        self.assertEqual(book["A"]["A2"].value, 2)

    def test_every_formula_comes_to_what_the_file_says(self):
        self.assertGreater(len(self.books), 9)
        for name in self.books.keys() - {"wrong"}:
            formulas = self.get_formulas(self.books[name])
            self.assertTrue(formulas, name)
            calculated = self.read_workbook(self.found[name], data_only=True)
            for (sheet, cell), (formula, value) in formulas.items():
                with self.subTest(f"{name} {sheet} {cell} {formula}"):
                    self.assertAlmostEqual(calculated[sheet][cell].value, value, 6)

    def test_totals_calculated_are_those_of_the_ledger(self):
        ledger = self.get_ledger()
        self.assertGreater(ledger, 0)
        arrears = self.read_sheets(self.found["arrears"])
        self.assertAlmostEqual(arrears["Open Lines"][-1][-1], ledger)
        self.assertAlmostEqual(arrears["Ledger"][1][3], ledger)
        balances = self.read_sheets(self.found["handover"])["Balances"]
        self.assertAlmostEqual(balances[-1][-1], ledger)
        head, *_rows, total = self.read_sheets(self.found["collection"])["Bill Lines"]
        bills = self.env["account.move"].search(
            [
                ("fee_community_id", "=", self.community.id),
                ("move_type", "=", "out_invoice"),
            ]
        )
        billed = sum(bills.mapped("amount_total"))
        self.assertAlmostEqual(total[head.index("Billed")], billed)
        head, *_rows, total = self.read_sheets(self.found["plan"])["Plan"]
        # the plan is of 2026
        self.assertAlmostEqual(total[head.index("Billed")], billed - 500)
        self.assertGreater(total[head.index("Planned to Collect")], 0)
