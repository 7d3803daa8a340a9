import base64
import io
from datetime import datetime

import openpyxl

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL, file_open

SAMPLE = "property_fee_billing/demo/community_sample.xlsx"
MODELS = (
    "property.community",
    "property.building",
    "property.unit",
    "property.ownership",
    "property.fee.item",
    "property.fee.standard",
    "property.fee.rate",
    "property.fee.rate.tier",
    "property.recurring.charge",
    "property.concession",
    "property.meter",
    "property.meter.reading",
    "property.shared.cost",
    "property.oneoff.charge",
    "res.partner",
    "account.tax",
    "account.journal",
    "product.product",
)


def day(text):
    """A date as openpyxl gives and takes it."""
    return datetime.strptime(text, "%Y-%m-%d")


class ImportCase(TransactionCase):
    """A small workbook without a fault, to be changed by each test, and helpers to
    import it. Rows are counted as in the sheet: the first below the headers is 2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "lang": "en_US"}
        )
        cls.free_codes()
        cls.manager = new_test_user(
            cls.env, "import-manager", "property_fee_billing.group_fee_manager"
        )

    @classmethod
    def free_codes(cls):
        """A database may have the sample community already: its codes are not in the
        way of these tests."""
        for model in ("property.community", "property.fee.item"):
            for record in cls.env[model].with_context(active_test=False).search([]):
                record.code = f"OLD{record.id}"

    def setUp(self):
        super().setUp()
        self.sheets = self.make_sheets()

    def make_sheets(self):
        """Sheet title to its rows, headers first."""
        currency = self.env.company.currency_id.name
        start = day("2024-11-27")
        return {
            "Community": [
                ["community_code", "name", "address", "currency"],
                ["LAKE", "Lake Court", "1 Lake Road", currency],
            ],
            "Buildings": [["building_code", "name"], ["1", "Tower 1"], ["P", "Garage"]],
            "Units": [
                [
                    "unit_code",
                    "building",
                    "floor",
                    "unit_type",
                    "charge_area",
                    "inner_area",
                    "occupancy",
                ],
                ["1-101", "1", 1, "apartment", 89.37, 70.5, "occupied"],
                ["1-102", "1", 1, "apartment", 102.84, 80.22, "vacant"],
                ["P-01", "P", -1, "parking_space", None, None, "occupied"],
            ],
            "Owners": [
                [
                    "unit_code",
                    "owner_code",
                    "owner_name",
                    "phone",
                    "email",
                    "role",
                    "payer",
                    "date_from",
                    "date_to",
                ],
                ["1-101", "O1", "Ann", "13800000001", None, "owner", "Y", None, None],
                ["1-102", "O2", "Bob", None, "b@x.cn", "owner", "N", None, None],
                ["1-102", "DEV", "Builders", None, None, "developer", "Y", None, None],
                ["P-01", "O1", "Ann", None, None, "owner", "Y", None, None],
            ],
            "Fee items": [
                ["item_code", "name", "fee_class", "tax_percent"],
                ["PM", "Service", "public_service", 6],
                ["PARK", "Parking", "parking", 6],
                ["WATER", "Water", "metered", 0],
                ["SHARE", "Lighting", "shared", 0],
                ["REPAIR", "Repair", "on_request", 6],
            ],
            "Standards": [
                [
                    "standard_code",
                    "item_code",
                    "name",
                    "method",
                    "proration",
                    "date_from",
                    "price_unit",
                    "base_amount",
                    "tier_basis",
                    "grade",
                    "basis",
                ],
                ["PM-A", "PM", "Flats", "area", "daily", start, 2.8, 0]
                + [None, "grade-1", "contract"],
                ["PARK-M", "PARK", "Space", "fixed", "full_month", start, 300, 0]
                + [None, None, "market"],
                ["WATER", "WATER", "Water", "metered", "daily", start, 0, 0]
                + ["period", None, "government"],
            ],
            "Tiers": [
                ["standard_code", "date_from", "up_to_qty", "price_unit"],
                ["WATER", start, 18, 2.5],
                ["WATER", start, 30, 3.8],
                ["WATER", start, None, 6.2],
            ],
            "Charges": [
                [
                    "unit_code",
                    "standard_code",
                    "date_from",
                    "date_to",
                    "interval_months",
                    "timing",
                    "quantity",
                ],
                ["1-101", "PM-A", day("2026-01-01"), None, 1, "advance", None],
                ["1-102", "PM-A", day("2026-01-01"), None, 3, "arrears", None],
                ["P-01", "PARK-M", day("2026-01-01"), None, 1, "advance", 2],
            ],
            "Concessions": [
                ["unit_code", "item_code", "factor", "date_from", "date_to", "reason"],
                ["1-102", "PM", 0.7, day("2026-01-10"), None, "vacancy"],
            ],
            "Meters": [
                [
                    "meter_code",
                    "unit_code",
                    "standard_code",
                    "multiplier",
                    "digits",
                    "initial_date",
                    "initial_value",
                ],
                ["W1", "1-101", "WATER", 1, 5, day("2025-12-31"), 99970],
            ],
            "Readings": [
                ["meter_code", "date", "value"],
                ["W1", day("2026-01-31"), 12],
                ["W1", day("2026-02-28"), 32],
            ],
            "Shared costs": [
                [
                    "item_code",
                    "date_from",
                    "date_to",
                    "amount",
                    "basis",
                    "buildings",
                    "unit_types",
                ],
                ["SHARE", day("2026-01-01"), day("2026-01-31"), 100.01, "area"]
                + ["1", "apartment"],
            ],
            "One-off charges": [
                ["unit_code", "item_code", "date", "quantity", "price_unit"]
                + ["description"],
                ["1-101", "REPAIR", day("2026-01-05"), 2, 88, "Tap"],
            ],
        }

    # ---------------------------------------------------------------- editing
    def put(self, sheet, row, column, value):
        """Change one cell; ``row`` as in the sheet, ``column`` by its header."""
        rows = self.sheets[sheet]
        rows[row - 1][rows[0].index(column)] = value

    def append(self, sheet, *cells):
        """Add a row and return its number."""
        self.sheets[sheet].append(list(cells))
        return len(self.sheets[sheet])

    # -------------------------------------------------------------- importing
    @staticmethod
    def make_file(sheets, edit=None):
        """The sheets as an xlsx file. ``edit`` gets the openpyxl workbook last."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for row in rows:
                page.append(row)
        if edit:
            edit(book)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    @staticmethod
    def get_sample():
        """The sample community as a file."""
        with file_open(SAMPLE, "rb") as file:
            return file.read()

    def make_wizard(self, content=None, user=None, edit=None):
        """The wizard with a file: ``content``, or the workbook of the test."""
        if content is None:
            content = self.make_file(self.sheets, edit)
        env = self.env(user=user) if user else self.env
        return env["property.community.import"].create(
            {"file": base64.b64encode(content), "filename": "community.xlsx"}
        )

    def do_import(self, content=None, user=None, edit=None):
        """Import and return the community."""
        action = self.make_wizard(content, user, edit).action_import()
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env[action["res_model"]].browse(action["res_id"])

    def assertRefused(self, *lines, content=None, user=None, edit=None):
        """The import is refused with exactly these lines, and writes nothing."""
        before = self.count_records()
        with self.assertRaises(UserError) as caught:
            self.make_wizard(content, user, edit).action_import()
        self.assertEqual(caught.exception.args[0].split("\n")[1:], list(lines))
        self.assertEqual(self.count_records(), before)

    def count_records(self):
        """Model to its number of records, archived ones too."""
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in MODELS
        }

    def get_written(self):
        """Records written since ``age_records``."""
        self.env.flush_all()
        return {
            model: ids
            for model in MODELS
            if (
                ids := self.env[model]
                .with_context(active_test=False)
                .search([("write_date", ">", "2001-01-01")])
                .ids
            )
        }

    def age_records(self):
        """Make every record look as if written long ago: all writes of a test have
        the time of its one transaction, so only this tells old from new."""
        self.env.flush_all()
        for model in MODELS:
            table = SQL.identifier(self.env[model]._table)
            self.env.cr.execute(
                SQL("UPDATE %s SET write_date = %s", table, "2000-01-01")
            )
        self.env.invalidate_all()

    def add_member(self, community, user):
        """Make somebody staff of a community."""
        community.member_ids = [Command.link(user.id)]
