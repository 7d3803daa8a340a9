from odoo import api, models
from odoo.tools import SQL


class PropertyBillingPreview(models.AbstractModel):
    """Compares a computed run with the previous one, in the database.

    The previous run of a community is the latest posted run that ended before this
    one ends; each community is compared with its own.
    """

    _name = "property.billing.preview"
    _description = "Billing Preview"

    @api.model
    def _compare(self, run):
        """Fill the totals by item and the changed units of ``run``."""
        self.env.flush_all()
        previous = self._get_previous_runs(run)
        self.env.cr.execute(self._get_item_query(run, previous))
        self.env.cr.execute(self._get_unit_query(run, previous))
        self.env.invalidate_all(flush=False)

    @api.model
    def _get_previous_runs(self, run):
        """SQL rows (community id, run id) of the runs to compare with."""
        return SQL(
            """
            SELECT DISTINCT ON (c.property_community_id)
                   c.property_community_id AS community_id, p.id AS run_id
              FROM property_billing_run p
              JOIN property_billing_run_property_community_rel c
                ON c.property_billing_run_id = p.id
             WHERE c.property_community_id = ANY(%s) AND p.id <> %s
               AND p.state = 'done' AND p.kind = 'regular' AND p.date_to < %s
             ORDER BY c.property_community_id, p.date_to DESC, p.id DESC
            """,
            run.community_ids.ids,
            run.id,
            run.date_to,
        )

    @api.model
    def _get_lines(self, run, previous):
        """SQL of the lines of this run (is_now) and of the previous ones."""
        return SQL(
            """
            SELECT l.*, TRUE AS is_now
              FROM property_fee_line l
             WHERE l.run_id = %s AND l.state <> 'cancelled'
             UNION ALL
            SELECT l.*, FALSE
              FROM property_fee_line l
              JOIN (%s) p ON p.run_id = l.run_id AND p.community_id = l.community_id
             WHERE l.state = 'posted'
            """,
            run.id,
            previous,
        )

    @api.model
    def _get_item_query(self, run, previous):
        """Insert one row for each community and item."""
        return SQL(
            """
            INSERT INTO property_billing_run_item (
                   run_id, company_id, community_id, item_id, unit_count, line_count,
                   amount, previous_amount, difference, catch_up_amount,
                   create_uid, write_uid, create_date, write_date)
            SELECT %(run)s, %(company)s, community_id, item_id,
                   COUNT(DISTINCT unit_id) FILTER (WHERE is_now),
                   COUNT(*) FILTER (WHERE is_now),
                   COALESCE(SUM(amount) FILTER (WHERE is_now), 0),
                   COALESCE(SUM(amount) FILTER (WHERE NOT is_now), 0),
                   SUM(CASE WHEN is_now THEN amount ELSE -amount END),
                   COALESCE(SUM(amount) FILTER (WHERE is_now AND is_catch_up), 0),
                   %(user)s, %(user)s, now() AT TIME ZONE 'UTC',
                   now() AT TIME ZONE 'UTC'
              FROM (%(lines)s) AS line
             GROUP BY community_id, item_id
            """,
            run=run.id,
            company=run.company_id.id,
            user=self.env.uid,
            lines=self._get_lines(run, previous),
        )

    @api.model
    def _get_unit_query(self, run, previous):
        """Insert one row for each unit whose bill is not as before, with the causes.

        A cause is what differs in the set of payers, rates, factors, areas or usages
        of the unit's lines between the two runs, of the items that are in both. In most
        months few units change, so causes are looked for in those alone.
        """
        lines = self._get_lines(run, previous)
        causes = self._get_causes()
        return SQL(
            """
            INSERT INTO property_billing_run_unit (
                   run_id, company_id, community_id, unit_id, change, amount,
                   previous_amount, difference, is_beyond, payer_changed, rate_changed,
                   concession_changed, area_changed, usage_changed, charges_changed,
                   create_uid, write_uid, create_date, write_date)
            SELECT %(run)s, c.company_id, c.id, u.unit_id,
                   CASE WHEN u.lines_before = 0 THEN 'new'
                        WHEN u.lines_now = 0 THEN 'gone'
                        ELSE 'changed' END,
                   u.amount, u.previous_amount, u.amount - u.previous_amount,
                   u.previous_amount <> 0 AND 100 * abs(u.amount - u.previous_amount)
                       > c.variance_threshold * abs(u.previous_amount),
                   u.payers, u.rates, u.factors, u.areas, u.usages, u.charges,
                   %(user)s, %(user)s, now() AT TIME ZONE 'UTC',
                   now() AT TIME ZONE 'UTC'
              FROM (SELECT community_id, unit_id,
                           COUNT(*) FILTER (WHERE is_now) AS lines_now,
                           COUNT(*) FILTER (WHERE NOT is_now) AS lines_before,
                           COALESCE(SUM(amount) FILTER (WHERE is_now), 0) AS amount,
                           COALESCE(SUM(amount) FILTER (WHERE NOT is_now), 0)
                               AS previous_amount,
                           %(payers)s AS payers, %(rates)s AS rates,
                           %(factors)s AS factors, %(areas)s AS areas,
                           %(usages)s AS usages, %(charges)s AS charges
                      FROM (SELECT line.*,
                                   bool_or(is_now) OVER item
                                   AND bool_or(NOT is_now) OVER item AS in_both
                              FROM (%(lines)s) AS line
                             WHERE (community_id, unit_id) IN (%(changed)s)
                            WINDOW item AS (PARTITION BY unit_id, item_id)) AS line
                     GROUP BY community_id, unit_id) AS u
              JOIN property_community c ON c.id = u.community_id
            """,
            run=run.id,
            user=self.env.uid,
            lines=lines,
            changed=self._get_changed_units(lines, previous, causes["payers"]),
            **causes,
        )

    @api.model
    def _get_changed_units(self, lines, previous, payers):
        """SQL rows (community id, unit id) of the units with another total, with none
        in one of the two runs, or with other payers.

        Communities without a previous run have nothing to compare with and give no
        rows.
        """
        return SQL(
            """
            SELECT community_id, unit_id
              FROM (%(lines)s) AS line
             WHERE community_id IN (SELECT community_id FROM (%(previous)s) AS p)
             GROUP BY community_id, unit_id
            HAVING SUM(amount) FILTER (WHERE is_now)
                   IS DISTINCT FROM SUM(amount) FILTER (WHERE NOT is_now)
                OR %(payers)s
            """,
            lines=lines,
            previous=previous,
            payers=payers,
        )

    @api.model
    def _get_causes(self):
        """``{name: SQL aggregate}``, true where the two runs differ in something."""
        values = {
            "payers": (SQL("partner_id"), SQL("TRUE")),
            "rates": (SQL("rate_id"), SQL("rate_id IS NOT NULL AND in_both")),
            "factors": (SQL("(item_id, factor)::text"), SQL("in_both")),
            "areas": (
                SQL("explanation->>'basis'"),
                SQL("explanation->>'basis_kind' LIKE '%%area' AND in_both"),
            ),
            "usages": (
                SQL("(item_id, quantity)::text"),
                SQL("kind = 'metered' AND in_both"),
            ),
            "charges": (SQL("(item_id, kind)::text"), SQL("TRUE")),
        }
        return {
            name: SQL(
                "COALESCE(array_agg(DISTINCT %(value)s)"
                " FILTER (WHERE is_now AND %(where)s), '{}') <>"
                " COALESCE(array_agg(DISTINCT %(value)s)"
                " FILTER (WHERE NOT is_now AND %(where)s), '{}')",
                value=value,
                where=where,
            )
            for name, (value, where) in values.items()
        }
