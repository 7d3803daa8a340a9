import logging

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..local_time import get_today

_logger = logging.getLogger(__name__)

# Cases opened in one go.
BATCH = 1000


class PropertyArrearsCase(models.Model):
    """Cases that follow the ledger: opened, moved on and closed by what it says."""

    _inherit = "property.arrears.case"

    @api.model
    def _sync(self, communities=None, units=None):
        """Open a case where something is overdue, close those where nothing is, and
        move the stages on by what has happened.

        Set-based: the number of queries does not depend on the number of bills, except
        for the batches in which cases are made.

        :param communities: property.community to look at
        :param units: property.unit to look at, instead of communities
        :return: the open cases
        """
        # cases are the system's to open and close, whoever's action shows the need
        cases = self.sudo()._get_open_cases(communities, units)
        # as above
        overdue = self.sudo()._get_overdue_debtors(communities, units)
        known = {(case.unit_id.id, case.partner_id.id): case for case in cases}
        settled = cases.browse(
            [case.id for pair, case in known.items() if pair not in overdue]
        )
        settled._close()
        # as above
        fresh = self.sudo()._open([pair for pair in overdue if pair not in known])
        cases = cases - settled + fresh
        cases._update_stages()
        return cases.sudo(self.env.su)

    @api.model
    def _get_open_cases(self, communities, units):
        """Open cases of communities or units."""
        name, records = (
            ("unit_id", units)
            if communities is None
            else (
                "community_id",
                communities,
            )
        )
        return self.search(
            [(name, "in", records.ids), ("closed_on", "=", False)], order="id"
        )

    @api.model
    def _get_overdue_debtors(self, communities, units):
        """Who is overdue: ``{(unit id, commercial partner id)}`` in a fixed order."""
        name, records = (
            ("fee_unit_id", units)
            if communities is None
            else (
                "fee_community_id",
                communities,
            )
        )
        Move = self.env["account.move"]
        groups = Move._read_group(
            Move._get_overdue_domain() & Domain(name, "in", records.ids),
            ["fee_unit_id", "commercial_partner_id"],
            order="fee_unit_id, commercial_partner_id",
        )
        return dict.fromkeys((unit.id, partner.id) for unit, partner in groups)

    @api.model
    def _open(self, pairs):
        """Open cases.

        :param pairs: list of (unit id, commercial partner id)
        """
        Case = self.with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        cases = self.browse()
        for part in split_every(BATCH, pairs, list):
            try:
                with self.env.cr.savepoint():
                    fresh = Case.create([self._prepare_case(*pair) for pair in part])
                    fresh._assign_collectors()
                    fresh.flush_recordset()
                    cases += fresh
            except UniqueViolation:
                # another process is opening the same cases right now
                _logger.info("%s arrears cases were opened meanwhile", len(part))
        return cases.with_env(self.env)

    @api.model
    def _prepare_case(self, unit_id, partner_id):
        """Values of a case that is opened."""
        return {"unit_id": unit_id, "partner_id": partner_id}

    def _assign_collectors(self):
        """Give cases that are opened to the collector of their community."""
        for collector, cases in self.grouped(
            lambda case: case.community_id.collector_id
        ).items():
            if collector:
                cases._write_flow({"user_id": collector.id})

    def _close(self):
        """Close cases of which nothing is overdue any more."""
        if not self:
            return
        self._check_promises()
        self.promise_ids.filtered(
            lambda promise: promise.state == "open"
        ).action_cancel()
        self.activity_ids.unlink()
        body = self.env._("Closed: nothing is overdue any more.")
        self.with_context(tracking_disable=True)._write_flow(
            {
                "stage": "closed",
                "former_stage": False,
                "closed_on": get_today(self),
            }
        )
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))

    @api.model
    def _cron_sync(self):
        """Follow the ledger, community by community; see to promises and causes."""
        cron = self.env["ir.cron"]
        communities = self.env["property.community"].search([("active", "=", True)])
        for position, community in enumerate(communities, start=1):
            cases = self.with_company(community.company_id)._sync(community)
            cases._check_promises()
            cases._remind_of_causes()
            left = len(communities) - position
            if not cron._commit_progress(1, remaining=left):
                return

    def action_sync(self):
        """Look at the ledger now, as the scheduled job does at night."""
        self.check_access("write")
        communities = self.env["property.community"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        self._sync(communities)._check_promises()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
