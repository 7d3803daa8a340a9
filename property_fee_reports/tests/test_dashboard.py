"""The first page of the app: its figures, who sees which, a click on each."""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import json_default

from odoo.addons.property_fee_billing.tests.tour_case import TourCase

from .figure_case import FigureCase


class DashboardCase(FigureCase):
    """Two units billed this month, one has paid; a third owes since half a year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.first = cls.today.replace(day=1)
        cls.auditor = new_test_user(
            cls.env, "dash-auditor", "property_fee_billing.group_auditor"
        )
        cls.collector = new_test_user(
            cls.env, "dash-collector", "property_fee_billing.group_collector"
        )
        cls.other = cls.env["property.community"].create(
            {"code": "OPAL", "name": "Opal Court", "member_ids": [Command.clear()]}
        )
        cls.community.member_ids = [Command.link(cls.collector.id)]
        half_a_year = cls.first - timedelta(days=183)
        cls.make_bill(cls.units[2], [(cls.item, 90)], day=str(half_a_year))
        for unit in cls.units[:2]:
            cls.make_bill(unit, [(cls.item, 250)], day=str(cls.first))
        cls.take(cls.units[0], bank=250)

    def load(self, user, community=False):
        data = self.env["property.fee.dashboard"].with_user(user).get_data(community)
        # exactly as the client gets it
        return json.loads(json.dumps(data, default=json_default))

    def tiles(self, data):
        return {tile["key"]: tile["value"] for tile in data["tiles"]}

    def count_behind(self, user, action):
        """How many records the action of a number shows."""
        return (
            self.env[action["res_model"]].with_user(user).search_count(action["domain"])
        )


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCase):
    def test_the_figures(self):
        data = self.load(self.collector)
        tiles = self.tiles(data)
        self.assertAlmostEqual(tiles["rate_amount"], 0.5)
        self.assertAlmostEqual(tiles["rate_units"], 0.5)
        self.assertEqual((tiles["past_due"], tiles["credit"]), (90, 0))
        self.assertIsNone(tiles["rate_plan"], "there is no plan")
        bars = {bar["key"]: bar["amount"] for bar in data["ageing"]}
        self.assertEqual((bars["a_not_due"], bars["d180"]), (250, 90))
        self.assertEqual(len(data["trend"]), 13)
        self.assertEqual(data["trend"][-1]["billed"], 500)
        self.assertEqual(data["trend"][-1]["collected"], 250)
        self.assertAlmostEqual(data["trend"][-1]["rate_amount"], 0.5)
        self.assertTrue(data["runs"])

    def test_each_number_opens_what_it_counts(self):
        user = self.collector
        data = self.load(user)
        for item in data["today"]:
            self.assertEqual(
                self.count_behind(user, item["action"]), item["count"], item["key"]
            )
        for bar in data["ageing"]:
            rows = (
                self.env["property.ageing.report"]
                .with_user(user)
                .search(bar["action"]["domain"])
            )
            self.assertEqual(sum(rows.mapped("amount_open")), bar["amount"], bar["key"])
        [rate] = [tile for tile in data["tiles"] if tile["key"] == "rate_units"]
        self.assertEqual(self.count_behind(user, rate["action"]), 1)
        last = data["trend"][-1]
        for name in ("action", "rate_action"):
            self.assertTrue(self.count_behind(user, last[name]))

    def test_the_plan_is_compared_as_far_as_the_year_went(self):
        plan = self.env["property.charging.plan"].create(
            {
                "community_id": self.community.id,
                "year": self.first.year,
                "line_ids": [
                    Command.create(
                        {
                            "month": self.first,
                            "fee_class": "public_service",
                            "amount_planned": 1000,
                        }
                    )
                ],
            }
        )
        plan.action_freeze()
        self.assertAlmostEqual(self.tiles(self.load(self.collector))["rate_plan"], 0.25)

    def test_staff_see_their_communities_only(self):
        names = [c["name"] for c in self.load(self.collector)["communities"]]
        self.assertEqual(names, ["Jade Garden"])
        names = [c["name"] for c in self.load(self.auditor)["communities"]]
        self.assertIn("Opal Court", names)
        # another's community is not had by asking for it
        data = self.load(self.collector, self.other.id)
        self.assertFalse(data["community_id"])
        self.assertEqual(self.tiles(data)["past_due"], 90)
        stranger = new_test_user(
            self.env, "dash-stranger", "property_fee_billing.group_collector"
        )
        data = self.load(stranger)
        self.assertEqual(data["communities"], [])
        self.assertEqual(self.tiles(data)["past_due"], 0)

    def test_one_community_alone(self):
        data = self.load(self.auditor, self.other.id)
        self.assertEqual(data["community_id"], self.other.id)
        self.assertEqual(self.tiles(data)["past_due"], 0)

    def test_who_may_not_see_figures_gets_none(self):
        with self.assertRaises(AccessError):
            self.load(self.cashier)

    def test_queries_do_not_grow_with_communities(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.load(self.auditor)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        self.env["property.community"].create(
            [{"code": f"N{n}", "name": f"N{n}"} for n in range(5)]
        )
        self.assertLessEqual(count(), few + 1)
        self.assertLess(few, 60)

    def test_reports_of_other_companies_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        manager = new_test_user(
            self.env,
            "dash-elsewhere",
            "property_fee_billing.group_administrator",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for model in (
            "property.collection.report",
            "property.collection.month",
            "property.ageing.report",
        ):
            found = self.env[model].with_user(manager)
            self.assertEqual(found.search_count([]), 0, model)
            self.assertTrue(found.with_user(self.auditor).search_count([]), model)

    def test_the_app_opens_with_the_dashboard_for_those_who_may(self):
        root = self.env.ref("property_fee_billing.menu_property_fee_root")
        dashboard = self.env.ref("property_fee_reports.menu_property_fee_dashboard")
        for user, expected in ((self.collector, True), (self.cashier, False)):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            children = root.child_id.filtered(lambda m, seen=visible: m.id in seen)
            first = children.sorted("sequence")[:1]
            self.assertEqual(first == dashboard, expected, user.login)

    def test_the_digest_has_the_figures_the_reader_may_see(self):
        digest = self.env["digest.digest"].create(
            {
                "name": "Fees",
                "kpi_property_fee_received": True,
                "kpi_property_fee_billed": True,
                "kpi_property_fee_past_due": True,
            }
        )
        with freeze_time(self.today + timedelta(days=1)):
            kpis = digest._compute_kpis(self.company, self.collector)
        self.assertEqual(len(kpis), 3)
        found = {kpi["kpi_name"]: kpi["kpi_col1"].get("value") for kpi in kpis}
        self.assertIn("250", found["kpi_property_fee_received"])
        names = [
            kpi["kpi_name"] for kpi in digest._compute_kpis(self.company, self.cashier)
        ]
        self.assertNotIn("kpi_property_fee_past_due", names)


@tagged("post_install", "-at_install")
class TestDashboardTour(DashboardCase, TourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the name is HttpCase's
        cls.session = None

    def test_clicking_through(self):
        # a second community, so that there is one to choose
        self.other.member_ids = [Command.link(self.collector.id)]
        self.start_tour(
            "/odoo/property-fees",
            "property_fee_dashboard_tour",
            login=self.collector.login,
        )
