import json

from odoo import Command
from odoo.tests import freeze_time, mute_logger, new_test_user, tagged

from odoo.addons.property_fee_billing.tests.portal_case import PortalCase

from .access_matrix import get_models
from .attack_case import Attacker
from .rows import Rows, get_path

#: How a client asks for records, as a method with the domain that finds them.
SEARCHES = {
    "search": lambda domain: ([domain], {}),
    "search_count": lambda domain: ([domain], {}),
    "search_read": lambda domain: ([domain], {"fields": ["id"]}),
    "web_search_read": lambda domain: ([domain], {"specification": {"id": {}}}),
    "name_search": lambda domain: (["", domain], {}),
    "formatted_read_group": lambda domain: ([domain, [], ["__count"]], {}),
}
#: What a client does with records whose ids it has guessed.
ON_RECORDS = {
    "read": lambda: ([["id", "display_name"]], {}),
    "web_read": lambda: ([], {"specification": {"display_name": {}}}),
    "export_data": lambda: ([["id"]], {}),
    "copy": lambda: ([], {}),
    "unlink": lambda: ([], {}),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-02-10")
class TestIsolation(Attacker, PortalCase):
    """Nobody gets at another community's or company's records, by whatever a client can
    call. Models come from the registry and each has a row: where no row can be made of
    what the database says, the test fails and says so."""

    @classmethod
    def set_victim(cls):
        cls.victim, cls.unit = cls.owners[0], cls.units[0]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.env["property.community"].create(
            {"code": "OPAL", "name": "Opal Court"}
        )
        roles = "property_fee_billing.group_fee_manager"
        if "property_fee_complaints" in cls.our_addons():
            roles += ",property_fee_complaints.group_complaint_manager"
        cls.neighbour = new_test_user(cls.env, "opal-manager", roles)
        cls.own.member_ids = [Command.link(cls.neighbour.id)]
        company = cls.env["res.company"].create({"name": "Other Manager"})
        cls.foreigner = new_test_user(
            cls.env,
            "other-company",
            f"{roles.replace('fee_manager', 'administrator')},"
            "account.group_account_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        cls.owner_elsewhere = cls.make_portal_user(
            cls.env["res.partner"].create({"name": "Zoe"})
        )
        cls.public = cls.env.ref("base.public_user")
        cls.rows = Rows(cls.env, cls.community, cls.victim)
        cls.names = get_models(cls.env)
        for name in cls.names:
            cls.rows.get(name)
        cls.env.flush_all()

    @property
    def attacker(self):
        return self.neighbour

    def ids_of(self, name):
        return self.rows.get(name)

    def isolated(self, by="community"):
        """``(model, ids)`` of what is of the community, or at least of its company."""
        for name in self.names:
            path = get_path(self.env, name)
            is_ours = by == "company" and "company_id" in self.env[name]._fields
            ids = self.ids_of(name) if path or is_ours else []
            if ids:
                yield name, ids

    def test_every_model_has_a_row(self):
        """Else what follows would prove nothing about it."""
        self.assertFalse(self.rows.problems)
        rules = self.env["ir.rule"].with_user(self.neighbour)
        for name in self.names:
            if self.ids_of(name):
                continue
            with self.subTest(model=name):
                # of a view nothing can be made; its rule speaks for itself
                self.assertFalse(
                    self.env[name]._auto,
                    "Make one in tests/portal_victims.py of the addon",
                )
                domain = str(rules._compute_domain(name, "read"))
                self.assertIn("member_ids", domain)
                self.assertIn("company_id", domain)

    def test_what_is_of_no_community_says_nothing_of_one(self):
        """Settings of all: they hold nobody's unit, person or bill."""
        private = {"property.unit", "res.partner", "account.move", "property.community"}
        for name in self.names:
            model = self.env[name]
            if get_path(self.env, name) or model._transient:
                continue
            with self.subTest(model=name):
                targets = {
                    field.comodel_name
                    for field in model._fields.values()
                    if field.type == "many2one"
                }
                self.assertFalse(targets & private)

    def assert_hidden(self, user, name, ids, searches=None):
        model = self.env[name].with_user(user)
        domain = [("id", "in", ids)]
        for method, arguments in (searches or SEARCHES).items():
            args, kwargs = arguments(domain)
            self._counted = self.changes()
            text = self.call(model, method, *args, **kwargs)
            if method == "formatted_read_group" and text:
                text = str(sum(group["__count"] for group in json.loads(text)))
            empty = (None, "[]", "0", '{"length": 0, "records": []}')
            self.assertIn(text, empty, f"{user.login}: {name}.{method}")
        for method, arguments in ON_RECORDS.items():
            args, kwargs = arguments()
            self._counted = self.changes()
            text = self.call(model, method, ids, *args, **kwargs)
            self.assertIn(text, (None, "[]"), f"{user.login}: {name}.{method}")
        field = next(
            (f for f in model._fields.values() if f.store and f.type == "char"), None
        )
        if field is not None:
            self._counted = self.changes()
            text = self.call(model, "write", ids, {field.name: "x"})
            self.assertIsNone(text, f"{user.login}: {name}.write")

    def test_a_neighbour(self):
        for name, ids in self.isolated():
            with self.subTest(model=name):
                self.assert_hidden(self.neighbour, name, ids)

    def test_another_company(self):
        for name, ids in self.isolated(by="company"):
            rows = self.env[name].browse(ids)
            if "company_id" in rows._fields:
                ids = rows.filtered("company_id").ids
            # what is of no company is of all
            if ids:
                with self.subTest(model=name):
                    self.assert_hidden(self.foreigner, name, ids)

    def test_an_owner_of_elsewhere_and_the_public(self):
        for name, ids in self.isolated():
            for user in (self.owner_elsewhere, self.public):
                with self.subTest(model=name, user=user.login):
                    self.assert_hidden(user, name, ids)

    def test_what_hangs_on_records(self):
        """Files, messages and activities are as hidden as what they belong to."""
        for name, ids in self.isolated():
            record = self.env[name].browse(ids[:1])
            if record._transient or not record._auto:
                continue
            place = {"res_model": name, "res_id": record.id}
            things = {
                "ir.attachment": {**place, "name": "secret.txt", "raw": b"secret"},
                "mail.message": {"model": name, "res_id": record.id, "body": "secret"},
            }
            if "activity_ids" in record._fields:
                things["mail.activity"] = {
                    "res_model_id": self.env["ir.model"]._get_id(name),
                    "res_id": record.id,
                    "summary": "secret",
                }
            for model, values in things.items():
                thing = self.env[model].sudo().create(values)
                for user in (
                    self.neighbour,
                    self.foreigner,
                    self.owner_elsewhere,
                    self.public,
                ):
                    with self.subTest(model=name, thing=model, user=user.login):
                        searches = {"search": SEARCHES["search"]}
                        self.assert_hidden(user, model, thing.ids, searches)

    def test_no_report_prints_them(self):
        reports = self.env["ir.actions.report"].search(
            [("report_type", "=", "qweb-pdf"), ("model", "in", self.names)]
        )
        self.assertTrue(reports)
        for report in reports:
            ids = self.ids_of(report.model)[:1]
            if not get_path(self.env, report.model):
                continue
            for user in (self.neighbour, self.foreigner, self.owner_elsewhere):
                with self.subTest(report=report.report_name, user=user.login):
                    # as in a request of its own: nothing is at hand that was read
                    self.env.invalidate_all()
                    model = self.env["ir.actions.report"].with_user(user)
                    try:
                        with mute_logger("odoo.addons.base.models.ir_rule"):
                            html = model._render_qweb_html(report.report_name, ids)
                    except Exception:
                        # any refusal will do
                        continue
                    self.assert_nothing_leaks(str(html), report.report_name)
                    self.assertNotIn(self.victim.name, str(html))

    def test_no_address_gives_their_files(self):
        unit = self.unit
        file = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"Secretname's file",
                "res_model": "property.unit",
                "res_id": unit.id,
            }
        )
        report = "account.report_invoice"
        for login in ("opal-manager", "other-company", "portal-zoe", None):
            self.authenticate(login, login)
            for path in (
                f"/web/content/{file.id}",
                f"/web/content?model=ir.attachment&id={file.id}&field=raw",
                f"/web/image/ir.attachment/{file.id}/raw",
                f"/report/html/{report}/{self.bill.id}",
                f"/report/text/{report}/{self.bill.id}",
                f"/my/invoices/{self.bill.id}",
                f"/mail/message/{self.unit.message_ids[:1].id}",
            ):
                with self.subTest(login=login, path=path), mute_logger("odoo.http"):
                    answer = self.url_open(path)
                    self.assertNotIn("Secretname", answer.text)
                    self.assertNotIn("4,321.09", answer.text)

    def test_every_method_refuses_what_is_another_communitys(self):
        self.attack_methods()

    def victims_records(self, model):
        """What the methods are called on: of the community, else nothing."""
        if get_path(self.env, model._name):
            return model.sudo().browse(self.ids_of(model._name)[:1])
        return model.sudo().browse()
