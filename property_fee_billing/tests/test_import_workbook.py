import io
import zipfile
from unittest.mock import patch

import xlsxwriter
from openpyxl.styles import numbers

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.translate import code_translations

from ..wizards.community_import import safety
from .import_case import ImportCase

NOT_A_WORKBOOK = (
    "The file is not an Excel workbook (.xlsx), or it is damaged or locked by a "
    "password. Save it as .xlsx without a password and try again."
)
CHINESE = {
    "Community": "小区",
    "Units": "房屋",
    "Unit Code": "房号",
    "Building": "楼栋",
    "Unit Type": "房屋类型",
    "Charged Area": "建筑面积",
    "Owners": "业主",
    "Owner Code": "业主编号",
    "Owner Name": "业主姓名",
    "Mobile Phone": "手机号",
}


@tagged("post_install", "-at_install")
class TestImportWorkbook(ImportCase):
    """Files come as people make them."""

    def rename(self, sheet, **headers):
        self.sheets[sheet][0] = [
            headers.get(header, header) for header in self.sheets[sheet][0]
        ]

    def get_problems(self, edit=None):
        """(error lines, warning lines) of a check."""
        wizard = self.make_wizard(edit=edit)
        problems = wizard._get_plan()[2]
        return tuple(
            [wizard._get_problem_text(problem) for problem in found]
            for found in (problems.errors, problems.warnings)
        )

    # ---------------------------------------------------------------- headers
    def test_headers_by_label_in_any_case_and_order(self):
        self.rename("Units", unit_code="UNIT  CODE ", charge_area="charged area")
        self.sheets["Units"] = [row[::-1] for row in self.sheets["Units"]]
        self.sheets = dict(reversed(self.sheets.items()))
        self.sheets["FEE_ITEMS"] = self.sheets.pop("Fee items")
        community = self.do_import()
        self.assertEqual(community.unit_ids[0].charge_area, 89.37)

    def test_headers_sheets_and_choices_in_an_installed_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        real = code_translations.get_python_translations

        def get_translations(module, lang):
            return CHINESE if lang == "zh_CN" else real(module, lang)

        selection = self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "property.unit"), ("value", "=", "apartment")]
        )
        selection.with_context(lang="zh_CN").name = "住宅"
        self.rename(
            "Units",
            unit_code="房号",
            building="楼栋",
            unit_type="房屋类型",
            charge_area="建筑 面积",
        )
        self.rename(
            "Owners", owner_code="业主编号", owner_name="业主姓名", phone="手机号"
        )
        self.put("Units", 2, "房屋类型", "住宅")
        self.put("Owners", 5, "业主姓名", None)
        self.sheets["房屋"] = self.sheets.pop("Units")
        self.sheets["业主"] = self.sheets.pop("Owners")
        with patch.object(
            code_translations, "get_python_translations", get_translations
        ):
            # the message names the place as the file does
            self.assertRefused("业主, row 5, 业主姓名: the cell is empty")
            self.put("业主", 5, "业主姓名", "Ann")
            community = self.do_import()
        self.assertEqual(len(community.unit_ids), 3)

    def test_a_missing_column_is_named_once(self):
        for row in self.sheets["Charges"]:
            del row[4]
        self.assertRefused(
            "Charges, row 1, interval_months: the column Months per Bill is missing"
        )

    def test_a_missing_sheet(self):
        del self.sheets["Units"]
        lines, _warnings = self.get_problems()
        self.assertIn("the sheet Units is missing", lines)

    def test_unknown_columns_and_sheets_are_warnings(self):
        for number, row in enumerate(self.sheets["Units"]):
            row.append("Remark" if not number else "north")
        self.sheets["Notes"] = [["call back"]]
        errors, warnings = self.get_problems()
        self.assertEqual(errors, [])
        self.assertIn(
            "Units, row 1, Remark: the column is not known and is not read", warnings
        )
        self.assertIn("Notes: the sheet is not known and is not read", warnings)

    def test_what_to_look_at_is_a_warning(self):
        self.append("Charges", "P-01", "PARK-M", "2026-02-01", None, 1, "advance", 1)
        other = "CNY" if self.env.company.currency_id.name != "CNY" else "USD"
        self.put("Community", 2, "currency", other)
        errors, warnings = self.get_problems()
        self.assertEqual(errors, [])
        self.assertEqual(
            warnings,
            [
                "Community, row 2, currency: the company keeps its books in "
                f"{self.env.company.currency_id.name}: bills are converted at the rate "
                "of their day, so keep the rates up to date",
                "Charges, row 5, date_from: the unit has this charge from 2026-01-01 "
                "too and pays both from 2026-02-01",
                "Readings, row 2, value: 12 after 99970 counts as one rollover of the "
                "dial",
            ],
        )

    def test_a_slip_in_a_header_is_not_taken_for_a_remark(self):
        self.rename("Owners", date_to="date_too")
        self.assertRefused(
            "Owners, row 1, date_too: the column is not known; is it date_to?"
        )

    def test_a_column_twice(self):
        self.rename("Units", inner_area="Charged Area")
        self.assertRefused(
            "Units, row 1, Charged Area: the column is here twice, also as charge_area"
        )

    # ------------------------------------------------------------------- rows
    def test_blank_rows_are_skipped_and_rows_keep_their_numbers(self):
        self.sheets["Units"].insert(2, [None, "  ", None])
        self.sheets["Units"].insert(0, [])
        self.sheets["Units"][4][1] = "9"
        self.assertRefused(
            "Units, row 5, building: there is no building 9 in the workbook or the "
            "community"
        )
        self.sheets["Units"][4][1] = 1
        self.assertEqual(len(self.do_import().unit_ids), 3)

    def test_codes_typed_as_numbers_find_each_other(self):
        self.put("Buildings", 2, "building_code", 1)
        self.put("Units", 2, "building", 1.0)
        self.put("Units", 3, "building", " '1 ")
        community = self.do_import()
        self.assertEqual(community.building_ids.mapped("code"), ["1", "P"])

    def test_cells_that_excel_shows_otherwise(self):
        def edit(book):
            percent = book["Fee items"]["D2"]
            percent.value, percent.number_format = 0.06, numbers.FORMAT_PERCENTAGE
            padded = book["Buildings"]["A2"]
            padded.value, padded.number_format = 1, "00"

        for row in self.sheets["Units"][1:3]:
            row[1] = "01"
        self.put("Shared costs", 2, "buildings", "01")
        community = self.do_import(edit=edit)
        self.assertEqual(community.building_ids.mapped("code"), ["01", "P"])

    def test_formulas_are_read_by_their_value(self):
        content = self.make_calculated(value=89.37)
        community = self.do_import(content)
        self.assertEqual(community.unit_ids[0].charge_area, 89.37)

    def test_a_formula_that_was_never_worked_out(self):
        def edit(book):
            book["Owners"]["I2"] = "=TODAY()"

        self.assertRefused(
            "Owners, row 2, date_to: the formula =TODAY() has no value; open the file "
            "in Excel, let it calculate, and save it",
            edit=edit,
        )

    def make_calculated(self, value):
        """The workbook with the first area as a formula with a stored value."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
            for title, rows in self.sheets.items():
                page = book.add_worksheet(title)
                for number, row in enumerate(rows):
                    page.write_row(number, 0, row)
                if title == "Units":
                    page.write_formula("E2", "=80+9.37", None, value)
        return buffer.getvalue()

    # ------------------------------------------------------------------ files
    def assertUnreadable(self, content, message):
        with self.assertRaises(UserError) as caught:
            self.make_wizard(content).action_import()
        self.assertEqual(caught.exception.args[0], message)

    def test_files_that_are_no_workbook(self):
        self.assertUnreadable(b"name;area\n1;2", NOT_A_WORKBOOK)
        self.assertUnreadable(b"PK\x03\x04 broken", NOT_A_WORKBOOK)
        whole = self.make_file(self.sheets)
        self.assertUnreadable(whole[: len(whole) // 2], NOT_A_WORKBOOK)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("readme.txt", "no workbook")
        self.assertUnreadable(buffer.getvalue(), NOT_A_WORKBOOK)

    def test_no_file(self):
        wizard = self.env["property.community.import"].create({})
        with self.assertRaisesRegex(UserError, "Choose a workbook first."):
            wizard.action_import()

    def change_part(self, name, change):
        """The workbook with one part of the archive changed."""
        buffer = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(self.make_file(self.sheets))) as old,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for info in old.infolist():
                content = old.read(info)
                new.writestr(
                    info, change(content) if info.filename == name else content
                )
        return buffer.getvalue()

    def test_a_damaged_part(self):
        content = self.change_part(
            "xl/worksheets/sheet3.xml", lambda part: part[: len(part) // 2]
        )
        self.assertUnreadable(content, NOT_A_WORKBOOK)

    def test_a_missing_style_does_not_hide_the_value(self):
        content = self.change_part(
            "xl/worksheets/sheet3.xml",
            lambda part: part.replace(b'<c r="E2"', b'<c r="E2" s="999"'),
        )
        self.assertEqual(self.do_import(content).unit_ids[0].charge_area, 89.37)

    def test_an_xml_bomb_is_not_opened(self):
        bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
        content = self.change_part("xl/workbook.xml", lambda part: bomb + part)
        self.assertUnreadable(
            content,
            "The file holds a document type declaration, which no Excel workbook has. "
            "It was not opened.",
        )

    def test_a_file_that_unpacks_to_too_much(self):
        content = self.change_part(
            "docProps/core.xml", lambda part: part + b" " * (2 << 20)
        )
        with patch.object(safety, "MAX_UNPACKED_MB", 1):
            self.assertUnreadable(
                content,
                "The file unpacks to more than 1 MB. Remove empty formatted rows or "
                "split the workbook by building.",
            )

    def test_a_file_that_is_too_large(self):
        with patch.object(safety, "MAX_FILE_MB", 0):
            self.assertUnreadable(
                self.make_file(self.sheets),
                "The file is larger than 0 MB. Split the workbook by building.",
            )

    def test_a_sheet_with_too_many_rows(self):
        path = "odoo.addons.property_fee_billing.wizards.community_import.workbook"
        with patch(f"{path}.MAX_ROWS", 3):
            errors, _warnings = self.get_problems()
        self.assertIn("Owners: the sheet has more than 3 rows; split the file", errors)
