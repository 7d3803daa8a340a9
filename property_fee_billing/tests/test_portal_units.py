from odoo.tests import freeze_time, tagged

from .portal_case import PortalCase


@tagged("post_install", "-at_install")
class TestPortalUnits(PortalCase):
    """Which units an owner finds in the portal."""

    def units_of(self, user):
        """What the user may read, and what the pages show: the same."""
        readable = self.env["property.unit"].with_user(user).search([])
        shown = user.partner_id._get_portal_units()
        self.assertEqual(readable.ids, shown.ids)
        return shown.mapped("code")

    def test_an_owner_sees_the_own_unit_alone(self):
        self.assertEqual(self.units_of(self.ann), ["3-1201"])
        page = self.visit("/my/units")
        self.assertIn("3-1201", page.text)
        self.assertNotIn("3-1202", page.text)

    def test_somebody_elses_unit_does_not_exist(self):
        self.assertEqual(self.visit(f"/my/units/{self.unit.id}").status_code, 200)
        other = self.visit(f"/my/units/{self.units[1].id}")
        self.assertEqual(other.status_code, 404)
        self.assertNotIn("3-1202", other.text)

    def test_a_former_owner_has_nothing_of_the_unit_after_the_transfer(self):
        ownership = self.unit.ownership_ids
        ownership.date_to = "2026-03-31"
        new = self.own(self.unit, self.owners[2], "2026-04-01")
        self.cid = self.make_portal_user(new.partner_id)
        with freeze_time("2026-03-31"):
            self.assertEqual(self.units_of(self.ann), ["3-1201"])
            self.assertEqual(self.units_of(self.cid), ["3-1203"])
        with freeze_time("2026-04-01"):
            self.assertEqual(self.units_of(self.ann), [])
            self.assertEqual(self.units_of(self.cid), ["3-1201", "3-1203"])

    def test_a_tenant_has_the_unit_while_they_pay_for_it(self):
        self.unit.ownership_ids.is_payer = False
        rent = self.own(self.unit, self.owners[1], role="tenant")
        self.assertEqual(self.units_of(self.bob), ["3-1201", "3-1202"])
        rent.is_payer = False
        self.assertEqual(self.units_of(self.bob), ["3-1202"])
        self.assertEqual(self.units_of(self.ann), ["3-1201"])

    def test_the_contacts_of_a_company_have_its_units(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        clerk = self.env["res.partner"].create({"name": "Dot", "parent_id": firm.id})
        self.units[2].ownership_ids.partner_id = firm
        self.assertEqual(self.units_of(self.make_portal_user(clerk)), ["3-1203"])

    def test_staff_who_live_there_see_their_own_unit_alone(self):
        self.cashier.partner_id = self.owner
        self.assertEqual(self.cashier.partner_id._get_portal_units(), self.unit)
