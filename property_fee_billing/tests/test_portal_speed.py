import logging
import time

from odoo.tests import freeze_time, tagged

from .portal_case import PortalCase

_logger = logging.getLogger(__name__)

# Rounds of the side by side measurement.
ROUNDS = 15


@tagged("post_install", "-at_install")
class TestPortalSpeed(PortalCase):
    """Three years of bills cost a page no more queries than three months."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Bob has had 36 bills, a third of them unpaid; Ann two; Cid nothing at all
        cls.cid = cls.make_portal_user(cls.owners[2])
        cls.units[2].ownership_ids.unlink()
        cls.charge(cls.units[1], date_from="2025-01-01")
        for year in (2025, 2026, 2027):
            for month in range(1, 13):
                cls.bill_month(year, month)
        cls.bills = cls.env["account.move"].search(
            [("fee_unit_id", "=", cls.units[1].id)], order="invoice_date"
        )
        cls.community.allocation_order = "due_date"
        paid = cls.bills[:24]
        cls.take(
            cls.units[1],
            bills=[(bill, bill.amount_residual) for bill in paid],
            cash=sum(paid.mapped("amount_residual")),
        )
        for bill in ("2027-11-01", "2027-12-01"):
            cls.make_bill(cls.unit, [(cls.item, 100)], bill)

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

    @freeze_time("2027-12-20", tick=True)
    def test_home_and_unit_page_answer_nearly_as_fast_as_an_empty_home(self):
        """Side by side, so that the machine's load counts on all sides. 1.5 is what
        is asked for; the figures are logged."""
        pages = {
            "bare": ("/my", self.cid),
            "home": ("/my", self.bob),
            "unit": (f"/my/units/{self.units[1].id}", self.bob),
        }
        times = {name: [] for name in pages}
        for _round in range(ROUNDS):
            for name, (url, user) in pages.items():
                self.authenticate(user.login, user.login)
                start = time.perf_counter()
                self.assertEqual(self.url_open(url).status_code, 200)
                times[name].append(time.perf_counter() - start)
        # The quickest of each: what the pages take themselves, without the machine's
        # other work.
        best = {name: min(found) for name, found in times.items()}
        _logger.info("Portal pages, seconds: %s", best)
        for name in ("home", "unit"):
            self.assertLess(best[name], 1.5 * best["bare"], best)
