from odoo import api, fields, models
from odoo.tools import SQL

# The latest complaints of a category that are looked at for one matter.
NEIGHBOURS = 100


class PropertyComplaint(models.Model):
    """What belongs together: repeats of one unit, one matter of several units."""

    _inherit = "property.complaint"

    repeat_of_id = fields.Many2one(
        "property.complaint",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The complaint before it of the same unit and sub-category.",
    )
    cluster_id = fields.Many2one(
        "property.complaint.cluster",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The matter of several units that it belongs to.",
    )
    _near = models.Index("(community_id, category_id, received_at)")

    unit_complaint_count = fields.Integer(
        string="Of This Unit", compute="_compute_unit_complaint_count"
    )

    @api.depends("unit_id")
    def _compute_unit_complaint_count(self):
        counts = dict(
            self._read_group(
                [("unit_id", "in", self.unit_id.ids)], ["unit_id"], ["__count"]
            )
        )
        for complaint in self:
            complaint.unit_complaint_count = counts.get(complaint.unit_id, 0)

    def _link_related(self):
        """Find what new complaints belong to, in the same number of queries for one and
        for many."""
        # also complaints that whoever takes it in may not see
        complaints = self.sudo()
        complaints._link_repeats()
        complaints._join_clusters()

    # ----------------------------------------------------------------- repeats
    def _link_repeats(self):
        """Link complaints to the one before of the same unit and sub-category, and lift
        them a level."""
        self.flush_model(
            ["unit_id", "category_id", "subcategory_id", "received_at", "repeat_of_id"]
        )
        self.env["property.complaint.category"].flush_model(["repeat_days"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, before.id
                  FROM property_complaint c
                  JOIN property_complaint_category k
                    ON k.id = COALESCE(c.subcategory_id, c.category_id)
                  JOIN LATERAL (
                        SELECT b.id
                          FROM property_complaint b
                         WHERE b.unit_id = c.unit_id
                           AND COALESCE(b.subcategory_id, b.category_id) = k.id
                           AND (b.received_at, b.id) < (c.received_at, c.id)
                           AND b.received_at
                               >= c.received_at - k.repeat_days * INTERVAL '1 day'
                         ORDER BY b.received_at DESC, b.id DESC
                         LIMIT 1) before ON TRUE
                 WHERE c.id = ANY(%s) AND c.repeat_of_id IS NULL AND k.repeat_days > 0
                """,
                self.ids,
            )
        )
        for complaint_id, before_id in rows:
            self.browse(complaint_id).repeat_of_id = before_id
        self.browse([row[0] for row in rows])._escalate("repeat")

    # ---------------------------------------------------------------- clusters
    def _join_clusters(self):
        """Make one matter of complaints of several units, or join the matter there is,
        and tell the complainants."""
        for complaint_id, near_ids in self._find_neighbours():
            complaint = self.browse(complaint_id)
            if not complaint.cluster_id:
                complaint._join_cluster(complaint | self.browse(near_ids))

    def _find_neighbours(self):
        """Complaints of the same community and category within the days of the
        category, where they are of units enough.

        :return: list of (complaint id, ids of it and of the others)
        """
        self.flush_model(
            ["unit_id", "community_id", "category_id", "received_at", "cluster_id"]
        )
        self.env["property.complaint.category"].flush_model(
            ["cluster_days", "cluster_units"]
        )
        return self.env.execute_query(
            SQL(
                """
                WITH near AS (
                    SELECT c.id, b.id AS other_id, b.unit_id, k.cluster_units
                      FROM property_complaint c
                      JOIN property_complaint_category k ON k.id = c.category_id
                      JOIN LATERAL (
                            SELECT n.id, n.unit_id
                              FROM property_complaint n
                             WHERE n.community_id = c.community_id
                               AND n.category_id = c.category_id
                               AND n.unit_id IS NOT NULL
                               AND n.received_at <= c.received_at
                               AND n.received_at >= c.received_at
                                   - k.cluster_days * INTERVAL '1 day'
                             ORDER BY n.received_at DESC, n.id DESC
                             LIMIT %s) b ON TRUE
                     WHERE c.id = ANY(%s) AND c.cluster_id IS NULL
                       AND c.unit_id IS NOT NULL AND k.cluster_days > 0)
                SELECT id, array_agg(other_id ORDER BY other_id)
                  FROM near
                 GROUP BY id, cluster_units
                HAVING COUNT(DISTINCT unit_id) >= cluster_units
                 ORDER BY id
                """,
                NEIGHBOURS,
                self.ids,
            )
        )

    def _join_cluster(self, near):
        """Put a complaint and what is near it into one matter.

        :param near: the complaints of the matter, this one among them
        """
        cluster = near.cluster_id[:1] or near.cluster_id.create(
            {
                "community_id": self.community_id.id,
                "category_id": self.category_id.id,
                "user_id": self._get_level_user("2").id,
            }
        )
        joining = near.filtered(lambda complaint: not complaint.cluster_id)
        joining.cluster_id = cluster
        cluster._notify_complainants(joining)
