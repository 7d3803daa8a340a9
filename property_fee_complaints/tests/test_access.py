from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .complaint_case import MODULE, ComplaintCase


@tagged("post_install", "-at_install")
class TestAccess(ComplaintCase):
    """Who may do what with whose complaints. That staff of other communities and of
    other companies see nothing of any model is tested for all addons in
    property_fee_billing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env, "desk-clerk", "property_fee_billing.group_front_desk"
        )
        cls.community.member_ids += cls.clerk
        cls.complaint = cls.complain("2026-01-05 10:00")
        cls.ann, cls.bob = (
            new_test_user(
                cls.env,
                f"portal-{owner.name}",
                "base.group_portal",
                partner_id=owner.id,
            )
            for owner in cls.owners[:2]
        )

    def models(self):
        """Those of this addon; reports on complaints have their own tests."""
        return [
            name
            for name, model in self.env.registry.items()
            if name.startswith("property.complaint")
            and model._original_module == "property_fee_complaints"
            and not model._abstract
        ]

    def test_owners_see_their_own_complaints_and_change_nothing(self):
        complaint = self.complaint.with_user(self.ann)
        self.assertEqual(complaint.subject, "Stairs not cleaned")
        self.assertEqual(
            self.env["property.complaint"].with_user(self.ann).search([], order="id"),
            self.complaint,
        )
        for change in (
            lambda: complaint.write({"subject": "Mine"}),
            lambda: complaint.action_agree(),
            lambda: complaint.unlink(),
            lambda: complaint.create({"subject": "New", "unit_id": self.unit.id}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()

    def test_owners_see_nothing_of_their_neighbours(self):
        complaints = self.env["property.complaint"].with_user(self.bob)
        self.assertFalse(complaints.search([], order="id"))
        with self.assertRaises(AccessError):
            self.complaint.with_user(self.bob).read(["subject"])

    def test_owners_read_nothing_internal(self):
        complaint = self.complaint.with_user(self.ann)
        for name in (
            "findings",
            "cause_id",
            "cause_note",
            "evidence_ids",
            "action_ids",
            "internal_note",
            "responsible_id",
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                complaint.read([name])
        for name in self.models():
            if name in (
                "property.complaint",
                "property.complaint.category",
                "property.complaint.stage",
            ):
                continue
            for user in (self.ann, self.env.ref("base.public_user")):
                self.assertFalse(
                    self.env[name].with_user(user).has_access("read"), name
                )

    def test_the_front_desk_takes_complaints_in_and_decides_none(self):
        complaint = self.complain(
            "2026-01-06 10:00", user=self.clerk, category="noise", user_id=False
        )
        self.assertTrue(complaint.clock_ids)
        complaint.message_post(body="The owner called again.")
        for change in (
            lambda: complaint.action_acknowledge(),
            lambda: complaint.write({"outcome": "valid"}),
            lambda: complaint.unlink(),
            lambda: (
                self.env["property.complaint.remedy"]
                .with_user(self.clerk)
                .create(
                    {
                        "complaint_id": complaint.id,
                        "kind": "apology",
                        "name": "Letter",
                    }
                )
            ),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()

    def test_a_fee_dispute_at_the_front_desk_holds_the_lines(self):
        with freeze_time("2026-01-01"):
            bill = self.make_bill(self.unit, [(self.parking, 150)])
        complaint = self.complain(
            "2026-01-06 10:00", user=self.clerk, category="fee", bill_id=bill.id
        )
        self.assertEqual(complaint.dispute_ids.state, "open")
        self.assertEqual(complaint.dispute_ids.opened_by_id, self.clerk)

    def test_agents_of_another_community_see_nothing(self):
        self.community.member_ids = [Command.unlink(self.second_agent.id)]
        for name in self.models():
            model = self.env[name].with_user(self.second_agent)
            if "community_id" in model._fields:
                self.assertFalse(
                    model.search_count([("community_id", "=", self.community.id)]), name
                )
        with self.assertRaises(AccessError):
            self.complaint.with_user(self.second_agent).read(["subject"])

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other Manager"})
        stranger = new_test_user(
            self.env,
            "other-complaint-manager",
            f"{MODULE}.group_complaint_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for name in self.models():
            if "company_id" in self.env[name]._fields:
                found = self.env[name].with_user(stranger).search([])
                self.assertFalse(found.filtered("company_id"), name)

    def test_agents_keep_neither_the_clocks_nor_the_rules(self):
        for name in ("clock", "sla", "category", "team", "budget", "cause", "stage"):
            model = self.env[f"property.complaint.{name}"].with_user(self.agent)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(operation), f"{name} {operation}")
        for name in ("pause", "escalation"):
            model = self.env[f"property.complaint.{name}"].with_user(self.agent)
            self.assertTrue(model.has_access("create"))
            self.assertFalse(model.has_access("write") or model.has_access("unlink"))

    def test_the_manager_sets_teams_deadlines_and_budgets(self):
        for name in ("sla", "category", "team", "budget", "cause", "stage"):
            model = self.env[f"property.complaint.{name}"].with_user(
                self.complaint_manager
            )
            self.assertTrue(model.has_access("write"), name)

    def test_each_model_has_rows_for_each_role(self):
        for name in self.models():
            rows = self.env["ir.model.access"].search([("model_id.model", "=", name)])
            groups = rows.group_id
            for group in ("group_front_desk", "group_auditor"):
                self.assertIn(
                    self.env.ref(f"property_fee_billing.{group}"),
                    groups,
                    f"{name} {group}",
                )
