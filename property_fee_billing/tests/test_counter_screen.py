import json
from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import Form, new_test_user, tagged

from .money_case import MoneyCase


@tagged("post_install", "-at_install")
class TestCounterScreen(MoneyCase):
    """What the counter screen asks for around an account."""

    def test_it_begins_at_the_desk_of_the_open_session(self):
        other = self.community.copy({"code": "OPAL", "name": "Opal Court"})
        other.member_ids = self.cashier
        start = self.desk.get_start()
        self.assertEqual(
            [(row["name"], row["is_open"]) for row in start["communities"]],
            [("Jade Garden", True), ("Opal Court", False)],
        )
        self.assertEqual(start["desk"]["community"]["id"], self.community.id)
        self.assertEqual(start["desk"]["session"]["name"], self.session.name)
        asked = self.desk.get_start(other.id)["desk"]
        self.assertEqual(asked["community"]["id"], other.id)
        self.assertIs(asked["session"], False)

    def test_with_no_session_and_several_communities_the_cashier_chooses(self):
        other = self.community.copy({"code": "OPAL", "name": "Opal Court"})
        other.member_ids = self.cashier
        self.session.sudo().unlink()
        self.assertFalse(self.desk.get_start()["desk"])
        other.member_ids -= self.cashier
        self.assertEqual(
            self.desk.get_start()["desk"]["community"]["id"], self.community.id
        )

    def test_a_cashier_sees_own_communities_only(self):
        stranger = new_test_user(
            self.env, "stranger", "property_fee_billing.group_cashier"
        )
        desk = self.desk.with_user(stranger)
        self.assertEqual(desk.get_start(), {"communities": [], "desk": False})
        with self.assertRaises(AccessError):
            desk.get_desk(self.community.id)
        front = new_test_user(
            self.env, "front", "property_fee_billing.group_front_desk"
        )
        with self.assertRaises(AccessError):
            self.desk.with_user(front).get_start()

    def test_the_next_session_begins_with_the_last_count(self):
        self.take(self.unit, cash=50)
        self.session.counted_amount = 150
        self.session.action_close()
        self.assertEqual(self.desk.get_desk(self.community.id)["opening_amount"], 150)

    def test_the_count_is_typed_in_the_closing_window(self):
        self.take(self.unit, cash=50, bank=20)
        action = self.session.action_open_close()
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        with Form(self.session.with_user(self.cashier), view=view) as form:
            self.assertEqual(form.expected_amount, 150)
            self.assertEqual(
                form.method_amounts,
                f"Drawer: {self.session.currency_id.format(50)}\n"
                f"Bank: {self.session.currency_id.format(20)}",
            )
            form.counted_amount = 149
            self.assertEqual(form.difference, -1)
            form.counted_amount = 150
            self.assertEqual(form.difference, 0)
        self.session.action_close()
        self.assertEqual(self.session.state, "closed")

    def test_a_session_can_be_opened_from_its_form(self):
        self.session.sudo().unlink()
        sessions = self.env["property.cashier.session"].with_user(self.cashier)
        with Form(sessions) as form:
            form.community_id = self.community
            form.opening_amount = 30
        self.assertEqual(form.record.expected_amount, 30)

    def test_a_receipt_says_how_it_was_paid_and_what_stayed(self):
        receipt = self.take(self.unit, cash=50, bank=20)
        self.assertEqual(receipt.method_names, "Drawer, Bank")
        self.assertEqual(receipt.net_amount, 70)
        receipt.with_user(self.cashier)._void("Wrong unit")
        self.assertEqual(receipt.net_amount, 0)

    def test_receipts_of_the_session_newest_first(self):
        self.make_bill(self.unit, [(self.item, 30)])
        first = self.take(self.unit, cash=30)
        second = self.take(self.units[1], cash=20)
        first.with_user(self.cashier)._void("Wrong unit")
        rows = self.desk.get_receipts(self.community.id)
        self.assertEqual(
            [(row["name"], row["unit"], row["amount"], row["is_void"]) for row in rows],
            [
                (second.name, "3-1202", 20, False),
                (first.name, "3-1201", 30, True),
            ],
        )

    def test_an_account_is_plain_data(self):
        self.make_bill(self.unit, [(self.item, 827.90), (self.parking, 150)])
        account = self.desk.get_account(self.community.id, unit_id=self.unit.id)
        self.assertEqual(json.loads(json.dumps(account))["unit"], account["unit"])
        [bill] = account["bills"]
        self.assertEqual(bill["partner_id"], self.owner.id)
        self.assertEqual(bill["items"], "Parking, Property Service")
        self.assertEqual((bill["date_from"], bill["date_to"]), ("2026-01-01",) * 2)
        self.assertEqual(
            [method["name"] for method in account["methods"]], ["Drawer", "Bank"]
        )

    def test_other_units_of_the_payer(self):
        """What the payer owes for another unit is shown beside this one's bills."""
        self.units[2].ownership_ids.partner_id = self.owner
        self.make_bill(self.unit, [(self.item, 30)])
        self.make_bill(self.units[1], [(self.item, 20)])
        self.make_bill(self.units[2], [(self.item, 55)], "2026-01-02")
        account = self.desk.get_account(self.community.id, self.unit.id)
        self.assertEqual(account["other"], {"count": 1, "amount": 55.0})
        account = self.desk.get_account(self.community.id, partner_id=self.owner.id)
        self.assertEqual(account["other"], {"count": 0, "amount": 0.0})
        self.assertEqual([bill["residual"] for bill in account["bills"]], [30, 55])

    def test_money_for_no_bill_is_kept_if_the_payer_says_so(self):
        bill = self.make_bill(self.unit, [(self.item, 100)])
        receipt = self.take(self.unit, cash=60, is_designated=True)
        self.assertEqual((receipt.credit_amount, bill.amount_residual), (60, 100))
        self.assertTrue(receipt.is_designated)

    def test_all_bills_as_shown_are_not_the_payers_choice(self):
        bill = self.make_bill(self.unit, [(self.item, 100)])
        receipt = self.take(
            self.unit, bills=[(bill, 100)], cash=100, is_designated=False
        )
        self.assertFalse(receipt.is_designated)
        self.assertEqual(bill.payment_state, "paid")

    def test_a_part_is_spread_over_the_ticked_bills(self):
        first = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        second = self.make_bill(self.unit, [(self.item, 100)], "2026-02-01")
        spread = self.desk.distribute(self.community.id, 120, self.unit.id)
        self.assertEqual(
            [(item["id"], item["amount"]) for item in spread],
            [(first.id, 100), (second.id, 20)],
        )
        [item] = self.desk.distribute(
            self.community.id, 50, self.unit.id, bill_ids=second.ids
        )
        self.assertEqual((item["id"], item["amount"]), (second.id, 50))

    def test_a_session_busy_elsewhere_is_named(self):
        with (
            patch.object(
                type(self.session), "lock_for_update", side_effect=LockError("busy")
            ),
            self.assertRaisesRegex(UserError, "busy in another window"),
        ):
            self.take(self.unit, cash=10)

    def test_paying_ahead_stays_at_the_counter(self):
        self.charge(self.unit)
        account = self.desk.get_account(self.community.id, self.unit.id)
        self.assertIn("prepayment", [row["key"] for row in account["actions"]])
        action = self.desk.open_account_action(
            "prepayment", self.community.id, self.unit.id
        )
        self.assertEqual(action["context"]["default_unit_id"], self.unit.id)
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.cashier)
            .with_context(**action["context"])
            .create({})
        )
        wizard.months = 2
        self.assertEqual(wizard.action_bill()["type"], "ir.actions.act_window_close")
        [bill] = self.desk.get_account(self.community.id, self.unit.id)["bills"]
        self.assertEqual(bill["residual"], 500.47)

    def test_unknown_buttons_are_refused(self):
        with self.assertRaisesRegex(UserError, "cannot be done here"):
            self.desk.open_account_action("session", self.community.id, self.unit.id)
