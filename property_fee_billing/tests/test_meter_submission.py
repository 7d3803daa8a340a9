import base64
from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError, ValidationError
from odoo.http import Request
from odoo.tests import freeze_time, tagged

from .portal_case import PortalCase

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


class SubmissionCase(PortalCase):
    """Ann's flat has a water meter of four digits, read each month in 2026 at about
    10 a month; owners send readings from day 25 to day 3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.community.write({"reading_day_from": 25, "reading_day_to": 3})
        cls.water = cls.make_standard("T-W", cls.item, 3, method="metered")
        cls.meter, cls.foreign = (
            cls.env["property.meter"].create(
                {
                    "code": f"W{unit.code}",
                    "unit_id": unit.id,
                    "standard_id": cls.water.id,
                    "digits": 4,
                    "initial_date": "2025-12-31",
                    "initial_value": 9960,
                }
            )
            for unit in cls.units[:2]
        )
        cls.env["property.meter.reading"].create(
            [
                {"meter_id": cls.meter.id, "date": day, "value": value}
                for day, value in (
                    ("2026-01-31", 9970),
                    ("2026-02-28", 9980),
                    ("2026-03-31", 9990),
                )
            ]
        )
        cls.Submission = cls.env["property.meter.submission"]

    @classmethod
    def submit(cls, value, day="2026-04-30", meter=None, **values):
        return cls.Submission.create(
            {
                "meter_id": (meter or cls.meter).id,
                "partner_id": cls.owner.id,
                "date": day,
                "value": value,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestSubmission(SubmissionCase):
    """What owners send is no reading until staff confirm it."""

    def test_a_usual_reading_is_confirmed_and_billed_from(self):
        row = self.submit(9999)
        self.assertFalse(self.meter.reading_ids.filtered(lambda r: r.value == 9999))
        self.assertEqual((row.usage, row.is_lower, row.is_high), (9, False, False))
        row.with_user(self.cashier).action_confirm()
        self.assertEqual(row.state, "confirmed")
        self.assertEqual(row.reading_id.value, 9999)
        self.assertEqual(row.reading_id.kind, "regular")
        run = self.make_run("2026-04-01", "2026-04-30")
        run.action_compute()
        self.assertIn(27, run.line_ids.mapped("amount"))

    def test_a_lower_reading_waits_until_somebody_says_it_passed_zero(self):
        """4 after 9990 of four digits: 14 used, as design rule 7 has it."""
        row = self.submit(4)
        self.assertTrue(row.is_lower)
        self.assertEqual((row.previous_value, row.usage), (9990, 14))
        with self.assertRaisesRegex(UserError, "less than the 9990 before"):
            row.action_confirm()
        row.is_rollover = True
        row.action_confirm()
        run = self.make_run("2026-04-01", "2026-04-30")
        run.action_compute()
        line = run.line_ids.filtered(lambda line: line.reading_id == row.reading_id)
        self.assertEqual((line.quantity, line.amount), (14, 42))

    def test_more_than_three_times_the_usual_is_pointed_out_and_not_blocked(self):
        meters = self.meter
        checks = meters._check_readings(
            [
                (self.meter, date(2026, 4, 30), Decimal(value))
                for value in ("9999", "20", "25")
            ]
        )
        self.assertEqual([check.is_high for check in checks], [False, False, True])
        row = self.submit(25, is_rollover=True)
        self.assertTrue(row.is_high)
        row.action_confirm()
        self.assertEqual(row.state, "confirmed")

    def test_many_are_confirmed_at_once_and_odd_ones_stay(self):
        good, odd = self.submit(9999), self.submit(4, meter=self.foreign)
        result = (good + odd).with_user(self.cashier).action_confirm()
        self.assertEqual((good.state, odd.state), ("confirmed", "sent"))
        self.assertIn("1 readings confirmed", result["params"]["message"])
        self.assertIn(odd.meter_id.code, result["params"]["message"])

    def test_a_reading_of_that_day_or_later_leaves_nothing_to_confirm(self):
        with self.assertRaisesRegex(UserError, "as late as this one"):
            self.submit(9995, "2026-03-31").action_confirm()

    def test_what_is_sent_anew_takes_the_place_of_what_waits(self):
        first = self.submit(9998)
        second = self.submit(9999)
        self.assertEqual((first.state, second.state), ("replaced", "sent"))

    def test_a_refusal_has_a_reason_and_no_state_is_written_by_hand(self):
        row = self.submit(9999)
        with self.assertRaisesRegex(ValidationError, "the owner reads it"):
            row.action_refuse()
        row.refusal_reason = "Photo of another meter"
        row.action_refuse()
        self.assertEqual(row.state, "refused")
        with self.assertRaisesRegex(UserError, "is decided"):
            row.value = 1
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            row.state = "confirmed"

    def test_a_correction_counts_and_a_new_meter_starts_anew(self):
        reading = self.meter.reading_ids.sorted("date")[2]
        self.env["property.meter.reading"].create(
            {
                "meter_id": self.meter.id,
                "date": "2026-04-02",
                "value": 9985,
                "kind": "correction",
                "corrects_id": reading.id,
            }
        )
        [check] = self.meter._check_readings(
            [(self.meter, date(2026, 4, 30), Decimal(9990))]
        )
        self.assertEqual(check.usage, 5)
        self.env["property.meter.reading"].create(
            {
                "meter_id": self.meter.id,
                "date": "2026-04-10",
                "value": 9988,
                "kind": "replacement",
                "new_value": 3,
            }
        )
        [check] = self.meter._check_readings(
            [(self.meter, date(2026, 4, 30), Decimal(10))]
        )
        self.assertEqual((check.usage, check.is_lower), (7, False))

    def test_checking_many_meters_takes_no_more_queries(self):
        def count(meters):
            self.env.flush_all()
            self.env.invalidate_all()
            meters.mapped("digits")
            before = self.env.cr.sql_log_count
            meters._check_readings(
                [(meter, date(2026, 4, 30), Decimal(1)) for meter in meters]
            )
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(self.meter), count(self.meter + self.foreign))

    def test_the_window_may_span_two_months(self):
        opened = [
            day
            for day in range(1, 31)
            if self.community._is_reading_window_open(date(2026, 4, day))
        ]
        self.assertEqual(opened, [1, 2, 3, 25, 26, 27, 28, 29, 30])
        self.community.reading_day_from = 0
        self.assertFalse(self.community._is_reading_window_open(date(2026, 4, 30)))


@tagged("post_install", "-at_install")
class TestPortalReadings(SubmissionCase):
    """Owners send readings with their phone."""

    def setUp(self):
        super().setUp()
        self.authenticate("portal-ann", "portal-ann")
        self.url = f"/my/units/{self.unit.id}/readings"

    def send(self, value, photo=PIXEL, meter=None, url=None, **data):
        meter = meter or self.meter
        files = {f"photo_{meter.id}": ("dial.png", photo)} if photo else None
        return self.url_open(
            url or self.url,
            data={
                "csrf_token": Request.csrf_token(self),
                f"value_{meter.id}": value,
                **data,
            },
            files=files,
        )

    def waiting(self):
        return self.Submission.search([("state", "=", "sent")])

    @freeze_time("2026-04-30")
    def test_a_reading_with_a_photo_waits_for_staff(self):
        self.assertIn("9990", self.url_open(self.url).text)
        answer = self.send("9999")
        self.assertIn("Thank you", answer.text)
        row = self.waiting()
        self.assertEqual((row.meter_id, row.value), (self.meter, 9999))
        self.assertEqual(row.partner_id, self.owner)
        self.assertTrue(row.photo)
        self.assertFalse(row.reading_id)

    @freeze_time("2026-04-30")
    def test_an_odd_reading_is_asked_about_and_then_taken(self):
        answer = self.send("4")
        self.assertIn("less than the reading before", answer.text)
        self.assertFalse(self.waiting())
        self.send("4", **{f"sure_{self.meter.id}": "1"})
        self.assertEqual(self.waiting().value, 4)
        answer = self.send("9999.5")
        self.assertIn("Thank you", answer.text)

    @freeze_time("2026-04-30")
    def test_what_is_no_reading_and_no_photo_is_told(self):
        for value, words in (
            ("abc", "is not a reading"),
            ("-1", "is not a reading"),
            ("NaN", "is not a reading"),
            ("10000", "has 4 digits"),
        ):
            self.assertIn(words, self.send(value).text)
        self.assertIn("Add a photo", self.send("9999", photo=None).text)
        self.assertIn("is not a photo", self.send("9999", photo=b"MZ\x90").text)
        self.assertFalse(self.waiting())
        self.community.reading_photo_required = False
        self.send("9999", photo=None)
        self.assertTrue(self.waiting())

    @freeze_time("2026-04-20")
    def test_outside_the_window_nothing_is_taken(self):
        self.assertIn("from day 25 to day 3", self.url_open(self.url).text)
        self.send("9999")
        self.assertFalse(self.waiting())

    @freeze_time("2026-04-30")
    def test_a_meter_of_somebody_else_takes_nothing(self):
        self.send("9999", meter=self.foreign)
        self.assertFalse(self.waiting())
        url = f"/my/units/{self.units[1].id}/readings"
        self.assertEqual(
            self.send("9999", meter=self.foreign, url=url).status_code, 404
        )
        self.assertFalse(self.waiting())
