import base64
import io

import openpyxl

from odoo.tests import Form, tagged

from ..wizards.community_import.cells import normalize
from ..wizards.community_import.schema import SHEETS
from .import_case import ImportCase


@tagged("post_install", "-at_install")
class TestImportWizard(ImportCase):
    """Upload, check, look, import."""

    def open_download(self, wizard, action):
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertIn(f"/{wizard.id}/download", action["url"])
        return openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.download)))

    def test_a_check_shows_what_would_be_made_and_makes_nothing(self):
        before = self.count_records()
        wizard = self.make_wizard(user=self.manager)
        action = wizard.action_check()
        self.assertEqual((action["res_id"], action["target"]), (wizard.id, "new"))
        self.assertEqual(wizard.state, "ready")
        self.assertEqual(self.count_records(), before)
        counts = {
            count.name: (count.created, count.changed, count.unchanged)
            for count in wizard.count_ids
        }
        self.assertEqual(counts["Units"], (3, 0, 0))
        self.assertEqual(counts["Owners and other people"], (3, 0, 0))
        self.assertEqual(counts["Rates"], (3, 0, 0))
        self.assertEqual(
            wizard.warning_ids.mapped("message"),
            ["12 after 99970 counts as one rollover of the dial"],
        )
        opened = wizard.action_import()
        self.assertEqual(opened["res_model"], "property.community")

    def test_the_community_tells_what_was_imported(self):
        def get_notes():
            return community.message_ids.filtered(
                lambda note: "community.xlsx" in (note.body or "")
            )

        community = self.do_import()
        self.assertEqual(len(get_notes()), 1)
        self.assertIn("Units: 3 new, 0 changed", get_notes().body)
        self.do_import()
        self.assertEqual(len(get_notes()), 1, "nothing changed, nothing to tell")

    def test_a_second_check_counts_what_stays(self):
        self.do_import()
        self.put("Units", 2, "occupancy", "vacant")
        wizard = self.make_wizard()
        wizard.action_check()
        counts = {
            count.name: (count.created, count.changed, count.unchanged)
            for count in wizard.count_ids
        }
        self.assertEqual(counts["Units"], (0, 1, 2))
        self.assertEqual(counts["One-off charges"], (0, 0, 1))

    def test_errors_are_listed_and_can_be_downloaded(self):
        self.put("Units", 2, "charge_area", "=1+")
        self.put("Charges", 3, "standard_code", "PM-X")
        wizard = self.make_wizard()
        wizard.action_check()
        self.assertEqual(wizard.state, "errors")
        self.assertEqual(wizard.error_count, 2)
        places = [(line.sheet, line.row, line.column) for line in wizard.error_ids]
        self.assertEqual(places[-1], ("Charges", 3, "standard_code"))
        page = self.open_download(wizard, wizard.action_download_errors()).active
        rows = list(page.iter_rows(values_only=True))
        self.assertEqual(rows[0], ("Sheet", "Row", "Column", "Reason"))
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[2][:3], ("Charges", 3, "standard_code"))
        # a corrected file can be checked in the same wizard
        self.sheets = self.make_sheets()
        wizard.file = base64.b64encode(self.make_file(self.sheets))
        wizard.action_check()
        self.assertEqual((wizard.state, wizard.error_count), ("ready", 0))
        self.assertFalse(wizard.error_ids)

    def test_another_file_is_to_be_checked_again(self):
        wizard = self.make_wizard()
        wizard.action_check()
        with Form(wizard) as form:
            form.file = base64.b64encode(self.make_file({"Community": [["name"]]}))
            self.assertEqual(form.state, "upload")

    def test_the_template_can_be_filled_in_and_imported(self):
        wizard = self.env["property.community.import"].create({})
        book = self.open_download(wizard, wizard.action_download_template())
        self.assertEqual(book.sheetnames[:-1], [str(sheet.label) for sheet in SHEETS])
        self.assertEqual(book["Units"]["A1"].value, "Unit Code")
        definitions = list(book["Definitions"].iter_rows(values_only=True))
        self.assertEqual(
            len(definitions) - 1, sum(len(sheet.columns) for sheet in SHEETS)
        )
        labels = {column.key: str(column.label) for column in SHEETS[2].columns}
        self.assertIn(
            ("Units", labels["unit_type"], "unit_type", "yes"),
            [line[:4] for line in definitions],
        )
        for title, rows in self.sheets.items():
            page = book[title]
            sheet = next(sheet for sheet in SHEETS if str(sheet.label) == title)
            positions = [column.key for column in sheet.columns]
            for number, row in enumerate(rows[1:], start=2):
                for header, value in zip(rows[0], row, strict=True):
                    page.cell(number, positions.index(header) + 1).value = value
        buffer = io.BytesIO()
        book.save(buffer)
        community = self.do_import(buffer.getvalue())
        self.assertEqual(len(community.unit_ids), 3)

    def test_no_header_means_two_columns(self):
        """A key or label of one column is never that of another of the sheet."""
        for sheet in SHEETS:
            named = {}
            for column in sheet.columns:
                for word in (column.key, column.label._translate("en_US")):
                    with self.subTest(sheet=sheet.key, word=word):
                        owner = named.setdefault(normalize(word), column.key)
                        self.assertEqual(owner, column.key)
