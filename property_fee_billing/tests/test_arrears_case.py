from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.fields import Domain
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .collection_case import CollectionCase


class ArrearsCase(CollectionCase):
    """The collector's community with what opens and closes cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Case = cls.env["property.arrears.case"]
        cls.community.collector_id = cls.collector

    @classmethod
    def sync(cls, day):
        """What the scheduled job does with the community on a day.

        :return: the open cases, as the collector sees them
        """
        with freeze_time(day):
            cases = cls.Case._sync(cls.community)
            cases._check_promises()
            cases._remind_of_causes()
            cls.env.flush_all()
            cls.env.invalidate_all()
        return cases.with_user(cls.collector)

    @classmethod
    def figures(cls, cases, day):
        """``[(unit, balance, overdue, bills, stage)]`` of cases on a day."""
        cls.env.invalidate_all()
        with freeze_time(day):
            return [
                (
                    case.unit_id.code,
                    case.balance,
                    case.amount_overdue,
                    case.bill_count,
                    case.stage,
                )
                for case in cases.sorted(lambda case: case.unit_id.code)
            ]


@tagged("post_install", "-at_install")
class TestArrearsCase(ArrearsCase):
    """A case is open while something is overdue, and says what the ledger says."""

    def test_it_opens_when_something_is_overdue_and_closes_when_nothing_is(self):
        """Due on 31 January."""
        bill = self.make_bill(self.unit, [(self.item, 250.24)], "2026-01-01")
        self.make_bill(self.unit, [(self.parking, 300)], "2026-02-01")
        self.make_bill(self.units[1], [(self.item, 100)], "2026-01-15")
        self.assertFalse(self.sync("2026-01-31"))
        case = self.sync("2026-02-01")
        self.assertEqual(
            self.figures(case, "2026-02-01"), [("3-1201", 550.24, 250.24, 1, "new")]
        )
        self.assertRegex(case.name, r"^ARR/\d{4}/\d{5}$")
        self.assertEqual(case.partner_id, self.owner)
        self.assertEqual(case.user_id, self.collector)
        self.assertEqual(case.opened_on, date(2026, 2, 1))
        # the same night again, and the next: nothing else is opened
        self.assertEqual(self.sync("2026-02-02"), case)
        both = self.sync("2026-02-15")
        self.assertEqual(len(both), 2)
        with freeze_time("2026-02-16"):
            self.take(self.unit, bills=[(bill, 250.24)], cash=250.24)
        self.assertEqual(
            self.figures(case, "2026-02-16"), [("3-1201", 300, 0, 0, "new")]
        )
        left = self.sync("2026-02-17")
        self.assertEqual(left, both - case)
        self.assertEqual(case.stage, "closed")
        self.assertEqual(case.closed_on, date(2026, 2, 17))
        self.assertEqual(case.balance, 0)
        # the parking bill opens another one; the first stays as it was
        again = self.sync("2026-03-10") - left
        self.assertEqual(again.unit_id, self.unit)
        self.assertNotEqual(again, case)
        self.assertEqual(
            self.figures(again, "2026-03-10"), [("3-1201", 300, 300, 1, "new")]
        )

    def test_a_debtor_has_one_open_case_for_a_unit(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        case = self.sync("2026-02-10")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.Case.create(
                {"unit_id": self.unit.id, "partner_id": case.partner_id.id}
            )

    def test_the_figures_are_those_of_the_bills(self):
        """By SQL for many, and as `account.move` says, one by one."""
        first = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        self.make_bill(self.unit, [(self.item, 50)], "2026-01-11")
        self.make_bill(self.units[1], [(self.item, 70)], "2026-01-05")
        cases = self.sync("2026-02-20")
        with freeze_time("2026-02-20"):
            self.take(self.unit, bills=[(first, 30)], cash=30)
            self.env.invalidate_all()
            Move = self.env["account.move"]
            for case in cases:
                bills = Move.search(
                    Move._get_overdue_domain()
                    & Domain("fee_unit_id", "=", case.unit_id.id)
                )
                self.assertEqual(
                    case.amount_overdue, sum(bills.mapped("amount_residual"))
                )
                self.assertEqual(case.bill_count, len(bills))
                self.assertEqual(
                    case.overdue_since, min(bills.mapped("invoice_date_due"))
                )
                self.assertEqual(
                    case.limitation_date, min(bills.mapped("limitation_date"))
                )
            by_amount = self.Case.search(
                [("id", "in", cases.ids)], order="amount_overdue desc"
            )
            self.assertEqual(by_amount.mapped("amount_overdue"), [120, 70])
            by_lapse = self.Case.search(
                [("id", "in", cases.ids)], order="limitation_date"
            )
            # the part payment restarted the first bill, not the second of the unit
            self.assertEqual(by_lapse.unit_id, self.units[1] + self.unit)
            self.assertEqual(
                self.Case.search(
                    [("amount_overdue", ">", 100), ("id", "in", cases.ids)]
                ).unit_id,
                self.unit,
            )
            [[total]] = self.Case._read_group(
                [("id", "in", cases.ids)], [], ["amount_overdue:sum"]
            )
            self.assertEqual(total, 190)
