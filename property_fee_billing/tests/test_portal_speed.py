from odoo.tests import freeze_time, tagged

from .portal_years_case import PortalYearsCase


@tagged("post_install", "-at_install")
class TestPortalSpeed(PortalYearsCase):
    """Three years of bills cost a page no more queries than three months. How fast the
    pages are is measured by ``tests/benchmark/portal_pages.py``."""

    def count_queries(self, url, user):
        """Queries of a page that was opened before."""
        self.visit(url, user)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        return self.env.cr.sql_log_count - before

    @freeze_time("2027-12-20")
    def test_queries_do_not_grow_with_the_bills(self):
        for few, many in (
            (f"/my/units/{self.unit.id}", f"/my/units/{self.units[1].id}"),
            ("/my/units", "/my/units"),
            ("/my/fees", "/my/fees"),
            ("/my/fees/pay?due=open", "/my/fees/pay?due=open"),
        ):
            with self.subTest(page=few):
                # whoever comes first finds no template in the cache
                self.visit(many, self.bob)
                less = self.count_queries(few, self.ann)
                more = self.count_queries(many, self.bob)
                self.assertLessEqual(more, less)
