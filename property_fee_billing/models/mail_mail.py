from smtplib import SMTPServerDisconnected

from odoo import models


class MailMail(models.Model):
    """E-mails of notices leave at most once, and whoever sent them hears of those that
    did not."""

    _inherit = "mail.mail"

    def send(self, *args, **kwargs):
        """Override of `mail`: failed notices are put on somebody's list."""
        notices = self._get_fee_notices()
        try:
            result = super().send(*args, **kwargs)
        except SMTPServerDisconnected:
            # in the middle of an e-mail; the rest of them stay in the queue
            notices._remind_of_failures()
            raise
        notices._remind_of_failures()
        return result

    def _send(self, auto_commit=False, *args, **kwargs):
        """Override of `mail`: from the queue, where each e-mail is committed, those of
        notices are noted before they leave, see ir.mail_server."""
        notices = self.filtered(lambda mail: mail.model == "property.notice")
        if not auto_commit or not notices:
            return super()._send(auto_commit, *args, **kwargs)
        if others := self - notices:
            super(MailMail, others)._send(True, *args, **kwargs)
        noted = notices.with_context(fee_note_sending=True)
        return super(MailMail, noted)._send(True, *args, **kwargs)

    def _get_fee_notices(self):
        """The notices that these e-mails carry."""
        mails = self.filtered(lambda mail: mail.model == "property.notice")
        # the queue is worked on by the system
        notices = self.env["property.notice"].sudo()
        return notices.browse(mails.mapped("res_id")).exists()
