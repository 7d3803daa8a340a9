"""Every screen of the app loads for everyone who may open it, every filter and
grouping works, and the main records can be entered as a person would."""

import ast

from lxml import etree

from odoo import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import PropertyFeeCommon

MODULE = "property_fee_billing"


class ViewCase(PropertyFeeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.front_desk = new_test_user(
            cls.env, "view-front-desk", f"{MODULE}.group_front_desk"
        )
        cls.auditor = new_test_user(cls.env, "view-auditor", f"{MODULE}.group_auditor")
        cls.accountant = new_test_user(
            cls.env, "view-accountant", "account.group_account_readonly"
        )
        cls.employee = new_test_user(cls.env, "view-employee", "base.group_user")
        cls.community.member_ids += cls.front_desk
        # something to show on the screens of billing
        cls.charge(cls.unit)
        cls.make_run("2026-01-01", "2026-01-31").action_compute()

    @classmethod
    def get_actions(cls):
        """The window actions of this addon, dialogs left out."""
        ids = (
            cls.env["ir.model.data"]
            .search([("module", "=", MODULE), ("model", "=", "ir.actions.act_window")])
            .mapped("res_id")
        )
        actions = cls.env["ir.actions.act_window"].browse(ids)
        return actions.filtered(lambda action: action.target != "new")

    @classmethod
    def get_menus(cls, user):
        """This addon's menus that the user sees."""
        ids = (
            cls.env["ir.model.data"]
            .search([("module", "=", MODULE), ("model", "=", "ir.ui.menu")])
            .mapped("res_id")
        )
        visible = cls.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        return cls.env["ir.ui.menu"].browse(set(ids) & visible)


@tagged("post_install", "-at_install")
class TestViews(ViewCase):
    def test_actions_that_models_open_exist(self):
        """Smart buttons name actions by external id: each must be there."""
        for model in (
            "property.unit",
            "property.building",
            "property.ownership",
            "property.recurring.charge",
            "property.meter",
            "property.meter.reading",
            "property.fee.line",
            "property.fee.standard",
            "property.billing.refusal",
            "property.billing.run.unit",
            "property.billing.run",
        ):
            action = self.env.ref(f"{MODULE}.{model.replace('.', '_')}_action")
            self.assertEqual(action.res_model, model)

    def test_each_screen_loads_for_each_role(self):
        # a posted bill shows fields that an empty screen does not read
        self.bill_month(2026, 1)
        for user, least in (
            (self.manager, 18),
            (self.front_desk, 15),
            (self.auditor, 15),
            (self.accountant, 15),
        ):
            menus = self.get_menus(user).filtered("action")
            self.assertGreaterEqual(len(menus), least)
            for menu in menus:
                if menu.action._name != "ir.actions.act_window":
                    continue  # a screen of its own has a tour of its own
                with self.subTest(user=user.login, menu=menu.complete_name):
                    self._open(menu.action, user)

    def _open(self, action, user):
        """Load all views of a window action; read a record as they would."""
        model = self.env[action.res_model].with_user(user)
        views = action.views
        result = model.get_views([*views, (False, "search")])
        self.assertEqual(set(result["views"]), {kind for _, kind in views} | {"search"})
        if action.target != "new":
            domain = safe_eval(action.domain or "[]", {"uid": user.id})
            shown = result["models"][action.res_model]["fields"]
            model.search(domain, limit=1).read(list(shown))

    def test_each_action_says_what_to_do_first(self):
        for action in self.get_actions():
            if action.res_model == "res.config.settings":
                continue  # a page of settings is never empty
            with self.subTest(action=action.name):
                self.assertIn("o_view_nocontent_smiling_face", action.help or "")

    def test_each_filter_and_grouping_works(self):
        """A misspelt field in a filter shows only when somebody clicks it."""
        checked = 0
        for action in self.get_actions():
            model = self.env[action.res_model].with_user(self.manager)
            if not model.has_access("read"):
                continue
            arch = model.get_views([(False, "search")])["views"]["search"]["arch"]
            for node in etree.fromstring(arch).iter("filter"):
                with self.subTest(action=action.name, filter=node.get("name")):
                    checked += self._run_filter(model, node)
        self.assertGreater(checked, 100)

    def _run_filter(self, model, node):
        """Search or group by what the filter says; 1 when it said something."""
        names = {"uid": self.manager.id, "context": {}}
        context = safe_eval(node.get("context") or "{}", names)
        if "group_by" in context:
            spec = context["group_by"]
            if ":" not in spec and model._fields[spec].type in ("date", "datetime"):
                spec += ":month"  # as the client does
            model.formatted_read_group([], [spec], ["__count"])
        elif node.get("date"):
            self.assertIn(model._fields[node.get("date")].type, ("date", "datetime"))
        elif node.get("domain"):
            try:
                domain = ast.literal_eval(node.get("domain"))
            except ValueError:
                domain = safe_eval(node.get("domain"), names)
            model.search_count(domain)
        else:
            return 0
        return 1

    def test_default_filters_exist(self):
        for action in self.get_actions():
            context = safe_eval(action.context or "{}", {"uid": self.env.uid})
            arch = self.env[action.res_model].get_views([(False, "search")])
            names = set(
                etree.fromstring(arch["views"]["search"]["arch"]).xpath("//@name")
            )
            for key in context:
                if key.startswith("search_default_"):
                    self.assertIn(key.removeprefix("search_default_"), names)

    def test_buttons_of_a_community(self):
        """What the smart buttons count is what they show."""
        community = self.community.with_user(self.manager)
        for method, count in (
            ("action_open_units", community.unit_count),
            ("action_open_buildings", community.building_count),
            ("action_open_owners", community.owner_count),
            ("action_open_runs", community.run_count),
            ("action_open_units_without_payer", community.no_payer_count),
        ):
            with self.subTest(method=method):
                action = getattr(community, method)()
                shown = self.env[action["res_model"]].search_count(action["domain"])
                self.assertEqual(shown, count)
        self.assertEqual(community.unit_count, 3)
        self.assertEqual(community.no_payer_count, 0)
        self.units[0].ownership_ids.is_payer = False
        self.units[1].occupancy = "vacant"
        self.assertEqual(community.no_payer_count, 1)
        self.assertEqual(community.vacant_count, 1)

    def test_last_run_of_a_community(self):
        self.env["property.billing.run"].search([]).unlink()
        community = self.community.with_user(self.manager)
        self.assertFalse(community.last_run_id)
        with Form(
            self.env["property.billing.run"]
            .with_user(self.manager)
            .with_context(**community.action_new_run()["context"])
        ) as form:
            self.assertEqual(form.community_ids.ids, community.ids)
        run = form.record
        community.invalidate_recordset()
        self.assertEqual(community.last_run_id, run)
        self.assertEqual(community.last_run_state, "draft")
        self.assertEqual(community.run_count, 1)
        self.assertEqual(community.action_open_last_run()["res_id"], run.id)
        run.action_cancel()
        community.invalidate_recordset()
        self.assertFalse(community.last_run_id)


@tagged("post_install", "-at_install")
class TestEntry(ViewCase):
    """The main records, entered through their forms as a fee manager."""

    def _form(self, model, **context):
        return Form(self.env[model].with_user(self.manager).with_context(**context))

    def test_places_and_people(self):
        with self._form("property.community") as form:
            form.name = "Riverside Garden"
            form.code = "RSG"
        community = form.record
        self.assertTrue(community.journal_id)
        with self._form("property.building", default_community_id=community.id) as form:
            form.code = "B1"
            form.name = "Building 1"
        building = form.record
        self.assertEqual(building.community_id, community)
        partner = self.env["res.partner"].create({"name": "Dora"})
        with self._form("property.unit") as form:
            form.code = "1-101"
            form.building_id = building
            self.assertEqual(form.community_id, community)
            form.charge_area = 88.5
            with form.ownership_ids.new() as line:
                line.partner_id = partner
                line.date_from = "2026-01-01"
            with form.charge_ids.new() as line:
                line.standard_id = self.standard
                line.interval = "quarter"
                line.date_from = "2026-01-01"
        unit = form.record
        self.assertEqual(unit.payment_reference, "RSG-1-101")
        self.assertEqual(unit.payer_id, partner)
        self.assertEqual(unit.charge_ids.interval_months, 3)
        self.assertEqual(unit.charge_ids.community_id, community)

    def test_ownership_and_charge_forms(self):
        unit = self.unit
        unit.ownership_ids.date_to = "2026-06-30"
        with self._form("property.ownership", default_unit_id=unit.id) as form:
            form.partner_id = self.owners[1]
            form.role = "tenant"
            form.date_from = "2026-07-01"
        self.assertEqual(form.record.community_id, self.community)
        with self._form("property.recurring.charge") as form:
            form.unit_id = unit
            form.standard_id = self.parking_standard
            form.interval = "month"
            form.date_from = "2026-01-01"
        self.assertEqual(form.record.interval_months, 1)
        self.assertEqual(form.record.item_id, self.parking)

    def test_tariff(self):
        with self._form("property.fee.item") as form:
            form.code = "T-WATER"
            form.name = "Water"
            form.fee_class = "metered"
            form.tax_ids.add(self.tax)
        item = form.record
        self.assertEqual(item.product_id.taxes_id, self.tax)
        with self._form("property.fee.standard") as form:
            form.code = "T-WATER-H"
            form.name = "Water, homes"
            form.item_id = item
            form.method = "metered"
            form.tier_basis = "year"
        standard = form.record
        with self._form("property.fee.rate") as form:
            form.standard_id = standard
            form.date_from = "2026-01-01"
            for limit, price in ((18, 2.5), (30, 3.8), (0, 6.2)):
                with form.tier_ids.new() as tier:
                    tier.up_to_qty = limit
                    tier.price_unit = price
        rate = form.record
        rate.action_put_in_force()
        self.assertEqual(rate.state, "in_force")
        self.assertEqual(
            rate.tier_ids.mapped("display_name"),
            ["up to 18: 2.5", "up to 30: 3.8", "above: 6.2"],
        )
        # what is in force is read-only in the form, not only refused on saving
        with (
            self.assertRaisesRegex(AssertionError, "readonly"),
            Form(rate.with_user(self.manager)) as form,
        ):
            form.price_unit = 9
        return standard

    def test_meter_and_readings(self):
        standard = self.test_tariff()
        with self._form("property.meter", default_unit_id=self.unit.id) as form:
            form.code = "W1"
            form.standard_id = standard
            form.initial_date = "2025-12-31"
            form.initial_value = 100
        meter = form.record
        with self._form("property.meter.reading") as form:
            form.meter_id = meter
            form.date = "2026-01-31"
            self.assertEqual(form.previous_value, 100)
            form.value = 112
        with self._form("property.meter.reading") as form:
            form.meter_id = meter
            form.date = "2026-02-28"
            self.assertEqual(form.previous_value, 112)
            form.value = 115
            form.kind = "replacement"
            form.new_value = 3
        with self._form("property.meter.reading") as form:
            form.meter_id = meter
            form.date = "2026-03-31"
            self.assertEqual(form.previous_value, 3, "the new device begins at 3")
            form.value = 9
        self.assertEqual(meter.last_value, 9)
        unread = safe_eval(
            self._get_filter("property.meter", "unread_this_month").get("domain")
        )
        self.assertIn(meter, self.env["property.meter"].search(unread))
        self.env["property.meter.reading"].create({"meter_id": meter.id, "value": 12})
        self.assertNotIn(meter, self.env["property.meter"].search(unread))

    def _get_filter(self, model, name):
        arch = self.env[model].get_views([(False, "search")])
        return etree.fromstring(arch["views"]["search"]["arch"]).find(
            f".//filter[@name='{name}']"
        )

    def test_occasional_charges(self):
        with self._form("property.shared.cost") as form:
            form.community_id = self.community
            form.item_id = self.item
            form.name = "Staircase lighting"
            form.date_from = "2026-01-01"
            form.date_to = "2026-01-31"
            form.amount = 100
            form.building_ids.add(self.building)
        self.assertEqual(form.record.building_ids, self.building)
        with self._form("property.oneoff.charge") as form:
            form.unit_id = self.unit
            form.item_id = self.item
            form.name = "Lock replaced"
            form.price_unit = 120
        self.assertFalse(form.record.is_billed)
        with self._form("property.concession") as form:
            form.unit_id = self.unit
            form.item_id = self.item
            form.factor = 0.7
        concession = form.record
        concession.action_approve()
        self.assertEqual(concession.approved_by_id, self.manager)

    def test_fee_lines_cannot_be_entered(self):
        """Only a run makes fee lines: their screens offer no way to."""
        views = self.env["property.fee.line"].get_views(
            [(False, "list"), (False, "form")]
        )["views"]
        for kind in ("list", "form"):
            arch = etree.fromstring(views[kind]["arch"])
            for what in ("create", "edit", "delete"):
                self.assertIn(arch.get(what), ("0", "false", "False"))


@tagged("post_install", "-at_install")
class TestMenus(ViewCase):
    def _sees(self, user):
        """Names of this addon's menus that the user sees, without prefix."""
        xmlids = self.get_menus(user).get_external_id().values()
        prefix = f"{MODULE}.menu_property_"
        return {name.removeprefix(prefix) for name in xmlids}

    def test_front_desk(self):
        menus = self._sees(self.front_desk)
        self.assertLessEqual(
            {"fee_root", "community", "unit", "meter_reading", "billing_run"}, menus
        )
        self.assertFalse({"fee_configuration", "fee_bill", "unit_type"} & menus)

    def test_manager(self):
        menus = self._sees(self.manager)
        self.assertLessEqual({"fee_configuration", "fee_bill", "fee_rate"}, menus)
        self.assertNotIn("unit_type", menus, "for administrators")

    def test_auditor_and_accountant(self):
        for user in self.auditor + self.accountant:
            with self.subTest(user=user.login):
                menus = self._sees(user)
                self.assertLessEqual({"fee_root", "fee_bill", "fee_line"}, menus)
                self.assertNotIn("fee_configuration", menus)

    def test_others_do_not_see_the_app(self):
        self.assertFalse(self._sees(self.employee))

    def test_auditor_cannot_press_money_buttons(self):
        run = self.env["property.billing.run"].create(
            {
                "community_ids": [Command.set(self.community.ids)],
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
            }
        )
        for user, expected in ((self.auditor, False), (self.manager, True)):
            arch = run.with_user(user).get_views([(False, "form")])["views"]["form"]
            buttons = etree.fromstring(arch["arch"]).xpath("//header/button/@name")
            self.assertEqual("action_post" in buttons, expected)
            self.assertEqual("action_cancel" in buttons, expected)
