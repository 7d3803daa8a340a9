"""What attacks share: whom they are on, and how to call things from outside."""

import importlib
import inspect
import json
import threading
from pathlib import Path

from odoo.service.model import call_kw
from odoo.tests import mute_logger
from odoo.tools import SQL

ADDONS = "odoo.addons.property_fee_"
ADVICE = (
    "{what}: {problem}. Add it in tests/portal_victims.py of the addon (see that of "
    "property_fee_billing)."
)


class Undo(Exception):
    """Takes back what a call did."""


class Attacker:
    """Somebody goes for what is somebody else's. What to attack is taken from Odoo's
    own tables, so new routes, models and methods are attacked by themselves; see
    property_fee_billing/tests/portal_victims.py."""

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

    # ---------------------------------------------------------------------- RPC
    @property
    def attacker(self):
        """Who calls."""
        return self.ann

    def our_models(self):
        for name in sorted(self.env.registry):
            if name.startswith("property.") and not self.env[name]._abstract:
                yield self.env[name].with_user(self.attacker)

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
                        yield self.env[name].with_user(self.attacker), method

    def victims_records(self, model):
        """Records of the model that are the victim's, else any."""
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

    def attack_methods(self):
        """Call all of them on what is the victim's: nothing leaks, nothing changes."""
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
