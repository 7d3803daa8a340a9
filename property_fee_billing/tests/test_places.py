from psycopg2.errors import ExclusionViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PropertyFeeCommon


@tagged("post_install", "-at_install")
class TestCommunity(PropertyFeeCommon):
    def test_a_new_community_gets_journal_and_analytic_account(self):
        community = (
            self.env["property.community"]
            .with_user(self.manager)
            .create({"code": "LAKE-1", "name": "Lake View"})
        )
        self.assertEqual(community.journal_id.type, "sale")
        self.assertEqual(community.journal_id.code, "LAKE1")
        self.assertEqual(community.analytic_account_id.name, "Lake View")
        self.assertEqual(community.member_ids, self.manager)

    def test_it_starts_with_what_the_company_has_set(self):
        term = self.env.ref("account.account_payment_term_15days")
        settings = self.env["res.config.settings"].create(
            {
                "fee_payment_term_id": term.id,
                "fee_auto_billing": "none",
                "fee_variance_threshold": 5,
            }
        )
        settings.execute()
        community = self.env["property.community"].create({"code": "N", "name": "N"})
        self.assertEqual(community.payment_term_id, term)
        self.assertEqual(community.auto_billing, "none")
        self.assertEqual(community.variance_threshold, 5)

    def test_journal_codes_do_not_clash(self):
        communities = self.env["property.community"].create(
            [{"code": f"LAKESIDE-{n}", "name": f"Lake {n}"} for n in range(3)]
        )
        self.assertEqual(
            communities.journal_id.mapped("code"), ["LAKES", "LAKE2", "LAKE3"]
        )

    def test_a_foreign_currency_gets_its_own_journal_currency(self):
        currency = self.env.ref("base.HKD")
        currency.active = True
        community = self.env["property.community"].create(
            {"code": "HK", "name": "Harbour", "currency_id": currency.id}
        )
        self.assertEqual(community.journal_id.currency_id, currency)

    def test_a_journal_in_another_currency_is_refused(self):
        currency = self.env.ref("base.HKD")
        currency.active = True
        with self.assertRaisesRegex(ValidationError, "bills in HKD"):
            self.community.currency_id = currency

    def test_currency_stays_once_billed(self):
        self.charge(self.unit)
        self.bill_month(2026, 1)
        currency = self.env.ref("base.HKD")
        currency.active = True
        with self.assertRaises(ValidationError):
            self.community.write({"currency_id": currency.id, "journal_id": False})

    def test_the_figures_count_units_and_owners(self):
        self.assertEqual(self.community.unit_count, 3)
        self.assertEqual(self.community.owner_count, 3)
        self.assertEqual(self.community.building_count, 1)


@tagged("post_install", "-at_install")
class TestOwnership(PropertyFeeCommon):
    def test_two_payers_on_a_day_are_refused_by_name(self):
        with self.assertRaisesRegex(ValidationError, "Ann .* and Bob|Bob .* and Ann"):
            self.own(self.unit, self.owners[1], "2026-01-01")

    def test_the_database_itself_refuses_two_payers(self):
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with (
            self.assertRaises(ExclusionViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                """
                INSERT INTO property_ownership
                       (unit_id, partner_id, role, is_payer, date_from)
                VALUES (%s, %s, 'owner', TRUE, '2026-01-01')
                """,
                (self.unit.id, self.owners[1].id),
            )

    def test_a_tenant_beside_the_paying_owner_is_fine(self):
        self.own(self.unit, self.owners[1], role="tenant", is_payer=False)
        self.assertEqual(self.unit.payer_id, self.owner)

    def test_one_payer_can_follow_the_other(self):
        self.unit.ownership_ids.date_to = "2026-06-11"
        self.own(self.unit, self.owners[1], "2026-06-12")

    def test_units_are_found_by_their_payer_today(self):
        units = self.env["property.unit"]
        domain = [("community_id", "=", self.community.id)]
        self.assertEqual(
            units.search(domain + [("payer_id", "=", self.owner.id)]), self.unit
        )
        self.unit.ownership_ids.date_to = "2020-01-01"
        self.assertEqual(units.search(domain + [("payer_id", "=", False)]), self.unit)
        self.assertFalse(self.unit.payer_id)


@tagged("post_install", "-at_install")
class TestUnit(PropertyFeeCommon):
    def test_the_payment_reference_names_community_and_unit(self):
        self.assertEqual(self.unit.payment_reference, "JADE-3-1201")

    def test_a_billed_unit_is_archived_not_deleted(self):
        self.charge(self.unit)
        self.bill_month(2026, 1)
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.unit.unlink()

    def test_a_billed_charge_keeps_its_unit_and_standard(self):
        charge = self.charge(self.unit)
        self.bill_month(2026, 1)
        charge.date_to = "2026-12-31"
        with self.assertRaisesRegex(UserError, "Set its last day"):
            charge.standard_id = self.parking_standard
        with self.assertRaisesRegex(UserError, "Set its last day"):
            charge.unlink()

    def test_a_charge_in_a_preview_cannot_be_deleted(self):
        charge = self.charge(self.unit)
        run = self.make_run("2026-01-01", "2026-01-31")
        run.action_compute()
        with self.assertRaisesRegex(UserError, f"stands in billing run {run.name}"):
            charge.unlink()

    def test_the_same_charge_twice_from_one_day_is_double_charging(self):
        self.charge(self.unit)
        with (
            self.assertRaisesRegex(Exception, "property_recurring_charge_start_unique"),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.charge(self.unit)
