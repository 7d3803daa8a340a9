from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import PropertyFeeCommon


@tagged("post_install", "-at_install")
class TestIsolation(PropertyFeeCommon):
    """Staff see their own communities; companies do not see each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge(cls.unit)
        cls.bill_month(2026, 1)
        cls.users = {
            name: new_test_user(cls.env, name, f"property_fee_billing.{name}")
            for name in ("group_front_desk", "group_fee_manager", "group_auditor")
        }

    def models_of_a_community(self):
        """Every model of this addon with a community of its own."""
        return [
            name
            for name, model in self.env.registry.items()
            if name.startswith("property.")
            and not model._abstract
            and not model._transient
            and "community_id" in model._fields
        ]

    def test_staff_of_another_community_see_nothing(self):
        stranger = self.users["group_fee_manager"]
        for name in [*self.models_of_a_community(), "property.community"]:
            model = self.env[name].with_user(stranger)
            field = "id" if name == "property.community" else "community_id"
            if model.has_access("read"):
                self.assertFalse(
                    model.search_count([(field, "=", self.community.id)]), name
                )
        moves = self.env["account.move"].with_user(stranger)
        self.assertFalse(moves.search([("fee_community_id", "=", self.community.id)]))

    def test_members_see_their_community(self):
        clerk = self.users["group_front_desk"]
        self.community.member_ids = [Command.link(clerk.id)]
        lines = self.env["property.fee.line"].with_user(clerk)
        self.assertEqual(
            lines.search([("community_id", "=", self.community.id)]).unit_id.code,
            "3-1201",
        )

    def test_the_auditor_reads_all_and_changes_nothing(self):
        auditor = self.users["group_auditor"]
        for name in [*self.models_of_a_community(), "property.community"]:
            model = self.env[name].with_user(auditor)
            self.assertTrue(model.has_access("read"), name)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(operation), f"{name} {operation}")
        self.assertTrue(self.community.with_user(auditor).name)

    def test_the_front_desk_neither_prices_nor_bills(self):
        clerk = self.users["group_front_desk"]
        self.community.member_ids = [Command.link(clerk.id)]
        for name in (
            "property.fee.rate",
            "property.fee.standard",
            "property.billing.run",
            "property.fee.line",
        ):
            model = self.env[name].with_user(clerk)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(operation), f"{name} {operation}")

    def test_who_may_not_bill_can_neither_compute_post_nor_cancel(self):
        run = self.make_run("2026-02-01", "2026-02-28")
        for name in ("group_front_desk", "group_auditor"):
            user = self.users[name]
            self.community.member_ids = [Command.link(user.id)]
            for action in ("action_compute", "action_post", "action_cancel"):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(run.with_user(user), action)()
        self.assertEqual(run.state, "draft")
        self.assertFalse(run.line_ids)

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other Manager"})
        user = new_test_user(
            self.env,
            "other-company",
            "property_fee_billing.group_administrator",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for name in [*self.models_of_a_community(), "property.community"]:
            self.assertFalse(self.env[name].with_user(user).search_count([]), name)

    def test_every_model_has_access_rights_and_rules(self):
        for name in self.models_of_a_community():
            access = self.env["ir.model.access"].search([("model_id.model", "=", name)])
            self.assertTrue(access, name)
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", name), ("groups", "=", False)]
            )
            self.assertGreaterEqual(len(rules), 2, name)

    def test_a_stranger_cannot_open_a_record_by_its_id(self):
        stranger = self.users["group_fee_manager"]
        with self.assertRaises(AccessError):
            self.unit.with_user(stranger).code  # noqa: B018
        with self.assertRaises(AccessError):
            self.env["property.billing.run"].search([], limit=1).with_user(
                stranger
            ).action_cancel()
