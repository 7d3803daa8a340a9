from psycopg2 import IntegrityError
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PropertyFeeCommon


@tagged("post_install", "-at_install")
class TestExactlyOnce(PropertyFeeCommon):
    """The database itself refuses a second line for the same days of a charge, and
    what is stored in bulk is what was computed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first_charge = cls.charge(cls.unit)
        cls.month = cls.make_run("2026-03-01", "2026-03-31")

    def store(self, date_from, date_to, run=None, **values):
        """Bulk-insert a line of the first charge; how many the run then has."""
        run = run or self.month
        row = {
            "kind": "recurring",
            "unit_id": self.unit.id,
            "partner_id": self.unit.payer_id.id,
            "item_id": self.item.id,
            "rate_id": self.standard.rate_ids.id,
            "recurring_charge_id": self.first_charge.id,
            "date_from": date_from,
            "date_to": date_to,
            "amount": "1.00",
            **values,
        }
        self.insert([row], run)
        run.invalidate_recordset()
        return len(run.line_ids)

    def insert(self, rows, run):
        self.env.flush_all()
        self.env["property.billing.loader"]._insert(
            "property.fee.line",
            rows,
            {"run_id": run.id, "community_id": self.community.id, "state": "draft"},
        )

    def test_no_day_of_a_charge_has_two_lines(self):
        self.assertEqual(self.store("2026-03-10", "2026-03-20"), 1)
        for first, last in (
            ("2026-03-10", "2026-03-20"),
            ("2026-03-01", "2026-03-10"),
            ("2026-03-20", "2026-03-31"),
            ("2026-03-15", "2026-03-15"),
            ("1999-01-01", "2099-12-31"),
        ):
            self.assertEqual(self.store(first, last), 1, f"{first} to {last}")
        self.assertEqual(self.store("2026-03-01", "2026-03-09"), 2)
        self.assertEqual(self.store("2026-03-21", "2026-03-31"), 3)

    def test_other_charges_have_days_of_their_own(self):
        self.store("2026-03-01", "2026-03-31")
        for unit in self.units - self.unit:
            lines = len(self.month.line_ids)
            charge = self.charge(unit)
            values = {"unit_id": unit.id, "recurring_charge_id": charge.id}
            stored = self.store("2026-03-01", "2026-03-31", **values)
            self.assertEqual(stored, lines + 1)

    def test_cancelled_lines_free_their_days(self):
        self.store("2026-03-01", "2026-03-31")
        self.month.line_ids.state = "cancelled"
        self.assertEqual(self.store("2026-03-01", "2026-03-31"), 2)

    def test_the_refusal_comes_from_the_database(self):
        self.store("2026-03-01", "2026-03-31")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ExclusionViolation),
        ):
            self.month.line_ids.copy({"date_from": "2026-03-31"})

    def test_a_batch_with_a_conflict_keeps_its_other_lines(self):
        self.store("2026-03-01", "2026-03-31")
        other = self.make_run("2026-03-01", "2026-04-30")
        row = {
            "kind": "recurring",
            "unit_id": self.unit.id,
            "partner_id": self.unit.payer_id.id,
            "item_id": self.item.id,
            "recurring_charge_id": self.first_charge.id,
            "amount": "1.00",
        }
        self.insert(
            [
                {**row, "date_from": "2026-03-01", "date_to": "2026-03-31"},
                {**row, "date_from": "2026-04-01", "date_to": "2026-04-30"},
            ],
            other,
        )
        other.invalidate_recordset()
        self.assertEqual(str(other.line_ids.date_from), "2026-04-01")

    def test_any_text_is_stored_as_it_is(self):
        text = 'C:\\new\ttab\nline\rreturn \\N "quoted" 物业费 \\.'
        self.store("2026-03-01", "2026-03-31", explanation={"description": text})
        self.assertEqual(self.month.line_ids.explanation, {"description": text})
        self.insert_refusal(text)
        self.assertEqual(self.month.refusal_ids.detail, text)
        self.assertFalse(self.month.refusal_ids.item_id)

    def insert_refusal(self, detail):
        row = {"unit_id": self.unit.id, "reason": "no_payer", "detail": detail}
        self.env["property.billing.loader"]._insert(
            "property.billing.refusal",
            [{**row, "item_id": None}],
            {
                "run_id": self.month.id,
                "community_id": self.community.id,
                "company_id": self.company.id,
            },
        )
        self.month.invalidate_recordset()

    def test_what_a_line_rests_on_cannot_be_deleted(self):
        self.store("2026-03-01", "2026-03-31")
        self.assertEqual(self.month.line_ids.standard_id, self.standard)
        for record, error in (
            (self.first_charge, UserError),
            (self.standard, IntegrityError),
            (self.item, IntegrityError),
            (self.unit.payer_id, IntegrityError),
        ):
            with (
                self.subTest(record=record),
                mute_logger("odoo.sql_db"),
                self.assertRaises(error),
            ):
                record.unlink()
