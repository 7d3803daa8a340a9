from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..wizards.community_import import schema
from ..wizards.community_import.cells import Cell, CellError, read_cell
from ..wizards.community_import.vocabulary import Choices

CHOICES = Choices({"apartment": "apartment", "flat": "apartment", "shop": "shop"})
CHOICES.labels = ("Flat", "Shop")


@tagged("post_install", "-at_install")
class TestImportCells(BaseCase):
    """A cell that has one meaning is read, one that has two is refused."""

    def get_value(self, kind, value, decimals=4, **shown):
        column = schema.Column("x", None, kind, decimals=decimals)
        return read_cell(column, Cell(value, **shown), CHOICES)

    def assertReads(self, kind, expected, *values, **shown):
        for value in values:
            with self.subTest(kind=kind, value=value):
                self.assertEqual(self.get_value(kind, value, **shown), expected)

    def assertRefuses(self, kind, value, reason, **shown):
        with self.assertRaises(CellError) as caught:
            self.get_value(kind, value, **shown)
        self.assertEqual(caught.exception.message._translate("en_US"), reason)

    def test_codes_that_excel_made_numbers_of(self):
        self.assertReads(schema.CODE, "1", 1, 1.0, "1", " 1 ", "'1", "\u30001\u00a0")
        self.assertReads(schema.CODE, "13868106871", 13868106871, 13868106871.0)
        self.assertReads(schema.CODE, "0101", 101, width=4)
        self.assertReads(schema.CODE, "3-1201", "3-1201", "'3-1201 ")

    def test_a_code_that_excel_made_a_date_of(self):
        self.assertRefuses(
            schema.CODE,
            datetime(2026, 3, 1),
            "the cell is a date; if Excel made one of a code such as 3-1, format the "
            "cell as text and type the code again",
        )

    def test_dates_as_cells_and_as_text(self):
        self.assertReads(
            schema.DATE,
            date(2026, 1, 31),
            datetime(2026, 1, 31),
            date(2026, 1, 31),
            "2026-01-31",
            "2026/1/31",
            "2026.1.31",
            " 2026年1月31日 ",
            "２０２６年１月３１日",
            "2026-01-31 00:00:00",
            "20260131",
            20260131,
        )

    def test_dates_that_may_be_two_days(self):
        for text in ("01/02/2026", "31.01.2026", "1-2-26"):
            with self.subTest(text=text):
                self.assertRefuses(
                    schema.DATE,
                    text,
                    f"{text} does not say which number is the day and which the "
                    "month; write the year first, as in 2026-01-31",
                )

    def test_days_that_are_not_in_the_calendar(self):
        self.assertRefuses(
            schema.DATE, "2026-02-30", "2026-02-30 is not a day of the calendar"
        )
        self.assertRefuses(
            schema.DATE, "soon", "soon is not a date; write it as 2026-01-31"
        )
        self.assertRefuses(
            schema.DATE, 46053, "46053 is not a date; write it as 2026-01-31"
        )
        self.assertRefuses(
            schema.DATE, "0026-01-31", "the year of 0026-01-31 cannot be right"
        )

    def test_numbers_as_cells_and_as_text(self):
        self.assertReads(
            schema.NUMBER,
            Decimal("89.37"),
            89.37,
            "89.37",
            " 89.37 ",
            "'89.37",
            "８９．３７",
            "89.370",
        )
        self.assertReads(schema.NUMBER, Decimal("1234.5"), "1,234.50", "１，２３４．５")
        self.assertReads(schema.NUMBER, Decimal(1234567), "1,234,567", 1234567)
        self.assertReads(schema.NUMBER, Decimal("0.3"), 0.1 + 0.2)
        self.assertReads(schema.NUMBER, Decimal(-2), "-2", "−2")
        self.assertReads(schema.NUMBER, Decimal(12), "00012")

    def test_a_comma_that_may_be_a_point(self):
        self.assertRefuses(
            schema.NUMBER,
            "1,2",
            "1,2 can be read as 1.2 or as 12; write the number without a comma",
        )

    def test_what_is_no_number(self):
        self.assertRefuses(schema.NUMBER, "89.37m2", "89.37m2 is not a number")
        self.assertRefuses(schema.NUMBER, "1.234,50", "1.234,50 is not a number")
        self.assertRefuses(schema.NUMBER, True, "TRUE is not a number")
        self.assertRefuses(
            schema.NUMBER,
            0.123456,
            "0.123456 has more than 4 decimals; round it",
        )
        self.assertRefuses(schema.NUMBER, 1e15, "1000000000000000 is too large")
        self.assertRefuses(schema.INTEGER, float("inf"), "Infinity is not a number")
        self.assertRefuses(schema.INTEGER, 1.5, "1.5 is not a whole number")

    def test_percent_in_three_writings(self):
        self.assertReads(schema.PERCENT, Decimal(6), 6, "6", "6%", "６％")
        self.assertReads(schema.PERCENT, Decimal(6), 0.06, percent=True)
        self.assertReads(schema.PERCENT, Decimal(0), 0, "0%")
        self.assertRefuses(
            schema.PERCENT,
            0.06,
            "0.06 can be read as 0.06 % or as 6 %; write the percent sign",
        )

    def test_factors(self):
        self.assertReads(schema.FACTOR, Decimal("0.7"), 0.7, "0.7", "70%")
        self.assertReads(schema.FACTOR, Decimal("0.7"), 0.7, percent=True)

    def test_yes_and_no(self):
        self.assertReads(schema.FLAG, True, "Y", "yes", "是", "TRUE", True, 1, "1")
        self.assertReads(schema.FLAG, False, "n", "否", False, 0, "No")
        self.assertRefuses(schema.FLAG, "perhaps", "perhaps is neither Y nor N")

    def test_choices_by_key_or_label(self):
        self.assertReads(schema.CHOICE, "apartment", "apartment", " Flat ", "FLAT")
        self.assertRefuses(schema.CHOICE, "castle", "castle is not one of Flat, Shop")
        self.assertReads(
            schema.CHOICES, {"apartment", "shop"}, "flat,shop", "Flat、Shop"
        )

    def test_lists_of_codes(self):
        self.assertReads(schema.CODES, {"1", "2"}, "1,2", "1， 2", "1；2")
        self.assertReads(schema.CODES, {"1"}, 1, "1", 1.0)

    def test_empty_cells_and_error_cells(self):
        for kind in (schema.CODE, schema.NUMBER, schema.DATE, schema.FLAG):
            self.assertReads(kind, None, None, "", "  ", "\u3000", "'")
        self.assertRefuses(
            schema.NUMBER, "#N/A", "the cell shows the error #N/A", error=True
        )
