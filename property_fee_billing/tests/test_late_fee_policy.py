from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .late_fee_case import LateFeeCase

PAID = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestLateFeePolicy(LateFeeCase):
    def test_a_policy_that_was_used_is_followed_not_edited(self):
        """A new contract halves the rate for bills due from July; those due before
        go on by what was agreed then."""
        old = self.late_bill()
        old._post_late_fees(date(2025, 5, 31))
        with self.assertRaisesRegex(UserError, "Daily Rate"):
            self.policy.daily_percent = 0.025
        action = self.policy.with_user(self.manager).action_new_version()
        follower = self.env["property.late.fee.policy"].browse(action["res_id"])
        follower.write({"daily_percent": 0.025, "date_from": "2025-07-01"})
        self.assertEqual(self.community.late_fee_policy_id, follower)
        new = self.late_bill(day="2025-07-01")
        self.assertLateFee(old, "2025-06-30", 12.42)
        self.assertLateFee(new, "2025-07-26", 2.07)  # 10 days
        follower.previous_id = False
        self.assertLateFee(old, "2025-06-30", 0.0)

    def test_refusals(self):
        for message, values in (
            ("class Late Fee", {"fee_item_id": self.item.id}),
            ("bears no late fee", {"item_ids": self.late_item.ids}),
            ("follow itself", {"previous_id": self.policy.id, "date_from": PAID}),
        ):
            with (
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self.policy.write(values)
            self.env.invalidate_all(flush=False)
        top = self.env["account.tax"].create(
            {
                "name": "VAT on top",
                "amount": 6,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
            }
        )
        bill = self.late_bill()
        self.late_item.tax_ids = top
        with self.assertRaisesRegex(ValidationError, "VAT on top"):
            bill._post_late_fees(PAID)
        self.late_item.tax_ids = False
        self.assertEqual(bill._post_late_fees(PAID).amount_total, 31.46)

    def test_cap(self):
        self.policy.cap_percent = 3
        bill = self.late_bill()
        self.assertLateFee(bill, "2025-06-30", 24.83)
        bill._post_late_fees(PAID)
        self.assertLateFee(bill, "2025-12-31", 0.0)
        self.assertIn("at most 3 % of 827.90", bill.late_fee_ids.explanation_text)

    def test_isolation(self):
        """Staff see the late fees of their own communities."""
        bill = self.late_bill()
        bill._post_late_fees(PAID)
        fees = self.env["property.late.fee"]
        self.assertTrue(fees.with_user(self.manager).search([]))
        stranger = new_test_user(
            self.env, "late-stranger", "property_fee_billing.group_fee_manager"
        )
        self.assertFalse(fees.with_user(stranger).search([]))
