from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError

# Scheduled jobs that share the posting of a run; as many work at once as the server
# has cron threads.
CRON_WORKERS = 4
# Lines counted after each batch to tell the scheduler that there is more to do: to
# count all of them would cost a large run more the larger it is.
REMAINING_COUNTED = 10_000


class PropertyBillingRun(models.Model):
    """Posting a computed run, at once or in the background, and cancelling it."""

    _inherit = "property.billing.run"

    def action_post(self):
        """Make and post all invoices; returns when all are posted."""
        for run in self:
            run._check_state("computed", "posting")
            run._lock_communities()
            run._start_posting()
            invoicer = run.env["property.billing.invoicer"]
            while unit_ids := invoicer._take_batch(run):
                invoicer._bill_batch(run, unit_ids)
            run._finish_posting()

    def action_schedule(self):
        """Post in the background, batch by batch; progress is shown on the run."""
        for run in self:
            run._check_state("computed")
            run._lock_communities()
            run._start_posting()
            run._schedule_batches()

    def _start_posting(self):
        self.write({"state": "posting", "posting_started_on": fields.Datetime.now()})

    def _schedule_batches(self):
        """Hand the batches to the background; a bridge may hand them elsewhere."""
        self._wake_posting_jobs()

    @api.model
    def _wake_posting_jobs(self):
        """Let the scheduled jobs look for runs to post now, not at the next hour."""
        # Any staff who may post a run may wake the jobs that post it.
        for number in range(1, CRON_WORKERS + 1):
            # as above: only wakes it
            self.env.ref(
                f"property_fee_billing.cron_post_runs_{number}"
            ).sudo()._trigger()

    def _finish_posting(self):
        """Close the run once no draft line is left.

        :return: whether it is closed now
        """
        self.ensure_one()
        if self.state != "posting" or self._count_draft_lines(limit=1):
            return False
        self._recheck_sequence_gaps()
        self.state = "done"
        self.invalidate_recordset()
        self.message_post(
            body=self.env._(
                "%(invoices)s bills posted, %(refused)s charges refused. %(bulk)s "
                "bills were made in bulk, %(plain)s one by one.",
                invoices=self.invoice_count,
                refused=self.refusal_count,
                bulk=self.bulk_count,
                plain=self.invoice_count - self.bulk_count,
            )
        )
        return True

    def _count_draft_lines(self, limit=None):
        """Lines still to be posted, counted up to ``limit``."""
        return self.env["property.fee.line"].search_count(
            [("run_id", "=", self.id), ("state", "=", "draft")], limit=limit
        )

    def _recheck_sequence_gaps(self):
        """Have Odoo look again for gaps in the numbers of the run's bills.

        Where two workers share a journal, neither sees the other's numbers before
        they are committed, and takes the place where they meet for a gap.
        """
        moves = self.env["account.move"].search(
            [("fee_run_id", "=", self.id), ("made_sequence_gap", "=", True)]
        )
        self.env.add_to_compute(moves._fields["made_sequence_gap"], moves)

    @api.model
    def _cron_post_runs(self):
        """Post scheduled runs, committing each batch.

        Several jobs do this side by side. A killed one is taken up where it stopped:
        a posted batch has no draft lines left, and one that was not committed still
        has all of them.
        """
        for run in self.search([("state", "=", "posting")], order="id"):
            if not run.with_company(run.company_id)._post_batches():
                return

    def _post_batches(self):
        """Post batch after batch of one run, committing each.

        :return: whether there is time left for other runs
        """
        self.ensure_one()
        invoicer = self.env["property.billing.invoicer"]
        cron = self.env["ir.cron"]
        while True:
            try:
                unit_ids = invoicer._take_batch(self)
                if unit_ids:
                    invoicer._bill_batch(self, unit_ids)
                else:
                    self._finish_posting()
                remaining = self._count_draft_lines(limit=REMAINING_COUNTED)
                seconds_left = cron._commit_progress(len(unit_ids), remaining=remaining)
            except SerializationFailure:
                # another worker posted the same units between our look and our lock
                self.env.cr.rollback()
                self.env.transaction.reset()
                continue
            self.env.invalidate_all()
            if not unit_ids or not seconds_left:
                return bool(seconds_left)

    # ----------------------------------------------------------------- cancel
    def action_cancel(self):
        """Credit all bills of the run; what it billed can then be billed anew."""
        for run in self:
            if run.state == "cancelled":
                continue
            run.check_access("write")
            run._lock_communities()
            run._check_not_adjusted()
            run.env["property.billing.invoicer"]._reverse(run)
            run._discard_preview_lines()
            run.state = "cancelled"

    def _check_not_adjusted(self):
        """What was credited or written off already, or is a deposit, is not credited
        once more with the whole run."""
        self.ensure_one()
        line = self.env["property.adjustment.line"].search(
            [
                ("move_id.fee_run_id", "=", self.id),
                ("adjustment_id.state", "=", "done"),
            ],
            limit=1,
        )
        deposit = self.env["property.deposit"].search(
            [
                "|",
                ("move_id.fee_run_id", "=", self.id),
                ("settlement_ids.forfeit_move_id.fee_run_id", "=", self.id),
            ],
            limit=1,
        )
        record = line.adjustment_id or deposit
        if record:
            raise UserError(
                self.env._(
                    "Run %(run)s cannot be cancelled: %(record)s rests on its bills.",
                    run=self.name,
                    record=record.name,
                )
            )

    def _discard_preview_lines(self):
        """Drop the draft lines; the lines of posted bills stay as cancelled."""
        self.ensure_one()
        self.line_ids.filtered(lambda line: line.state == "draft").unlink()

    def action_reset_to_draft(self):
        """Throw the preview away."""
        for run in self:
            run._check_state("computed")
            run._discard_preview()
            run.state = "draft"
