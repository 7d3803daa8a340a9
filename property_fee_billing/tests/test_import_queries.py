from odoo.tests import tagged

from .import_case import ImportCase, day


@tagged("post_install", "-at_install")
class TestImportQueries(ImportCase):
    """Queries of an import do not grow with the units: batches do the work."""

    def fill(self, code, count):
        """Make the workbook of the test one of ``count`` units more, each with owner,
        charge, concession, meter, reading and a one-off charge."""
        self.sheets = self.make_sheets()
        self.put("Community", 2, "community_code", code)
        first = day("2026-01-01")
        for number in range(count):
            unit = f"2-{number:04}"
            self.append("Units", unit, "1", 1, "apartment", 60 + number % 50, 50)
            self.sheets["Units"][-1].append("occupied")
            self.append("Owners", unit, f"N{number}", f"Name {number}")
            self.sheets["Owners"][-1] += [None, None, "owner", "Y", None, None]
            self.append("Charges", unit, "PM-A", first, None, 1, "advance", None)
            self.append("Concessions", unit, "PM", 0.7, first, None, "vacancy")
            self.append("Meters", f"M{number}", unit, "WATER", 1, 5)
            self.sheets["Meters"][-1] += [day("2025-12-31"), number]
            self.append("Readings", f"M{number}", day("2026-01-31"), number + 9)
            self.append("One-off charges", unit, "REPAIR", first, 1, 88, "Tap")

    def count_queries(self):
        """Queries of importing the workbook, from a cold cache."""
        content = self.make_file(self.sheets)
        wizard = self.make_wizard(content, self.manager)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wizard.action_import()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_at_50_and_500_units(self):
        self.fill("WARM", 1)
        self.count_queries()
        counts = {}
        for size in (50, 500):
            self.fill(f"SIZE{size}", size)
            first, again = self.count_queries(), self.count_queries()
            counts[size] = (first, again)
        for few, many in zip(counts[50], counts[500], strict=True):
            # a few more for inserts and prefetches of a thousand records each
            self.assertLessEqual(many - few, 30, counts)
        self.assertLess(counts[500][1], counts[500][0], counts)
