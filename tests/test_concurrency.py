import threading
from datetime import date

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger


@tagged("post_install", "-at_install")
class TestTwoRunsAtOnce(BaseCase):
    """Two people bill the same month at the same moment, each over a connection of
    their own: every charge is billed once, whoever comes first.

    The data is really committed, as the other connection could not see it otherwise;
    it is removed at the end.
    """

    UNITS = 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = db_connect(get_db_name())
        with cls.database.cursor() as cr:
            env = cls.environment(cr)
            cls.community_id = cls.make_community(env).id
        cls.addClassCleanup(cls.remove_community)

    @staticmethod
    def environment(cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    @classmethod
    def make_community(cls, env):
        community = env["property.community"].create(
            {"code": "RACE", "name": "Race", "auto_billing": "none"}
        )
        building = env["property.building"].create(
            {"code": "1", "name": "1", "community_id": community.id}
        )
        item = env["property.fee.item"].create(
            {
                "code": "RACE",
                "name": "Race",
                "community_id": community.id,
                "tax_ids": [Command.clear()],
            }
        )
        standard = env["property.fee.standard"].create(
            {
                "code": "RACE",
                "name": "Race",
                "item_id": item.id,
                "community_id": community.id,
                "method": "fixed",
                "rate_ids": [
                    Command.create(
                        {
                            "date_from": "2026-01-01",
                            "price_unit": 10,
                            "state": "in_force",
                        }
                    )
                ],
            }
        )
        units = env["property.unit"].create(
            [
                {"code": f"R{number:03}", "building_id": building.id}
                for number in range(cls.UNITS)
            ]
        )
        partner = env["res.partner"].create({"name": "Racer"})
        env["property.ownership"].create(
            [{"unit_id": unit.id, "partner_id": partner.id} for unit in units]
        )
        env["property.recurring.charge"].create(
            [
                {
                    "unit_id": unit.id,
                    "standard_id": standard.id,
                    "date_from": "2026-01-01",
                }
                for unit in units
            ]
        )
        return community

    @classmethod
    def remove_community(cls):
        """Take back what was committed; posted entries only leave by SQL."""
        with cls.database.cursor() as cr:
            community = cls.environment(cr)["property.community"].browse(
                cls.community_id
            )
            journal, analytic = community.journal_id, community.analytic_account_id
            items = community.env["property.fee.item"].search(
                [("community_id", "=", community.id)]
            )
            products, partners = items.product_id, community.unit_ids.payer_id
            for table, column in (
                ("property_fee_line", "community_id"),
                ("account_move_line", "fee_community_id"),
                ("account_move", "fee_community_id"),
                ("property_billing_run_item", "community_id"),
                ("property_billing_run_unit", "community_id"),
                ("property_recurring_charge", "community_id"),
                ("property_ownership", "community_id"),
                ("property_fee_rate", "community_id"),
                ("property_fee_standard", "community_id"),
                ("property_fee_item", "community_id"),
                ("property_unit", "community_id"),
                ("property_building", "community_id"),
            ):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        community.id,
                    )
                )
            cr.execute(
                SQL(
                    """
                    DELETE FROM property_billing_run WHERE id IN (
                        SELECT property_billing_run_id
                          FROM property_billing_run_property_community_rel
                         WHERE property_community_id = %s)
                    """,
                    community.id,
                )
            )
            community.env.invalidate_all(flush=False)
            community.unlink()
            journal.unlink()
            analytic.unlink()
            products.product_tmpl_id.unlink()
            partners.unlink()

    def bill(self, results, barrier):
        """One person: compute and post January, trying again as Odoo does when two
        transactions collide, and once more when told the community is busy."""
        Registry(get_db_name())
        with self.database.cursor() as cr:
            env = self.environment(cr)

            def work():
                run = env["property.billing.run"].create(
                    {
                        "community_ids": [Command.set([self.community_id])],
                        "date_from": date(2026, 1, 1),
                        "date_to": date(2026, 1, 31),
                        "invoice_date": date(2026, 1, 1),
                    }
                )
                # both have begun, neither sees the other's lines
                env.cr.execute("SELECT 1")
                if not barrier.broken:
                    self.meet(barrier)
                run.action_compute()
                run.action_post()
                return len(run.line_ids)

            for _attempt in range(20):
                try:
                    results.append(retrying(work, env))
                    return
                except UserError as error:
                    # someone else is billing this community right now
                    self.assertIn("being billed by someone else", str(error))
                    cr.rollback()
                    env.invalidate_all(flush=False)
                    threading.Event().wait(0.2)

    @staticmethod
    def meet(barrier):
        try:
            barrier.wait(timeout=10)
        except threading.BrokenBarrierError:
            return
        barrier.abort()

    def test_every_charge_is_billed_once(self):
        results, barrier = [], threading.Barrier(2)
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            threads = [
                threading.Thread(target=self.bill, args=(results, barrier))
                for _number in range(2)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=120)
        self.assertEqual(sorted(results), [0, self.UNITS])
        with self.database.cursor() as cr:
            env = self.environment(cr)
            lines = env["property.fee.line"].search(
                [("community_id", "=", self.community_id)]
            )
            self.assertEqual(len(lines), self.UNITS)
            self.assertEqual(len(lines.recurring_charge_id), self.UNITS)
            self.assertEqual(set(lines.mapped("state")), {"posted"})
            moves = env["account.move"].search(
                [("fee_community_id", "=", self.community_id)]
            )
            self.assertEqual(len(moves), self.UNITS)
            self.assertEqual(sum(moves.mapped("amount_total")), 10 * self.UNITS)
            self.assertEqual(
                sorted(moves.mapped("sequence_number")), list(range(1, self.UNITS + 1))
            )
