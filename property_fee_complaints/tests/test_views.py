"""Every screen of the app loads for everyone who may open it, every filter and grouping
works, and a complaint can be entered as a person would."""

import ast

from lxml import etree

from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .complaint_case import MODULE, ComplaintCase


@tagged("post_install", "-at_install")
class TestViews(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env, "complaint-clerk", "property_fee_billing.group_front_desk"
        )
        cls.auditor = new_test_user(
            cls.env, "complaint-auditor", "property_fee_billing.group_auditor"
        )
        cls.community.member_ids += cls.clerk
        cls.complaint = cls.complain("2026-01-05 10:00")

    @classmethod
    def records(cls, model):
        """This addon's records of a kind."""
        ids = (
            cls.env["ir.model.data"]
            .search([("module", "=", MODULE), ("model", "=", model)])
            .mapped("res_id")
        )
        return cls.env[model].browse(ids)

    def actions(self, user):
        """The window actions of the menus that a user sees."""
        visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        menus = self.records("ir.ui.menu").filtered(lambda menu: menu.id in visible)
        return [menu.action for menu in menus if menu.action]

    def test_each_screen_loads_for_each_role(self):
        for user, least in (
            (self.clerk, 4),
            (self.auditor, 8),
            (self.agent, 10),
            (self.complaint_manager, 16),
        ):
            actions = self.actions(user)
            self.assertGreaterEqual(len(actions), least, user.login)
            for action in actions:
                model = self.env[action.res_model].with_user(user)
                for kind in action.view_mode.split(","):
                    with self.subTest(user=user.login, action=action.name, view=kind):
                        view = model.get_views([(False, kind), (False, "search")])
                        names = view["models"][action.res_model]["fields"]
                        model.search([], limit=3).read(list(names))

    def test_filters_and_groupings_work(self):
        for view in self.records("ir.ui.view").filtered(
            lambda view: view.type == "search"
        ):
            model = self.env[view.model].with_user(self.complaint_manager)
            arch = etree.fromstring(model.get_view(view.id, "search")["arch"])
            for node in arch.iter("filter"):
                with self.subTest(model=view.model, filter=node.get("name")):
                    if node.get("domain"):
                        domain = safe_eval(
                            node.get("domain"), {"uid": self.complaint_manager.id}
                        )
                        model.search(domain, limit=1)
                    group = ast.literal_eval(node.get("context") or "{}")
                    if group.get("group_by"):
                        model.formatted_read_group([], [group["group_by"]])

    def test_a_clerk_enters_a_complaint(self):
        form = Form(self.env["property.complaint"].with_user(self.clerk))
        form.subject = "Waste beside the bins"
        form.unit_id = self.unit
        form.category_id = self.category("cleaning")
        form.subcategory_id = self.category("clean_waste")
        self.assertEqual(form.community_id, self.community)
        self.assertEqual(form.partner_id, self.owner)
        complaint = form.save()
        self.assertTrue(complaint.name.startswith("C"))
        self.assertEqual(complaint.sla_state, "on_track")

    def test_another_category_empties_the_sub_category(self):
        form = Form(self.complaint.with_user(self.agent))
        form.subcategory_id = self.category("clean_waste")
        form.category_id = self.category("noise")
        self.assertFalse(form.subcategory_id)

    def test_an_agent_promises_a_waiver_of_the_disputed_line(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24)])
        self.complaint.line_ids = [
            (0, 0, {"move_line_id": bill.invoice_line_ids.id}),
        ]
        form = Form(
            self.env["property.complaint.remedy"]
            .with_user(self.agent)
            .with_context(default_complaint_id=self.complaint.id)
        )
        form.kind = "waiver"
        form.name = "Service not given"
        self.assertEqual(form.move_line_id, bill.invoice_line_ids)
        self.assertEqual(form.amount, 250.24)
        self.assertEqual(form.save().state, "draft")

    def test_the_team_counts_what_is_open(self):
        self.assertEqual((self.team.open_count, self.team.unassigned_count), (1, 0))
        self.complaint.user_id = False
        self.assertEqual(self.team.unassigned_count, 1)
        action = self.team.action_open_complaints()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.complaint)
