from odoo import api, models
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

# Seconds until a batch that another worker holds is tried again: what it may take
# that worker to commit.
LOCK_WAIT = 5


class PropertyBillingInvoicer(models.AbstractModel):
    """A batch that comes from a job: others may have had it before."""

    _inherit = "property.billing.invoicer"

    @api.model
    def _lock_batch(self, run, unit_ids):
        """Lock those units of a batch that still have draft lines.

        :return: their ids in the order given, none if all is billed already
        :raise RetryableJobError: while another worker has one of them; the wait
            counts as no try, as that worker's end frees them whatever happens
        """
        pending = SQL(
            """
            SELECT u.id
              FROM property_unit u
             WHERE u.id = ANY(%s)
               AND EXISTS (SELECT FROM property_fee_line l
                            WHERE l.run_id = %s AND l.community_id = u.community_id
                              AND l.unit_id = u.id AND l.state = 'draft')
             ORDER BY array_position(%s, u.id)
            """,
            unit_ids,
            run.id,
            unit_ids,
        )
        wanted = self.env.execute_query(pending)
        locked = self.env.execute_query(
            SQL("%s FOR NO KEY UPDATE SKIP LOCKED", pending)
        )
        if len(locked) < len(wanted):
            raise RetryableJobError(
                f"{run.name}: {len(wanted) - len(locked)} units are in other hands",
                seconds=LOCK_WAIT,
                ignore_retry=True,
            )
        return [unit_id for [unit_id] in locked]
