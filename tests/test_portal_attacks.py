import importlib
import inspect
import json
import threading
from pathlib import Path

from odoo.http import Request
from odoo.service.model import call_kw
from odoo.tests import freeze_time, mute_logger, tagged
from odoo.tools import SQL

from odoo.addons.property_fee_billing.tests.portal_case import PortalCase

ADDONS = "odoo.addons.property_fee_"
# Parameters that every page gets, whether it asks for them or not.
HIDDEN = ("bill", "unit", "unit_id", "partner_id")
ADVICE = (
    "{what}: {problem}. Add it in tests/portal_victims.py of the addon (see that of "
    "property_fee_billing)."
)


class Attack:
    """Ann, who has a login and bills of her own, goes for what is somebody else's. What
    to attack is taken from Odoo's own tables, so new routes, models and methods are
    attacked by themselves; see property_fee_billing/tests/portal_victims.py."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secrets = set()
        cls.own_bill = cls.make_bill(cls.unit, [(cls.item, 11.11)], "2026-01-05")
        cls.set_victim()
        cls.victim.name = "Victim Secretname"
        cls.secrets.add("Secretname")
        cls.bill = cls.make_bill(cls.unit, [(cls.item, 4321.09)], "2026-02-05")
        cls.receipt = cls.take(cls.unit, bills=[(cls.bill, 1)], cash=1)
        cls.registries = cls.load_registries()
        cls.victims, cls.public_routes = {}, {}
        for registry in cls.registries:
            registry.set_up(cls)
            cls.victims.update(registry.VICTIMS)
            cls.public_routes.update(registry.PUBLIC_ROUTES)
        cls.secrets -= cls.get_known()
        cls.env.flush_all()

    @classmethod
    def get_known(cls):
        """What the attacker may know all the same."""
        return set()

    @classmethod
    def set_victim(cls):
        """Say who and what is attacked: ``victim`` and ``unit``."""
        cls.victim, cls.unit = cls.owners[1], cls.units[1]

    @classmethod
    def load_registries(cls):
        """The portal_victims of every addon of ours that is installed."""
        found = []
        for name in sorted(cls.our_addons()):
            path = f"odoo.addons.{name}.tests.portal_victims"
            if (cls.folder_of(name) / "tests" / "portal_victims.py").is_file():
                found.append(importlib.import_module(path))
        return found

    @classmethod
    def our_addons(cls):
        modules = cls.env["ir.module.module"].search([("state", "=", "installed")])
        return [
            name for name in modules.mapped("name") if name.startswith("property_fee")
        ]

    @staticmethod
    def folder_of(name):
        return Path(importlib.import_module(f"odoo.addons.{name}").__path__[0])

    def give(self, name, what):
        """What an attacker sends for an argument of a route."""
        example = self.victims.get((what, name)) or self.victims.get(name)
        if not example:
            self.fail(ADVICE.format(what=what, problem=f"no example of {name}"))
        return example(self)

    def assert_nothing_leaks(self, text, what):
        for secret in self.secrets:
            self.assertNotIn(secret, text, f"{what} tells {secret}")

    # ------------------------------------------------------------------- routes
    def our_routes(self):
        """Every rule that a controller of ours has a part in."""
        # as the server's threads, which are the ones to ask for routes
        threading.current_thread().dbname = self.env.cr.dbname
        for rule in self.env["ir.http"].routing_map().iter_rules():
            method = rule.endpoint.func
            controller = getattr(method, "__self__", None)
            if any(
                method.__name__ in cls.__dict__ and cls.__module__.startswith(ADDONS)
                for cls in type(controller).mro()
            ):
                yield rule, method

    def prepare(self, rule, method):
        """``(path, parameters)`` of the attack on a route."""
        in_path = {name: self.give(name, rule.rule) for name in rule.arguments}
        path = rule.build(in_path, append_unknown=False)[1]
        names = [
            name
            for name, parameter in inspect.signature(method).parameters.items()
            if parameter.kind == parameter.POSITIONAL_OR_KEYWORD
            and name not in in_path
            and (name in self.victims or name.endswith(("_id", "_ids")))
        ]
        if rule.endpoint.routing["type"] == "http":
            # a route may read more than its signature says
            names += [name for name in HIDDEN if name not in in_path]
        query = {name: self.give(name, rule.rule) for name in names}
        return path, query

    def attack(self, routing, path, query):
        """Send it; the whole answer as text, and whether it looks like a success."""
        with mute_logger("odoo.http", "odoo.addons.payment.controllers.portal"):
            if routing["type"] == "jsonrpc":
                answer = self.opener.post(
                    self.base_url() + path,
                    json={"jsonrpc": "2.0", "id": 0, "params": query},
                    timeout=30,
                )
                return answer.text, "error" not in answer.json()
            if (
                "POST" in (routing.get("methods") or ())
                and "GET" not in routing["methods"]
            ):
                query = {**query, "csrf_token": Request.csrf_token(self)}
                answer = self.url_open(path, data=query, allow_redirects=False)
            else:
                answer = self.url_open(path, params=query, allow_redirects=False)
            return answer.text, answer.status_code == 200

    def snapshot(self):
        """What must not change."""
        self.env.invalidate_all()
        return (
            self.bill.amount_residual,
            self.env["property.receipt"].search_count([]),
            self.env["payment.transaction"].search_count([]),
            self.env["account.move"].search_count([]),
        )

    def attack_all(self):
        before = self.snapshot()
        for rule, method in self.our_routes():
            with self.subTest(route=rule.rule):
                path, query = self.prepare(rule, method)
                text, is_success = self.attack(rule.endpoint.routing, path, query)
                self.assert_nothing_leaks(text, rule.rule)
                if is_success and (rule.arguments - {"page"}):
                    self.fail(f"{rule.rule} answers about what is not the visitor's")
        self.assertEqual(self.snapshot(), before)

    def test_the_victim_gets_what_the_attacker_does_not(self):
        """Else the attacks below would prove nothing."""
        user = self.victim.user_ids or self.make_portal_user(self.victim)
        page = self.visit(f"/my/fees/{self.bill.id}", user)
        self.assertIn(self.bill.name, page.text)
        self.assertEqual(self.visit(f"/my/units/{self.unit.id}", user).status_code, 200)

    def test_every_route_refuses_a_neighbour(self):
        self.authenticate(self.ann.login, self.ann.login)
        self.attack_all()

    def test_every_route_refuses_a_stranger(self):
        self.authenticate(None, None)
        self.attack_all()

    def test_every_route_without_login_is_meant_to_be(self):
        for rule, _method in self.our_routes():
            if rule.endpoint.routing["auth"] != "user":
                with self.subTest(route=rule.rule):
                    self.assertIn(
                        rule.rule,
                        self.public_routes,
                        ADVICE.format(
                            what=rule.rule, problem="it needs no login, say why"
                        ),
                    )

    def test_the_routes_are_found(self):
        found = {rule.rule for rule, _method in self.our_routes()}
        for rule in (
            "/my/units/<int:unit_id>",
            "/invoice/transaction/<int:invoice_id>",
        ):
            self.assertIn(rule, found)

    # ---------------------------------------------------------------------- RPC
    def our_models(self):
        for name in sorted(self.env.registry):
            if name.startswith("property.") and not self.env[name]._abstract:
                yield self.env[name].with_user(self.ann)

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; what it answers as text, or None where
        it is refused."""
        with mute_logger(
            "odoo.models", "odoo.sql_db", "odoo.addons.base.models.ir_rule"
        ):
            try:
                with self.env.cr.savepoint():
                    result = call_kw(model, method, list(args), kwargs)
                    self.env.flush_all()
                    changed = self.changes() - self.counted
                    raise Undo
            except Undo:
                self.env.invalidate_all()
            except Exception:
                self.env.invalidate_all()
                return None
        self.assertFalse(
            changed, f"{model._name}.{method} changes {changed} rows for anybody"
        )
        return json.dumps(result, default=str)

    @property
    def counted(self):
        return self._counted

    def changes(self):
        """Rows of bills, money and places changed in this transaction so far."""
        self.env.cr.execute(
            SQL(
                """
                SELECT COALESCE(SUM(n_tup_ins + n_tup_upd + n_tup_del), 0)
                  FROM pg_stat_xact_user_tables
                 WHERE relname LIKE ANY (%s)
                """,
                ["property_%", "account_%", "payment_%", "res_partner", "res_users"],
            )
        )
        return int(self.env.cr.fetchone()[0])

    def test_no_model_lets_the_portal_write(self):
        for model in self.our_models():
            with self.subTest(model=model._name):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(
                        model.has_access(operation) and not model._transient,
                        f"{model._name}: the portal may {operation}",
                    )

    def test_what_the_portal_reads_of_people_and_units_is_limited(self):
        """Where the portal reads a model and no rule holds it, it saw all."""
        rules = self.env["ir.rule"].with_user(self.ann)
        for model in self.our_models():
            names = {"partner_id", "unit_id"} & model._fields.keys()
            if names and model.has_access("read"):
                with self.subTest(model=model._name):
                    domain = rules._compute_domain(model._name, "read")
                    self.assertFalse(domain.is_true(), "no record rule limits it")

    def test_reading_shows_the_own_alone(self):
        for model in self.our_models():
            with self.subTest(model=model._name):
                self._counted = self.changes()
                if not model.has_access("read"):
                    self.assertIsNone(self.call(model, "search_read", domain=[]))
                    continue
                # whoever asks for all fields is refused by one that is for staff alone
                for name in model._fields:
                    self._counted = self.changes()
                    text = self.call(model, "search_read", domain=[], fields=[name])
                    self.assert_nothing_leaks(text or "", f"{model._name}.{name}")
                own = model.search([], order="id")
                others = model.sudo().search([], order="id") - own.sudo()
                for record in others[:3]:
                    self.assertIsNone(self.call(model, "read", record.ids, ["id"]))

    def methods(self):
        """``(model, method name)`` of what our addons let be called from outside."""
        for name in sorted(self.env.registry):
            cls = self.env.registry[name]
            seen = set()
            for base in cls.mro():
                if not base.__module__.startswith(ADDONS):
                    continue
                for method, function in vars(base).items():
                    if (
                        inspect.isfunction(function)
                        and not method.startswith("_")
                        and method not in seen
                    ):
                        seen.add(method)
                        yield self.env[name].with_user(self.ann), method

    def victims_records(self, model):
        """Records of the model that are the victim's, else any that Ann has not."""
        sudo = model.sudo()
        known = {
            "property.unit": self.unit,
            "account.move": self.bill,
            "property.receipt": self.receipt,
            "res.partner": self.victim,
        }
        if model._name in known:
            return known[model._name]
        if model._abstract or model._transient:
            return sudo.browse()
        for field in ("partner_id", "unit_id"):
            if field in sudo._fields and sudo._fields[field].store:
                value = self.victim if field == "partner_id" else self.unit
                return sudo.search([(field, "=", value.id)], limit=1)
        return sudo.search([], limit=1)

    def test_every_method_refuses_what_is_somebody_elses(self):
        for model, method in self.methods():
            function = getattr(type(model), method)
            with self.subTest(model=model._name, method=method):
                args = []
                if not getattr(function, "_api_model", False):
                    args.append(self.victims_records(model).ids)
                for name, parameter in list(
                    inspect.signature(function).parameters.items()
                )[1:]:
                    if parameter.kind != parameter.POSITIONAL_OR_KEYWORD:
                        continue
                    if name in self.victims:
                        args.append(self.victims[name](self))
                    elif parameter.default is parameter.empty:
                        args.append(False)
                    else:
                        break
                self._counted = self.changes()
                text = self.call(model, method, *args)
                self.assert_nothing_leaks(text or "", f"{model._name}.{method}")


class Undo(Exception):
    """Takes back what a call did."""


@tagged("post_install", "-at_install")
@freeze_time("2026-02-10")
class TestNeighbour(Attack, PortalCase):
    """What is Bob's is not Ann's."""


@tagged("post_install", "-at_install")
@freeze_time("2026-02-10")
class TestFormerOwner(Attack, PortalCase):
    """The unit was Ann's and is Cid's: of what came after the transfer she sees
    nothing, and her own bill of before is still hers."""

    @classmethod
    def set_victim(cls):
        cls.unit.ownership_ids.date_to = "2026-01-31"
        cls.victim = cls.owners[2]
        cls.own(cls.unit, cls.victim, "2026-02-01")
        cls.env["property.ownership"].search(
            [("unit_id", "=", cls.units[2].id)]
        ).partner_id = cls.owners[1]

    @classmethod
    def get_known(cls):
        """It stands on her own bills."""
        return {cls.unit.code}

    def test_the_own_bill_of_before_is_still_there(self):
        page = self.visit(f"/my/fees/{self.own_bill.id}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Secretname", page.text)
