"""Publication compliance: who was billed at prices that were published in time."""

from odoo.tests import freeze_time, tagged

from .figure_case import FigureCase


@tagged("post_install", "-at_install")
class TestPublicationReport(FigureCase):
    """Three units billed for January 2026: one at a price published in time, one at a
    price published too late, one at both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.early, cls.late = (
            cls.make_standard(code, item, price, method="fixed")
            for code, item, price in (
                ("EARLY", cls.item, 200),
                ("LATE", cls.parking, 50),
            )
        )
        # both prices hold from 1 January 2025
        cls.publish(cls.early, "2024-12-01")
        cls.publish(cls.late, "2024-12-20")
        for unit, standards in zip(
            cls.units,
            (cls.early, cls.late, cls.early + cls.late),
            strict=True,
        ):
            for standard in standards:
                cls.charge(unit, standard)
        with freeze_time("2026-01-01"):
            run = cls.make_run("2026-01-01", "2026-01-31")
            run.action_compute()
            run.action_post()

    @classmethod
    def publish(cls, standard, day):
        standard.rate_ids.publication_date = day

    def rates(self, domain=(), groupby=(), **context):
        return self.get_totals(
            "property.publication.report",
            domain,
            groupby,
            ["units_billed", "units_late", "rate_units", "rate_amount"],
            **context,
        )

    def ask_for_notice(self, days=30):
        self.community.write(
            {"tariff_rule_from": "2025-01-01", "tariff_notice_days": days}
        )

    def test_units_billed_at_published_prices_of_all_billed(self):
        """30 days of notice: 1 of 3 units, 400 of 500."""
        self.ask_for_notice()
        found = self.rates()
        self.assertEqual((found["units_billed"], found["units_late"]), (3, 2))
        self.assertAlmostEqual(found["rate_units"], 1 / 3)
        self.assertAlmostEqual(found["rate_amount"], 0.8)

    def test_the_notice_is_what_the_community_asks_for(self):
        self.ask_for_notice(12)
        self.assertEqual(self.rates()["rate_units"], 1)
        self.ask_for_notice(13)
        self.assertAlmostEqual(self.rates()["rate_units"], 1 / 3)

    def test_without_a_rule_it_is_to_be_published_when_it_begins(self):
        self.assertEqual(self.rates()["rate_units"], 1)
        rate = self.make_standard("NEVER", self.item, 9, method="fixed").rate_ids
        self.assertFalse(rate.publication_date)
        self.charge(self.unit, rate.standard_id, "2026-02-01")
        with freeze_time("2026-02-01"):
            run = self.make_run("2026-02-01", "2026-02-28")
            run.action_compute()
            run.action_post()
        by_rate = self.rates(groupby=["rate_id"])
        self.assertEqual(by_rate[rate][:3], (1, 1, 0))

    def test_one_off_charges_have_no_standard(self):
        before = self.rates()
        self.make_bill(self.unit, [(self.item, 77)], day="2026-01-15")
        self.assertEqual(self.rates(), before)

    def test_by_standard_and_as_of_a_day(self):
        self.ask_for_notice()
        by_standard = self.rates(groupby=["standard_id"])
        self.assertEqual(by_standard[self.early], (2, 0, 1, 1))
        self.assertEqual(by_standard[self.late], (2, 2, 0, 0))
        self.assertFalse(self.rates(figures_date="2025-12-31")["units_billed"])

    def test_what_is_kept_says_the_same(self):
        self.ask_for_notice()
        before = self.rates()
        self.env["property.fee.figures"]._refresh()
        self.assertEqual(self.rates(), before)

    def test_a_row_opens_its_bill(self):
        [row] = self.env["property.publication.report"].search(
            [("rate_id", "=", self.early.rate_ids.id), ("unit_id", "=", self.unit.id)]
        )
        self.assertEqual(row.action_open_bill()["res_id"], row.move_id.id)
        self.assertEqual(str(row.date_earliest), "2024-12-01")
