from dateutil.relativedelta import relativedelta

from odoo import Command, api, models

from ..local_time import get_today


class PropertyBillingRun(models.Model):
    """The run of the month, prepared by itself."""

    _inherit = "property.billing.run"

    @api.model
    def _cron_prepare_runs(self):
        """Prepare the month's run of each community that asks for it; post it where
        the community says so."""
        waiting = self._get_communities_to_prepare()
        remaining = len(waiting)
        for community, today in waiting:
            run = self.with_company(community.company_id).create(
                self._prepare_monthly_run_values(community, today)
            )
            run.action_compute()
            if community.auto_billing == "post":
                run.action_schedule()
            else:
                run._notify_prepared()
            remaining -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    @api.model
    def _get_communities_to_prepare(self):
        """``[(community, its today)]`` of those whose run of the month is due."""
        communities = self.env["property.community"].search(
            [("auto_billing", "!=", "none")]
        )
        waiting = []
        for today, group in communities.grouped(get_today).items():
            due = group.filtered(lambda c, day=today.day: c.billing_day <= day)
            due -= self._get_communities_with_run(due, today)
            waiting += [(community, today) for community in due]
        return waiting

    @api.model
    def _get_communities_with_run(self, communities, today):
        """Communities whose month of ``today`` has a run already."""
        runs = self.search(
            [
                ("community_ids", "in", communities.ids),
                ("date_from", "<=", today + relativedelta(day=31)),
                ("date_to", ">=", today.replace(day=1)),
                ("state", "!=", "cancelled"),
                ("kind", "=", "regular"),
            ]
        )
        return runs.community_ids

    @api.model
    def _prepare_monthly_run_values(self, community, today):
        """Values of the run of the month of ``today``."""
        return {
            "company_id": community.company_id.id,
            "community_ids": [Command.set(community.ids)],
            "date_from": today.replace(day=1),
            "date_to": today + relativedelta(day=31),
            "invoice_date": today,
        }

    def _notify_prepared(self):
        """Ask the staff of the community to look at the prepared run."""
        self.ensure_one()
        for user in self.community_ids.member_ids.filtered(
            lambda user: user.has_group("property_fee_billing.group_fee_manager")
        ):
            # in the language of who reads it: a job prepares runs
            env = self.with_context(lang=user.lang).env
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=env._("Check and post the run of the month"),
                user_id=user.id,
            )
