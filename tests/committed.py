"""Data that is really committed, for tests with several connections or processes."""

from contextlib import contextmanager
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name
from odoo.tools import SQL

# Tables to empty for a community, those that refer to others first.
TABLES = (
    ("property_fee_line", "community_id"),
    # items of payments too: they are of the community by their entry
    ("account_move_line", "fee_community_id"),
    ("account_move", "fee_community_id"),
    ("property_billing_refusal", "community_id"),
    ("property_billing_run_item", "community_id"),
    ("property_billing_run_unit", "community_id"),
    ("property_recurring_charge", "community_id"),
    ("property_ownership", "community_id"),
    ("property_fee_rate", "community_id"),
    ("property_fee_standard", "community_id"),
    ("property_fee_item", "community_id"),
    ("property_unit", "community_id"),
    ("property_building", "community_id"),
)


class CommittedCase(BaseCase):
    """Communities that other processes see; they are removed at the end, posted
    entries included, which only leave by SQL."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Registry(get_db_name())
        cls.database = db_connect(get_db_name())
        cls.community_ids = []
        cls.addClassCleanup(cls._remove)

    @classmethod
    @contextmanager
    def environment(cls):
        """An environment of its own, committed at the end of the block."""
        with cls.database.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    @classmethod
    def make_community(cls, code, units):
        """A community whose units pay two fees, each unit another amount.

        :return: id of the committed property.community
        """
        with cls.environment() as env:
            community = make_community(env, code, units)
            cls.community_ids.append(community.id)
        return community.id

    @classmethod
    def make_run(cls, community_ids, month):
        """A computed run, already in posting.

        :param month: 1 is January 2026, 13 January 2027
        :return: id of the committed property.billing.run
        """
        with cls.environment() as env:
            first = date(2026, 1, 1) + relativedelta(months=month - 1)
            run = env["property.billing.run"].create(
                {
                    "community_ids": [Command.set(community_ids)],
                    "date_from": first,
                    "date_to": first + relativedelta(day=31),
                    "invoice_date": first,
                }
            )
            run.action_compute()
            run._start_posting()
        return run.id

    @classmethod
    def _remove(cls):
        with cls.environment() as env:
            communities = env["property.community"].browse(cls.community_ids)
            remove_communities(communities)


def make_community(env, code, units):
    """See `CommittedCase.make_community`."""
    community = env["property.community"].create(
        {"code": code, "name": code, "auto_billing": "none"}
    )
    building = env["property.building"].create(
        {"code": "1", "name": "1", "community_id": community.id}
    )
    standards = [
        _make_standard(env, community, f"{code}-{name}", method, price)
        for name, method, price in (("SVC", "area", 2.8), ("PARK", "fixed", 300))
    ]
    units = env["property.unit"].create(
        [
            {
                "code": f"{number:04}",
                "building_id": building.id,
                "charge_area": 50 + number * 0.37,
            }
            for number in range(units)
        ]
    )
    partners = env["res.partner"].create([{"name": unit.code} for unit in units])
    env["property.ownership"].create(
        [
            {"unit_id": unit.id, "partner_id": partner.id}
            for unit, partner in zip(units, partners, strict=True)
        ]
    )
    env["property.recurring.charge"].create(
        [
            {
                "unit_id": unit.id,
                "standard_id": standard.id,
                "date_from": "2026-01-01",
            }
            for unit in units
            for standard in standards
        ]
    )
    return community


def _make_standard(env, community, code, method, price):
    item = env["property.fee.item"].create(
        {
            "code": code,
            "name": code,
            "community_id": community.id,
            "tax_ids": [Command.clear()],
        }
    )
    return env["property.fee.standard"].create(
        {
            "code": code,
            "name": code,
            "item_id": item.id,
            "community_id": community.id,
            "method": method,
            "rate_ids": [
                Command.create(
                    {
                        "date_from": "2026-01-01",
                        "price_unit": price,
                        "state": "in_force",
                    }
                )
            ],
        }
    )


def remove_communities(communities):
    """Take back communities and all that was billed in them."""
    env = communities.env
    journals, analytic = communities.journal_id, communities.analytic_account_id
    items = env["property.fee.item"].search([("community_id", "in", communities.ids)])
    products = items.product_id
    partners = communities.unit_ids.payer_id
    runs = env["property.billing.run"].search(
        [("community_ids", "in", communities.ids)]
    )
    if "queue.job" in env:
        env["queue.job"].search([("fee_run_id", "in", runs.ids)]).unlink()
    env.flush_all()
    _remove_money(env, communities)
    for table, column in TABLES:
        env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE %s = ANY(%s)",
                SQL.identifier(table),
                SQL.identifier(column),
                communities.ids,
            )
        )
    env.cr.execute(SQL("DELETE FROM property_billing_run WHERE id = ANY(%s)", runs.ids))
    env.invalidate_all(flush=False)
    communities.unlink()
    journals.unlink()
    analytic.unlink()
    products.product_tmpl_id.unlink()
    partners.unlink()


def _remove_money(env, communities):
    """Take back what was paid, with the tables that refer to it."""
    lines = SQL(
        "(SELECT l.id FROM account_move_line l JOIN account_move m ON m.id = l.move_id"
        " WHERE m.fee_community_id = ANY(%s))",
        communities.ids,
    )
    receipts = SQL(
        "(SELECT id FROM property_receipt WHERE community_id = ANY(%s))",
        communities.ids,
    )
    for query in (
        SQL("DELETE FROM account_partial_reconcile WHERE debit_move_id IN %s", lines),
        SQL(
            "UPDATE account_move SET origin_payment_id = NULL, fee_receipt_id = NULL,"
            " fee_session_id = NULL WHERE fee_community_id = ANY(%s)",
            communities.ids,
        ),
        SQL(
            "DELETE FROM account_payment WHERE fee_community_id = ANY(%s)",
            communities.ids,
        ),
        SQL("DELETE FROM property_receipt_line WHERE receipt_id IN %s", receipts),
        SQL(
            "DELETE FROM property_receipt WHERE community_id = ANY(%s)", communities.ids
        ),
        SQL(
            "DELETE FROM property_cashier_session WHERE community_id = ANY(%s)",
            communities.ids,
        ),
    ):
        env.cr.execute(query)
