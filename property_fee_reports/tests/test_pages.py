from odoo.tests import BaseCase, tagged

from ..tools.pages import Page, Table, get_row_height, lay_out, split_rows

#: A row of one line is 6 mm high, of two 10; ten rows of one line fill a page.
PAGE = Page(
    width=100,
    height=60,
    first_height=30,
    fact_lines=0,
    signature_height=0,
    font_size=3,
    line_height=4,
    padding=2,
)
COLUMNS = [{"name": "text", "width": 50}]


@tagged("post_install", "-at_install")
class TestPages(BaseCase):
    """Rows of a table, page by page."""

    def split(self, number, closing=12):
        rows = [{"text": "short"}] * number
        parts = split_rows(rows, COLUMNS, PAGE, PAGE.first_height, closing)
        self.assertEqual(sum(parts, []), list(range(number)))
        return [len(part) for part in parts]

    def test_a_chinese_text_needs_more_room(self):
        self.assertEqual(get_row_height({"text": "a" * 16}, COLUMNS, PAGE), 6)
        self.assertEqual(get_row_height({"text": "樓" * 16}, COLUMNS, PAGE), 10)

    def test_what_fits_stays_on_one_page(self):
        self.assertEqual(self.split(0), [0])
        self.assertEqual(self.split(3), [3])

    def test_the_last_row_stays_with_what_closes_the_table(self):
        self.assertEqual(self.split(4), [3, 1])
        self.assertEqual(self.split(4, closing=0), [4])

    def test_pages_are_filled(self):
        self.assertEqual(self.split(26, closing=0), [5, 10, 10, 1])

    def test_a_row_higher_than_a_page_has_one_of_its_own(self):
        rows = [{"text": "short"}, {"text": "long" * 200}, {"text": "short"}]
        parts = split_rows(rows, COLUMNS, PAGE, 30, 0)
        self.assertEqual(parts, [[0], [1], [2]])

    def lay(self, *numbers, closing=0, **values):
        """Tables of so many rows: for each, its parts as number of rows, negative where
        a page begins."""
        tables = [
            Table([{"text": "short"}] * rows, COLUMNS, **values) for rows in numbers
        ]
        return [
            [len(part.positions) * (-1 if part.is_next else 1) for part in parts]
            for parts in lay_out(tables, PAGE, PAGE.first_height, closing)
        ]

    def test_a_table_fills_what_the_one_before_has_left(self):
        # of 30 mm two rows and a title leave 2
        self.assertEqual(self.lay(2, 3), [[2], [-3]])
        # of the 60 mm of the next page a row, a title, two rows and a title leave 10
        self.assertEqual(self.lay(6, 2, 9), [[5, -1], [2], [1, -8]])

    def test_sums_and_what_closes_the_document_stay_with_the_last_row(self):
        self.assertEqual(self.lay(5, foot=6), [[4, -1]])
        self.assertEqual(self.lay(1, closing=12), [[1]])
        self.assertEqual(self.lay(4, closing=12), [[3, -1]])

    def test_a_table_apart_begins_a_page(self):
        self.assertEqual(self.lay(1, is_apart=True), [[-1]])
