import logging

from odoo import Command, api, models
from odoo.exceptions import UserError

from ..local_time import get_today
from .property_billing_invoicer import DATABASE_ERRORS
from .property_dunning_run import BATCH

_logger = logging.getLogger(__name__)

# Reasons that a person can do something about.
ATTENTION = (
    "bank_stale",
    "no_policy",
    "no_address",
    "address_failed",
    "unmatched_receipt",
)


class PropertyDunningRun(models.Model):
    """Sending a computed run, at once or in the background, and runs of every day."""

    _inherit = "property.dunning.run"

    def action_approve(self):
        """Approve the notices of levels that the user may approve."""
        for run in self:
            run._get_drafts().filtered("may_approve").action_approve()

    def action_send(self):
        """Send all notices; returns when all have left or wait for an approval."""
        for run in self:
            run._start_sending()
            while drafts := run._take_batch():
                run._send_batch(drafts)
            run._finish_sending()

    def action_schedule(self):
        """Send in the background, batch by batch; the run shows how far it is."""
        for run in self:
            run._start_sending()
        # whoever may send may wake the job that sends
        self.env.ref("property_fee_billing.cron_send_dunning").sudo()._trigger()

    def _start_sending(self):
        """Look once more whether the communities may be written to, then begin."""
        self.ensure_one()
        self._check_state("computed", "waiting")
        self._lock()
        planner = self.env["property.dunning.planner"]
        for community in self.community_ids:
            refusal = planner._get_community_refusal(
                community, community._get_dunning_policy(), self._get_sending_date()
            )
            if refusal and self._get_drafts().filtered_domain(
                [("community_id", "=", community.id)]
            ):
                raise UserError(
                    self.env._(
                        "Community %(community)s: %(reason)s",
                        community=community.display_name,
                        reason=refusal["detail"],
                    )
                )
        self.state = "sending"

    def _get_sending_date(self):
        """Day on which amounts are reckoned when the notices leave."""
        self.ensure_one()
        return max(self.date, get_today(self))

    def _take_batch(self):
        """The next drafts to send: those that wait for no approval."""
        self.ensure_one()
        return self.env["property.notice"].search(
            [
                ("run_id", "=", self.id),
                ("state", "=", "draft"),
                "|",
                ("level_id.approver_group_id", "=", False),
                ("approved_by_id", "!=", False),
            ],
            order="id",
            limit=BATCH,
        )

    def _send_batch(self, drafts):
        """Send drafts with the amounts of today; what fails is kept apart."""
        self.ensure_one()
        drafts = drafts.with_context(tracking_disable=True)
        drafts = self._refresh(drafts)
        if not drafts:
            return
        try:
            with self.env.cr.savepoint():
                drafts._send()
        except DATABASE_ERRORS:
            # the database asks for the whole transaction again, or is gone
            raise
        except Exception:
            self._send_one_by_one(drafts)

    def _send_one_by_one(self, drafts):
        """Send drafts of a batch that failed; what cannot be sent is left out."""
        for draft in drafts:
            try:
                with self.env.cr.savepoint():
                    draft._send()
            except DATABASE_ERRORS:
                raise
            except Exception as error:
                # Whatever one notice's address or template raises must not keep the
                # others from leaving; the reason is stored and shown.
                _logger.info(
                    "Notice %s of %s not sent: %s",
                    draft.id,
                    self.name,
                    error,
                    # a refusal says where it comes from; anything else does not
                    exc_info=not isinstance(error, UserError),
                )
                self._leave_out(draft, draft.line_ids, "error", str(error))

    def _refresh(self, drafts):
        """Look at the bills again: they may be paid, disputed or on a plan by now.

        :return: the drafts that are left
        """
        planner = self.env["property.dunning.planner"]
        date = self._get_sending_date()
        left = drafts.browse()
        for community, own in drafts.grouped("community_id").items():
            groups, skips = planner._plan(
                community, date, own.line_ids.move_id, ignore=own
            )
            reasons = {skip.get("move_id"): skip for skip in skips}
            planned = {
                (group["level"].id, line["move_id"]): line
                for group in groups
                for line in group["lines"]
            }
            for draft in own:
                self._refresh_draft(draft, planned, reasons)
            left |= own.exists()
        return left

    def _refresh_draft(self, draft, planned, reasons):
        """Bring one draft up to date; lines no longer to be demanded leave it."""
        gone = draft.line_ids.browse()
        for line in draft.line_ids:
            values = planned.get((draft.level_id.id, line.move_id.id))
            if not values:
                gone |= line
                continue
            changed = {
                name: values[name]
                for name in ("amount", "late_fee")
                if draft.currency_id.compare_amounts(line[name], values[name])
            }
            if changed:
                line.write(changed)
        for line in gone:
            skip = reasons.get(line.move_id.id) or reasons.get(None) or {}
            self._leave_out(
                draft, line, skip.get("reason", "changed"), skip.get("detail")
            )

    def _leave_out(self, draft, lines, reason, detail):
        """Take lines off a draft and say why; a draft without lines goes."""
        self._store_skips(
            [
                {
                    "community_id": draft.community_id.id,
                    "unit_id": draft.unit_id.id,
                    "partner_id": draft.partner_id.id,
                    "move_id": line.move_id.id,
                    "level_id": draft.level_id.id,
                    "reason": reason,
                    "detail": detail,
                    "amount": line.amount,
                }
                for line in lines
            ]
        )
        if lines == draft.line_ids:
            draft.unlink()
        else:
            draft.line_ids = [Command.delete(line.id) for line in lines]

    def _finish_sending(self):
        """Close the run; it waits while notices need an approval.

        :return: whether nothing is left to send now
        """
        self.ensure_one()
        if self.state != "sending" or self._take_batch():
            return False
        self.state = "waiting" if self._get_drafts() else "done"
        self.message_post(
            body=self.env._(
                "%(sent)s notices sent, %(waiting)s wait for an approval, %(skipped)s "
                "left out.",
                sent=self.notice_count - self.draft_count,
                waiting=self.draft_count,
                skipped=self.skip_count,
            )
        )
        return True

    # ----------------------------------------------------------------------- jobs
    @api.model
    def _cron_send_dunning(self):
        """Send scheduled runs, committing each batch.

        A killed job is taken up where it stopped: what has left is no draft any more.
        """
        cron = self.env["ir.cron"]
        for run in self.search([("state", "=", "sending")], order="id"):
            run = run.with_company(run.company_id)
            while True:
                drafts = run._take_batch()
                if drafts:
                    run._send_batch(drafts)
                else:
                    run._finish_sending()
                seconds_left = cron._commit_progress(
                    len(drafts), remaining=run.draft_count
                )
                self.env.invalidate_all()
                if not seconds_left:
                    return
                if not drafts:
                    break

    @api.model
    def _cron_prepare_dunning(self):
        """Make the run of the day where the policy says so."""
        cron = self.env["ir.cron"]
        communities = self.env["property.community"].search([("active", "=", True)])
        by_policy = communities.grouped(
            lambda community: (community._get_dunning_policy(), community.company_id)
        )
        for (policy, company), group in by_policy.items():
            if policy.auto in ("prepare", "send"):
                self.with_company(company)._prepare_daily(policy, group)
                cron._commit_progress(len(group))

    @api.model
    def _prepare_daily(self, policy, communities):
        """The run of today; it takes the place of yesterday's that nobody sent.

        :return: the run, empty if nobody would get anything
        """
        former = self.search(
            [
                ("is_auto", "=", True),
                ("state", "in", ("draft", "computed")),
                ("community_ids", "in", communities.ids),
            ]
        )
        former.unlink()
        run = self.create(
            {"community_ids": [Command.set(communities.ids)], "is_auto": True}
        )
        run.action_compute()
        attention = run.skip_ids.filtered(lambda skip: skip.reason in ATTENTION)
        if not run.notice_ids and not attention:
            run.unlink()
            return self.browse()
        if policy.auto == "send" and run.notice_ids:
            run.action_schedule()
        return run
