import doctest
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..tools import ClockTime, WorkingTime, working_time


@tagged("post_install", "-at_install")
class TestWorkingTime(BaseCase):
    """Hours of work as plain Python."""

    def setUp(self):
        super().setUp()
        self.asked = 0

    def nine_to_five(self, start, stop):
        self.asked += 1
        day = datetime(start.year, start.month, start.day)
        while day < stop:
            if day.weekday() < 5:
                yield day + timedelta(hours=9), day + timedelta(hours=17)
            day += timedelta(days=1)

    def test_the_example_of_the_class_holds(self):
        self.assertEqual(doctest.testmod(working_time).failed, 0)

    def test_a_thousand_deadlines_ask_as_often_as_one(self):
        time = WorkingTime(self.nine_to_five)
        start = datetime(2026, 1, 5, 9)
        time.plan(start, 8)
        once = self.asked
        for minute in range(1000):
            time.plan(start + timedelta(minutes=minute), 8)
        self.assertEqual(self.asked, once)

    def test_hours_run_on_over_the_pieces_they_are_asked_in(self):
        time = WorkingTime(self.nine_to_five)
        start = datetime(2026, 1, 5, 9)  # Monday
        self.assertEqual(time.plan(start, 52 * 40), datetime(2027, 1, 1, 17))
        self.assertEqual(time.count(start, datetime(2027, 1, 1, 17)), 52 * 40)

    def test_what_is_planned_and_what_is_counted_agree(self):
        time = WorkingTime(self.nine_to_five)
        for hour in range(0, 400, 7):
            start = datetime(2026, 1, 1) + timedelta(hours=hour)
            self.assertEqual(time.count(start, time.plan(start, 13.5)), 13.5)

    def test_no_work_at_all_leaves_the_clock(self):
        time = WorkingTime(lambda start, stop: [])
        start = datetime(2026, 1, 5, 9)
        self.assertEqual(time.plan(start, 8), start + timedelta(hours=8))
        self.assertEqual(time.count(start, start + timedelta(days=3)), 0)

    def test_around_the_clock(self):
        time = ClockTime()
        start = datetime(2026, 1, 9, 16)
        self.assertEqual(time.plan(start, 24), datetime(2026, 1, 10, 16))
        self.assertEqual(time.count(start, datetime(2026, 1, 10, 16)), 24)
