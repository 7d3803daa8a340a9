from odoo.tests import tagged

from .money_case import MoneyCase
from .tour_case import TourCase


@tagged("post_install", "-at_install")
class TestCounterTour(MoneyCase, TourCase):
    """A cashier at the counter, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the cashier opens one on the screen; the name is HttpCase's
        cls.session.sudo().unlink()
        cls.session = None

    def test_a_cashier_takes_money(self):
        """Cash for two bills, a part in two methods, a part of what is due, a bill
        that somebody else took money for meanwhile; then the session is closed."""
        january = self.make_bill(self.unit, [(self.item, 827.90)], "2026-01-01")
        february = self.make_bill(self.unit, [(self.item, 150)], "2026-02-01")
        part = self.make_bill(self.units[1], [(self.item, 827.90)], "2026-01-02")
        raced = self.make_bill(self.units[2], [(self.item, 100)], "2026-01-03")

        self.start_tour("/odoo", "property_fee_counter", login="cashier")

        self.assertEqual((january + february).mapped("payment_state"), ["paid"] * 2)
        self.assertEqual(part.amount_residual, 300)
        self.assertEqual(raced.amount_residual, 0)
        receipts = self.env["property.receipt"].search(
            [("community_id", "=", self.community.id)], order="id"
        )
        self.assertEqual(receipts.mapped("amount"), [977.90, 500, 27.90, 40, 60])
        self.assertEqual(receipts.mapped("user_id"), self.cashier)
        self.assertEqual(
            receipts.mapped("is_designated"), [False, True, False, False, False]
        )
        in_two = receipts[1].payment_ids
        self.assertEqual(
            [(pay.journal_id.name, pay.amount) for pay in in_two.sorted("amount")],
            [("Bank", 200), ("Drawer", 300)],
        )
        self.assertIn("SLIP 7", in_two.mapped("payment_reference"))
        self.assertEqual(receipts[4].note, "For Cid")
        session = receipts.session_id
        self.assertEqual(session.state, "closed")
        self.assertEqual(session.opening_amount, 100)
        self.assertEqual(session.total_amount, 1605.80)
        self.assertEqual(session.expected_amount, 1505.80)


@tagged("post_install", "-at_install")
class TestCounterTourInChinese(TestCounterTour):
    """The same at a counter of mainland China."""

    tour_lang = "zh_CN"
