import logging

import psycopg2

from odoo import api, fields, models

from .property_bulk_mixin import POST_KEY

_logger = logging.getLogger(__name__)


class ResPartner(models.Model):
    _inherit = "res.partner"

    ownership_ids = fields.One2many("property.ownership", "partner_id")
    property_unit_count = fields.Integer(
        string="Units",
        compute="_compute_property_unit_count",
        groups="property_fee_billing.group_front_desk,"
        "property_fee_billing.group_auditor",
    )

    @api.depends("ownership_ids")
    def _compute_property_unit_count(self):
        counts = dict(
            self.env["property.ownership"]._read_group(
                [("partner_id", "in", self.ids)],
                ["partner_id"],
                ["unit_id:count_distinct"],
            )
        )
        for partner in self:
            partner.property_unit_count = counts.get(partner, 0)

    def action_open_property_units(self):
        """Open the units this partner owns or rents."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_ownership_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    # ------------------------------------------------------------------- rank
    def _increase_rank(self, field, n=1):
        """Override of `account`: in the posting of a batch, count payers first and
        write those with equal counts together."""
        plan = self.env.context.get(POST_KEY)
        if plan is None or field != "customer_rank":
            return super()._increase_rank(field, n)
        for partner in self:
            plan.ranks[partner.id] += n
        return None

    @api.model
    def _write_ranks(self, plan):
        """Write what ``_increase_rank`` counted under a plan.

        As in `account`, a payer's first bill makes them a customer at once, and the
        rest is added after the commit, so that two postings for one payer do not
        wait for each other.
        """
        counts = dict(plan.ranks)
        plan.ranks.clear()
        # Staff who post bills need not be allowed to edit contacts; Odoo counts the
        # rank for them in the same way.
        partners = self.sudo().with_context(**{POST_KEY: None}).browse(counts)
        first = partners.filtered(lambda partner: not partner.customer_rank)
        first._add_to_rank(counts)
        later = (partners - first).ids
        if not later:
            return

        @self.env.cr.postcommit.add
        def add_after_commit():
            try:
                # more rights as above, on the same partners
                with self.env.registry.cursor() as cr:
                    # more rights as above, on the same partners
                    self.env(cr=cr)[self._name].sudo().browse(later)._add_to_rank(
                        counts
                    )
            except psycopg2.OperationalError:
                _logger.debug("Ranks of %s partners not raised.", len(later))

    def _add_to_rank(self, counts):
        """Raise the customer rank by ``counts``: ``{partner id: bills}``."""
        ranks = self.grouped(lambda partner: partner.customer_rank + counts[partner.id])
        for rank, partners in ranks.items():
            partners.customer_rank = rank
