import inspect

from odoo.http import Request
from odoo.tests import freeze_time, mute_logger, tagged

from odoo.addons.property_fee_billing.tests.portal_case import PortalCase

from .attack_case import ADVICE, Attacker

# Parameters that every page gets, whether it asks for them or not.
HIDDEN = ("bill", "unit", "unit_id", "partner_id")


class Attack(Attacker):
    """Ann, who has a login and bills of her own, goes for what is somebody else's."""

    # ------------------------------------------------------------------- routes
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

    def test_every_method_refuses_what_is_somebody_elses(self):
        self.attack_methods()


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
