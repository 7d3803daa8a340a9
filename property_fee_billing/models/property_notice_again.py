from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..local_time import get_today
from .mail_notification import FAILED

#: Channels whose messages can be handed over once more.
BY_SERVER = ("email", "sms")
TODO = "mail.mail_activity_data_todo"


class PropertyNotice(models.Model):
    """Messages that did not leave: who hears of them, and sending just these again."""

    _inherit = "property.notice"

    def action_send_again(self):
        """Hand failed messages to the mail or SMS server once more, as they are.

        :raise UserError: one has not failed, has been replaced, or its deadline is over
        """
        self._check_collector()
        self._check_may_send_again()
        # the queues are the system's, as when the notices were sent
        notifications = (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("mail_message_id.model", "=", self._name),
                    ("mail_message_id.res_id", "in", self.ids),
                    ("notification_status", "in", FAILED),
                ]
            )
        )
        notifications.mail_mail_id.mark_outgoing()
        notifications.sms_id.action_set_outgoing()
        notifications.write(
            {
                "notification_status": "ready",
                "failure_type": False,
                "failure_reason": False,
            }
        )
        self._write_flow(
            {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
                "failure_reason": False,
            }
        )
        self._message_log_batch(
            bodies=dict.fromkeys(self.ids, self.env._("Sent again."))
        )

    def _check_may_send_again(self):
        """Say in a sentence which notice cannot be sent again, and why."""
        today = get_today(self)
        superseded = self._get_superseded()
        for notice in self:
            if notice.state != "failed" or notice.channel not in BY_SERVER:
                problem = self.env._("only e-mails and SMS that failed can be")
            elif notice in superseded:
                problem = self.env._("another one was made in its place")
            elif notice.deadline and notice.deadline <= today:
                problem = self.env._(
                    "its deadline of %s is over, make a new one",
                    format_date(self.env, notice.deadline),
                )
            else:
                continue
            raise UserError(
                self.env._(
                    "Notice %(notice)s cannot be sent again: %(problem)s.",
                    notice=notice.name,
                    problem=problem,
                )
            )

    @api.model
    def _note_sending(self, message_ref):
        """Note that an e-mail is about to be handed to the mail server.

        What is written stays if the answer of the server is never heard of.

        :param str message_ref: Message-Id of the e-mail
        """
        # the queue is worked on by the system
        notice = self.sudo().search([("message_ref", "=", message_ref)], limit=1)
        notice._write_flow(
            {
                "state": "failed",
                "failure_reason": self.env._(
                    "it is not known whether this e-mail left: the connection was lost "
                    "while it was handed over. Ask the addressee before you send it "
                    "again"
                ),
            }
        )
        notice.flush_recordset()

    def _remind_of_failures(self):
        """Put failed notices on the list of whoever sent them, once for each run; those
        without a run each for itself."""
        failed = self.filtered(lambda notice: notice.state == "failed")
        for run, notices in failed.grouped("run_id").items():
            for record in run or notices:
                self._remind(record, notices)

    @api.model
    def _remind(self, record, notices):
        """An activity on a run or a notice, unless there is one already."""
        todo = self.env.ref(TODO)
        if todo in record.activity_ids.activity_type_id:
            return
        user = record.create_uid
        if user.id == SUPERUSER_ID:
            # a run of every day
            user = notices.community_id.collector_id[:1] or user
        record.activity_schedule(
            TODO,
            date_deadline=get_today(record),
            summary=self.with_context(lang=user.lang).env._(
                "Notices did not arrive: look at those that failed"
            ),
            user_id=user.id,
        )
