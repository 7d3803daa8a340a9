"""A database with demo data; run by `setup/test-install`."""

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestDemonstrated(HttpCase):
    def test_two_months_are_billed(self):
        community = self.env.ref("property_fee_billing.demo_community")
        runs = self.env["property.billing.run"].search(
            [("community_ids", "in", community.ids)]
        )
        self.assertEqual(runs.mapped("state"), ["done", "done"])
        self.assertFalse(runs.refusal_ids.mapped("detail"))
        bills = self.env["account.move"].search(
            [("fee_community_id", "=", community.id)]
        )
        self.assertEqual(len(bills), 12)
        self.assertEqual(set(bills.mapped("state")), {"posted"})
        self.assertAlmostEqual(
            sum(bills.mapped("amount_total")), sum(runs.line_ids.mapped("amount"))
        )
        water = runs.line_ids.filtered(lambda line: line.kind == "metered")
        # 99970 to 100012 is 42: 15 at 3.45 and 27 at 4.83
        self.assertEqual(water.mapped("amount"), [182.16])

    def test_complaints_have_somebody_and_a_deadline(self):
        complaints = self.env["property.complaint"].search([])
        self.assertEqual(len(complaints), 2)
        self.assertTrue(all(complaint.clock_ids for complaint in complaints))
        self.assertEqual(
            complaints.team_id, self.env.ref("property_fee_complaints.demo_team")
        )

    def test_an_owner_and_a_manager_look_at_it(self):
        unit = self.env.ref("property_fee_billing.demo_unit_1_101")
        self.authenticate("portal", "portal")
        page = self.url_open(f"/my/units/{unit.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("1-101", page.text)
        demo = self.env.ref("base.user_demo")
        data = self.env["property.fee.dashboard"].with_user(demo).get_data()
        self.assertEqual(len(data["communities"]), 1)
