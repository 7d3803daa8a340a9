from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import PropertyFeeCommon


@tagged("post_install", "-at_install")
class TestRate(PropertyFeeCommon):
    """A rate in force is never edited; a later one takes its place."""

    def test_a_rate_in_force_cannot_be_edited(self):
        rate = self.standard.rate_ids
        with self.assertRaisesRegex(UserError, "in force and cannot be edited"):
            rate.price_unit = 3
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            rate.unlink()

    def test_its_tiers_cannot_be_edited_either(self):
        water = self.make_standard(
            "T-W", self.item, 0, method="metered", tier_basis="period",
            tiers=[(18, 2.5), (0, 6.2)],
        )  # fmt: skip
        tiers = water.rate_ids.tier_ids
        with self.assertRaisesRegex(UserError, "tiers cannot be edited"):
            tiers[0].price_unit = 1
        with self.assertRaisesRegex(UserError, "tiers cannot be edited"):
            tiers[0].unlink()
        with self.assertRaisesRegex(UserError, "tiers cannot be edited"):
            self.env["property.fee.rate.tier"].create(
                {"rate_id": water.rate_ids.id, "up_to_qty": 5, "price_unit": 1}
            )

    def test_tiers_in_force_must_have_one_open_end(self):
        with self.assertRaisesRegex(ValidationError, "no upper limit"):
            self.make_standard(
                "T-W", self.item, 0, method="metered", tier_basis="period",
                tiers=[(18, 2.5), (30, 6.2)],
            )  # fmt: skip

    @freeze_time("2026-07-20")
    def test_a_later_rate_supersedes_the_earlier(self):
        old = self.standard.rate_ids
        new = self.set_rate(self.standard, "2026-07-16", 3.10)
        self.assertEqual(old.state, "superseded")
        self.assertEqual(new.state, "in_force")
        self.assertEqual(self.standard.current_rate_id, new)

    def test_a_rate_of_the_future_supersedes_on_its_day(self):
        with freeze_time("2026-07-01"):
            old = self.standard.rate_ids
            self.set_rate(self.standard, "2026-07-16", 3.10)
            self.assertEqual(old.state, "in_force")
        with freeze_time("2026-07-16"):
            self.env["property.fee.rate"]._cron_supersede()
            self.assertEqual(old.state, "superseded")

    def test_a_draft_is_published_and_put_in_force(self):
        rate = self.env["property.fee.rate"].create(
            {
                "standard_id": self.standard.id,
                "date_from": "2026-07-16",
                "price_unit": 3,
            }
        )
        rate.action_publish()
        self.assertEqual(rate.state, "published")
        self.assertTrue(rate.publication_date)
        rate.price_unit = 3.1
        rate.action_put_in_force()
        self.assertEqual(rate.state, "in_force")


@tagged("post_install", "-at_install")
class TestStandard(PropertyFeeCommon):
    def test_a_billed_standard_keeps_its_method(self):
        self.charge(self.unit)
        self.bill_month(2026, 1)
        with self.assertRaisesRegex(ValidationError, "has been billed"):
            self.standard.method = "fixed"

    def test_a_metered_standard_is_no_recurring_charge(self):
        water = self.make_standard("T-W", self.item, 3, method="metered")
        with self.assertRaisesRegex(ValidationError, "is metered"):
            self.charge(self.unit, water)

    def test_a_standard_of_another_community_is_refused(self):
        other = self.env["property.community"].create({"code": "X", "name": "X"})
        foreign = self.make_standard("T-X", self.item, 1, community_id=other.id)
        with self.assertRaisesRegex(ValidationError, "is of community"):
            self.charge(self.unit, foreign)


@tagged("post_install", "-at_install")
class TestConcession(PropertyFeeCommon):
    def concession(self, **values):
        return self.env["property.concession"].create(
            {
                "unit_id": self.unit.id,
                "item_id": self.item.id,
                "factor": 0.7,
                "date_from": "2026-01-01",
                **values,
            }
        )

    def test_only_an_approved_concession_counts(self):
        concession = self.concession()
        self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        self.assertEqual(run.line_ids.amount, 250.24)
        concession.action_approve()
        run.action_compute()
        self.assertEqual(run.line_ids.amount, 175.17)
        self.assertIn("concession: Vacancy", run.line_ids.explanation_text)

    def test_who_decided_and_when_is_kept(self):
        concession = self.concession().with_user(self.manager)
        concession.action_approve()
        self.assertEqual(concession.approved_by_id, self.manager)
        self.assertTrue(concession.approved_on)

    def test_the_front_desk_may_enter_but_not_approve(self):
        clerk = new_test_user(
            self.env, "clerk", "property_fee_billing.group_front_desk"
        )
        self.community.member_ids = [Command.link(clerk.id)]
        concession = self.concession().with_user(clerk)
        concession.factor = 0.6
        with self.assertRaisesRegex(UserError, "Only a fee manager"):
            concession.action_approve()
        with self.assertRaisesRegex(UserError, "Only a fee manager"):
            concession.write({"state": "approved"})

    def test_an_approved_concession_keeps_its_factor(self):
        concession = self.concession(state="approved")
        with self.assertRaisesRegex(UserError, "is approved"):
            concession.factor = 0.1
        concession.date_to = "2026-03-31"
