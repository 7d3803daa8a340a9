"""What notices bring in beside waiting, and what they cost."""

from odoo.tests import freeze_time, tagged

from odoo.addons.property_fee_billing.tests.collection_case import CollectionCase


@tagged("post_install", "-at_install")
class TestNoticeEffect(CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bills = [
            cls.make_bill(unit, [(cls.item, 100)], day="2026-01-01")
            for unit in cls.units
        ]
        for bill in cls.bills[:2]:
            cls.send_notice(bill, "2026-03-01")
        cls.send_notice(cls.bills[2], "2026-03-01", kind="reminder", channel="visit")

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

    # --------------------------------------------------------- what waiting brings
    def fill(self, day="2026-03-16"):
        """What the job of the night does, without its commits."""
        with freeze_time(day):
            base = self.env["property.notice.base"]
            for community_id in base._get_pending():
                base._fill(community_id)

    def sums(self, *names):
        Effect = self.env["property.notice.effect"]
        specs = [f"{name}:{Effect._fields[name].aggregator}" for name in names]
        return Effect._read_group(
            [("community_id", "=", self.community.id)], [], specs
        )[0]

    def make_quiet_bill(self, unit, day="2026-01-02"):
        """A bill as old as those of the notices, which no notice is sent about."""
        return self.make_bill(unit, [(self.parking, 200)], day=day)

    def test_notices_are_compared_with_bills_as_old_without_one(self):
        """Of 300 demanded 200 are paid, of 400 nobody was told of 100: 66.7 % less
        25 % is a lift of 41.7 %."""
        quiet = [self.make_quiet_bill(unit) for unit in self.units[:2]]
        with freeze_time("2026-03-10"):
            for bill, paid in zip(quiet, (100, 0), strict=True):
                if paid:
                    self.take(bill.fee_unit_id, bank=paid, bills=[(bill, paid)])
            for bill in self.bills[:2]:
                self.take(bill.fee_unit_id, bank=100, bills=[(bill, 100)])
        self.assertEqual(
            self.sums("compared", "rate_base"), (0, False), "not reckoned yet"
        )
        self.fill("2026-03-15")
        self.assertFalse(self.env["property.notice.base"].search_count([]), "not over")
        self.fill()
        found = self.sums("demanded", "paid", "compared", "compared_paid", "expected")
        self.assertEqual(found, (300, 200, 300, 200, 75))
        cure, base, lift = self.sums("rate_cure", "rate_base", "rate_lift")
        self.assertAlmostEqual(cure, 2 / 3)
        self.assertAlmostEqual(base, 0.25)
        self.assertAlmostEqual(lift, 2 / 3 - 0.25)

    def test_bills_of_another_age_are_no_comparison(self):
        # not due yet on 1 March
        bill = self.make_quiet_bill(self.units[0], "2026-02-10")
        self.assertEqual(str(bill.invoice_date_due), "2026-03-12")
        self.fill()
        self.assertEqual(self.sums("compared", "rate_base"), (0, False))

    def test_a_bill_that_was_told_of_within_14_days_is_no_comparison(self):
        bill = self.make_quiet_bill(self.units[0])
        self.send_notice(bill, "2026-03-15")
        self.fill()
        [base] = self.env["property.notice.base"].search(
            [("date", "=", "2026-03-01"), ("community_id", "=", self.community.id)]
        )
        self.assertEqual((base.bill_count, base.amount_open), (0, 0))

    def test_the_comparison_stays_as_it_was_reckoned(self):
        bill = self.make_quiet_bill(self.units[0])
        self.fill()
        self.assertEqual(self.sums("compared", "expected"), (300, 0))
        # a payment of those days that becomes known only now
        with freeze_time("2026-03-10"):
            self.take(bill.fee_unit_id, bank=200, bills=[(bill, 200)])
        self.fill("2026-04-20")
        self.assertEqual(self.sums("compared", "expected"), (300, 0))

    def test_what_it_costs_to_bring_in_one(self):
        """Three notices of 22.00 brought in 200: 0.33 for 1.00."""
        level = self.make_level("Registered", 5, channel="registered", notice_cost=22)
        bills = self.bills
        self.env["property.notice"].search(
            [("community_id", "=", self.community.id)]
        ).line_ids.flush_recordset()
        for bill in bills:
            notice = self.send_notice(bill, "2026-03-20", level_id=level.id)
            self.assertEqual(notice.cost, 22)
        notice.cost = 20
        self.pay("2026-03-25", self.units[0], 100)
        self.pay("2026-04-03", self.units[1], 100)
        Effect = self.env["property.notice.effect"]
        [(cost, paid, rate)] = Effect._read_group(
            [("level_id", "=", level.id)], [], ["cost:sum", "paid:sum", "rate_cost:avg"]
        )
        self.assertEqual((cost, paid), (64, 200))
        self.assertAlmostEqual(rate, 0.32)
        [(cost, rate)] = Effect._read_group(
            [("move_id", "=", bills[2].id), ("level_id", "=", level.id)],
            [],
            ["cost:sum", "rate_cost:avg"],
        )
        self.assertEqual((cost, rate), (20, False), "nothing came in")
