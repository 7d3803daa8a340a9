from odoo import models

from ..local_time import get_today

FAILED = ("bounce", "exception", "canceled")


class MailNotification(models.Model):
    """What Odoo learns of a message goes to the notice it carries."""

    _inherit = "mail.notification"

    def write(self, vals):
        """Override of `mail`: notices hear whether their message arrived."""
        result = super().write(vals)
        if "notification_status" in vals:
            self._tell_notices(vals["notification_status"])
        return result

    def _tell_notices(self, status):
        """Pass the status of messages on to their notices.

        Odoo's "sent" of an SMS is the provider's delivery report; of an e-mail it only
        says that the server took it, which proves nothing.
        """
        # whoever runs the queue need not be a collector
        notifications = self.sudo().filtered(
            lambda notification: notification.mail_message_id.model == "property.notice"
        )
        # the mail server's answer arrives under a user without any role
        notices = (
            self.env["property.notice"]
            .sudo()
            .browse(notifications.mail_message_id.mapped("res_id"))
            .exists()
        )
        for notification in notifications:
            notice = notices.browse(notification.mail_message_id.res_id) & notices
            if status in FAILED:
                notice._register_failure(notification._get_failure_text())
                if notification.notification_type == "sms" or status == "bounce":
                    # of e-mails that do not leave see mail.mail
                    notice._remind_of_failures()
            elif status == "sent":
                notice._register_retry()
                if notification.notification_type == "sms" and notice.state == "sent":
                    notice._register_delivery(
                        get_today(notice),
                        "provider_receipt",
                        provider_message_id=notice.message_ref,
                    )

    def _get_failure_text(self):
        """Why a message did not arrive, in words."""
        self.ensure_one()
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        return self.failure_reason or labels.get(self.failure_type) or ""
