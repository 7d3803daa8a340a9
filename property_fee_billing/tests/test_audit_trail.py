import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .adjust_case import AdjustCase


@tagged("post_install", "-at_install")
class TestAuditTrail(AdjustCase):
    """Who changed what of importance, when, from what to what, and why: in one list
    that nobody can alter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = new_test_user(
            cls.env, "auditor", "property_fee_billing.group_auditor"
        )
        cls.env.flush_all()
        cls.start = cls.last_entry()

    @classmethod
    def last_entry(cls):
        return cls.env["property.audit.entry"].search([], order="id desc", limit=1).id

    def trail(self, kind=None):
        """What was noted since the test began, as the auditor reads it."""
        self.env.flush_all()
        domain = [("id", ">", self.start)]
        if kind:
            domain.append(("kind", "=", kind))
        entries = self.env["property.audit.entry"].with_user(self.auditor)
        return entries.search(domain, order="id")

    def one(self, kind, field):
        """The one entry of a field; when it was written is always known."""
        [entry] = self.trail(kind).filtered(lambda entry: entry.field == field)
        self.assertTrue(entry.date)
        self.assertEqual(entry.community_id, self.community)
        return entry

    # ------------------------------------------------------------ the six kinds
    def test_an_area(self):
        self.unit.with_user(self.manager).write(
            {
                "charge_area": 90.12,
                "area_source": "survey",
                "area_reference": "S-77",
            }
        )
        entry = self.one("area", "charge_area")
        self.assertEqual(entry.user_id, self.manager)
        self.assertEqual(
            (float(entry.old_value), float(entry.new_value)), (89.37, 90.12)
        )
        self.assertEqual(entry.reason, "survey: S-77")
        self.assertEqual(entry.unit_id, self.unit)
        self.assertEqual(entry.name, "3-1201")
        self.assertEqual(entry.field_label, "Charged Area")

    def test_a_payer(self):
        ownership = self.unit.ownership_ids.with_user(self.manager)
        ownership.write({"partner_id": self.owners[2].id, "change_reason": "Sold"})
        entry = self.one("payer", "partner_id")
        self.assertEqual(
            (entry.old_value, entry.new_value),
            (f"Ann ({self.owners[0].id})", f"Cid ({self.owners[2].id})"),
        )
        self.assertEqual((entry.user_id, entry.reason), (self.manager, "Sold"))

    def test_a_price_before_it_is_in_force_and_the_next_one(self):
        self.standard.community_id = self.community
        rate = (
            self.env["property.fee.rate"]
            .with_user(self.manager)
            .create(
                {
                    "standard_id": self.standard.id,
                    "date_from": "2027-01-01",
                    "price_unit": 2.95,
                    "decision_reference": "Assembly 7",
                }
            )
        )
        self.assertEqual(float(self.one("price", "price_unit").new_value), 2.95)
        self.env.flush_all()
        start = type(self).start
        self.addCleanup(setattr, type(self), "start", start)
        type(self).start = self.last_entry()
        rate.price_unit = 3.05
        # as at the end of a request: written in the name of who asked for it
        rate.env.flush_all()
        entry = self.one("price", "price_unit")
        self.assertEqual((float(entry.old_value), float(entry.new_value)), (2.95, 3.05))
        self.assertEqual((entry.user_id, entry.reason), (self.manager, "Assembly 7"))
        self.assertEqual(entry.name, f"T-PM-A ({self.standard.id}) 2027-01-01")

    def test_a_tier_of_a_price(self):
        rate = self.env["property.fee.rate"].create(
            {"standard_id": self.standard.id, "date_from": "2027-01-01"}
        )
        tier = self.env["property.fee.rate.tier"].create(
            {"rate_id": rate.id, "up_to_qty": 18, "price_unit": 2.5}
        )
        tier.with_user(self.manager).price_unit = 3.8
        entry = self.trail("price")[-1]
        self.assertEqual((float(entry.old_value), float(entry.new_value)), (2.5, 3.8))
        self.assertEqual(entry.name, f"T-PM-A ({self.standard.id}) 2027-01-01")

    def test_a_concession_and_its_approval(self):
        concession = (
            self.env["property.concession"]
            .with_user(self.cashier)
            .create(
                {
                    "unit_id": self.unit.id,
                    "item_id": self.item.id,
                    "factor": 0.7,
                    "note": "Empty since May",
                }
            )
        )
        concession.with_user(self.manager).action_approve()
        states = self.trail("concession").filtered(lambda e: e.field == "state")
        self.assertEqual(
            [(e.user_id, e.old_text, e.new_text) for e in states],
            [
                (self.cashier, False, "To Approve"),
                (self.manager, "To Approve", "Approved"),
            ],
        )
        self.assertEqual(states[1].reason, "vacancy: Empty since May")

    def test_a_waiver(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24)])
        line = bill.invoice_line_ids
        waiver = self.adjust("waiver", bill, [(line, 100)], reason="Hardship")
        waiver.action_submit()
        waiver.env.flush_all()
        states = self.trail("waiver").filtered(lambda e: e.field == "state")
        self.assertEqual(
            [(e.new_text, e.user_id) for e in states],
            [("Draft", self.manager), ("Done", self.manager)],
        )
        self.assertEqual(states[1].reason, "billing_error: Hardship")
        amounts = self.trail("waiver").filtered(lambda e: e.field == "amount")
        self.assertEqual(float(amounts[-1].new_value), 100)

    def test_a_void(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24)])
        receipt = self.take(self.unit, bills=[(bill, 250.24)], cash=250.24)
        self.assertFalse(self.trail("void"), "a receipt is no change")
        receipt.with_user(self.cashier)._void("Wrong unit")
        entry = self.one("void", "state")
        self.assertEqual(
            (entry.user_id, entry.old_text, entry.new_text, entry.reason, entry.name),
            (self.cashier, "Issued", "Void", "Wrong unit", receipt.name),
        )

    # ------------------------------------------------- what does not get around it
    def test_a_change_in_sql_is_noted(self):
        """A batch need not go through Odoo's own write."""
        self.env.cr.execute(
            SQL(
                "UPDATE property_unit SET charge_area = 1, write_uid = %s"
                " WHERE community_id = %s",
                self.manager.id,
                self.community.id,
            )
        )
        entries = self.trail("area")
        self.assertEqual(len(entries), 3)
        self.assertEqual(entries.user_id, self.manager)

    def test_what_is_deleted_stays_in_the_trail(self):
        unit = self.env["property.unit"].create(
            {"code": "3-9999", "building_id": self.building.id, "charge_area": 12}
        )
        unit_id = unit.id
        unit.with_user(self.manager).unlink()
        entry = self.trail("area")[-1]
        self.assertEqual(
            (entry.operation, entry.user_id, entry.name, entry.res_id),
            ("delete", self.manager, "3-9999", unit_id),
        )
        self.assertEqual(float(entry.old_value), 12)
        with self.assertRaisesRegex(UserError, "3-9999 is no longer there"):
            entry.action_open_record()

    def test_a_draft_rate_deleted_with_its_standard(self):
        standard = self.env["property.fee.standard"].create(
            {"code": "T-X", "name": "X", "item_id": self.item.id}
        )
        self.env["property.fee.rate"].create(
            {"standard_id": standard.id, "date_from": "2027-01-01", "price_unit": 5}
        )
        standard.with_user(self.manager).unlink()
        gone = self.trail("price").filtered(lambda e: e.operation == "delete")
        self.assertIn("price_unit", gone.mapped("field"))
        self.assertEqual(gone.user_id, self.manager)

    def test_nothing_that_stays_the_same_is_noted(self):
        self.unit.write({"charge_area": 89.37, "floor": 7})
        self.assertFalse(self.trail("area"))

    # ------------------------------------------------------------------- safety
    def test_nobody_alters_it(self):
        self.unit.charge_area = 1
        entry = self.trail("area")
        for user in (self.auditor, self.chief, self.env.user):
            mine = entry.with_user(user)
            for attempt in (
                lambda mine=mine: mine.write({"reason": "x"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.create({"kind": "area"}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
        with self.assertRaises(UserError):
            entry.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_not_even_in_sql(self):
        self.unit.charge_area = 1
        self.env.flush_all()
        for statement in (
            "UPDATE property_audit_entry SET reason = 'x'",
            "DELETE FROM property_audit_entry",
            "TRUNCATE property_audit_entry",
        ):
            with (
                self.assertRaisesRegex(psycopg2.Error, "neither changed nor deleted"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_who_reads_it(self):
        self.unit.charge_area = 1
        self.env.flush_all()
        entries = self.env["property.audit.entry"]
        self.assertTrue(entries.with_user(self.auditor).search([], limit=1))
        stranger = new_test_user(
            self.env, "stranger", "property_fee_billing.group_fee_manager"
        )
        own = [("community_id", "=", self.community.id)]
        self.assertTrue(entries.with_user(self.manager).search(own, limit=1))
        self.assertFalse(entries.with_user(stranger).search(own, limit=1))
        with self.assertRaises(AccessError):
            entries.with_user(self.cashier).search([], limit=1)

    def test_every_model_that_is_watched_has_its_triggers(self):
        for name, model in self.env.registry.items():
            if not getattr(model, "_audit_kind", None) or model._abstract:
                continue
            found = self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass"
                    " AND tgname LIKE 'property_audit_%%'",
                    model._table,
                )
            )
            self.assertEqual(found, [(3 if model._audit_insert else 2,)], name)

    def test_a_transfer_of_ownership_says_that_it_was_one(self):
        transfer = self.env["property.ownership.transfer"].create(
            {
                "unit_id": self.unit.id,
                "date": "2026-06-12",
                "new_partner_id": self.owners[2].id,
            }
        )
        self.unit.ownership_ids.change_reason = False
        transfer._change_ownership()
        reasons = self.trail("payer").filtered(
            lambda e: e.field in ("partner_id", "date_to") and e.new_value
        )
        self.assertEqual(set(reasons.mapped("reason")), {transfer.name})
