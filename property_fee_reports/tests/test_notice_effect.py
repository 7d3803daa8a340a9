"""What notices bring in, and what complaints say, by the definitions of the domain."""

from odoo.tests import freeze_time, tagged

from odoo.addons.property_fee_billing.tests.collection_case import CollectionCase


@tagged("post_install", "-at_install")
class TestNoticeEffect(CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bills = [
            cls.make_bill(unit, [(cls.item, 100)], day="2026-01-01")
            for unit in cls.units
        ]
        for bill in bills[:2]:
            cls.send_notice(bill, "2026-03-01")
        cls.send_notice(bills[2], "2026-03-01", kind="reminder", channel="visit")

    @classmethod
    def pay(cls, day, unit, amount):
        with freeze_time(day):
            return cls.take(unit, bank=amount)

    def rates(self, *groupby):
        rows = self.env["property.notice.effect"]._read_group(
            [("community_id", "=", self.community.id)],
            groupby,
            ["demanded:sum", "paid:sum", "rate_cure:avg"],
        )
        return {row[0]: row[1:] for row in rows} if groupby else rows[0]

    def test_the_cure_rate_is_what_came_in_14_days_of_what_was_demanded(self):
        self.pay("2026-03-15", self.units[0], 100)
        # a day too late
        self.pay("2026-03-16", self.units[1], 100)
        demanded, paid, rate = self.rates()
        self.assertEqual((demanded, paid), (300, 100))
        self.assertAlmostEqual(rate, 1 / 3)

    def test_by_channel(self):
        self.pay("2026-03-02", self.units[2], 40)
        by_channel = self.rates("channel")
        self.assertEqual(by_channel["letter"], (200, 0, 0))
        self.assertEqual(by_channel["visit"][:2], (100, 40))
        self.assertAlmostEqual(by_channel["visit"][2], 0.4)

    def test_what_was_paid_before_is_no_answer(self):
        self.pay("2026-03-01", self.units[0], 100)
        self.assertEqual(self.rates()[1], 0)

    def test_young_notices_are_not_judged_yet(self):
        Effect = self.env["property.notice.effect"]
        domain = [("community_id", "=", self.community.id), ("is_complete", "=", True)]
        with freeze_time("2026-03-15"):
            self.assertEqual(Effect.search_count(domain), 0)
        with freeze_time("2026-03-16"):
            self.assertEqual(Effect.search_count(domain), 3)


@tagged("post_install", "-at_install")
class TestComplaintFigures(CollectionCase):
    def test_rates_of_a_month(self):
        units = self.units
        units[2].occupancy = "vacant"
        with freeze_time("2026-03-10 08:00:00"):
            complaints = self.env["property.complaint"].create(
                [
                    {"subject": f"Lift {number}", "unit_id": units[0].id}
                    for number in range(3)
                ]
            )
        complaints[0].outcome = "valid"
        complaints[1].outcome = "not_valid"
        with freeze_time("2026-03-31"):
            [found] = self.env["property.complaint.figures"]._read_group(
                [("community_id", "=", self.community.id)],
                [],
                ["complaints:sum", "units:sum", "rate:avg", "rate_valid:avg"]
                + ["rate_satisfied:avg", "ack_due:sum"],
            )
        self.assertEqual(found[:2], (3, 2))
        self.assertAlmostEqual(found[2], 150)
        self.assertAlmostEqual(found[3], 0.5)
        self.assertIn(found[4], (None, False), "nobody has rated")
