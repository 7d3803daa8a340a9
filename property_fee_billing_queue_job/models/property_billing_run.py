from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.queue_job.delay import group
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

# The first batch of every community goes before the second of any, so that jobs which
# run side by side number different journals and do not wait for each other.
FIRST_PRIORITY = 10
# A batch is tried this often when the database fails it; what it then leaves is taken
# up by the scheduled jobs.
MAX_TRIES = 10


class PropertyBillingRun(models.Model):
    """Hands the batches of a run to the job queue."""

    _inherit = "property.billing.run"

    queue_job_count = fields.Integer(
        compute="_compute_queue_job_count", compute_sudo=True
    )
    failed_job_count = fields.Integer(
        compute="_compute_queue_job_count",
        compute_sudo=True,
        help="Batches that the job queue gave up; the scheduled jobs take them up.",
    )

    def _compute_queue_job_count(self):
        jobs = self.env["queue.job"]._read_group(
            [("fee_run_id", "in", self.ids)], ["fee_run_id", "state"], ["__count"]
        )
        for run in self:
            states = {state: count for of_run, state, count in jobs if of_run == run}
            run.queue_job_count = sum(states.values())
            run.failed_job_count = states.get("failed", 0)

    def _schedule_batches(self):
        """Override of `property_fee_billing`: a job for each batch, and one that
        closes the run when all are done. Where no job runner is at work, nobody
        would take the jobs, so the scheduled jobs do the posting as before."""
        if not self._has_job_runner():
            return super()._schedule_batches()
        for run in self:
            run.with_company(run.company_id)._delay_batches()
        return None

    @api.model
    def _has_job_runner(self):
        """Whether a job runner serves this database: it holds a lock in it."""
        [[found]] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (
                    SELECT FROM pg_locks
                     WHERE locktype = 'advisory' AND granted AND objsubid = 1
                       AND (classid::bigint << 32) | objid::bigint = %s
                       AND database = (SELECT oid FROM pg_database
                                        WHERE datname = current_database()))
                """,
                PG_ADVISORY_LOCK_ID,
            )
        )
        return found

    def _delay_batches(self):
        """Enqueue the batches of one run, and after all of them its closing."""
        self.ensure_one()
        batches = self.env["property.billing.invoicer"]._get_batches(self)
        numbers = {}
        jobs = []
        for community_id, unit_ids in batches:
            number = numbers[community_id] = numbers.get(community_id, -1) + 1
            options = self._prepare_batch_job(community_id, number)
            jobs.append(self.delayable(**options)._job_post_batch(unit_ids))
        closing = self.delayable(**self._prepare_closing_job())._job_finish_posting()
        first = closing
        if jobs:
            first = group(*jobs)
            first.on_done(closing)
        first.delay()

    def _prepare_batch_job(self, community_id, number):
        """Options of the job of one batch.

        :param number: 0 for the first batch of the community
        """
        return {
            "identity_key": f"property-fee-run-{self.id}-{community_id}-{number}",
            "priority": FIRST_PRIORITY + number,
            "max_retries": MAX_TRIES,
            "description": self.env._(
                "Post batch %(number)s of %(community)s, run %(run)s",
                number=number + 1,
                community=self.community_ids.browse(community_id).display_name,
                run=self.name,
            ),
        }

    def _prepare_closing_job(self):
        """Options of the job that closes a run."""
        return {
            "identity_key": f"property-fee-run-{self.id}-finish",
            "max_retries": MAX_TRIES,
            "description": self.env._("Close run %s", self.name),
        }

    def _job_post_batch(self, unit_ids):
        """Job: post what is still to be posted of one batch. Never commits.

        Harmless when delivered twice, late, or to two nodes: it works on draft lines
        of locked units alone, and only while the run is being posted.

        :param unit_ids: list of ids of property.unit
        :return: what was done, for whoever looks at the job
        """
        if self.state != "posting":
            return self.env._("Nothing to do: the run is not being posted.")
        invoicer = self.env["property.billing.invoicer"]
        pending = invoicer._lock_batch(self, unit_ids)
        if not pending:
            return self.env._("Nothing to do: the batch is posted.")
        invoicer._bill_batch(self, pending)
        refused = self.env["property.billing.refusal"].search_count(
            [
                ("run_id", "=", self.id),
                ("unit_id", "in", pending),
                ("reason", "=", "posting_failed"),
            ]
        )
        return self.env._(
            "%(posted)s units posted, %(refused)s set aside.",
            posted=len(pending) - refused,
            refused=refused,
        )

    def _job_finish_posting(self):
        """Job: close the run. With lines left, the scheduled jobs go on with it."""
        if not self._finish_posting() and self.state == "posting":
            self._wake_posting_jobs()

    def _job_store_values(self, job):
        """Override of `queue_job`: note the run on each of its jobs."""
        return {**super()._job_store_values(job), "fee_run_id": self.id}

    def action_open_jobs(self):
        """Show the jobs of the run."""
        return self._action_open(
            "queue_job.action_queue_job", [("fee_run_id", "=", self.id)]
        )
